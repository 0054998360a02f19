"""Recency, frequency and money scored by fifths as far as ties allow, and the group of each customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.schema.rfm_groups import GRID, GROUPS, NAMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """How values become scores from 1 to 5.

    Attributes
    ----------
    ends : tuple of float
        The largest value of each group but the last, from small to large.
    scores : tuple of int
        Of the groups in that order.
    """

    ends: tuple[float, ...]
    scores: tuple[int, ...]

    @classmethod
    def of(cls, values: Floats, *, least_is_best: bool = False) -> Score:
        """Groups of a fifth of the customers each, as far as ties allow: those of one value have one score."""
        parts = [part / GROUPS for part in range(1, GROUPS)]
        ends = np.unique(np.quantile(values, parts, method="inverted_cdf"))
        ends = ends[ends < values.max()]
        steps = len(ends)
        scores = [1 + round((GROUPS - 1) * step / steps) if steps else 3 for step in range(steps + 1)]
        return cls(tuple(map(float, ends)), tuple(scores[::-1] if least_is_best else scores))

    def __call__(self, values: Floats) -> Ints:
        """The score of each value."""
        return np.array(self.scores, dtype=np.int64)[np.searchsorted(self.ends, values, side="left")]


@dataclass(frozen=True)
class Rfm:
    """The scores of a table, and each customer's group: its place in `NAMES`. Without money, purchases count alone."""

    recency: Score
    frequency: Score
    money: Score | None
    groups: Ints

    @property
    def names(self) -> NDArray[np.object_]:
        """The name of each customer's group."""
        return np.array(NAMES, dtype=object)[self.groups]


def rfm(recency: Floats, frequency: Floats, money: Floats | None) -> Rfm:
    """Scores and groups of customers.

    Parameters
    ----------
    recency : float64, shape (n_customers,)
        Days since the last purchase: the fewest score 5.
    frequency, money : float64, shape (n_customers,)

    Notes
    -----
    Hughes (1994), Strategic Database Marketing, scores fifths; groups by recency and the mean of the other two, halves
    rounded up, are those of shop systems, here without cells that overlap.
    """
    scores = Score.of(recency, least_is_best=True), Score.of(frequency)
    third = None if money is None else Score.of(money)
    often = scores[1](frequency)
    together = often if third is None or money is None else (often + third(money) + 1) // 2
    places = np.array([[NAMES.index(name) for name in row] for row in GRID])
    return Rfm(*scores, third, places[scores[0](recency) - 1, together - 1])
