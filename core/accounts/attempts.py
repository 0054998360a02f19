"""Attempts at the door, counted where all workers see them."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from core.accounts.attempts_storage import SqliteStorage
from core.errors import AccountError

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
        "sign-up": Limit(RateLimitItemPerHour(200), "Sign-ups from one network address in an hour."),
    }
)


class TooManyAttemptsError(AccountError):
    """A door that stays shut for `wait` seconds."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, math.ceil(wait))
        super().__init__(f"Too many attempts. Try again in {_in_words(self.wait)}.")


class Attempts:
    """Attempts counted in the SQLite file at `path`, by all threads and workers together."""

    def __init__(self, path: Path) -> None:
        self._storage = SqliteStorage(f"parterre+sqlite:{path}")
        self._window = MovingWindowRateLimiter(self._storage)

    def take(self, limit: str, who: str) -> None:
        """Count an attempt of `who` before it is made, so that attempts at the same moment count too.

        Raises
        ------
        TooManyAttemptsError
            If `who` has none left; this one is not counted then.
        """
        rate = LIMITS[limit].rate
        if not self._window.hit(rate, limit, who):
            raise TooManyAttemptsError(
                self._window.get_window_stats(rate, limit, who).reset_time - time.time()
            )

    def take_all(self, counted: Sequence[Counted]) -> None:
        """Count one attempt under several limits, or under none of them.

        Raises
        ------
        TooManyAttemptsError
            If one of them has been reached.
        """
        for place, (limit, who) in enumerate(counted):
            try:
                self.take(limit, who)
            except TooManyAttemptsError:
                for taken in counted[:place]:
                    self.give_back(*taken)
                raise

    def give_back(self, limit: str, who: str) -> None:
        """Uncount the latest attempt of `who`."""
        self._storage.forget_latest(LIMITS[limit].rate.key_for(limit, who))

    def forgive(self, limit: str, who: str) -> None:
        """Uncount all attempts of `who`."""
        self._window.clear(LIMITS[limit].rate, limit, who)


def counted_for(username: str, address: str | None, device: str | None) -> list[Counted]:
    """The limits that a wrong password counts under: a guesser's must not keep out who has been here before."""
    account, origin, network = of_account(username), of_address(address), of_network(address)
    if device:
        return [("device", f"{account} {device}")]
    wide = [("network", network)] if network else []
    return [("address", origin), *wide, ("account", f"{account} {origin}"), ("name", account)]


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
