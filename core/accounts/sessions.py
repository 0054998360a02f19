"""Which browsers an account is signed in with: told to its owner, who can end each of them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, or_, select, update

from core.accounts.users import User
from core.store.database import Database
from core.store.tables import sessions as table

# The longest that PARTERRE_SESSION_DAYS can let a session live.
LONGEST_SECONDS = 365 * 24 * 3600
UNKNOWN = "An unknown browser"
# The first that a browser names itself by; most name several of those below as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrom|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip

_ENDED = select(table.c.ended).where(table.c.id == bindparam("id"))  # made once: every request asks


@dataclass(frozen=True)
class Session:
    """One browser of an account: in words, since when, and when it asked for something last (seconds)."""

    id: str
    device: str
    began: float
    seen: float


@dataclass(frozen=True)
class Sessions:
    """Those of all accounts, `days` long at most. One that is not known here goes on until it is said to have ended."""

    database: Database
    days: float

    def ended(self, id: str) -> bool:
        """Whether its owner has ended it."""
        return any(row.ended for row in self.database.known(_ENDED, {"id": id}))

    def saw(self, id: str, user: User, agent: str, began: float) -> None:
        """It has just asked for something, from a browser that calls itself `agent`."""
        now = time.time()
        known = table.c.id == id
        values = {"account": user.key, "version": user.session_version, "seen": now}
        with self.database.changing("sessions", durable=False) as connection:
            if connection.execute(update(table).where(known).values(**values)).rowcount:
                return
            kept = or_(table.c.ended != 0, table.c.began > now - self.days * 24 * 3600)
            connection.execute(delete(table).where(~kept | (table.c.began < now - LONGEST_SECONDS)))
            made = {"id": id, "device": in_words(agent), "began": began, "ended": 0}
            connection.execute(insert(table).values(**made, **values))

    def of(self, user: User) -> list[Session]:
        """Those that go on, the latest first."""
        asked = select(table.c.id, table.c.device, table.c.began, table.c.seen).where(
            table.c.account == user.key,
            table.c.version == user.session_version,
            table.c.ended == 0,
            table.c.began > time.time() - self.days * 24 * 3600,
        )
        return [
            Session(row.id, row.device, row.began, row.seen)
            for row in self.database.rows(asked.order_by(table.c.seen.desc()))
        ]

    def end(self, user: User, id: str) -> bool:
        """End one of the user's own; whether there was such a one."""
        own = (table.c.id == id) & (table.c.account == user.key) & (table.c.ended == 0)
        return bool(self.database.change(update(table).where(own).values(ended=1), "sessions"))


def in_words(agent: str) -> str:
    """What a browser calls itself, for people: Firefox on Linux."""
    browser, system = (
        next((words for pattern, words in known if re.search(pattern, agent)), "")
        for known in (BROWSERS, SYSTEMS)
    )
    return " on ".join(filter(None, (browser, system))) or UNKNOWN
