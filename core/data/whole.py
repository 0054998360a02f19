"""Whole numbers within a short range, by how often each occurs: what orders and moments of millions need is in some thousand counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Array = NDArray[Any]  # floats without gaps, or whole numbers of any width
_SHARE = 4  # rows for each number that can occur, below which counting saves nothing
_MANY = 1 << 20  # numbers past which none of them is sorted that need not be
_STEPS = 1 << 14
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
        return _between(self.at, shares * (self.rows - 1))

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


def quantiles(known: Array, shares: Floats) -> Floats:
    """As `numpy.quantile` has them, of millions without a second array of them."""
    if len(known) <= _MANY:
        found: Floats = np.quantile(known, shares)
        return found
    return _between(lambda places: at(known, places), shares * (len(known) - 1))


def median(known: Array) -> float:
    """As `numpy.median` has it."""
    if len(known) <= _MANY:
        return float(np.median(known))
    return float(at(known, np.array([(len(known) - 1) // 2, len(known) // 2])).mean())


def at(known: Array, places: Ints) -> Floats:
    """The numbers at these places, if all were sorted: looked for among those that a step of a scale has in common."""
    least, most = float(known.min()), float(known.max())
    if not (steps := _STEPS / (most - least) if most > least else 0.0) or not np.isfinite(steps):
        return np.sort(known)[places].astype(np.float64)
    counts = np.zeros(_STEPS + 2, dtype=np.int64)
    for piece in in_pieces(len(known)):
        counts += np.bincount(_step(known[piece], least, steps), minlength=len(counts))
    above = counts.cumsum()
    own = np.searchsorted(above, places, side="right")
    near = np.zeros(len(counts), dtype=np.bool_)
    near[own[own > 0]] = True
    pieces = (known[piece] for piece in in_pieces(len(known)))
    some = np.concatenate([piece[near[_step(piece, least, steps)]] for piece in pieces])
    kept = np.where(near, counts, 0)
    there = places - (above - counts)[own] + (kept.cumsum() - kept)[own]
    if (beyond := own > 0).any():
        some.partition(np.unique(there[beyond]))
    return np.array(
        [some[one] if far else least for one, far in zip(there.tolist(), beyond.tolist(), strict=True)]
    )


def _step(piece: Array, least: float, steps: float) -> Ints:
    """On which step of a scale numbers are, the least alone on the lowest; rounding puts none below where a lesser one is."""
    far = piece - least
    return (far * steps).astype(np.int64) + (far > 0)


def _between(at_: Callable[[Ints], Floats], places: Floats) -> Floats:
    """Between the numbers at the places below and above."""
    below = np.floor(places)
    part = places - below
    low, high = at_(below.astype(np.int64)), at_(np.ceil(places).astype(np.int64))
    return np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))


def deviation(known: Floats, mean: float, *, less: int) -> float:
    """As `numpy.std` has it, which adds in pairs of halves, without an array of millions of squares."""
    return float(np.sqrt(_squares(known, mean) / (len(known) - less)))


def _squares(known: Floats, mean: float) -> float:
    if len(known) <= _AT_ONCE:
        off = known - mean
        return float(np.multiply(off, off, out=off).sum())
    half = len(known) // 2
    half -= half % 8
    return _squares(known[:half], mean) + _squares(known[half:], mean)


def taken(values: Array, places: Array) -> Array:
    """The values at these places; numpy would have all of these at eight bytes each."""
    found = np.empty(len(places), dtype=values.dtype)
    for part in in_pieces(len(places)):
        found[part] = values[places[part]]
    return found


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
