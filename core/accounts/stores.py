"""Which store accounts are kept in, and how they get from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.accounts.csv_store import CsvUserStore, marker
from core.accounts.sql_store import SqlUserStore
from core.accounts.users import User, UserStore
from core.settings import Settings
from core.store.database import Database

KINDS = ("csv", "database")


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
