"""What columns were said to be for, remembered for the next file of that shape, whoever brings it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from core.store.database import Database
from core.store.tables import mappings as table
from core.store.times import now


@dataclass(frozen=True)
class Remembered:
    """A mapping, and who said it last."""

    mapping: Mapping[str, Mapping[str, Any]]
    who: str
    at: str


@dataclass(frozen=True)
class Mappings:
    """Those that are remembered, by the shape of files."""

    database: Database

    def find(self, shape: str) -> Remembered | None:
        """What was said of files of that shape."""
        row = self.database.row(select(table).where(table.c.shape == shape))
        return Remembered(json.loads(row.content), row.who, row.at) if row else None

    def keep(self, shape: str, mapping: Mapping[str, Mapping[str, Any]], who: str) -> None:
        """Remember a mapping in the place of what was remembered."""
        at = now()
        made = {"shape": shape, "content": json.dumps(mapping, ensure_ascii=False), "who": who, "at": at}
        with self.database.changing("mappings") as connection:
            connection.execute(delete(table).where(table.c.shape == shape))
            connection.execute(insert(table), made)

    def forget(self, shape: str) -> None:
        """Remember nothing of files of that shape."""
        self.database.change(delete(table).where(table.c.shape == shape))


def shape_of(columns: Iterable[str]) -> str:
    """The fingerprint of a table's headings, in whatever order they stand."""
    names = sorted(" ".join(name.casefold().split()) for name in columns)
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]
