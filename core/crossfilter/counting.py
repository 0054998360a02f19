"""Counts and sums over the rows that pass, slice by slice: the only loop over customers behind a click.

Two ways to count, whichever is cheaper. When many rows pass, bit planes: with `m` the mask and `p_j` the
planes, T(s) = popcount(m & all p_j with bit j in s) counts the rows whose code contains the bits of s. That
is one AND and one popcount for 64 rows and a bin; a Moebius inversion over the bits then turns T into counts
by code. When few rows pass (or few fail, everyone's counts being known), those are gathered and counted.

One thread: `bincount` keeps the interpreter lock, and two threads took a third more processor time to be a
fifth faster at ten million rows. Several requests at once already use all cores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import Codes
from core.crossfilter.columns import Columns, Slice, Words, pack
from core.crossfilter.typed import Typed
from core.crossfilter.values import Values
from core.errors import DataError

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]

# Measured: gathering a row costs as much as 120 bins of its share of a bit-plane count.
BINS_PER_GATHERED_ROW = 300
PLANES_AHEAD = 1 << 20  # what the calls of a bit-plane count cost before the first row, in rows x bins
NONE, ALL = np.uint64(0), ~np.uint64(0)  # of the rows of a word
MOST_RUNS = 8  # of codes, each a SIMD comparison; past that one look-up a row is faster


class Condition(NamedTuple):
    """Rows whose code in `field` is one of `codes`; whose value was `typed`; or that meet one of `group`."""

    field: str
    codes: frozenset[int]
    typed: Typed | None = None
    group: tuple[Condition, ...] = ()


class Query(NamedTuple):
    """Rows that meet all conditions: how many, or the sum of `value`, by bin of `field`, of `by` and of `along`.

    Without `field`: their number, or sum and sum of squares of `value`.
    """

    conditions: tuple[Condition, ...]
    field: str | None = None
    by: str | None = None
    value: str | None = None
    along: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """By what is counted."""
        return tuple(name for name in (self.field, self.by, self.along) if name is not None)


def tally(columns: Columns, queries: Sequence[Query]) -> dict[Query, Array]:
    """Answer all queries in one pass over the rows, in the caller's thread."""
    counter = _Counter(columns)
    found = {query: counter.empty(query) for query in queries}
    groups: dict[tuple[Condition, ...], list[Query]] = {}
    for query in queries:
        groups.setdefault(query.conditions, []).append(query)
    for piece in columns.slices:
        for conditions, group in groups.items():
            passing = _passing(columns, piece, conditions)
            if passing.count:
                for query in group:
                    counter.add(query, piece, passing, found[query])
    return found


def rows_passing(columns: Columns, conditions: tuple[Condition, ...]) -> Rows:
    """Places, ascending, in the table that was built from."""
    hit = np.zeros(columns.rows, dtype=np.bool_)
    for piece in columns.slices:
        passing = _passing(columns, piece, conditions)
        hit[columns.order[piece.start : piece.stop][passing.chosen]] = True
    return np.flatnonzero(hit)


def times(
    columns: Columns, conditions: tuple[Condition, ...], among: Sequence[str], code: int, by: Sequence[str]
) -> Array:
    """Customers by how many of the fields `among` have `code`, and by bins of the fields `by`; one pass over all."""
    shape = (len(among) + 1, *(len(columns.axes[name]) for name in by))
    found = np.zeros(shape, dtype=np.int64)
    for piece in columns.slices:
        passing = _passing(columns, piece, conditions)
        with_code = np.zeros(passing.count, dtype=np.uint8)
        for name in among:
            with_code += columns.codes[name][piece.start : piece.stop][passing.rows] == code
        key: Array = with_code.astype(np.uint16 if found.size <= 1 << 16 else np.uint32)
        for name, bins in zip(by, shape[1:], strict=True):
            key = key * key.dtype.type(bins) + columns.codes[name][piece.start : piece.stop][passing.rows]
        found += np.bincount(key, minlength=found.size).reshape(shape)
    return found


@dataclass(frozen=True)
class _Passing:
    """Which rows of a slice pass; `mask` is None when all do. Where they are is kept with it if they are `few`."""

    piece: Slice
    mask: Words | None
    count: int
    moments: dict[str, Array] = field(default_factory=dict, compare=False)  # of values that were asked for
    picked: dict[str, Values] = field(default_factory=dict, init=False, compare=False)  # values of `fewer`

    @property
    def few(self) -> bool:
        return 8 * self.count <= self.piece.rows

    @property
    def size(self) -> int:
        rows = 2 * self.count * np.dtype(np.intp).itemsize if self.few else 0
        return 4000 + rows + (0 if self.mask is None else self.mask.nbytes)

    @property
    def mostly(self) -> bool:
        return 2 * self.count > self.piece.rows

    @cached_property
    def chosen(self) -> Rows:
        if self.mask is None:
            return np.arange(self.piece.rows if self.count else 0)
        return _rows(self.mask, self.piece.rows)

    @property
    def rows(self) -> slice | Rows:
        """Those chosen; all are not picked one by one."""
        return slice(None) if self.mask is None and self.count else self.chosen

    @cached_property
    def fewer(self) -> Rows:
        """Those who pass; where they are more, those who don't."""
        if self.mask is None or not self.mostly:
            return self.chosen
        return _rows(~self.mask, self.piece.rows)


def _rows(mask: Words, rows: int) -> Rows:
    octets = mask.view(np.uint8)
    if 2 * np.count_nonzero(octets) > len(octets):
        return np.flatnonzero(_unpack(octets)[:rows])
    some = np.flatnonzero(
        octets.astype(np.bool_)
    )  # finding the nonzero among bytes takes several times as long
    hits = np.flatnonzero(_unpack(octets[some]))
    found: Rows = some[hits >> 3] * 8 + (hits & 7)
    return found[: np.searchsorted(found, rows)]


def _unpack(octets: Codes) -> npt.NDArray[np.bool_]:
    return np.unpackbits(octets).view(np.bool_)


def _passing(columns: Columns, piece: Slice, conditions: tuple[Condition, ...]) -> _Passing:
    """Who passes, kept for the next question: that of another chart, or of one more filter."""
    known: _Passing | None = columns.passed.get((conditions, piece.index))
    if known is None:
        known = _who_passes(columns, piece, conditions)
        columns.passed.keep((conditions, piece.index), known, known.size)
    return known if known.few else replace(known)


def _who_passes(columns: Columns, piece: Slice, conditions: tuple[Condition, ...]) -> _Passing:
    counts = [_in_bins(columns, piece, condition) for condition in conditions]
    if 0 in counts:
        return _Passing(piece, None, 0)
    limits = [one for one, count in zip(conditions, counts, strict=True) if count != piece.rows]
    if not limits:
        return _Passing(piece, None, piece.rows)
    if len(conditions) == 1:
        joint = _mask(columns, piece, limits[0])
    else:
        masks = (_passing(columns, piece, (one,)).mask for one in limits)
        joint = reduce(_and, (mask for mask in masks if mask is not None))
    return _Passing(piece, joint, int(np.bitwise_count(joint).sum()))


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


class _Counter:
    """Adds one slice at a time; keeps the room that bit-plane counts work in."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.longest = max((piece.words for piece in columns.slices), default=0)

    @cached_property
    def room(self) -> tuple[Words, Codes]:
        """Scratch space, made once: fresh pages for every count would cost as much as counting."""
        most = (BINS_PER_GATHERED_ROW // 2 + 1) * self.longest
        return np.empty(most, dtype=np.uint64), np.empty(most, dtype=np.uint8)

    def empty(self, query: Query) -> Array:
        """The answer over no rows."""
        kind = np.int64 if query.value is None else np.float64
        if query.field is None:
            return np.zeros(1 if query.value is None else 2, dtype=kind)
        return np.zeros([len(self.columns.axes[name]) for name in query.fields], dtype=kind)

    def add(self, query: Query, piece: Slice, passing: _Passing, found: Array) -> None:
        """Add the passing rows of one slice to `found`."""
        if query.field is None:
            found += passing.count if query.value is None else self._moments(query.value, passing)
        elif query.by is None and query.field == self.columns.parted_by and piece.part >= 0:
            found[piece.part] += (
                passing.count if query.value is None else self._moments(query.value, passing)[0]
            )
        elif piece.part >= 0 and query.by and self.columns.parted_by in query.fields:
            place = query.fields.index(self.columns.parted_by)
            others = query.fields[:place] + query.fields[place + 1 :]
            np.moveaxis(found, place, 0)[piece.part] += self._by_bins(others, query.value, passing)
        else:
            found += self._by_bins(query.fields, query.value, passing)

    def _by_bins(self, fields: Sequence[str], value: str | None, passing: _Passing) -> Array:
        if len(fields) == 1:
            return self._by_bin(fields[0], value, passing)
        piece, rows = passing.piece, passing.rows
        shape = tuple(len(self.columns.axes[name]) for name in fields)
        key: Array = np.zeros((), dtype=np.uint16 if math.prod(shape) <= 1 << 16 else np.uint32)
        for name, bins in zip(fields, shape, strict=True):
            key = key * key.dtype.type(bins) + self.columns.codes[name][piece.start : piece.stop][rows]
        values = self.columns.values[value][piece.start : piece.stop][rows] if value else None
        return self._bincount(key, math.prod(shape), values).reshape(shape)

    def _by_bin(self, field: str, value: str | None, passing: _Passing) -> Array:
        everyone: Array = self.columns.everyone(field, value)[passing.piece.index]
        if passing.mask is None:
            return everyone
        fewer = min(passing.count, passing.piece.rows - passing.count)
        if (
            value is None
            and field in self.columns.planes
            and fewer * BINS_PER_GATHERED_ROW > len(everyone) * passing.piece.rows + PLANES_AHEAD
        ):
            return self._planes(field, passing.piece, passing.mask)
        codes = self.columns.codes[field][passing.piece.start : passing.piece.stop][passing.fewer]
        found = self._bincount(codes, len(everyone), self._picked(value, passing) if value else None)
        return everyone - found if passing.mostly else found

    def _planes(self, field: str, piece: Slice, mask: Words) -> Array:
        planes = self.columns.planes[field][:, piece.word : piece.word + piece.words]
        bins = len(self.columns.axes[field])
        meets, counts = (space[: bins * piece.words].reshape(bins, piece.words) for space in self.room)
        meets[0] = mask
        for bit, plane in enumerate(planes):
            low, high = 1 << bit, min(2 << bit, bins)
            np.bitwise_and(meets[: high - low], plane, out=meets[low:high])
        np.bitwise_count(meets, out=counts)
        found: Array = _by_code(bins) @ counts.sum(axis=1, dtype=np.uint32)
        return found

    def _bincount(self, key: Array, bins: int, values: Values | None) -> Array:
        found: Array = values.sums(key, bins) if values else np.bincount(key, minlength=bins)
        if len(found) != bins:
            raise DataError.of(
                "cross-filter", "codes past the last bin", "what build wrote", "Build it again."
            )
        return found

    def _moments(self, value: str, passing: _Passing) -> Array:
        """Kept with who passes: the sum by segment, and of all of them, is made of the same."""
        if (found := passing.moments.get(value)) is None:
            found = passing.moments[value] = self._moments_anew(value, passing)
        return found

    def _moments_anew(self, value: str, passing: _Passing) -> Array:
        everyone: Array = self.columns.totals[f"moments/{value}"][passing.piece.index]
        if passing.mask is None:
            return everyone
        if (numbers := self.columns.numbers_of_bins(value)) is not None:
            return np.array([numbers, numbers**2]) @ self._by_bin(value, None, passing)
        found = self._picked(value, passing).moments()
        return everyone - found if passing.mostly else found

    def _picked(self, value: str, passing: _Passing) -> Values:
        if (found := passing.picked.get(value)) is None:
            rows = slice(passing.piece.start, passing.piece.stop)
            found = passing.picked[value] = self.columns.values[value][rows][passing.fewer]
        return found


@cache
def _by_code(bins: int) -> npt.NDArray[np.int64]:
    """The Moebius inversion, from rows whose code contains the bits of a code to rows of that code."""
    codes = np.arange(bins)
    contains = (codes[:, None] & codes) == codes[:, None]
    signs = 1 - 2 * (np.bitwise_count(codes[:, None] ^ codes).astype(np.int64) & 1)
    return np.where(contains, signs, 0)
