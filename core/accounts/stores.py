"""What accounts are kept in: one CSV file, safe under many workers, or the one database; and how they get from one to another."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout
from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from core.accounts.users import COLUMNS, Keep, LostAccountsError, Role, User, UserStore
from core.errors import AccountError, StoreError
from core.settings import Settings
from core.store.database import Database
from core.store.files import lock, write_whole
from core.store.tables import accounts as table

KINDS = ("csv", "database")
LOCK_SECONDS = 20
MARK = "Accounts were made here. If {name} is gone, put it back from a backup; to begin anew, delete this file.\n"
# A file that changed this recently may change again without its time stamp showing it.
SETTLED_NANOSECONDS = 2_000_000_000
LOST = (
    "The database holds no account, though there were some, so nobody can sign in or sign up. If you run this "
    "Parterre: accounts of {file} are copied by `flask --app app:create_server parterre accounts copy --from csv --to "
    "database`; else put the database back from a backup, or, to begin anew, delete {mark}."
)
MARK_OF_TABLE = "Accounts were made in the database. If they are gone, put it back from a backup; to begin anew, delete this file.\n"
_RULING = (table.c.role == Role.ADMINISTRATOR.value) & (table.c.active == "true")
_FIRST = table.c.number == select(func.min(table.c.number)).scalar_subquery()


@dataclass(frozen=True)
class _Snapshot:
    """The file as read, and what the file system said of it then."""

    signature: tuple[int, int, int, int]
    users: Mapping[str, User]
    settled: bool


class CsvUserStore(UserStore):
    """Accounts in the CSV file at `path`; every change replaces the file under a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._snapshot: _Snapshot | None = None

    def get(self, username: str) -> User | None:
        """The user of that name, whatever its case."""
        return self._users().get(username.casefold())

    def all(self) -> list[User]:
        """Every user, oldest account first."""
        return list(self._users().values())

    @contextmanager
    def _changing(self, username: str = "") -> Iterator[tuple[Mapping[str, User], Keep]]:
        with self._locked():
            users = _take(self._path).users if username or self._path.exists() else {}
            yield users, lambda changes: self._write({**users, **changes})

    def _users(self) -> Mapping[str, User]:
        snapshot = self._snapshot
        if snapshot is None or not snapshot.settled or snapshot.signature != _signature(self._path):
            snapshot = _take(self._path)
            self._snapshot = snapshot
        return snapshot.users

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = lock(self._path.with_name(f"{self._path.name}.lock"), timeout=LOCK_SECONDS, keep=True)
        try:
            held.acquire()
        except Timeout as error:
            raise StoreError(
                f"{self._path.name}: still locked after {LOCK_SECONDS} seconds. Try again; "
                "if it lasts, look for a stopped process that holds it."
            ) from error
        try:
            yield
        finally:
            held.release()

    def _write(self, users: Mapping[str, User | None]) -> None:
        """Write the file, and sweep away what writers that were killed left behind."""
        write_whole(self._path, _to_csv(filter(None, users.values())).encode())
        for leftover in self._path.parent.glob(f".{self._path.name}.*.tmp"):
            leftover.unlink(missing_ok=True)
        if not marker(self._path).exists():
            write_whole(marker(self._path), MARK.format(name=self._path.name).encode())


def _signature(path: Path) -> tuple[int, int, int, int] | None:
    try:
        return _signature_of(path.stat())
    except FileNotFoundError:
        return None


def _signature_of(stat: os.stat_result) -> tuple[int, int, int, int]:
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size


def _take(path: Path) -> _Snapshot:
    """The file now, with the signature of the very file that was read, even if it is replaced meanwhile."""
    try:
        with path.open("rb") as handle:
            stat = os.fstat(handle.fileno())
            users = _parse(handle.read(), path)
    except FileNotFoundError:
        _refuse_if_lost(path)
        return _Snapshot(signature=(0, 0, 0, 0), users={}, settled=False)
    settled = time.time_ns() - stat.st_mtime_ns > SETTLED_NANOSECONDS
    return _Snapshot(_signature_of(stat), users, settled)


def marker(path: Path) -> Path:
    """What says that there were accounts, should they be gone."""
    return path.with_name(f"{path.name}.made")


def _refuse_if_lost(path: Path) -> None:
    """Without this, the next visitor would be the first, and so the administrator."""
    if marker(path).exists() and not path.exists():
        raise LostAccountsError(
            f"{path.name} is gone, so nobody can sign in or sign up. If you run this Parterre: put {path.name} back "
            f"from a backup; to begin anew without accounts, delete {marker(path).name} beside it as well."
        )


def _parse(content: bytes, path: Path) -> dict[str, User]:
    """Users by key, in the order of the file."""
    users: dict[str, User] = {}
    for line, row in enumerate(_rows(content, path), start=2):
        try:
            user = User.of_texts(row)
        except (KeyError, ValueError, AccountError) as error:
            raise _damaged(path, f"line {line}, which is not an account") from error
        if user.key in users:
            raise _damaged(path, f"two accounts named {user.username}")
        users[user.key] = user
    if not users:
        raise _damaged(path, "no accounts at all")
    return users


def _rows(content: bytes, path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, "a text that is not a table") from error
    if not rows or rows[0] != COLUMNS:
        raise _damaged(path, "a table without the header of an accounts file")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise _damaged(path, f"{len(row)} values in line {line}")
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]


def _to_csv(users: Iterable[User]) -> str:
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(user.texts for user in users)
    return sheet.getvalue()


def _damaged(path: Path, found: str) -> StoreError:
    return StoreError(
        f"{path.name}: found {found}. Expected an accounts file with the columns {', '.join(COLUMNS)}. "
        "It is left as it is; repair it or put a backup in its place."
    )


class SqlUserStore(UserStore):
    """Accounts in a table of `database`; the file at `mark` tells of those that are gone from there."""

    def __init__(self, database: Database, mark: Path) -> None:
        self._database = database
        self._mark = mark
        if database.row(select(table.c.number)):
            self._made()

    def get(self, username: str) -> User | None:
        """The user of that name, whatever its case."""
        with self._database.reading() as connection:
            return _found(connection, table.c.key == username.casefold()).get(username.casefold())

    def all(self) -> list[User]:
        """Every user, oldest account first."""
        with self._database.reading() as connection:
            users = list(_found(connection).values())
        if not users:
            self._refuse_if_lost()
        return users

    @contextmanager
    def _changing(self, username: str = "") -> Iterator[tuple[Mapping[str, User], Keep]]:
        with self._database.changing("accounts") as connection:
            these = [or_(table.c.key == username.casefold(), _RULING, _FIRST)] if username else []
            users = _found(connection, *these)
            if username and not users:
                self._refuse_if_lost()
            kept: dict[str, User | None] = {}
            yield users, kept.update
            _write(connection, kept, users)
        if kept:
            self._made()

    def _made(self) -> None:
        if not self._mark.exists():
            write_whole(self._mark, MARK_OF_TABLE.encode())

    def _refuse_if_lost(self) -> None:
        """Without this, the next visitor would be the first, and so the administrator."""
        file = self._mark.with_suffix("")
        if self._mark.exists() or file.exists():
            files = f"{self._mark.name} and {file.name}" if file.exists() else self._mark.name
            raise LostAccountsError(LOST.format(file=file.name, mark=f"{files} in PARTERRE_HOME"))


def _found(connection: Connection, *which: ColumnElement[bool]) -> dict[str, User]:
    """Users by key, oldest first."""
    rows = connection.execute(select(table).where(*which).order_by(table.c.number))
    try:
        return {row.key: User.of_texts(row._asdict()) for row in rows}
    except (KeyError, ValueError, AccountError) as error:
        raise StoreError(
            "accounts: found a row that is not an account. Put the database back from a backup."
        ) from error


def _write(connection: Connection, changes: Mapping[str, User | None], known: Container[str]) -> None:
    """Keep changes, each in the place of the account of that key, where it is `known`."""
    for key, user in changes.items():
        if user is None:
            connection.execute(delete(table).where(table.c.key == key))
        else:
            statement = update(table).where(table.c.key == key) if key in known else insert(table)
            connection.execute(statement.values(key=key, **user.texts))


@dataclass(frozen=True)
class Copied:
    """What a copy did: accounts it added or replaced, and those that it left, for they differ."""

    taken: Sequence[User]
    differing: Sequence[User]


def chosen(settings: Settings, database: Database) -> UserStore:
    """The store that the settings name."""
    return store(settings.accounts, settings, database)


def store(kind: str, settings: Settings, database: Database) -> UserStore:
    """The store of that kind."""
    path = settings.home / "users.csv"
    return SqlUserStore(database, marker(path)) if kind == "database" else CsvUserStore(path)


def copy(source: UserStore, target: UserStore, *, replace: bool = False) -> Copied:
    """Add to `target` the accounts of `source` that it lacks; with `replace`, those that differ as well.

    Whatever is in `target` alone stays, and a second copy changes nothing.
    """
    users = source.all()
    taken = target.take(users, replace=replace)
    return Copied(taken, [user for user in users if target.get(user.key) != user])
