"""Counts and sums over the rows that pass, slice by slice: the only loop over customers behind a click.

The cheapest way to count. When many rows pass, bit planes: with `m` the mask and `p_j` the planes,
T(s) = popcount(m & all p_j with bit j in s) counts the rows whose code contains the bits of s. That is one AND
and one popcount for 64 rows and a bin; a Moebius inversion over the bits then turns T into counts by code. When
few rows pass (or few fail, everyone's counts being known), those are gathered and counted. By several fields by a
key of each row; what is asked of the same rows by several fields is counted at once, by all of these together, and
added up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, partial
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import Codes
from core.crossfilter.columns import Columns, Slice, Words
from core.crossfilter.passing import Array, Condition, Part, Passing, Rows, counted, passing_of
from core.crossfilter.values import BitSliced, Values

# Measured: gathering a row costs as much as 120 bins of its share of a bit-plane count.
BINS_PER_GATHERED_ROW = 300
PLANES_AHEAD = 1 << 20  # what the calls of a bit-plane count cost before the first row, in rows x bins
TOGETHER = 1 << 14  # bins that are counted at once: they stay in the cache
ROWS_A_BIN = 8  # at least, lest adding up takes longer than counting

Fields = tuple[str, ...]
Joint = tuple[Fields, Array]


class Query(NamedTuple):
    """Rows that meet all conditions: how many, or the sum of `value`, by bin of `field`, of `by` and of `along`.

    By `field` alone also the sum of its squares, if it is `squared`. Without `field`: their number, or sum and sum of
    squares of `value`.
    """

    conditions: tuple[Condition, ...]
    field: str | None = None
    by: str | None = None
    value: str | None = None
    along: str | None = None
    squared: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """By what is counted."""
        return tuple(name for name in (self.field, self.by, self.along) if name is not None)

    def key(self, table: str) -> bytes:
        """A digest of what is asked, of `table`."""
        asked = table, *map(_said, self.conditions), self[1:]
        return blake2b(repr(asked).encode(), digest_size=16).digest()


def _said(condition: Condition) -> tuple[Any, ...]:
    """A condition in one order of its codes, which sets don't have."""
    return condition.field, sorted(condition.codes), condition.typed, *map(_said, condition.group)


def tally(columns: Columns, queries: Sequence[Query]) -> dict[Query, Array]:
    """Answer all queries in one pass over the rows, in the caller's thread."""
    counter = _Counter(columns)
    found = {query: counter.empty(query) for query in queries}
    groups: dict[tuple[Condition, ...], list[Query]] = {}
    for query in queries:
        groups.setdefault(query.conditions, []).append(query)
    for piece in columns.slices:
        for conditions, group in groups.items():
            passing = passing_of(columns, piece, conditions)
            if passing.count:
                counter.add(group, passing, found)
    return found


def rows_passing(columns: Columns, conditions: tuple[Condition, ...]) -> Rows:
    """Places, ascending, in the table that was built from."""
    hit = np.zeros(columns.rows, dtype=np.bool_)
    for piece in columns.slices:
        passing = passing_of(columns, piece, conditions)
        hit[columns.order[piece.start : piece.stop][passing.chosen]] = True
    return np.flatnonzero(hit)


def times(
    columns: Columns, conditions: tuple[Condition, ...], among: Sequence[str], code: int, by: Sequence[str]
) -> Array:
    """Customers by how many of the fields `among` have `code`, and by bins of the fields `by`; one pass over all."""
    shape = (len(among) + 1, *(len(columns.axes[name]) for name in by))
    found = np.zeros(shape, dtype=np.int64)
    for piece in columns.slices:
        codes = {name: columns.codes[name][piece.start : piece.stop] for name in (*among, *by)}
        parts: list[Part] = [partial(_times, [codes[name] for name in among], code)]
        parts += [codes[name].__getitem__ for name in by]
        found += passing_of(columns, piece, conditions).by_key(parts, shape)
    return found


def _times(among: Sequence[Codes], code: int, rows: slice | Rows) -> Codes:
    hits: Codes = np.zeros(1, dtype=np.uint8)
    for codes in among:
        hits = hits + (codes[rows] == code)
    return hits


def highest(columns: Columns, conditions: tuple[Condition, ...], value: str, most: int, field: str) -> Array:
    """Customers by bin of `field`, of as many as `most` that pass whose `value` is highest.

    Where several at the end have as much, those who come first in the table that was built from.
    """
    pieces = [(piece.start, passing_of(columns, piece, conditions)) for piece in columns.slices]
    rows = np.concatenate([start + one.chosen for start, one in pieces if one.count] or [np.empty(0, int)])
    numbers, bins = columns.values[value][rows].numbers, len(columns.axes[field])
    if not 0 < most <= len(rows):
        return counted(columns.codes[field][rows[:most]], bins)
    least = np.partition(numbers, -most)[-most]
    above, last = rows[numbers > least], rows[numbers == least]
    first = last[np.argsort(columns.order[last])][: most - len(above)]
    return counted(columns.codes[field][above], bins) + counted(columns.codes[field][first], bins)


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

    def add(self, group: Sequence[Query], passing: Passing, found: Mapping[Query, Array]) -> None:
        """Add the passing rows of one slice to what was found of each query."""
        piece, together = passing.piece, self._together(group, passing)
        for query in group:
            fields, value = self._apart(query, piece), query.value
            if query.squared and value and fields:
                found[query] += self._by_bin(fields[0], value, passing, squared=not self._is_flag(value))
            elif fields:
                place = tuple(slice(None) if name in fields else piece.part for name in query.fields)
                found[query][place] += self._by_bins(fields, value, passing, together.get(value, []))
            elif query.field:
                place, power = (piece.part,) * len(query.fields), 2 if query.squared else 1
                found[query][place] += self._powers(value, passing, power)[-1] if value else passing.count
            else:
                found[query][:] += self._powers(value, passing, 2) if value else passing.count

    def _apart(self, query: Query, piece: Slice) -> Fields:
        """By what is counted within a slice, all of whose rows are of one part."""
        parted_by = self.columns.parted_by if piece.part >= 0 else None
        return tuple(name for name in query.fields if name != parted_by)

    def _together(self, group: Sequence[Query], passing: Passing) -> dict[str | None, list[Joint]]:
        """By value what is asked of it by several fields, counted by as many of them at once as bins allow."""
        most = min(TOGETHER, passing.count // ROWS_A_BIN)
        sets: dict[str | None, list[Fields]] = {}
        asked = dict.fromkeys((query.value, self._apart(query, passing.piece)) for query in group if query.by)
        for value, fields in sorted(asked, key=lambda one: -self._bins(one[1])):
            if 1 < len(fields) == len({*fields}):
                own = sets.setdefault(value, [])
                wider = [tuple(dict.fromkeys(one + fields)) for one in own]
                place = next((at for at, one in enumerate(wider) if self._bins(one) <= most), len(own))
                own[place : place + 1] = [wider[place] if place < len(own) else fields]
        return {
            value: [(fields, self._by_key(fields, value, passing)) for fields in map(self._fewest_first, own)]
            for value, own in sets.items()
        }

    def _bins(self, fields: Fields) -> int:
        return math.prod(len(self.columns.axes[name]) for name in fields)

    def _fewest_first(self, fields: Fields) -> Fields:
        return tuple(sorted(fields, key=lambda name: len(self.columns.axes[name])))

    def _by_bins(self, fields: Fields, value: str | None, passing: Passing, together: list[Joint]) -> Array:
        if len(fields) == 1:
            return self._by_bin(fields[0], value, passing)
        for names, table in together:
            if {*fields} <= {*names} and len(fields) == len({*fields}):
                kept = [name for name in names if name in fields]
                others = tuple(axis for axis, name in enumerate(names) if name not in fields)
                found: Array = table.sum(axis=others).transpose([kept.index(name) for name in fields])
                return found
        return self._by_key(fields, value, passing)

    def _by_key(self, fields: Fields, value: str | None, passing: Passing) -> Array:
        kept = self.columns.totals.get(f"counts/{'/'.join(fields)}")  # by two that are crossed
        if kept is not None and passing.mask is None and value is None:
            found: Array = kept[passing.piece.index]
            return found
        rows, columns = slice(passing.piece.start, passing.piece.stop), self.columns
        codes = [columns.codes[name][rows].__getitem__ for name in fields]
        shape = tuple(len(columns.axes[name]) for name in fields)
        return passing.by_key(codes, shape, columns.values[value][rows] if value else None)

    def _is_flag(self, value: str) -> bool:
        """Whether squares are the numbers themselves."""
        numbers = self.columns.numbers_of_bins(value)
        return numbers is not None and set(numbers.tolist()) <= {0.0, 1.0}

    def _by_bin(self, field: str, value: str | None, passing: Passing, *, squared: bool = False) -> Array:
        if passing.mask is None:
            return self.columns.everyone(field, value, passing.piece, squared=squared)
        if value is not None:
            return passing.once(
                (field, value, squared), lambda: self._sums(field, value, passing, squared=squared)
            )
        piece, bins = passing.piece, len(self.columns.axes[field])
        fewer = min(passing.count, piece.rows - passing.count)
        if field in self.columns.planes and fewer * BINS_PER_GATHERED_ROW > bins * piece.rows + PLANES_AHEAD:
            return self._planes(field, passing, passing.mask)
        codes = self.columns.codes[field][piece.start : piece.stop][passing.fewer]
        found = counted(codes, bins)
        return self.columns.everyone(field, None, piece) - found if passing.mostly else found

    def _sums(self, field: str, value: str, passing: Passing, *, squared: bool) -> Array:
        codes = self.columns.codes[field][passing.piece.start : passing.piece.stop][passing.fewer]
        found = self._picked(value, passing).sums(codes, len(self.columns.axes[field]), squared=squared)
        if passing.mostly:
            return self.columns.everyone(field, value, passing.piece, squared=squared) - found
        return found

    def _planes(self, field: str, passing: Passing, mask: Words) -> Array:
        piece = passing.piece
        planes = self.columns.planes[field][:, piece.word : piece.word + piece.words]
        bins = len(self.columns.axes[field])
        meets, counts = (space[: bins * piece.words].reshape(bins, piece.words) for space in self.room)
        meets[0] = mask
        for bit, plane in enumerate(planes):
            low, high = 1 << bit, min(2 << bit, bins)
            np.bitwise_and(meets[: high - low], plane, out=meets[low:high])
        each = np.bitwise_count(meets[1:], out=counts[1:]).sum(axis=1, dtype=np.uint32)
        found: Array = _by_code(bins) @ [passing.count, *each.tolist()]
        return found

    def _powers(self, value: str, passing: Passing, most: int) -> Array:
        """Sum, and of two the sum of squares; kept with who passes, for all of them and by segment are made of the same."""
        known = passing.sums.get((value, 2))
        return (
            passing.once((value, most), lambda: self._powers_anew(value, passing, most))
            if known is None
            else known[:most]
        )

    def _powers_anew(self, value: str, passing: Passing, most: int) -> Array:
        piece, values = passing.piece, self.columns.values[value]
        everyone: Array = self.columns.totals[f"moments/{value}"][piece.index][:most]
        if passing.mask is None:
            return everyone
        if (numbers := self.columns.numbers_of_bins(value)) is not None:
            return np.array([numbers, numbers**2][:most]) @ self._by_bin(value, None, passing)
        index = values if isinstance(values, BitSliced) else values.index
        if index and (index is values or (most == 1 and index.is_quicker(piece.words, passing.fewest))):
            words = slice(piece.word, piece.word + piece.words)
            return index.powers(words, passing.mask, passing.count, most)
        found = self._picked(value, passing).powers(most)
        return everyone - found if passing.mostly else found

    def _picked(self, value: str, passing: Passing) -> Values:
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
