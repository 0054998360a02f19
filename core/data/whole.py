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
_SAMPLED = 1 << 14
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
    """The numbers at these places, if all were sorted: looked for between two of a sample that they are hardly beyond.

    Notes
    -----
    Floyd and Rivest (1975), Communications of the ACM 18: 165-172.
    """
    sample, found = np.sort(known[:: max(1, len(known) // _SAMPLED)]), dict[int, float]()
    for place in np.unique(places).tolist():
        if place not in found:
            found |= _around(known, sample, place)
    return np.array([found[place] for place in places.tolist()], dtype=np.float64)


def _around(known: Array, sample: Array, place: int) -> dict[int, float]:
    """The number at a place, and at the next one where that is known by then."""
    if place in (0, len(known) - 1):
        return {place: known.max() if place else known.min()}
    rank, off = place / len(known) * len(sample), 2 * len(sample) ** 0.5  # which is four deviations by chance
    low = sample[int(rank - off)] if rank >= off else -np.inf
    high = sample[int(rank + off)] if rank + off < len(sample) else np.inf
    upto, inside = _inside(known, low, high)
    if 0 <= place - upto < len(inside):
        near = [one for one in (place - upto, place - upto + 1) if one < len(inside)]
        return {upto + one: value for one, value in zip(near, np.partition(inside, near)[near], strict=True)}
    edge = low if place < upto else high
    return {place: edge if _is_at(known, edge, place) else np.partition(known, place)[place]}


def _inside(known: Array, low: float, high: float) -> tuple[int, Array]:
    """How many are at most `low`, and those between it and `high`."""
    upto, inside = 0, []
    for piece in in_pieces(len(known)):
        some = known[piece]
        over = some > low
        upto += len(some) - int(np.count_nonzero(over))
        inside.append(some[over & (some < high)])
    return upto, np.concatenate(inside)


def _is_at(known: Array, value: float, place: int) -> bool:
    below = upto = 0
    for piece in in_pieces(len(known)):
        below += int(np.count_nonzero(known[piece] < value))
        upto += int(np.count_nonzero(known[piece] <= value))
    return below <= place < upto


def _between(at_: Callable[[Ints], Floats], places: Floats) -> Floats:
    """Between the numbers at the places below and above."""
    below = np.floor(places)
    part = places - below
    low, high = np.split(at_(np.concatenate([below, np.ceil(places)]).astype(np.int64)), 2)
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
        values.take(places[part], out=found[part], mode="clip")  # with any other numpy has a copy made
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
