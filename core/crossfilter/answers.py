"""What charts ask the engine for, and what they are answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Breakdown:
    """What one chart asks for: customers by bin of `field`, also by `by`, also the sum of `value`."""

    name: str
    field: str
    by: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Figures:
    """What one chart shows; shape (bins,) or (bins, bins of `by`)."""

    counts: Array  # customers
    known: Array | None = None  # customers whose value is known; None without a value
    sums: Array | None = None  # sum of the value over those, in the value's unit; a mean is `sums / known`


@dataclass(frozen=True)
class Moments:
    """Enough of one value to state a mean and its interval: known customers, sum, sum of squares."""

    known: int
    sum: float
    squares: float

    @property
    def mean(self) -> float:
        """Mean over the known; NaN if there is none."""
        return self.sum / self.known if self.known else math.nan

    @property
    def deviation(self) -> float:
        """Sample standard deviation; NaN under two customers."""
        if self.known < 2:
            return math.nan
        return math.sqrt(max(self.squares - self.sum * self.mean, 0.0) / (self.known - 1))


@dataclass(frozen=True)
class Totals:
    """A group of customers in total."""

    rows: int
    values: Mapping[str, Moments]


@dataclass(frozen=True)
class Answer:
    """All figures of a page for one selection; arrays are shared with later answers and read-only."""

    views: Mapping[str, Figures]
    selected: Totals
    everyone: Totals

    def __getitem__(self, name: str) -> Figures:
        return self.views[name]
