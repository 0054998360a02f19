"""Tokens: how a program comes in, as its user, with what the user may do at that moment or less."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, func, insert, select, update

from core.accounts.codes import hashed
from core.accounts.users import User
from core.errors import AccountError
from core.store.database import Database
from core.store.tables import tokens as table

PREFIX = "parterre_"  # by which a token that leaked into a file or a log is found
EVERY = "*"  # what stands for all datasets
CEILINGS = ("viewer", "analyst")
DAYS, MOST_DAYS = 90, 3650
MOST_EACH = 50  # of one user's that are good
LONGEST_NAME = 80
_DAY, _MINUTE = 86_400, 60
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True)
class Token:
    """What is kept of a token; itself, it is shown once and nowhere kept."""

    id: str
    owner: str  # key of the user whom it stands for
    name: str
    role: str  # what it is at most, of `CEILINGS`; empty: what its owner is
    dataset: str  # slug of the one that it is for, empty of the default one; `EVERY` of all
    # Seconds since 1970; 0 of what has not happened.
    created: float
    expires: float
    revoked: float
    used: float

    @property
    def datasets(self) -> frozenset[str] | None:
        """Slugs of those that it is for; None for all."""
        return None if self.dataset == EVERY else frozenset([self.dataset])

    @property
    def state(self) -> str:
        """Whether it is good, and why not."""
        return "revoked" if self.revoked else "expired" if self.expires <= time.time() else "good"


@dataclass(frozen=True)
class Tokens:
    """The tokens of all users."""

    database: Database

    def make(
        self, owner: User, name: str, *, dataset: str = EVERY, role: str = "", days: int = DAYS
    ) -> tuple[str, Token]:
        """A new token, to be shown to its owner once, and what is kept of it.

        Raises AccountError if it can't be called so, can't last so long, or the user has too many.
        """
        name = _checked(name, role, days)
        secret, now = PREFIX + secrets.token_urlsafe(32), time.time()
        row: dict[str, object] = {
            "id": secrets.token_hex(4),
            "owner": owner.key,
            "name": name,
            "role": role,
            "dataset": dataset,
        }
        row |= {"created": now, "expires": now + days * _DAY, "hash": hashed(secret)}
        good = (table.c.owner == owner.key) & (table.c.revoked == 0) & (table.c.expires > now)
        with self.database.changing("tokens", owner.key) as connection:
            if (connection.scalar(select(func.count()).where(good)) or 0) >= MOST_EACH:
                raise AccountError(f"There are {MOST_EACH} tokens, which is the most. Revoke one first.")
            connection.execute(insert(table), row)
            return secret, _token(connection.execute(select(table).where(table.c.id == row["id"])).one())

    def all(self, owner: User | None = None) -> Sequence[Token]:
        """Those of a user, or everybody's; the newest first."""
        asked = select(table).order_by(table.c.created.desc(), table.c.id)
        return [*map(_token, self.database.rows(asked.where(table.c.owner == owner.key) if owner else asked))]

    def revoke(self, id: str, owner: User | None = None) -> Token:
        """The token, which is good for nothing from now on; of that user, unless an operator asks.

        Raises AccountError if there is no such token.
        """
        this = (table.c.id == id) & (table.c.owner == owner.key if owner else True)
        since = case((table.c.revoked == 0, time.time()), else_=table.c.revoked)
        with self.database.changing("tokens") as connection:
            row = connection.execute(update(table).where(this).values(revoked=since).returning(table)).first()
        if row is None:
            raise AccountError(f"Found no token {id[:40]!r}. Expected one of those that are listed.")
        return _token(row)

    def revoke_all(self, owner: User) -> None:
        """All of a user's are good for nothing from now on."""
        good = (table.c.owner == owner.key) & (table.c.revoked == 0)
        self.database.change(update(table).where(good).values(revoked=time.time()))

    def find(self, secret: str) -> Token | None:
        """The token that somebody sends, if it is good; the hash is compared, so time tells nothing of it."""
        if not _SHAPE.fullmatch(secret):
            return None
        row = self.database.row(select(table).where(table.c.hash == hashed(secret)))
        token = _token(row) if row else None
        return token if token and token.state == "good" else None

    def count(self, token: Token) -> tuple[int, int]:
        """How often it has come within this minute of the clock, this time too, and seconds to the next.

        One statement, so that requests to all workers count; `used` is written with the first of a minute.
        """
        now = time.time()
        minute = int(now // _MINUTE)
        again = table.c.minute == minute
        values = {
            "asked": case((again, table.c.asked + 1), else_=1),
            "used": case((again, table.c.used), else_=now),
            "minute": minute,
        }
        counted = update(table).where(table.c.id == token.id).values(values).returning(table.c.asked)
        with self.database.changing(durable=False) as connection:
            return connection.scalar(counted) or 1, _MINUTE - int(now % _MINUTE)


def _token(row: Row[Any]) -> Token:
    return Token(**{name: getattr(row, name) for name in Token.__dataclass_fields__})


def _checked(name: str, role: str, days: int) -> str:
    name = " ".join(name.split())
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise AccountError(
            f"Found {len(name)} characters. Expected a name of 1 to {LONGEST_NAME}, such as what uses the token.",
            field="name",
        )
    if role and role not in CEILINGS:
        raise AccountError(
            f"Found the role {role[:40]!r}. Expected {' or '.join(CEILINGS)}, or none.", field="role"
        )
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"Found {days} days. Expected 1 to {MOST_DAYS}.", field="days")
    return name
