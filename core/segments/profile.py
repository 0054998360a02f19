"""What each segment is like: size, money, averages, and how far it stands from everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.customers.schema import FIELDS, Kind
from core.segments.naming import name_segments

SMALL = 30  # customers below which averages are marked as uncertain
_LEFT_OUT = {Kind.IDENTIFIER, Kind.YEAR, Kind.CATEGORY, Kind.DATE}
DESCRIBING = tuple(
    name for name, field in FIELDS.items() if field.kind not in _LEFT_OUT and not name.startswith("Z_")
)


@dataclass(frozen=True)
class Average:
    """A field over a group: mean and median of those known, share of 1 for flags."""

    mean: float | None
    median: float | None


@dataclass(frozen=True)
class SegmentProfile:
    """One segment against everyone.

    Attributes
    ----------
    number : int
        1 spends most on average, k least.
    share, spending_share : float
        Parts of all customers and of all spending, in [0, 1].
    spending : float
        Total spending, in the file's currency.
    averages : dict of field name to Average
    effects : dict of field name to float
        Standardised difference: (segment mean - overall mean) / overall standard deviation.
    """

    number: int
    name: str
    size: int
    share: float
    spending: float
    spending_share: float
    averages: dict[str, Average]
    effects: dict[str, float]

    @property
    def small(self) -> bool:
        """Too few customers to trust an average."""
        return self.size < SMALL


@dataclass(frozen=True)
class Spread:
    """Range and standard deviation of a field over all customers, gaps left out."""

    low: float
    high: float
    deviation: float


@dataclass(frozen=True)
class Profile:
    """All segments, and everyone to compare them with."""

    customers: int
    spending: float
    averages: dict[str, Average]
    spreads: dict[str, Spread]
    segments: tuple[SegmentProfile, ...]

    def segment(self, number: int) -> SegmentProfile:
        """The segment of that number, 1..k."""
        return self.segments[number - 1]

    def standardised(self, name: str, value: float) -> float:
        """`value` of a field in standard deviations from everyone's mean; 0 where all are alike."""
        deviation, mean = self.spreads[name].deviation, self.averages[name].mean
        return (value - (mean or 0.0)) / deviation if deviation else 0.0


def profile(table: pd.DataFrame, k: int) -> Profile:
    """Describe the segments of `table`, whose column `Segment` holds 1..k."""
    numbered = range(1, k + 1)
    segments = table["Segment"].astype(pd.CategoricalDtype(list(numbered)))
    # Field by field: all of them as one block of floats would be a second copy of the table.
    fields = {name: _described(table[name], segments) for name in DESCRIBING if name in table}
    everyone = {name: field.average for name, field in fields.items()}
    effects = {number: {name: f.effect(number) for name, f in fields.items()} for number in numbered}
    spending, mean = fields["Total_Spending"], everyone["Total_Spending"].mean or 1.0
    multiples = {n: spending.means[n] / mean for n in numbered}
    names = name_segments(effects, multiples)
    sizes = segments.value_counts().to_dict()
    sums = table["Total_Spending"].groupby(segments, observed=False).sum().to_dict()
    total = float(sum(sums.values()))
    described = tuple(
        SegmentProfile(
            number=number,
            name=names[number],
            size=int(sizes[number]),
            share=sizes[number] / len(table),
            spending=float(sums[number]),
            spending_share=float(sums[number]) / (total or 1.0),
            averages={name: field.average_of(number) for name, field in fields.items()},
            effects=effects[number],
        )
        for number in numbered
    )
    spreads = {name: field.spread for name, field in fields.items() if field.average.mean is not None}
    return Profile(len(table), total, everyone, spreads, described)


@dataclass(frozen=True)
class _Described:
    """One field over everyone, and its mean and median by segment number; NaN where nothing is known."""

    average: Average
    spread: Spread
    means: Mapping[int, float]
    medians: Mapping[int, float]

    def average_of(self, number: int) -> Average:
        return Average(_known(self.means[number]), _known(self.medians[number]))

    def effect(self, number: int) -> float:
        if not self.spread.deviation > 0:
            return 0.0
        found = (self.means[number] - (self.average.mean or 0.0)) / self.spread.deviation
        return 0.0 if pd.isna(found) else found


def _described(column: pd.Series, segments: pd.Series) -> _Described:
    numbers = column.astype("float64")
    grouped = numbers.groupby(segments, observed=False)
    return _Described(
        Average(_known(numbers.mean()), _known(numbers.median())),
        Spread(float(numbers.min()), float(numbers.max()), float(numbers.std(ddof=0))),
        _by_number(grouped.mean()),
        _by_number(grouped.median()),
    )


def _by_number(series: pd.Series[float]) -> dict[int, float]:
    return {int(str(number)): float(value) for number, value in series.items()}


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
