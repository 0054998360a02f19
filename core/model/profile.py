"""What each segment is like: size, money, averages, and how far it stands from everyone."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy import stats

from core.schema.fields import in_sentence

SMALL = 30  # customers below which averages are marked as uncertain
T = TypeVar("T")
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
    """One segment against everyone."""

    number: int  # 1 is worth most on average, k least; where nothing is the value, 1 is the largest
    name: str
    size: int
    share: float  # part of all customers, in [0, 1]
    spending: float  # sum of the value, in the file's currency; 0 where nothing is
    spending_share: float  # part of all spending, in [0, 1]
    averages: dict[str, Average]  # by field name, as `effects` and `p` are
    effects: dict[str, float]  # standardised: (segment mean - overall mean) / overall standard deviation
    # How likely chance alone sets the segment this far from all other customers: Welch's test, and for answers to
    # campaigns Fisher's as well, the larger of the two. Fields that can't be tested are left out.
    p: dict[str, float]
    having: float | None  # share of customers with any of what nouns speak of, such as children
    named_for: tuple[str, ...]  # fields that the words of the computed name speak of, in their order

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

    @property
    def those(self) -> str:
        """Its customers within a sentence; by name where a number is all that tells them from others."""
        return f"“{self.name}”" if self.name[-1:].isdigit() else f"the {self.called}"

    @property
    def one_of(self) -> str:
        """One of its customers within a sentence."""
        return f"in {self.those}" if self.name[-1:].isdigit() else f"one of {self.those}"


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

    @property
    def names(self) -> dict[int, str]:
        """What the segments are called, by number."""
        return {one.number: one.name for one in self.segments}

    def worth(self, of: SegmentProfile | Profile) -> float | None:
        """Mean value of a customer there, in the file's currency; None where nothing is the value, or it is not known."""
        known = of.averages.get(self.value or "")
        return known.mean if known else None

    def telling(self, names: Iterable[str], most: int) -> tuple[str, ...]:
        """The `most` of some fields whose variance lies between segments more than that of others (eta squared)."""
        known = [name for name in names if name in self.spreads]
        return tuple(sorted(known, key=lambda name: -self.explained(name))[:most])

    def explained(self, name: str) -> float:
        """Share of a field's variance that lies between the segments (eta squared)."""
        return sum(one.share * one.effects.get(name, 0.0) ** 2 for one in self.segments)

    def only(self, fields: Container[str]) -> Profile:
        """What is known of some of the fields."""
        segments = tuple(
            replace(
                one,
                averages=_among(one.averages, fields),
                effects=_among(one.effects, fields),
                p=_among(one.p, fields),
                named_for=tuple(name for name in one.named_for if name in fields),
            )
            for one in self.segments
        )
        averages, spreads = _among(self.averages, fields), _among(self.spreads, fields)
        return replace(self, averages=averages, spreads=spreads, segments=segments)

    def segment(self, number: int) -> SegmentProfile:
        """The segment of that number, 1..k."""
        return self.segments[number - 1]

    def ratio(self, segment: SegmentProfile, name: str) -> float:
        """A segment's average of a field as a multiple of everyone's; NaN where there is none."""
        everyone = mean_of(self, name)
        return mean_of(segment, name) / everyone if everyone else math.nan

    def apart(self, segment: SegmentProfile, name: str) -> float:
        """How far a segment's average is from everyone's, at least 0: in standard deviations, or in everyone's averages
        where that is further, since a few customers far out stretch a deviation."""
        return max(abs(segment.effects.get(name, 0.0)), abs(self.ratio(segment, name) - 1))

    def told_apart(self, segment: SegmentProfile, names: Iterable[str], least: float) -> list[str]:
        """Fields in which a segment is so far from everyone, by more than chance, furthest first.

        In standard deviations; where none is, as `apart` has it.
        """
        far = {name: abs(segment.effects.get(name, 0.0)) for name in names if segment.certain(name)}
        if not any(one >= least for one in far.values()):
            far = {name: self.apart(segment, name) for name in far}
        return sorted((name for name in far if far[name] >= least), key=far.__getitem__, reverse=True)

    def standardised(self, name: str, value: float) -> float:
        """`value` of a field in standard deviations from everyone's mean; 0 where all are alike."""
        deviation, mean = self.spreads[name].deviation, self.averages[name].mean
        return (value - (mean or 0.0)) / deviation if deviation else 0.0


def _among(known: dict[str, T], fields: Container[str]) -> dict[str, T]:
    return {name: one for name, one in known.items() if name in fields}


def mean_of(of: SegmentProfile | Profile, name: str) -> float:
    """Average of a field there; NaN where it is not known."""
    found = of.averages[name].mean if name in of.averages else None
    return math.nan if found is None else found


def difference(one: Average, other: Average) -> float:
    """Welch's two-sided p of two means; NaN where a side has fewer than two customers, or all are alike."""
    if min(one.known, other.known) < 2:
        return float("nan")
    sides = [value for side in (one, other) for value in (side.mean, side.deviation, side.known)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(stats.ttest_ind_from_stats(*sides, equal_var=False).pvalue)
