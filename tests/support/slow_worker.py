"""A web worker that takes its time to start, and an app that takes none."""

from __future__ import annotations

import sys
import time

from scripts.web_worker import PatientWorker


class SlowWorker(PatientWorker):
    """Says that it starts, and then does nothing for longer than anybody waits."""

    def init_process(self) -> None:
        sys.stdout.write("starting\n")
        time.sleep(30)
        super().init_process()


def app(environ, start):
    start("204 No Content", [])
    return []
