"""A storage of the `limits` library in one SQLite file, for workers that share a disk."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar

from limits.storage import MovingWindowSupport, Storage

from core.store.files import is_full, private_folder

P = ParamSpec("P")
R = TypeVar("R")
BUSY_SECONDS = 20
IN_MEMORY = Path(":memory:")
TABLE = """
CREATE TABLE IF NOT EXISTS attempts (key TEXT NOT NULL, moment REAL NOT NULL, expires REAL NOT NULL)
"""
INDEX = "CREATE INDEX IF NOT EXISTS attempts_by_key ON attempts (key, moment)"
LOG = logging.getLogger(__name__)


def _or_here(
    method: Callable[Concatenate[SqliteStorage, P], R],
) -> Callable[Concatenate[SqliteStorage, P], R]:
    """Count in this process alone while the disk takes no more: a full disk neither shuts the door nor opens it."""

    @wraps(method)
    def counted(self: SqliteStorage, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except (sqlite3.OperationalError, OSError) as error:
            if self._spare is None or not _is_full(error):
                raise
            LOG.error("Attempts are counted in each process alone, since they can't be written: %s", error)
            return method(self._spare, *args, **kwargs)

    return counted  # type: ignore[return-value]  # called as a method


class SqliteStorage(Storage, MovingWindowSupport):
    """Attempts as rows. Each call has a connection of its own, so threads and forks share none."""

    STORAGE_SCHEME = ["parterre+sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = Path(uri.partition(":")[2])
        self._held: sqlite3.Connection | None = None
        self._turn = RLock()
        self._spare = None if self._path == IN_MEMORY else SqliteStorage(f"parterre+sqlite:{IN_MEMORY}")

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong here."""
        return sqlite3.Error

    @_or_here
    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` attempts, unless there would be more than `limit` in the last `expiry` seconds."""
        with self._transaction() as connection:
            now = time.time()
            connection.execute("DELETE FROM attempts WHERE expires <= ?", (now,))
            if _count(connection, key, now - expiry) + amount > limit:
                return False
            _insert(connection, [(key, now, now + expiry)] * amount)
            return True

    @_or_here
    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """When the oldest attempt in the window was made, and how many there are."""
        now = time.time()
        with self._transaction() as connection:
            oldest, count = connection.execute(
                "SELECT MIN(moment), COUNT(*) FROM attempts WHERE key = ? AND moment > ?", (key, now - expiry)
            ).fetchone()
        return (now if oldest is None else float(oldest)), int(count)

    @_or_here
    def forget_latest(self, key: str) -> None:
        """Take back the latest attempt."""
        if self._spare is not None:
            self._spare.forget_latest(key)
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM attempts WHERE rowid ="
                " (SELECT rowid FROM attempts WHERE key = ? ORDER BY moment DESC LIMIT 1)",
                (key,),
            )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` attempts in the window that the first of them opened."""
        with self._transaction() as connection:
            now = time.time()
            connection.execute("DELETE FROM attempts WHERE expires <= ?", (now,))
            expires = _first_expiry(connection, key) or now + expiry
            _insert(connection, [(key, now, expires)] * amount)
            return _count(connection, key, 0)

    def get(self, key: str) -> int:
        """How many attempts have not expired."""
        with self._transaction() as connection:
            query = "SELECT COUNT(*) FROM attempts WHERE key = ? AND expires > ?"
            return int(connection.execute(query, (key, time.time())).fetchone()[0])

    def get_expiry(self, key: str) -> float:
        """When the first of the attempts expires."""
        with self._transaction() as connection:
            return _first_expiry(connection, key) or time.time()

    def check(self) -> bool:
        """Whether the file answers."""
        try:
            self.get("")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        """Forget all attempts; how many there were."""
        with self._transaction() as connection:
            return connection.execute("DELETE FROM attempts").rowcount

    @_or_here
    def clear(self, key: str) -> None:
        """Forget the attempts of one key."""
        if self._spare is not None:
            self._spare.clear(key)
        with self._transaction() as connection:
            connection.execute("DELETE FROM attempts WHERE key = ?", (key,))

    @contextmanager
    def _in_memory(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            if self._held is None:
                self._held = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
                self._held.execute(TABLE)
            with self._held:
                yield self._held

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that has the file for itself from the start, so that a count stays true."""
        if self._path == IN_MEMORY:
            with self._in_memory() as held:
                yield held
            return
        private_folder(self._path.parent)
        self._path.touch(mode=0o600)
        connecting = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        with closing(connecting) as connection:
            try:
                # A power cut may cost the counts of minutes; waiting for the disk would cost each sign-in.
                connection.execute("PRAGMA synchronous = OFF")
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute(TABLE)
                    connection.execute(INDEX)
                    yield connection
            except sqlite3.DatabaseError as error:
                self._set_aside_if_damaged(error)
                raise

    def _set_aside_if_damaged(self, error: sqlite3.DatabaseError) -> None:
        """Start anew at the next call; counts of minutes are not worth a door that stays shut."""
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            LOG.error("%s: %s; set aside, attempts are counted anew", self._path.name, error)
            self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))


def _is_full(error: sqlite3.Error | OSError) -> bool:
    if isinstance(error, OSError):
        return is_full(error)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    )


def _count(connection: sqlite3.Connection, key: str, since: float) -> int:
    query = "SELECT COUNT(*) FROM attempts WHERE key = ? AND moment > ?"
    return int(connection.execute(query, (key, since)).fetchone()[0])


def _insert(connection: sqlite3.Connection, rows: list[tuple[str, float, float]]) -> None:
    connection.executemany("INSERT INTO attempts VALUES (?, ?, ?)", rows)


def _first_expiry(connection: sqlite3.Connection, key: str) -> float | None:
    (first,) = connection.execute("SELECT MIN(expires) FROM attempts WHERE key = ?", (key,)).fetchone()
    return None if first is None else float(first)
