"""Who is what in which dataset, as its owners say: rows of one table, read anew by whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.accounts.permissions import Standing
from core.store.database import Database
from core.store.tables import members as table
from core.store.times import now

EVERYBODY = ""  # in place of a name: whoever is signed in
_STANDING = select(table.c.role).where(
    table.c.dataset == bindparam("dataset"), table.c.username.in_([EVERYBODY, bindparam("key")])
)
_MINE = select(table.c.dataset).where(table.c.username.in_([EVERYBODY, bindparam("key")])).distinct()


@dataclass(frozen=True)
class Member:
    """Somebody, by the key of the account, or everybody; since when, and who said so."""

    key: str
    standing: Standing
    who: str
    at: str


@dataclass(frozen=True)
class Members:
    """The table of members."""

    database: Database

    def standing(self, key: str, dataset: str) -> Standing:
        """What the account of that key is in a dataset, by its own right or as everybody."""
        rows = self.database.known(_STANDING, {"dataset": dataset, "key": key})
        return max((Standing[row.role.upper()] for row in rows), default=Standing.NONE)

    def given(self, key: str) -> dict[str, Standing]:
        """What the account of that key has been made in datasets, by slug."""
        rows = self.database.rows(select(table).where(table.c.username == key))
        return {row.dataset: Standing[row.role.upper()] for row in rows}

    def datasets(self, key: str) -> list[str]:
        """Slugs of those that the account of that key may see, the default one first."""
        return sorted(row.dataset for row in self.database.rows(_MINE, {"key": key}))

    def owns_any(self, key: str) -> bool:
        """Whether the account of that key owns a dataset."""
        owned = select(table.c.dataset).where(table.c.username == key, table.c.role == Standing.OWNER.word)
        return self.database.row(owned.limit(1)) is not None

    def of(self, dataset: str) -> list[Member]:
        """Who is something in a dataset, the highest first."""
        rows = self.database.rows(select(table).where(table.c.dataset == dataset))
        found = [Member(row.username, Standing[row.role.upper()], row.who, row.at) for row in rows]
        return sorted(found, key=lambda one: (-one.standing, one.key))

    def give(self, dataset: str, key: str, standing: Standing, *, by: str) -> None:
        """Make somebody that in a dataset, and nothing else, or nothing."""
        with self.database.changing("members") as connection:
            gone = delete(table).where(table.c.dataset == dataset, table.c.username == key)
            connection.execute(gone)
            if standing is not Standing.NONE:
                enter(connection, dataset, key, standing, by=by)


def enter(connection: Connection, dataset: str, key: str, standing: Standing, *, by: str) -> None:
    """Write down that somebody who is nothing yet is that in a dataset, in a transaction that is under way."""
    row = {"dataset": dataset, "username": key, "role": standing.word, "who": by, "at": now()}
    connection.execute(insert(table), row)


def owners(found: Sequence[Member]) -> list[Member]:
    """Those of them who own the dataset."""
    return [one for one in found if one.standing is Standing.OWNER]
