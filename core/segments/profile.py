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
    numbers = table[[name for name in DESCRIBING if name in table]].astype("float64")
    grouped, everyone = numbers.groupby(table["Segment"]), numbers.mean()
    means, medians = grouped.mean().reindex(numbered), grouped.median().reindex(numbered)
    deviations = numbers.std(ddof=0)
    effects = ((means - everyone) / deviations.where(deviations > 0)).fillna(0.0)
    multiples = {n: _row(means, n)["Total_Spending"] / (everyone["Total_Spending"] or 1.0) for n in numbered}
    names = name_segments({number: _row(effects, number) for number in numbered}, multiples)
    sizes = table["Segment"].value_counts().to_dict()
    spending = table["Total_Spending"].groupby(table["Segment"]).sum().to_dict()
    total = float(sum(spending.values()))
    segments = tuple(
        SegmentProfile(
            number=number,
            name=names[number],
            size=int(sizes.get(number, 0)),
            share=sizes.get(number, 0) / len(table),
            spending=float(spending.get(number, 0.0)),
            spending_share=float(spending.get(number, 0.0)) / (total or 1.0),
            averages=_averages(_row(means, number), _row(medians, number)),
            effects=_row(effects, number),
        )
        for number in numbered
    )
    averages = _averages(_values(everyone), _values(numbers.median()))
    return Profile(len(table), total, averages, _spreads(numbers), segments)


def _row(frame: pd.DataFrame, number: int) -> dict[str, float]:
    return {str(name): float(frame[name].loc[number]) for name in frame}


def _values(series: pd.Series[float]) -> dict[str, float]:
    return {str(name): float(value) for name, value in series.items()}


def _averages(means: Mapping[str, float], medians: Mapping[str, float]) -> dict[str, Average]:
    return {name: Average(_known(means[name]), _known(medians[name])) for name in means}


def _spreads(numbers: pd.DataFrame) -> dict[str, Spread]:
    known = numbers.dropna(axis="columns", how="all")
    return {
        str(name): Spread(float(known[name].min()), float(known[name].max()), float(known[name].std(ddof=0)))
        for name in known
    }


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
