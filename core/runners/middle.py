"""Medians of values that lie in parts, exactly: counted between edges that close in on the middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.model.space import Floats
from core.runners.partials import Histogram, Ints, Moments

BINS = 1_024
_MOST = 12  # rounds: each looks a thousand times closer, so that floats end before


def medians(everyone: Moments, between: Callable[[Floats], Histogram]) -> Floats:
    """The median of each field.

    Parameters
    ----------
    everyone : Moments
        Of the fields, as they are.
    between : callable
        The histogram of all fields between edges, shape (n_names, BINS + 1).

    Returns
    -------
    float array, shape (n_names,)
        Mean of the two in the middle where the number is even; NaN where none is known.
    """
    there = everyone.known > 0
    low, high = (np.where(there, one, 0.0) for one in (everyone.low, everyone.high))
    ranks = np.array([(everyone.known - 1) // 2, everyone.known // 2])
    found = [_ranked(np.maximum(rank, 0), low, high, between) for rank in ranks]
    return np.where(there, (found[0] + found[1]) / 2, np.nan)


def _ranked(rank: Ints, low: Floats, high: Floats, between: Callable[[Floats], Histogram]) -> Floats:
    """The value that so many are below of, of each field; all of them lie from `low` to `high`."""
    rows = np.arange(len(low))
    for _ in range(_MOST):
        if (low == high).all():
            break
        edges = np.linspace(low, high, BINS + 1, axis=1)
        found = between(edges)
        upto = found.counts.cumsum(axis=1)
        place = np.minimum((upto <= rank[:, None]).sum(axis=1), BINS - 1)
        rank = rank - np.where(place > 0, upto[rows, place - 1], 0)
        low, high = found.low[rows, place], found.high[rows, place]
        low, high = (np.where(np.isfinite(one), one, 0.0) for one in (low, high))
    return low
