"""What each segment is like: size, money, averages, and how far it stands from everyone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from core.model.naming import Facts, name_segments
from core.schema.fields import Field
from core.schema.schema import Schema

SMALL = 30  # customers below which averages are marked as uncertain
CHANCE = 0.05  # p past which a difference could be chance


@dataclass(frozen=True)
class Average:
    """A field over a group: mean (share of 1 for flags), median and sample standard deviation of those known."""

    mean: float | None
    median: float | None
    known: int = 0
    deviation: float | None = None


@dataclass(frozen=True)
class SegmentProfile:
    """One segment against everyone.

    Attributes
    ----------
    number : int
        1 is worth most on average, k least; where nothing is the value, 1 is the largest.
    share, spending_share : float
        Parts of all customers and of all spending, in [0, 1].
    spending : float
        Sum of the value, in the file's currency; 0 where nothing is.
    averages : dict of field name to Average
    effects : dict of field name to float
        Standardised difference: (segment mean - overall mean) / overall standard deviation.
    p : dict of field name to float
        How likely chance alone sets the segment this far from all other customers: Welch's test, and for answers
        to campaigns Fisher's as well, the larger of the two. Fields that can't be tested are left out.
    having : float or None
        Share of customers with any of what nouns speak of, such as children.
    named_for : tuple of field name
        What the words of the computed name speak of, in their order.
    """

    number: int
    name: str
    size: int
    share: float
    spending: float
    spending_share: float
    averages: dict[str, Average]
    effects: dict[str, float]
    p: dict[str, float]
    having: float | None
    named_for: tuple[str, ...]

    def certain(self, field: str) -> bool:
        """Whether the segment differs from all others in `field` by more than chance, known of enough customers."""
        enough = self.averages[field].known >= SMALL if field in self.averages else False
        return enough and self.p.get(field, 1.0) <= CHANCE

    @property
    def small(self) -> bool:
        """Too few customers to trust an average."""
        return self.size < SMALL

    @property
    def called(self) -> str:
        """What it is called within a sentence."""
        return in_sentence(self.name)


def in_sentence(name: str) -> str:
    """A segment's name within a sentence: one that begins like VIP keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


@dataclass(frozen=True)
class Spread:
    """Range and standard deviation of a field over all customers, gaps left out."""

    low: float
    high: float
    deviation: float


@dataclass(frozen=True)
class Profile:
    """All segments, and everyone to compare them with; `value` is the money that `spending` is the sum of."""

    customers: int
    spending: float
    averages: dict[str, Average]
    spreads: dict[str, Spread]
    segments: tuple[SegmentProfile, ...]
    value: str | None = None

    def worth(self, of: SegmentProfile | Profile) -> float | None:
        """Mean value of a customer there, in the file's currency; None where nothing is the value, or it is not known."""
        known = of.averages.get(self.value or "")
        return known.mean if known else None

    def telling(self, names: Iterable[str], most: int) -> tuple[str, ...]:
        """The `most` of some fields whose variance lies between segments more than that of others (eta squared)."""
        known = [name for name in names if name in self.spreads]
        return tuple(sorted(known, key=lambda name: -self._explained(name))[:most])

    def _explained(self, name: str) -> float:
        return sum(one.share * one.effects.get(name, 0.0) ** 2 for one in self.segments)

    def segment(self, number: int) -> SegmentProfile:
        """The segment of that number, 1..k."""
        return self.segments[number - 1]

    def standardised(self, name: str, value: float) -> float:
        """`value` of a field in standard deviations from everyone's mean; 0 where all are alike."""
        deviation, mean = self.spreads[name].deviation, self.averages[name].mean
        return (value - (mean or 0.0)) / deviation if deviation else 0.0


def profile(table: pd.DataFrame, k: int, schema: Schema) -> Profile:
    """Describe the segments of `table`, whose column `Segment` holds 1..k."""
    numbered = range(1, k + 1)
    segments = table["Segment"].astype(pd.CategoricalDtype(list(numbered)))
    # Field by field: all of them as one block of floats would be a second copy of the table.
    fields = {
        name: _described(table[name], segments, is_answer=name in schema.targets)
        for name in schema.measures
        if name in table
    }
    sums = _sums(table, schema.value, segments)
    total = float(sum(sums.values()))
    having = _having(table, schema.having, segments)
    unnamed = {
        number: SegmentProfile(
            number=number,
            name="",
            size=int((segments == number).sum()),
            share=float((segments == number).mean()),
            spending=sums[number],
            spending_share=sums[number] / (total or 1.0),
            averages={name: field.groups[number] for name, field in fields.items()},
            effects={name: field.effect(number) for name, field in fields.items()},
            p={name: field.p[number] for name, field in fields.items() if number in field.p},
            having=having[number],
            named_for=(),
        )
        for number in numbered
    }
    everyone = {name: field.average for name, field in fields.items()}
    spreads = {name: field.spread for name, field in fields.items() if field.average.mean is not None}
    facts = {number: _facts(one, everyone, having[0], schema.value) for number, one in unnamed.items()}
    names = name_segments(facts, schema)
    named = tuple(replace(one, name=names[n].name, named_for=names[n].fields) for n, one in unnamed.items())
    return Profile(
        len(table), total, everyone, spreads, named, schema.value if schema.value in fields else None
    )


def _facts(
    segment: SegmentProfile, everyone: Mapping[str, Average], having: float | None, value: str | None
) -> Facts:
    """What a name may rest on."""
    means = {name: one.mean for name, one in segment.averages.items() if one.mean is not None}
    averages = {name: one.mean for name, one in everyone.items() if one.mean is not None}
    unknown = float("nan")
    return Facts(
        effects=segment.effects,
        spending=_multiple(means, averages, value),
        certain=frozenset(name for name in segment.averages if segment.certain(name)),
        means=means,
        everyone=averages,
        having=(
            unknown if segment.having is None else segment.having,
            unknown if having is None else having,
        ),
        share=segment.share,
    )


def _multiple(means: Mapping[str, float], everyone: Mapping[str, float], value: str | None) -> float | None:
    """Mean value as a multiple of everyone's; None where nothing is the value, or more is lost than brought."""
    if value is None or everyone.get(value, 0.0) < 0:
        return None
    return means.get(value, float("nan")) / (everyone.get(value) or 1.0)


def _sums(table: pd.DataFrame, value: str | None, segments: pd.Series) -> dict[int, float]:
    """What each segment is worth; nothing where no field is the value."""
    if value is None or value not in table:
        return dict.fromkeys(segments.cat.categories, 0.0)
    return _by_number(table[value].groupby(segments, observed=False).sum())


def _having(table: pd.DataFrame, field: Field | None, segments: pd.Series) -> dict[int, float | None]:
    """Share of customers with any of what `field` counts, by segment number; everyone's at 0."""
    if field is None or field.name not in table:
        return dict.fromkeys([0, *segments.cat.categories])
    counts = table[field.name].astype("float64")
    some = (counts > 0).astype("float64").where(counts.notna())
    found = _by_number(some.groupby(segments, observed=False).mean())
    return {0: _known(some.mean()), **{number: _known(share) for number, share in found.items()}}


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


def _described(column: pd.Series, segments: pd.Series, *, is_answer: bool) -> _Described:
    numbers = column.astype("float64")
    grouped = numbers.groupby(segments, observed=False)
    found = (grouped.mean(), grouped.median(), grouped.count(), grouped.std())
    groups = {
        number: Average(_known(mean), _known(median), count, _known(deviation))
        for number, mean, median, count, deviation in zip(
            segments.cat.categories.tolist(), *(one.tolist() for one in found), strict=True
        )
    }
    everyone = Average(
        _known(numbers.mean()), _known(numbers.median()), int(numbers.count()), _known(numbers.std())
    )
    p = {number: value for number, one in groups.items() if (value := _p(one, everyone)) is not None}
    if is_answer:
        p |= {number: max(p.get(number, 0.0), _fisher(one, everyone)) for number, one in groups.items()}
    low, high, deviation = float(numbers.min()), float(numbers.max()), float(numbers.std(ddof=0))
    return _Described(everyone, Spread(low, high, deviation), groups, p)


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


def difference(one: Average, other: Average) -> float:
    """Welch's two-sided p of two means; NaN where a side has fewer than two customers, or all are alike."""
    if min(one.known, other.known) < 2:
        return float("nan")
    sides = [value for side in (one, other) for value in (side.mean, side.deviation, side.known)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(stats.ttest_ind_from_stats(*sides, equal_var=False).pvalue)


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
