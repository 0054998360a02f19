"""The versions of a dataset: each a file that came in, and rows that say which was live when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from core.errors import DataError
from core.store.database import Database
from core.store.tables import version_choices as choices
from core.store.tables import versions as table
from core.store.times import now

LIVE = (
    select(choices.c.version)
    .where(choices.c.dataset == bindparam("slug"))
    .order_by(choices.c.id.desc())
    .limit(1)
    .scalar_subquery()
)

_DEFAULT = "the default dataset"  # has no slug
_ALL = select(table).where(table.c.dataset == bindparam("slug")).order_by(table.c.number)


class Way(StrEnum):
    """How a file became a version."""

    ADDED = "added"
    NAMED = "named"  # by the settings, of the default dataset
    REPLACE = "replace"  # the customers are those of the file
    BY_KEY = "by key"  # customers that are not in the file stay as they were
    CUT_POINTS = "cut points"  # the same file, its RFM scores cut elsewhere


@dataclass(frozen=True)
class Version:
    """A file that came in: where it lies within the dataset's folder, how, of whom and when."""

    number: int
    folder: str
    file: str
    way: Way
    rows: int | None = None  # customers; not known of what was added before there were versions
    # How many its model has unless somebody chose otherwise; None: as the settings say.
    segments: int | None = None
    who: str = ""
    at: str = ""
    changes: str = ""  # what it changed, as JSON of `core.datasets.changes.Changes`; empty of the first


@dataclass(frozen=True)
class Lived:
    """That a version was made live: by whom and when; `who` is empty for the command line of before."""

    version: int
    who: str
    at: str


@dataclass(frozen=True)
class Versions:
    """Those of one dataset."""

    database: Database
    dataset: str

    def all(self) -> tuple[Version, ...]:
        """All that are kept, the first one first."""
        return tuple(map(version_of, self.database.known(_ALL, {"slug": self.dataset})))

    def live(self) -> int:
        """The number of the one that is served."""
        with self.database.reading() as connection:
            return connection.scalar(select(LIVE), {"slug": self.dataset}) or 1

    def history(self) -> tuple[Lived, ...]:
        """Which were live, the latest, which is, last."""
        with self.database.reading() as connection:
            asked = select(choices).where(choices.c.dataset == self.dataset).order_by(choices.c.id)
            return tuple(Lived(row.version, row.who, row.at) for row in connection.execute(asked))

    def find(self, number: int) -> Version:
        """The version of that number; raises DataError if it is not kept."""
        with self.database.reading() as connection:
            return self._find(connection, number)

    def before(self) -> Version:
        """The version before the live one; raises DataError if there is none."""
        live = self.live()
        earlier = [one for one in self.all() if one.number < live]
        if not earlier:
            raise DataError(
                f"Found no version before version {live} of {self.dataset or _DEFAULT}. It is the first."
            )
        return earlier[-1]

    def next(self) -> int:
        """The number that the next one gets; that of a deleted one comes no second time."""
        with self.database.reading() as connection:
            return self._next(connection)

    def add(self, version: Version, *, after: int) -> None:
        """Enter a version whose files are there, and make it live, if `after` still is.

        Raises DataError if another version has been made live meanwhile: what would change was told of that one.
        """
        with self.database.changing("datasets") as connection:
            self._check_live(connection, after)
            if self._next(connection) != version.number:
                raise _changed(self.dataset)
            enter(connection, self.dataset, version)

    def choose(self, number: int, *, who: str, after: int) -> None:
        """Make a version live that is kept, if `after` still is the live one; raises DataError if not."""
        with self.database.changing("datasets") as connection:
            self._find(connection, number)
            self._check_live(connection, after)
            row = {"dataset": self.dataset, "version": number, "who": who, "at": now()}
            connection.execute(insert(choices), row)

    def _find(self, connection: Connection, number: int) -> Version:
        found = next((one for one in self._all(connection) if one.number == number), None)
        if found is None:
            raise DataError(
                f"Found no version {number} of {self.dataset or _DEFAULT}. Expected one that is kept."
            )
        return found

    def _check_live(self, connection: Connection, expected: int) -> None:
        if connection.scalar(select(LIVE), {"slug": self.dataset}) != expected:
            raise _changed(self.dataset)

    def _next(self, connection: Connection) -> int:
        known = select(func.max(choices.c.version)).where(choices.c.dataset == self.dataset)
        return (connection.scalar(known) or 0) + 1

    def _all(self, connection: Connection) -> tuple[Version, ...]:
        return tuple(map(version_of, connection.execute(_ALL, {"slug": self.dataset})))


def enter(connection: Connection, dataset: str, version: Version) -> None:
    """Write down a version and that it is live, in a transaction of the caller's."""
    row = {name: getattr(version, name) for name in version.__dataclass_fields__}
    connection.execute(insert(table), row | {"dataset": dataset})
    chosen = {"dataset": dataset, "version": version.number, "who": version.who, "at": version.at}
    connection.execute(insert(choices), chosen)


def version_of(row: Row[Any]) -> Version:
    """The version that a row tells of."""
    told = (row.rows, row.segments, row.who, row.at, row.changes)
    return Version(row.number, row.folder, row.file, Way(row.way), *told)


def earlier(versions: Sequence[Version], live: int) -> bool:
    """Whether there is a version to go back to."""
    return any(one.number < live for one in versions)


def _changed(slug: str) -> DataError:
    return DataError(
        f"Another version of {slug or _DEFAULT} was made live meanwhile. Look at what this file would change once more, and "
        "decide again."
    )
