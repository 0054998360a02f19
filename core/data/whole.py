"""Whole numbers within a short range, by how often each occurs: what orders and moments of millions need is in some thousand counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Array = NDArray[Any]  # floats without gaps, or whole numbers of any width
_SHARE = 4  # rows for each number that can occur, below which counting saves nothing
_AT_ONCE = 1 << 15  # rows, which stay in the cache between one step and the next


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
    def skewness(self) -> float:
        """The third moment by the deviation cubed."""
        cubes = float((self.counts * (self.values - self.mean) ** 3).sum())
        return cubes / self.rows / (self.deviation(less=0) ** 3 or np.nan)

    @property
    def mean(self) -> float:
        return self.least + float((np.arange(len(self.counts)) * self.counts).sum()) / self.rows

    def deviation(self, *, less: int) -> float:
        """The root of squares by `rows - less`."""
        return float(np.sqrt((self.counts * (self.values - self.mean) ** 2).sum() / (self.rows - less)))


def keys_of(known: Array) -> tuple[int, Array, int] | None:
    """The least of some numbers, each as how far it is from there, and how many there can be; None if they are others."""
    if not len(known):
        return None
    least, most = known.min(), known.max()
    span = float(most) - float(least) + 1
    if not span * _SHARE <= len(known) or least != np.floor(least) or abs(float(least)) > 2**52:
        return None
    if known.dtype.kind == "i":  # wraps around: what is below zero is far above as well
        unsigned = known.view(f"u{known.dtype.itemsize}")
        keys = unsigned - least.view(unsigned.dtype)
        return int(least), keys if keys.itemsize < 8 else keys.astype(np.int32), int(span)
    keys = np.empty(len(known), dtype=np.int32)
    for piece in in_pieces(len(known)):
        far = known[piece] - least
        keys[piece] = far
        if not np.array_equal(keys[piece], far):
            return None
    return int(least), keys, int(span)


def counted(keys: Array, span: int, parts: Array | None = None, k: int = 1) -> Ints:
    """How often each key below `span` occurs, in each of `k` parts; shape (k, span)."""
    found = np.zeros(k * span, dtype=np.int64)
    for piece in in_pieces(len(keys), k * span):
        own = keys[piece] if parts is None else parts[piece] * np.intp(span) + keys[piece]
        found += np.bincount(own, minlength=k * span)
    return found.reshape(k, span)


def places_by(parts: Array, k: int) -> NDArray[np.int32]:
    """Places part by part, of parts 0 to `k` - 1, as a stable sort has them."""
    return np.concatenate([np.flatnonzero(parts == one).astype(np.int32) for one in range(k)])


def in_pieces(rows: int, least: int = 0) -> Iterator[slice]:
    """Rows, some at a time, so that what is made of them stays in the cache; no fewer than `least`."""
    step = max(_AT_ONCE, least)
    return (slice(start, start + step) for start in range(0, rows, step))


def whole(known: Array) -> Whole | None:
    """Counts of these numbers; None if they are not whole, or many different ones."""
    if (found := keys_of(known)) is None:
        return None
    least, keys, span = found
    return Whole(least, counted(keys, span)[0])
