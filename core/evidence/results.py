"""What was computed about a model, kept beside it: one function computes it once, every page reads it."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelError
from core.store.files import set_aside, write_whole

log = logging.getLogger(__name__)

_KEY = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Findings:
    """JSON under `home/findings`: a folder for each model, a file for each finding.

    Findings hold segment numbers, never names: a name may be changed after they were made.
    """

    home: Path

    def read(self, key: str, name: str) -> object | None:
        """What is known as `name` about the model `key`; None if nothing is.

        A damaged file is set aside and counts as nothing, so that it is computed again.

        Raises
        ------
        ModelError
            If that is no key of a model, or no name of a finding.
        """
        path = self._path(key, name)
        try:
            found: object = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            aside = set_aside(path)
            log.warning("%s is damaged: %s. Set aside as %s; it is computed again.", path, error, aside)
            return None
        return found

    def write(self, key: str, name: str, content: object) -> None:
        """Keep `content` as `name` of the model `key`, in place of what was there.

        Raises
        ------
        ModelError
            If that is no key of a model, or no name of a finding.
        ValueError, TypeError
            If `content` is not JSON; NaN and infinity are not.
        """
        text = json.dumps(content, allow_nan=False, separators=(",", ":"))
        write_whole(self._path(key, name), text.encode())

    def _path(self, key: str, name: str) -> Path:
        if not _KEY.fullmatch(key) or not _NAME.fullmatch(name):
            raise ModelError(
                f"Found {key[:40]!r} and {name[:80]!r}. Expected the key of a model (16 hex digits) and the name "
                "of a finding (small letters, digits, hyphens). Ask for one that is listed."
            )
        return self.home / "findings" / key / f"{name}.json"
