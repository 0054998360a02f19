"""Whole numbers within a short range, by how often each occurs: what orders and moments of millions need is in some thousand counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SHARE = 4  # rows for each number that can occur, below which counting saves nothing


@dataclass(frozen=True, eq=False)
class Whole:
    """How often each number occurs, from `least` on."""

    least: int
    counts: Ints

    @property
    def values(self) -> Floats:
        """The numbers."""
        return self.least + np.arange(len(self.counts), dtype=np.float64)

    @property
    def rows(self) -> int:
        return int(self.counts.sum())

    def at(self, places: Ints) -> Floats:
        """The numbers at these places, if all were sorted."""
        return self.least + np.searchsorted(self.counts.cumsum(), places, side="right").astype(np.float64)

    def quantiles(self, shares: Floats) -> Floats:
        """As `numpy.quantile` has them, between the two nearest (Hyndman and Fan 1996, definition 7)."""
        places = shares * (self.rows - 1)
        below = np.floor(places)
        part = places - below
        low, high = self.at(below.astype(np.int64)), self.at(np.ceil(places).astype(np.int64))
        return np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))

    @property
    def mean(self) -> float:
        return self.least + float((np.arange(len(self.counts)) * self.counts).sum()) / self.rows

    def deviation(self, *, less: int) -> float:
        """The root of squares by `rows - less`."""
        return float(np.sqrt((self.counts * (self.values - self.mean) ** 2).sum() / (self.rows - less)))


def keys_of(known: Floats) -> tuple[int, NDArray[np.int32], int] | None:
    """The least of some numbers, each as how far it is from there, and how many there can be; None if they are others."""
    if not len(known):
        return None
    least, most = float(known.min()), float(known.max())
    if not (most - least + 1) * _SHARE <= len(known) or least != np.floor(least) or abs(least) > 2**52:
        return None
    far = known - least
    keys = far.astype(np.int32)
    return (int(least), keys, int(most - least) + 1) if np.array_equal(keys, far) else None


def whole(known: Floats) -> Whole | None:
    """Counts of these numbers; None if they are not whole, or many different ones."""
    if (found := keys_of(known)) is None:
        return None
    least, keys, span = found
    return Whole(least, np.bincount(keys, minlength=span))
