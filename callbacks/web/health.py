"""Is the process alive, and can it answer and write? Public, and says nothing else."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock

from flask import Flask, Response, jsonify

from core.services import Services

LOG = logging.getLogger(__name__)
REMEMBERED_SECONDS = 2.0  # so that whoever asks all the time doesn't have us write all the time


def register(server: Flask, services: Services) -> None:
    """GET /healthz and /readyz."""
    disk = Disk(services.settings.home)

    @server.get("/healthz", endpoint="healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @server.get("/readyz", endpoint="readyz")
    def readyz() -> Response:
        is_ready = bool(services.model.card.key) and disk.takes_more()
        answer = jsonify(status="ready" if is_ready else "not ready")
        answer.status_code = 200 if is_ready else 503
        return answer


class Disk:
    """Whether something can be written to `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        self._tried, self._took = 0.0, True

    def takes_more(self) -> bool:
        """Try it, unless that was done just now."""
        with self._lock:
            if not self._tried or time.monotonic() - self._tried > REMEMBERED_SECONDS:
                self._took = self._takes()
                self._tried = time.monotonic()
            return self._took

    def _takes(self) -> bool:
        try:
            with TemporaryFile(dir=self._folder) as file:
                file.write(b"x" * 4096)
        except OSError as error:
            LOG.error("Nothing can be written to PARTERRE_HOME: %s", error.strerror)
            return False
        return True
