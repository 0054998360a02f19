"""Who passes: conditions, and the rows of a slice that meet them, 64 at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import Codes
from core.crossfilter.columns import Columns, Slice, Words, pack
from core.crossfilter.typed import Typed
from core.crossfilter.values import Values
from core.data.whole import in_pieces
from core.errors import DataError

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]
Part = Callable[[slice | Rows], Codes]  # of a key: that of some rows of a slice

NONE, ALL = np.uint64(0), ~np.uint64(0)  # of the rows of a word
MOST_RUNS = 8  # of codes, each a SIMD comparison; past that one look-up a row is faster


class Condition(NamedTuple):
    """Rows whose code in `field` is one of `codes`; whose value was `typed`; or that meet one of `group`."""

    field: str
    codes: frozenset[int]
    typed: Typed | None = None
    group: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Passing:
    """Which rows of a slice pass; `mask` is None when all do, or none. Where `fewer` are is kept with it if they are `few`."""

    piece: Slice
    mask: Words | None
    count: int
    sums: dict[Hashable, Array] = field(default_factory=dict, compare=False)  # that were asked for
    picked: dict[str, Values] = field(default_factory=dict, init=False, compare=False)  # values of `fewer`

    @property
    def few(self) -> bool:
        """Whether those who pass are, or those who don't."""
        return 8 * self.fewest <= self.piece.rows

    @property
    def size(self) -> int:
        rows = 2 * self.fewest * np.dtype(np.intp).itemsize if self.few else 0
        return 4000 + rows + (0 if self.mask is None else self.mask.nbytes)

    @property
    def mostly(self) -> bool:
        return 2 * self.count > self.piece.rows

    @property
    def fewest(self) -> int:
        """How many pass, or where they are more, do not."""
        return min(self.count, self.piece.rows - self.count)

    @property
    def chosen(self) -> Rows:
        if self.mask is None:
            return np.arange(self.count)
        return _rows(self.mask, self.piece.rows) if self.mostly else self.fewer

    def once(self, what: Hashable, made: Callable[[], Array]) -> Array:
        """What is made of those who pass, kept with them."""
        if (found := self.sums.get(what)) is None:
            found = self.sums[what] = made()
        return found

    def by_key(
        self,
        parts: Sequence[Part],
        shape: tuple[int, ...],
        values: Values | None = None,
    ) -> Array:
        """Counts or sums by what `parts` say of some rows; those who fail are counted too, apart, unless they are many.

        A key has as many bytes as it needs: fewest where the parts of fewest bins come first.
        """
        apart = self.mask if 8 * self.count > 3 * self.piece.rows else None
        size = math.prod(shape)
        most = size if apart is None else 2 * size
        found = np.zeros(most, dtype=np.float64 if values else np.int64)
        for part in in_pieces(self.count if apart is None else self.piece.rows, 8 * most):
            rows = self.chosen[part] if apart is None and self.mask is not None else part
            key, bins = np.zeros(1, dtype=np.uint8), 1
            if apart is not None:
                octets = apart.view(np.uint8)[part.start // 8 : part.stop // 8]
                key, bins = np.unpackbits(octets)[: self.piece.rows - part.start], 2
            for codes, more in zip(parts, shape, strict=True):
                bins *= more
                key = np.multiply(key, more, dtype=np.min_scalar_type(bins)) + codes(rows)
            found += counted(key, most, values.numbers[rows] if values else None)
        found = found[most - size :].reshape(shape)
        return found / values.per if values else found

    @cached_property
    def fewer(self) -> Rows:
        """Those who pass; where they are more, those who don't."""
        if self.mask is None:
            return np.arange(0)
        return _rows(~self.mask if self.mostly else self.mask, self.piece.rows)


def counted(key: Array, bins: int, weights: Array | None = None) -> Array:
    """By bin, where no key is past the last."""
    found: Array = np.bincount(key, weights, bins)
    if len(found) != bins:
        raise DataError.of("cross-filter", "codes past the last bin", "what build wrote", "Build it again.")
    return found


def _rows(mask: Words, rows: int) -> Rows:
    octets = mask.view(np.uint8)
    if 7 * np.count_nonzero(octets) > 4 * len(octets):  # more than one of ten
        return np.flatnonzero(_unpack(octets)[:rows])
    some = np.flatnonzero(
        octets.astype(np.bool_)
    )  # finding the nonzero among bytes takes several times as long
    hits = np.flatnonzero(_unpack(octets[some]))
    found: Rows = some[hits >> 3] * 8 + (hits & 7)
    return found[: np.searchsorted(found, rows)]


def _unpack(octets: Codes) -> npt.NDArray[np.bool_]:
    return np.unpackbits(octets).view(np.bool_)


def passing_of(columns: Columns, piece: Slice, conditions: tuple[Condition, ...]) -> Passing:
    """Who passes, kept for the next question: that of another chart, or of one more filter."""
    known: Passing | None = columns.passed.get((conditions, piece.index))
    if known is None:
        known = _who_passes(columns, piece, conditions)
        columns.passed.keep((conditions, piece.index), known, known.size)
    return known if known.few else replace(known)


def _who_passes(columns: Columns, piece: Slice, conditions: tuple[Condition, ...]) -> Passing:
    counts = [_in_bins(columns, piece, condition) for condition in conditions]
    if 0 in counts:
        return Passing(piece, None, 0)
    limits = [one for one, count in zip(conditions, counts, strict=True) if count != piece.rows]
    if not limits:
        return Passing(piece, None, piece.rows)
    if len(conditions) == 1:
        joint = _mask(columns, piece, limits[0])
    else:
        masks = (passing_of(columns, piece, (one,)).mask for one in limits)
        joint = reduce(_and, (mask for mask in masks if mask is not None))
    return Passing(piece, joint, int(np.bitwise_count(joint).sum()))


def _and(some: Words, others: Words) -> Words:
    return some & others


def _or(some: Words, others: Words) -> Words:
    return some | others


def _mask(columns: Columns, piece: Slice, condition: Condition) -> Words:
    """Which rows of a slice meet a condition."""
    name, typed, axis = condition.field, condition.typed, columns.axes.get(condition.field)
    if condition.group:
        return reduce(_or, (_mask(columns, piece, one) for one in condition.group))
    if typed is None:
        return _coded(columns, piece, name, condition.codes)
    if axis is None or not axis.edges:
        return pack(meets(columns, condition, slice(piece.start, piece.stop)))
    whole = typed.whole(axis)
    rows = _rows(_coded(columns, piece, name, typed.codes(axis) - whole), piece.rows)
    flags = np.zeros(piece.rows, dtype=np.bool_)
    flags[rows] = columns.holding(name, typed, piece.start + rows)
    return _coded(columns, piece, name, whole) | pack(flags)


def _coded(columns: Columns, piece: Slice, name: str, codes: frozenset[int]) -> Words:
    """Which rows of a slice have one of these codes, 64 at a time."""
    planes = columns.planes[name][:, piece.word : piece.word + piece.words]
    wanted = [code in codes for code in range(len(columns.axes[name]))]
    wanted += wanted[-1:] * ((1 << len(planes)) - len(wanted))  # codes that nobody has
    found = np.empty(piece.words, dtype=np.uint64)
    found[:] = _wanted(planes, tuple(wanted))
    found[-1:] &= pack(np.ones((piece.rows - 1) % 64 + 1, dtype=np.bool_))
    return found


def _wanted(planes: Words, wanted: tuple[bool, ...]) -> Words | np.uint64:
    """Rows whose code is wanted, by the last of its bits and then by the others (Shannon 1949)."""
    if len({*wanted}) == 1:
        return ALL if wanted[0] else NONE
    half = len(wanted) // 2
    low = _wanted(planes[:-1], wanted[:half])
    if wanted[:half] == wanted[half:]:
        return low
    found: Words = low ^ ((low ^ _wanted(planes[:-1], wanted[half:])) & planes[-1])
    return found


def _in_bins(columns: Columns, piece: Slice, condition: Condition) -> int | None:
    """How many rows meet a condition on bins; None where bins don't say it."""
    if condition.typed or condition.group:
        return None
    return int(columns.totals[f"counts/{condition.field}"][piece.index, sorted(condition.codes)].sum())


def meets(columns: Columns, condition: Condition, rows: slice | Rows) -> npt.NDArray[np.bool_]:
    """Which of these rows, in stored order, meet a condition."""
    if condition.group:
        found: npt.NDArray[np.bool_] = np.logical_or.reduce(
            [meets(columns, one, rows) for one in condition.group]
        )
        return found
    if condition.typed:
        return columns.holding(condition.field, condition.typed, rows)
    return _meets(columns.codes[condition.field][rows], sorted(condition.codes))


def _meets(codes: Codes, wanted: Sequence[int]) -> npt.NDArray[np.bool_]:
    runs = [code for code in wanted if code - 1 not in wanted]
    if len(runs) > MOST_RUNS:
        table = np.zeros(256, dtype=np.bool_)
        table[wanted] = True
        return table.take(codes)
    ends = [code + 1 for code in wanted if code + 1 not in wanted]
    met = np.zeros(len(codes), dtype=np.bool_)
    for first, end in zip(runs, ends, strict=True):
        # Unsigned wrap-around: below `first` becomes large, so that one comparison tests both ends.
        met |= (codes - np.uint8(first)) < np.uint8(end - first)
    return met
