"""What the operator says by a setting or, where that is left open, administrators choose: for every process at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select

from core.errors import AccountError
from core.store.database import Database
from core.store.tables import house_choices as table
from core.store.times import now

_CHOSEN = select(table.c.value).where(table.c.name == bindparam("of"))
PINNED = "{} says {}, where this Parterre is started. Take it out there, and it is chosen here."


@dataclass(frozen=True)
class HouseChoice:
    """One of `ways` (what each means, by name); `usual` until one is chosen, and always without a database."""

    name: str
    ways: Mapping[str, str]
    usual: str
    setting: str
    database: Database | None = None

    @property
    def way(self) -> str:
        """The way of this moment, in every process."""
        rows = self.database.known(_CHOSEN, {"of": self.name}) if self.database else ()
        return next((row.value for row in rows if row.value in self.ways), self.usual)

    @property
    def pinned(self) -> str:
        """Why there is nothing to choose here; empty where there is."""
        return "" if self.database else PINNED.format(self.setting, self.usual)

    def choose(self, way: str, *, by: str) -> str:
        """The way from now on; raises AccountError if there is no such way, or the operator has chosen one."""
        if way not in self.ways:
            raise AccountError(f"Found {way[:20]!r}. Expected {', '.join(self.ways)}.")
        if self.database is None:
            raise AccountError(self.pinned)
        with self.database.changing("house") as connection:
            connection.execute(delete(table).where(table.c.name == self.name))
            connection.execute(insert(table), {"name": self.name, "value": way, "who": by, "at": now()})
        return way
