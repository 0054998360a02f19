"""Attempts at the door, counted where all workers see them."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from core.accounts.attempts_storage import SqliteStorage
from core.errors import AccountError


@dataclass(frozen=True)
class Limit:
    """How many attempts in how long, and what counts as one."""

    rate: RateLimitItem
    help: str


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "account": Limit(
            RateLimitItemPerMinute(10, 15),
            "Wrong passwords for one username in 15 minutes, whether the account exists or not.",
        ),
        "address": Limit(
            RateLimitItemPerMinute(30, 15), "Wrong passwords from one network address in 15 minutes."
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

    def give_back(self, limit: str, who: str) -> None:
        """Uncount the latest attempt of `who`."""
        self._storage.forget_latest(LIMITS[limit].rate.key_for(limit, who))

    def forgive(self, limit: str, who: str) -> None:
        """Uncount all attempts of `who`."""
        self._window.clear(LIMITS[limit].rate, limit, who)


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


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
