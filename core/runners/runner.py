"""What every runner does, wherever its customers are; those in parts do it by the verbs, part by part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.model.coreset import Coreset
from core.model.space import Floats, Space
from core.runners import verbs
from core.runners.partials import Histogram, Ints, Moments, Step, added

BINS = 64  # what travels grows with them, and the number of rounds falls
_MOST = 24  # rounds, each of which looks that many times closer: floats end before


class Runner(Protocol):
    """The verbs over one table of customers, cleaned and with every derived field."""

    def medians(self, names: Sequence[str]) -> dict[str, float]:
        """The median of each field over those known, exactly; NaN where none is."""

    def moments(self, names: Sequence[str], space: Space | None = None) -> Moments:
        """Fields as they are, gaps left out; with a `space`, where customers stand on its basis, which `names` is."""

    def coreset(self, space: Space, everyone: Moments, *, rows: int, seed: int) -> Coreset:
        """Customers drawn as `verbs.coreset` does; `everyone` is the moments in that space."""

    def assign(self, space: Space, value: str | None = None) -> Step:
        """One exact Lloyd step from the centres of the space."""


class InParts(ABC):
    """A runner of customers in parts: what is done to each, and that partials are added, is all there is."""

    @abstractmethod
    def each(self, verb: Callable[..., Any], *given: Any, **named: Any) -> list[Any]:
        """What `verb` finds of each part, in the order of the parts."""

    def medians(self, names: Sequence[str]) -> dict[str, float]:
        """The median of each field over those known, exactly; NaN where none is."""

        def between(edges: NDArray[np.float64]) -> Histogram:
            found: Histogram = added(self.each(verbs.histogram, names, edges))
            return found

        return dict(zip(names, medians(self.moments(names), between).tolist(), strict=True))

    def moments(self, names: Sequence[str], space: Space | None = None) -> Moments:
        """Moments of all."""
        found: Moments = added(self.each(verbs.moments, names, space))
        return found

    def coreset(self, space: Space, everyone: Moments, *, rows: int, seed: int) -> Coreset:
        """A coreset of all."""
        drawn = added(self.each(verbs.coreset, space, everyone, rows=rows, seed=seed))
        placed: Coreset = drawn.placed(space)
        return placed

    def assign(self, space: Space, value: str | None = None) -> Step:
        """One exact Lloyd step of all."""
        found: Step = added(self.each(verbs.assign, space, value))
        return found


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
