"""Figures of segments from a table of customers: averages, differences from everyone, and how sure these are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.data.tight import numbers_of, side_by_side
from core.data.whole import Array, Whole, counted, deviation, in_pieces, keys_of, median, places_by, taken
from core.model.naming import NOTHING, named, spoken_of
from core.model.profile import Average, Profile, SegmentProfile, Spread, difference
from core.schema.fields import Field
from core.schema.schema import Schema


def profile(
    table: pd.DataFrame, k: int, schema: Schema, before: Mapping[int, SegmentProfile] = NOTHING
) -> Profile:
    """Describe the segments of `table`, whose column `Segment` holds 1..k; `before` is what some of them were."""
    numbered = range(1, k + 1)
    parted = Parted((numbers_of(table, "Segment") - 1).astype(np.int8), k)
    sizes = counted(parted.codes, k)[0]

    # Field by field: all of them as one block of floats would be a second copy of the table.
    def described(name: str) -> _Described:
        return _described(numbers_of(table, name), parted, is_answer=name in schema.targets)

    names = [name for name in schema.measures if name in table]
    fields = dict(zip(names, side_by_side(described, names, len(table)), strict=True))
    sums = _sums(table, schema.value, parted)
    total = float(sum(sums.values()))
    having = _having(table, schema.having, parted)
    unnamed = tuple(
        SegmentProfile(
            number=number,
            name="",
            size=int(sizes[number - 1]),
            share=float(sizes[number - 1] / len(table)),
            spending=sums[number],
            spending_share=sums[number] / (total or 1.0),
            averages={name: field.groups[number] for name, field in fields.items()},
            effects={name: field.effect(number) for name, field in fields.items()},
            p={name: field.p[number] for name, field in fields.items() if number in field.p},
            having=having[number],
            named_for=(),
        )
        for number in numbered
    )
    everyone = {name: field.average for name, field in fields.items()}
    spreads = {name: field.spread for name, field in fields.items() if field.average.mean is not None}
    value = schema.value if schema.value in fields else None
    return named(Profile(len(table), total, everyone, spreads, unnamed, value), having[0], schema, before)


def outline(table: pd.DataFrame, labels: NDArray[np.int64], k: int, schema: Schema) -> Profile:
    """Sizes, worths and names alone of the segments `labels`, 0..k-1, as `profile` has them, in a fifth of the time."""
    kept = table[[name for name in table if name in spoken_of(schema)]]
    return profile(kept.assign(Segment=(labels + 1).astype("int8")), k, schema)


def _sums(table: pd.DataFrame, value: str | None, parted: Parted) -> dict[int, float]:
    """What each segment is worth; nothing where no field is the value."""
    if value is None or value not in table:
        return dict.fromkeys(range(1, parted.k + 1), 0.0)
    numbers = numbers_of(table, value)
    if numbers.dtype.kind != "i":
        return _by_number(
            pd.Series(numbers).groupby(parted.codes + 1).sum().reindex(range(1, parted.k + 1), fill_value=0.0)
        )
    found = np.zeros(parted.k)
    for rows in in_pieces(len(numbers)):
        found += np.bincount(parted.codes[rows], numbers[rows], parted.k)
    return dict(enumerate(found.tolist(), start=1))


def _having(table: pd.DataFrame, field: Field | None, parted: Parted) -> dict[int, float | None]:
    """Share of customers with any of what `field` counts, by segment number; everyone's at 0."""
    if field is None or field.name not in table:
        return dict.fromkeys(range(parted.k + 1))
    known, some = np.zeros((2, parted.k + 1), dtype=np.int64)
    numbers = numbers_of(table, field.name)
    for rows in in_pieces(len(numbers)):
        own, codes = numbers[rows], parted.codes[rows] + 1
        known += np.bincount(codes[~np.isnan(own)], minlength=parted.k + 1)
        some += np.bincount(codes[own > 0], minlength=parted.k + 1)
    known[0], some[0] = known.sum(), some.sum()
    return {
        place: float(with_ / of) if of else None
        for place, (with_, of) in enumerate(zip(some, known, strict=True))
    }


Labels = NDArray[np.int8]
_RANKED = 1 << 18  # customers whose ranks are looked up at once
STRETCHED = 2.0  # a deviation by its mean, past which a few customers far out hide from Welch's test what the others have
NOWHERE = Spread(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Parted:
    """The segment of each customer, 0 to k - 1."""

    codes: Labels
    k: int

    @cached_property
    def order(self) -> NDArray[np.int32]:
        """Places segment by segment."""
        return places_by(self.codes, self.k)

    def split(self, numbers: Array) -> Iterator[Some]:
        """What is known of one segment at a time."""
        ends = counted(self.codes, self.k)[0].cumsum().tolist()
        for start, end in pairwise([0, *ends]):
            own = taken(numbers, self.order[start:end])
            yield own[~np.isnan(own)]


@dataclass(frozen=True)
class _Described:
    """One field over everyone, and over each segment by number."""

    average: Average
    spread: Spread
    groups: Mapping[int, Average]
    p: Mapping[int, float]

    def effect(self, number: int) -> float:
        mean = self.groups[number].mean
        if mean is None or not self.spread.deviation > 0:
            return 0.0
        return (mean - (self.average.mean or 0.0)) / self.spread.deviation


def _described(numbers: Array, parted: Parted, *, is_answer: bool) -> _Described:
    known = ~np.isnan(numbers) if numbers.dtype.kind == "f" else np.ones(1, dtype=np.bool_)
    inside, codes = (numbers, parted.codes) if known.all() else (numbers[known], parted.codes[known])
    del known
    counts = _counted(inside, codes, parted.k)
    everyone, parts = counts or (inside.astype(np.float64, copy=False), parted.split(numbers))
    whole, spread = _average(everyone), _spread(everyone)
    is_stretched = (whole.deviation or 0.0) > STRETCHED * abs(whole.mean or 0.0)
    goes_by_ranks = is_stretched and not isinstance(everyone, Whole)
    del inside, codes, everyone  # of a hundred million nearly a gigabyte
    groups = {number: _average(one) for number, one in enumerate(parts, start=1)}
    p = {number: value for number, one in groups.items() if (value := _p(one, whole)) is not None}
    if goes_by_ranks:
        p |= _p_of_ranks(_sorted(numbers), numbers, parted.codes, groups, whole)
    if is_answer:
        p |= {number: max(p.get(number, 0.0), _fisher(one, whole)) for number, one in groups.items()}
    return _Described(whole, spread, groups, p)


def _sorted(numbers: Array) -> NDArray[np.float64]:
    """What is known, ascending."""
    found = numbers.astype(np.float64)
    found.sort()  # gaps come last
    return found[: len(found) - np.count_nonzero(np.isnan(found))]


Some = Whole | NDArray[np.float64]


def _counted(known: Array, codes: Labels, k: int) -> tuple[Some, Iterable[Some]] | None:
    """Values of everyone and of each segment by how often they occur, where they are whole numbers of a short range."""
    if (found := keys_of(known)) is None:
        return None
    least, keys, span = found
    counts = counted(keys, span, codes, k)
    return Whole(least, counts.sum(axis=0)), [Whole(least, one) for one in counts]


def _average(some: Some) -> Average:
    if isinstance(some, Whole):
        n = some.rows
        middle = float(some.at(np.array([(n - 1) // 2, n // 2])).mean()) if n else None
        return Average(some.mean if n else None, middle, n, some.deviation(less=1) if n > 1 else None)
    if not (n := len(some)):
        return Average(None, None)
    mean = float(some.mean())
    return Average(mean, median(some), n, deviation(some, mean, less=1) if n > 1 else None)


def _spread(some: Some) -> Spread:
    if not isinstance(some, Whole):
        if not len(some):
            return NOWHERE
        return Spread(float(some.min()), float(some.max()), deviation(some, float(some.mean()), less=0))
    values = some.values[some.counts > 0]
    return Spread(float(values[0]), float(values[-1]), some.deviation(less=0))


def _p(group: Average, everyone: Average) -> float | None:
    """Two-sided p of a group's mean against that of all others; None where one side has fewer than two customers.

    Notes
    -----
    Welch (1947), Biometrika 34: 28-35. The others' moments are everyone's less the group's, about everyone's mean.
    """
    rest = _rest(group, everyone)
    if rest is None:
        return None
    found = difference(group, rest)
    return None if math.isnan(found) else found


def _p_of_ranks(
    ordered: NDArray[np.float64], numbers: Array, codes: Labels, groups: Mapping[int, Average], whole: Average
) -> dict[int, float]:
    """The same of ranks, where averages and ranks are on one side of everyone's (Zimmerman and Zumbo 1993)."""
    all_, ranked = _ranked(ordered, numbers, codes, len(groups))
    found = {}
    for number, one in enumerate(ranked, start=1):
        p, sides = _p(one, all_), (_above(one, all_), _above(groups[number], whole))
        if p is not None and sides[0] == sides[1]:
            found[number] = p
    return found


def _ranked(
    ordered: NDArray[np.float64], numbers: Array, codes: Labels, k: int
) -> tuple[Average, list[Average]]:
    """Ranks, twice how far from the middle one, of everyone and of each segment; never all of them at once."""
    known, sums, squares = np.zeros((3, k))
    for rows in in_pieces(len(numbers), _RANKED):
        own = numbers[rows]
        order = np.argsort(own)[: np.count_nonzero(~np.isnan(own))]  # neighbours are near in what is searched
        own, parts = own[order], codes[rows][order]
        ranks = np.searchsorted(ordered, own) + np.searchsorted(ordered, own, "right") - float(len(ordered))
        known += np.bincount(parts, minlength=k)
        sums += np.bincount(parts, ranks, k)
        squares += np.bincount(parts, ranks**2, k)
    everyone = _of_moments(known.sum(), sums.sum(), squares.sum())
    return everyone, [_of_moments(*one) for one in zip(known, sums, squares, strict=True)]


def _of_moments(n: float, total: float, squares: float) -> Average:
    if not n:
        return Average(None, None)
    mean = float(total / n)
    return Average(
        mean, None, int(n), math.sqrt(max(squares - total * mean, 0.0) / (n - 1)) if n > 1 else None
    )


def _above(one: Average, other: Average) -> bool:
    return (one.mean or 0.0) > (other.mean or 0.0)


def _rest(group: Average, everyone: Average) -> Average | None:
    """All who are not in the group."""
    known = everyone.known - group.known
    if min(known, group.known) < 2 or group.mean is None or everyone.mean is None:
        return None
    off = group.mean - everyone.mean
    mean = -group.known * off / known
    squares = (everyone.deviation or 0.0) ** 2 * (everyone.known - 1)
    squares -= (group.deviation or 0.0) ** 2 * (group.known - 1) + group.known * off**2 + known * mean**2
    return Average(everyone.mean + mean, None, known, math.sqrt(max(squares, 0.0) / (known - 1)))


def _fisher(group: Average, everyone: Average) -> float:
    """Two-sided p of a group's share against that of all others (Fisher 1922, JRSS 85: 87-94)."""
    rest = everyone.known - group.known
    own = round((group.mean or 0.0) * group.known)
    others = round((everyone.mean or 0.0) * everyone.known) - own
    if not (group.known and rest):
        return 1.0
    return float(stats.fisher_exact([[own, group.known - own], [others, rest - others]]).pvalue)


def _by_number(series: pd.Series[float]) -> dict[int, float]:
    return {int(str(number)): float(value) for number, value in series.items()}


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
