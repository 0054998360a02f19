"""Medians of values that lie in parts, exactly: counted between edges that close in on the middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.model.space import Floats
from core.runners.partials import Histogram, Ints, Moments

BINS = 64  # what travels grows with them, and the number of rounds falls
_MOST = 24  # rounds, each of which looks that many times closer: floats end before


def medians(everyone: Moments, between: Callable[[Floats], Histogram]) -> Floats:
    """The median of each field.

    Parameters
    ----------
    everyone : Moments
        Of the fields, as they are.
    between : callable
        The histogram of all fields between edges, shape (n_names, n_bins + 1).

    Returns
    -------
    float array, shape (n_names,)
        Mean of the two in the middle where the number is even; NaN where none is known.
    """
    there = everyone.known > 0
    low, high = (np.where(there, one, 0.0) for one in (everyone.low, everyone.high))
    rank = np.maximum((everyone.known - 1) // 2, 0)
    middle, after = _ranked(rank, low, high, everyone.known, between)
    is_last = (everyone.known % 2 == 0) & (after == 0) & there
    beside = middle
    if is_last.any():  # of those that are alike: the other one in the middle is the next above
        above = between(np.array([np.nextafter(middle, np.inf), np.nextafter(high, np.inf)]).T)
        beside = np.where(is_last, above.low[:, 0], middle)
    return np.where(there, (middle + beside) / 2, np.nan)


def _ranked(
    rank: Ints, low: Floats, high: Floats, counts: Ints, between: Callable[[Floats], Histogram]
) -> tuple[Floats, Ints]:
    """Of each field, the value that so many are below of, and how many like it come after; all lie from `low` to `high`."""
    rows = np.arange(len(low))
    for _ in range(_MOST):
        if (low == high).all():
            break
        found = between(np.linspace(low, high, BINS + 1, axis=1))
        upto = found.counts.cumsum(axis=1)
        place = np.minimum((upto <= rank[:, None]).sum(axis=1), BINS - 1)
        rank = rank - np.where(place > 0, upto[rows, place - 1], 0)
        low, high, counts = found.low[rows, place], found.high[rows, place], found.counts[rows, place]
        low, high = (np.where(np.isfinite(one), one, 0.0) for one in (low, high))
    return low, counts - rank - 1
