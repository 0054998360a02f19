"""Accounts in the one database, by the same rules as those in a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from core.accounts.users import (
    LostAccountsError,
    Role,
    User,
    changed,
    check_username,
    known,
    newcomer,
    refuse_last,
    to_take,
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


class SqlUserStore:
    """A `UserStore` in a table of `database`; the file at `mark` tells of accounts that are gone from there."""

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

    def add(
        self,
        username: str,
        password_hash: str,
        *,
        role: Role | None = None,
        active: bool = True,
        only_first: bool = False,
    ) -> User:
        """A new user; who is first, and so administrator, is decided under the lock."""
        check_username(username)
        with self._database.changing("accounts") as connection:
            users = _found(connection, or_(table.c.key == username.casefold(), _FIRST))
            if not users:
                self._refuse_if_lost()
            user = newcomer(users, username, password_hash, role=role, active=active, only_first=only_first)
            _write(connection, [user])
        self._made()
        return user

    def change(self, username: str, *, since: User | None = None, **changes: object) -> User:
        """The user with `changes` made, never at the price of the last active administrator."""
        with self._database.changing("accounts") as connection:
            users = _found(connection, or_(table.c.key == username.casefold(), _RULING))
            after = changed(users, username, since, changes)
            _write(connection, [after], users)
        return after

    def remove(self, username: str) -> User:
        """The user, who is here no more."""
        with self._database.changing("accounts") as connection:
            users = _found(connection, or_(table.c.key == username.casefold(), _RULING))
            user = known(users, username)
            refuse_last(users, user)
            connection.execute(delete(table).where(table.c.key == user.key))
        return user

    def take(self, users: Iterable[User], *, replace: bool = False) -> list[User]:
        """Keep accounts of another store as they are, in one transaction."""
        with self._database.changing("accounts") as connection:
            here = _found(connection)
            taken = to_take(here, users, replace=replace)
            _write(connection, taken, here)
        if taken:
            self._made()
        return taken

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


def _write(connection: Connection, users: Iterable[User], here: Iterable[str] = ()) -> None:
    """Keep `users`, in the place of those whose keys are `here`."""
    known = set(here)
    for user in users:
        statement = update(table).where(table.c.key == user.key) if user.key in known else insert(table)
        connection.execute(statement.values(key=user.key, **user.texts))
