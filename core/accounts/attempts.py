"""Attempts at the door, counted where all workers see them."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select

from core.clock import SKEW_SECONDS
from core.errors import AccountError
from core.store.database import Database
from core.store.tables import attempts as table

LOG = logging.getLogger(__name__)

# Made once: floods of guesses ask them.
_EXPIRED, _MADE = delete(table).where(table.c.expires <= bindparam("now")), insert(table)
_COUNTED = select(func.count(), func.min(table.c.moment)).where(
    table.c.key == bindparam("of"),
    table.c.moment > bindparam("since"),
    table.c.moment < bindparam("until"),
)
# A limit, and who is counted under it.
Counted = tuple[str, str]


@dataclass(frozen=True)
class Limit:
    """How many attempts in how long, and what counts as one."""

    rate: RateLimitItem
    help: str


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "account": Limit(
            RateLimitItemPerMinute(10, 15),
            "Wrong passwords for one username from one network address in 15 minutes, whether the account exists "
            "or not.",
        ),
        "name": Limit(
            RateLimitItemPerHour(100),
            "Wrong passwords for one username in an hour, from all addresses together.",
        ),
        "device": Limit(
            RateLimitItemPerMinute(10, 15),
            "Wrong passwords in 15 minutes in a browser that has signed in with that username before; they count here "
            "only, and it is shut out by nobody else's.",
        ),
        "address": Limit(
            RateLimitItemPerMinute(30, 15), "Wrong passwords from one network address in 15 minutes."
        ),
        "network": Limit(
            RateLimitItemPerMinute(120, 15), "Wrong passwords from one IPv6 network (/48) in 15 minutes."
        ),
        "letter": Limit(
            RateLimitItemPerDay(20), "E-mails to confirm an address that one account has sent in a day."
        ),
        "mailbox": Limit(
            RateLimitItemPerDay(5),
            "E-mails to confirm one address that all accounts together have sent in a day.",
        ),
        "code": Limit(
            RateLimitItemPerMinute(5, 15),
            "Wrong codes for one account from one network address in 15 minutes.",
        ),
        "codes": Limit(
            RateLimitItemPerHour(20), "Wrong codes for one account in an hour, from all addresses together."
        ),
        "forgotten": Limit(
            RateLimitItemPerHour(10), "Links for a new password that one network address asks for in an hour."
        ),
        "links": Limit(
            RateLimitItemPerHour(3), "Links for a new password that are sent to one account in an hour."
        ),
        "sign-up": Limit(RateLimitItemPerHour(200), "Sign-ups from one network address in an hour."),
    }
)


class TooManyAttemptsError(AccountError):
    """A door that stays shut for `wait` seconds."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, math.ceil(wait))
        super().__init__(f"Too many attempts. Try again in {_in_words(self.wait)}.")


class Attempts:
    """Attempts counted in the database, by all threads and workers together.

    While the disk takes no more, each process counts alone: a full disk neither shuts the door nor opens it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory = MemoryStorage()
        self._spare = MovingWindowRateLimiter(self._memory)

    def take(self, limit: str, who: str) -> None:
        """Count an attempt of `who` before it is made, so that attempts at the same moment count too.

        Raises TooManyAttemptsError if `who` has none left; this one is not counted then.
        """
        self.take_all([(limit, who)])

    def take_all(self, counted: Sequence[Counted]) -> None:
        """Count one attempt under several limits, or under none of them.

        Raises TooManyAttemptsError if one of them has been reached.
        """
        try:
            with self._database.changing("attempts", durable=False) as connection:
                now = time.time()
                connection.execute(_EXPIRED, {"now": now})
                waits = [
                    _wait(connection, LIMITS[limit].rate, _key(limit, who), now) for limit, who in counted
                ]
                if not any(waits):
                    connection.execute(_MADE, [_row(limit, who, now) for limit, who in counted])
        except OSError as error:
            LOG.error("Attempts are counted in each process alone, since they can't be written: %s", error)
            waits = self._waits_here(counted)
        if any(waits):
            raise TooManyAttemptsError(max(waits))

    def give_back(self, limit: str, who: str) -> None:
        """Uncount the latest attempt of `who`."""
        latest = select(func.max(table.c.id)).where(table.c.key == _key(limit, who)).scalar_subquery()
        self._forget(table.c.id == latest)
        del self._memory.events.get(_key(limit, who), [])[:1]

    def forgive(self, limit: str, who: str) -> None:
        """Uncount all attempts of `who`."""
        self._forget(table.c.key == _key(limit, who))
        self._memory.clear(_key(limit, who))

    def _forget(self, which: ColumnElement[bool]) -> None:
        with suppress(OSError), self._database.changing("attempts", durable=False) as connection:
            connection.execute(delete(table).where(which))

    def _waits_here(self, counted: Sequence[Counted]) -> list[float]:
        spare, given = self._spare, [(LIMITS[limit].rate, limit, who) for limit, who in counted]
        full = [one for one in given if not spare.test(*one)]
        if not full:
            full = [one for one in given if not spare.hit(*one)]
        return [spare.get_window_stats(*one).reset_time - time.time() for one in full]


def _key(limit: str, who: str) -> str:
    return LIMITS[limit].rate.key_for(limit, who)


def _row(limit: str, who: str, now: float) -> dict[str, object]:
    return {"key": _key(limit, who), "moment": now, "expires": now + LIMITS[limit].rate.get_expiry()}


def _wait(connection: Connection, rate: RateLimitItem, key: str, now: float) -> float:
    """Seconds until one more may be made; 0 where it may be at once."""
    since = now - rate.get_expiry()
    # Those of the future were counted before the clock was set back.
    window = {"of": key, "since": since, "until": now + SKEW_SECONDS}
    counted, oldest = connection.execute(_COUNTED, window).one()
    return oldest - since if counted >= rate.amount else 0.0


def counted_for(username: str, address: str | None, device: str | None) -> list[Counted]:
    """The limits that a wrong password counts under: a guesser's must not keep out who has been here before."""
    account, origin, network = of_account(username), of_address(address), of_network(address)
    if device:
        return [("device", f"{account} {device}")]
    wide = [("network", network)] if network else []
    return [("address", origin), *wide, ("account", f"{account} {origin}"), ("name", account)]


def counted_for_code(username: str, address: str | None) -> list[Counted]:
    """The limits that a wrong code counts under; who types one knows the password."""
    account = of_account(username)
    return [("code", f"{account} {of_address(address)}"), ("codes", account)]


def of_account(username: str) -> str:
    """The key of what was typed as a username; hashed, for people type passwords there too."""
    return hashlib.sha256(username.casefold().encode("utf-8", "surrogatepass")).hexdigest()


def of_address(address: str | None) -> str:
    """The key of a network address; an IPv6 subscriber has a whole /64 to come from."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def of_network(address: str | None) -> str | None:
    """The /48 that an IPv6 address lies in, of which many a subscriber has 65,536 times a /64."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if parsed.version == 4 or getattr(parsed, "ipv4_mapped", None):
        return None
    return str(ipaddress.ip_network((parsed, 48), strict=False))


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
