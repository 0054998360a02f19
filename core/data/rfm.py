"""Recency, frequency and money scored by fifths as far as ties allow, and the group of each customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.numbers import to_tell
from core.schema.rfm_groups import GRID, GROUPS, NAMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cuts = Mapping[str, Sequence[float]]
SCORED = RECENCY, FREQUENCY, MONEY = "recency", "frequency", "money"


@dataclass(frozen=True)
class Score:
    """How values become scores from 1 to 5."""

    ends: tuple[float, ...]  # the largest value of each group but the last, from small to large
    scores: tuple[int, ...]  # of the groups in that order

    @classmethod
    def of(cls, values: Floats, ends: Sequence[float] = (), *, least_is_best: bool = False) -> Score:
        """Groups up to each of `ends`; else of a fifth of the customers each, as far as ties allow."""
        if not ends:
            parts = [part / GROUPS for part in range(1, GROUPS)]
            fifths = np.unique(np.quantile(values, parts, method="inverted_cdf"))
            ends = [float(end) for end in fifths[fifths < values.max()]]
        steps = len(ends)
        scores = [1 + round((GROUPS - 1) * step / steps) if steps else 3 for step in range(steps + 1)]
        return cls(tuple(ends), tuple(scores[::-1] if least_is_best else scores))

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


def rfm(recency: Floats, frequency: Floats, money: Floats | None, cuts: Cuts = MappingProxyType({})) -> Rfm:
    """Scores and groups of customers.

    Parameters
    ----------
    recency : float64, shape (n_customers,)
        Days since the last purchase: the fewest score 5.
    frequency, money : float64, shape (n_customers,)
    cuts : mapping of RECENCY, FREQUENCY, MONEY to ends
        Where somebody chose the cut points.

    Notes
    -----
    Hughes (1994), Strategic Database Marketing, scores fifths; groups by recency and the mean of the other two, halves
    rounded up, are those of shop systems, here without cells that overlap.
    """
    scores = (
        Score.of(recency, cuts.get(RECENCY, ()), least_is_best=True),
        Score.of(frequency, cuts.get(FREQUENCY, ())),
    )
    third = None if money is None else Score.of(money, cuts.get(MONEY, ()))
    often = scores[1](frequency)
    together = often if third is None or money is None else (often + third(money) + 1) // 2
    places = np.array([[NAMES.index(name) for name in row] for row in GRID])
    return Rfm(*scores, third, places[scores[0](recency) - 1, together - 1])


def refused(values: Floats, ends: Sequence[float]) -> str:
    """Why values can't be cut at these ends, in words; empty where they can."""
    most = GROUPS - 1
    if len(ends) > most:
        return f"Found {len(ends)} cut points. Expected {most} at most: there are five scores."
    if not all(map(np.isfinite, ends)) or any(one >= other for one, other in pairwise(ends)):
        return "Found cut points that do not rise. Expected each to be larger than the one before."
    counts = np.bincount(np.searchsorted(ends, values, side="left"), minlength=len(ends) + 1)
    if empty := [place for place in range(len(ends) + 1) if not counts[place]]:
        place = empty[0]
        where = (
            f"above {to_tell(ends[-1], ',.12g')}"
            if place == len(ends)
            else f"up to {to_tell(ends[place], ',.12g')}"
        )
        after = f" and above {to_tell(ends[place - 1], ',.12g')}" if 0 < place < len(ends) else ""
        return f"Found no customer {where}{after}. Expected somebody in each group: move the cut point, or leave it out."
    return ""
