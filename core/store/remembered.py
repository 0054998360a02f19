"""Answers of an SQLite file, kept until anybody commits anything: it tells of that in some microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Any

MOST = 4096  # answers, of a few rows each


class Remembered:
    """What was answered since the last commit, of this process or any other.

    `PRAGMA data_version` changes for a connection whenever another one commits; this one never writes.
    """

    def __init__(self, path: str) -> None:
        self._path, self._lock = path, Lock()
        self._line: sqlite3.Connection | None = None
        self._version, self._known = -1, dict[Hashable, Any]()

    def answer(self, question: Hashable, ask: Callable[[], Any]) -> Any:
        """What `ask` answers now; it is asked where that is not known."""
        with self._lock:
            known = self._of_now()
            if question in known:
                return known[question]
        answer = ask()
        # Of before it was asked: what was committed meanwhile has left these answers behind.
        if len(known) < MOST:
            known[question] = answer
        return answer

    def close(self) -> None:
        """Let go of the file, as before a fork."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line, self._known = None, {}

    def _of_now(self) -> dict[Hashable, Any]:
        version = None
        with suppress(sqlite3.Error):  # which whoever asks is told in words
            if self._line is None:
                self._line, self._version = sqlite3.connect(self._path, check_same_thread=False), -1
            version = self._line.execute("PRAGMA data_version").fetchone()[0]
        if version is None or version != self._version:
            self._version, self._known = version or -1, {}
        return self._known
