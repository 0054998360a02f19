"""What was answered to requests that may come again, by a key of who sends them: for a day."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from core.store.database import Database
from core.store.tables import repeats as table

KEPT_SECONDS = 24 * 3600
GIVEN_UP_SECONDS = 600  # after which a request that has not been answered was that of a process that is gone


@dataclass(frozen=True)
class Given:
    """What is known of a request: a hash of what it `asked`, and the answer; status 0 while there is none."""

    asked: str
    status: int
    answer: str


@dataclass(frozen=True)
class Repeats:
    """The answers of all users."""

    database: Database

    def begin(self, key: str, asked: str) -> Given | None:
        """What is known under that key; nothing if it is new, and is to be answered now."""
        now = time.time()
        old = (table.c.at < now - KEPT_SECONDS) | (
            (table.c.status == 0) & (table.c.at < now - GIVEN_UP_SECONDS)
        )
        with self.database.changing("repeats") as connection:
            connection.execute(delete(table).where(old))
            row = connection.execute(select(table).where(table.c.key == key)).first()
            if row is not None:
                return Given(row.asked, row.status, row.answer)
            connection.execute(insert(table), {"key": key, "asked": asked, "at": now})
            return None

    def end(self, key: str, status: int, answer: str) -> None:
        """Keep what was answered."""
        self.database.change(update(table).where(table.c.key == key).values(status=status, answer=answer))

    def drop(self, key: str) -> None:
        """Nothing was made: the same may be tried again."""
        self.database.change(delete(table).where(table.c.key == key))
