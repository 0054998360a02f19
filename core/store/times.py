"""Points in time as they are kept and told to programs: ISO 8601, UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The present moment."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def moment(seconds: float) -> str:
    """The moment so many seconds after the epoch."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
