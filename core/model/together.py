"""Which categories are bought together, by everyone and in each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.baskets import Baskets
from core.statistics.lift import Lifts, lifts

FEWEST = 100  # purchases of several categories, below which nothing is said of what is bought together


@dataclass(frozen=True)
class Together:
    """Pairs of categories: those that everyone, and each segment by number from 1, buys together more or less than by chance."""

    names: tuple[str, ...]  # the categories that were looked at
    purchases: int
    several: int  # purchases of more than one of them
    everyone: Lifts
    segments: tuple[Lifts, ...]


def together(baskets: Baskets, segments: NDArray[np.int64]) -> Together:
    """What is bought together; `segments` are numbers from 1 by customer, 0 for one who is in none."""
    several = int((baskets.inside.sum(axis=1) > 1).sum())
    if several < FEWEST:
        nothing = Lifts((), 0, len(baskets.inside))
        return Together(baskets.names, len(baskets.inside), several, nothing, ())
    of = segments[baskets.customer]
    parts = tuple(
        lifts(baskets.inside[of == one], baskets.customer[of == one])
        for one in range(1, int(segments.max()) + 1)
    )
    everyone = lifts(baskets.inside, baskets.customer)
    return Together(baskets.names, len(baskets.inside), several, everyone, parts)
