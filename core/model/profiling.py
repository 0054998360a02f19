"""Figures of segments from a table of customers: averages, differences from everyone, and how sure these are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.model.naming import NOTHING, named, spoken_of
from core.model.profile import Average, Profile, SegmentProfile, Spread, difference
from core.schema.fields import Field
from core.schema.schema import Schema


def profile(
    table: pd.DataFrame, k: int, schema: Schema, before: Mapping[int, SegmentProfile] = NOTHING
) -> Profile:
    """Describe the segments of `table`, whose column `Segment` holds 1..k; `before` is what some of them were."""
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
    unnamed = tuple(
        SegmentProfile(
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
    )
    everyone = {name: field.average for name, field in fields.items()}
    spreads = {name: field.spread for name, field in fields.items() if field.average.mean is not None}
    value = schema.value if schema.value in fields else None
    return named(Profile(len(table), total, everyone, spreads, unnamed, value), having[0], schema, before)


def outline(table: pd.DataFrame, labels: NDArray[np.int64], k: int, schema: Schema) -> Profile:
    """Sizes, worths and names alone of the segments `labels`, 0..k-1, as `profile` has them, in a fifth of the time."""
    kept = table[[name for name in table if name in spoken_of(schema)]]
    return profile(kept.assign(Segment=(labels + 1).astype("int8")), k, schema)


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
