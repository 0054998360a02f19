"""Accounts in the one database, by the same rules as those in a file."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from core.accounts.users import (
    Keep,
    LostAccountsError,
    Role,
    User,
    UserStore,
)
from core.errors import AccountError, StoreError
from core.store.database import Database
from core.store.files import write_whole
from core.store.tables import accounts as table

LOST = (
    "The database holds no account, though there were some, so nobody can sign in or sign up. If you run this "
    "Parterre: accounts of {file} are copied by `flask --app app:create_server parterre accounts copy --from csv --to "
    "database`; else put the database back from a backup, or, to begin anew, delete {mark}."
)
MARK = "Accounts were made in the database. If they are gone, put it back from a backup; to begin anew, delete this file.\n"
_RULING = (table.c.role == Role.ADMINISTRATOR.value) & (table.c.active == "true")
_FIRST = table.c.number == select(func.min(table.c.number)).scalar_subquery()


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
            write_whole(self._mark, MARK.encode())

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
