"""What time it is, as far as one can say: clocks of several machines differ, and are set back when they were wrong."""

from __future__ import annotations

import time

SKEW_SECONDS = 60


def is_within(seconds: float, began: float) -> bool:
    """Whether it began at most so long ago; by another machine's clock it may begin in a moment."""
    return -SKEW_SECONDS <= time.time() - began < seconds
