"""The one database: an SQLite file in PARTERRE_HOME, or PostgreSQL where DATABASE_URL names one."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from core.errors import GoneError, SettingsError, StoreError
from core.settings import Settings
from core.store import remembered, watched
from core.store.files import FULL, lock, private_folder
from core.store.remembered import Remembered

log = logging.getLogger(__name__)

NAME = "parterre.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
HEAD = REVISIONS[-1]
BUSY_SECONDS = 20
# Of a server that does not answer, or where somebody else holds what is needed; an address may say otherwise.
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": BUSY_SECONDS * 1000, "options": "-c lock_timeout=60s"}
_GONE = "The database can't be reached. Try again in a moment; if it lasts, tell the administrator."
_DAMAGED = "The database is damaged. Tell the administrator, who can put it back from a backup."
_TAKES_NO_MORE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN
}  # fmt: skip


@dataclass(frozen=True)
class Database:
    """Transactions on one database, for all threads of a process; each has a connection of its own.

    Any of them raises StoreError if the database can't be reached, and OSError if the disk takes no more.
    """

    engine: Engine

    @cached_property
    def _remembered(self) -> Remembered | None:
        is_file = self.engine.dialect.name == "sqlite" and self.engine.url.database
        return Remembered(str(self.engine.url.database)) if is_file else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        watched.count()
        with _reached(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def changing(self, *what: str, durable: bool = True) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all; nobody else changes `what` meanwhile.

        One that is not `durable` outlives the death of any process, but perhaps no power cut.
        """
        options = {"changes": "FULL" if durable else "NORMAL"}
        watched.count()
        with _reached(self.engine), self.engine.execution_options(**options).begin() as connection:
            if what and connection.dialect.name == "postgresql":
                connection.execute(
                    select(func.pg_advisory_xact_lock(func.hashtextextended("/".join(what), 0)))
                )
            yield connection

    def rows(self, asked: Executable, values: Mapping[str, object] | None = None) -> Sequence[Row[Any]]:
        """All that a question finds, in a transaction of its own."""
        watched.count()
        return self._read(asked, values)

    def known(self, asked: Executable, values: Mapping[str, object]) -> Sequence[Row[Any]]:
        """As `rows`, of a question that is asked again and again: nothing is read that nobody has changed.

        `asked` is made once, and its answer is a few rows.
        """
        watched.count()
        if self._remembered is None or not remembered.is_told(asked):
            return self._read(asked, values)
        question = (asked, *sorted(values.items()))
        found: Sequence[Row[Any]] = self._remembered.answer(question, lambda: self._read(asked, values))
        return found

    def _read(self, asked: Executable, values: Mapping[str, object] | None) -> Sequence[Row[Any]]:
        """One question is a transaction by itself, without being told that it begins."""
        with _reached(self.engine), self.engine.connect() as connection:
            return connection.execution_options(outside=True).execute(asked, values).all()

    def row(self, asked: Executable, values: Mapping[str, object] | None = None) -> Row[Any] | None:
        """The first that a question finds."""
        return next(iter(self.rows(asked, values)), None)

    def change(self, statement: Executable, *what: str, values: Mapping[str, object] | None = None) -> int:
        """How many rows one statement changes, in a transaction of its own."""
        with self.changing(*what) as connection:
            return connection.execute(statement, values).rowcount

    def forget(self) -> None:
        """Leave nothing in the file of what was deleted; a server has its own ways."""
        if self.engine.dialect.name != "sqlite":
            return
        with _reached(self.engine), self.engine.connect().execution_options(outside=True) as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of connections; they are made anew when they are needed."""
        self.engine.dispose()
        if self._remembered:
            self._remembered.close()


def opened(settings: Settings) -> Database:
    """The database that the settings name, brought to the tables of today.

    Raises SettingsError if DATABASE_URL is no address of a PostgreSQL server; StoreError if it can't be reached, is
    damaged, or was made by a newer version.
    """
    with _beginning(settings):
        return _brought_up(_engine(settings))


def reached(settings: Settings) -> Database:
    """The database that the settings name, as it is; raises as `opened` does."""
    with _beginning(settings):
        return Database(_engine(settings))


def _beginning(settings: Settings) -> AbstractContextManager[object]:
    """To change how a file is written, SQLite waits for nobody."""
    return nullcontext() if settings.database_url else lock(settings.home / f"{NAME}.lock")


def _engine(settings: Settings) -> Engine:
    if settings.database_url:
        return _postgresql(settings.database_url.get_secret_value())
    return _sqlite(settings.home / NAME)


def migrate(connection: Connection, revision: str = HEAD) -> None:
    """Bring the tables to those of `revision`; without one, of today."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _brought_up(engine: Engine) -> Database:
    database = Database(engine)
    try:
        with database.changing("tables") as connection:
            found = revision_of(connection)
            if found and found not in REVISIONS:
                raise StoreError(
                    f"Found a database of another version (revision {found}). Expected one of {', '.join(REVISIONS)}. "
                    "Start the version that made it, or, of an older one, a version between the two; or put the database "
                    "back from a backup."
                )
            if found != HEAD:
                migrate(connection)
                log.info("Database: from revision %s to %s", found or "none", HEAD)
            if connection.dialect.name == "sqlite":
                remembered.have_told(connection)
    finally:
        # A process that forks leaves no connection to the other one.
        database.close()
    return database


def revision_of(connection: Connection) -> str:
    """Which migration was the last; none where there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _postgresql(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError:
        url = URL.create("unreadable")
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise SettingsError(
            "DATABASE_URL: found no address of a PostgreSQL server. Expected one such as "
            "postgresql://user:password@host/name."
        )
    url = url.set(drivername="postgresql+psycopg")
    patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience)


def _sqlite(path: Path) -> Engine:
    private_folder(path.parent)
    path.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise StoreError(f"{path.name} can't be opened: {error}.") from error
        raise StoreError(
            f"{path.name} is damaged: {error}. It is left as it is. Put it back from a backup, or move it away to "
            "begin with an empty one; accounts are not in it."
        ) from error
    # The driver begins no transactions: those that write wait for their turn before they read.
    options = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args=options, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if changes := options.get("changes"):
        connection.exec_driver_sql(f"PRAGMA synchronous = {changes}")
    if not options.get("outside"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if changes else "BEGIN")


@contextmanager
def _reached(engine: Engine) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (OperationalError, NoConnectionError) as error:
        why = getattr(error, "orig", None)
        if _code(why) in _TAKES_NO_MORE:
            if _code(why) == sqlite3.SQLITE_READONLY:
                engine.dispose()  # a connection that was made while the disk could only be read writes never
            raise OSError(errno.ENOSPC, FULL) from error
        log.error("The database can't be reached: %s", why or error)
        raise GoneError(_GONE) from error
    except DBAPIError as error:
        if _code(error.orig) == sqlite3.SQLITE_CORRUPT:
            log.error("The database is damaged: %s", error.orig)
            raise StoreError(_DAMAGED) from error
        if not error.connection_invalidated:
            raise
        raise GoneError(_GONE) from error


def _code(error: Any) -> int | None:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF if isinstance(error, sqlite3.Error) else None
