"""Answers of an SQLite file, kept until somebody changes what they are about: the file tells of that in some microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.sql.util import find_tables

from core.store import tables

MOST = 4096  # answers, of a few rows each
COUNTER = "remembered_changes"
# What is asked again and again, with which changes of a row count: that a session is in use does not.
_TOLD: dict[Table, str] = {
    tables.datasets: "",
    tables.versions: "",
    tables.version_choices: "",
    tables.writing: "",
    tables.deployments: "",
    tables.segment_names: "",
    tables.personal_columns: "",
    tables.members: "",
    tables.house_choices: "",
    tables.sessions: " OF id, ended",
}
_TRIGGERS = {
    f"{COUNTER}_{one.name}_{event.split()[0].lower()}": f"AFTER {event} ON {one.name}"
    for one, columns in _TOLD.items()
    for event in ("INSERT", "DELETE", f"UPDATE{columns}")
}
_ASK = (
    f"SELECT number FROM {COUNTER} WHERE {len(_TRIGGERS)} = "  # noqa: S608 - our own names
    f"(SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{COUNTER}_*')"
)


def have_told(connection: Connection) -> None:
    """Have the file itself count changes, whoever makes them: an older version of ours as well."""
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {COUNTER} (number INTEGER NOT NULL)")
    connection.exec_driver_sql(
        f"INSERT INTO {COUNTER} SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {COUNTER})"  # noqa: S608
    )
    for name, when in _TRIGGERS.items():
        counts = f"UPDATE {COUNTER} SET number = number + 1"  # noqa: S608
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN {counts}; END")


@cache
def is_told(asked: Executable) -> bool:
    """Whether all tables that a question is about tell of changes."""
    found = find_tables(asked, include_joins=False)  # type: ignore[arg-type]
    return bool(found) and _TOLD.keys() >= {*found}


class Remembered:
    """What was answered since the last change of those tables, by this process or any other.

    `PRAGMA data_version` changes for a connection whenever another one commits; this one never writes. What was
    changed then is asked only after that.
    """

    def __init__(self, path: str) -> None:
        self._path, self._lock = path, Lock()
        self._line: sqlite3.Connection | None = None
        self._version: int | None = None
        self._number: int | None = None
        self._known = dict[Hashable, Any]()

    def answer(self, question: Hashable, ask: Callable[[], Any]) -> Any:
        """What `ask` answers now; it is asked where that is not known."""
        with self._lock:
            known = self._of_now()
            if question in known:
                return known[question]
        answer = ask()
        # Of before it was asked: what was changed meanwhile has left these answers behind.
        if len(known) < MOST:
            known[question] = answer
        return answer

    def close(self) -> None:
        """Let go of the file, as before a fork."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line, self._version, self._known = None, None, {}

    def _of_now(self) -> dict[Hashable, Any]:
        version = number = None
        # Whoever asks is told of errors in words; there is no row where not all tables tell.
        with suppress(sqlite3.Error, TypeError):
            if self._line is None:
                self._line, self._version = sqlite3.connect(self._path, check_same_thread=False), None
            version = self._line.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return self._known
            number = self._line.execute(_ASK).fetchone()[0]
        if number is None or number != self._number:
            self._known = {}
        self._version, self._number = version if number is not None else None, number
        return self._known
