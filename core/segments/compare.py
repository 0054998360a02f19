"""How segments differ: means and standardised differences of the customers that pass the filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.crossfilter import Answer, Selection, Table, View
from core.customers.people import People
from core.customers.schema import BASIS, PRODUCTS
from core.segments.profile import SMALL, Profile

EVERYONE = 0  # among segment numbers, those of everyone together
DESCRIPTORS = (
    "Children",
    "NumCatalogPurchases",
    "NumDealsPurchases",
    *PRODUCTS.values(),
    "Response",
)
COMPARED = (*BASIS, *DESCRIPTORS)
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST = 50_000  # customers behind the quantiles; of more, a seeded sample stands for them
_COHEN = ((0.8, "large"), (0.5, "medium"), (0.2, "small"))


@dataclass(frozen=True)
class Group:
    """A segment, or everyone: how many pass the filters, and their means (None where nothing is known)."""

    size: int
    means: dict[str, float | None]

    @property
    def small(self) -> bool:
        """Too few customers to trust an average."""
        return self.size < SMALL


@dataclass(frozen=True)
class Gap:
    """A standardised difference between two groups, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def chance(self) -> bool:
        """Whether no difference at all is among the values that the data allow."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Comparison:
    """Every segment and everyone, under one selection.

    Attributes
    ----------
    groups : tuple of Group
        Everyone first, then segments 1..k, so that a group stands at its number.
    deviations : dict of field to float
        Standard deviation over all customers of the file, whatever the filters: the unit of differences.
    """

    groups: tuple[Group, ...]
    deviations: dict[str, float]

    @property
    def fields(self) -> tuple[str, ...]:
        """What is compared, the basis first."""
        return tuple(self.deviations)

    @property
    def numbers(self) -> range:
        """The segments' numbers, 1..k."""
        return range(1, len(self.groups))

    def effect(self, number: int, field: str) -> float | None:
        """Difference of a group's mean from everyone's, in standard deviations; None without a known value."""
        mean, average = self.groups[number].means[field], self.groups[EVERYONE].means[field]
        if mean is None or average is None:
            return None
        return (mean - average) / self.deviations[field] if self.deviations[field] else 0.0

    def gap(self, one: int, other: int, field: str) -> Gap | None:
        """Standardised difference of two groups; `EVERYONE` is one, too. None where a side is not known.

        Notes
        -----
        The interval is that of Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, p. 86: the
        variance of a standardised difference d of groups of n and m is 1/n + 1/m + d^2 / 2(n + m). A segment
        is a part of everyone: its difference from everyone is that from all others, times their share.
        """
        if EVERYONE in (one, other):
            return self._from_everyone(other or one, field, -1 if one == EVERYONE else 1)
        effects = self.effect(one, field), self.effect(other, field)
        if effects[0] is None or effects[1] is None:
            return None
        value, sizes = effects[0] - effects[1], (self.groups[one].size, self.groups[other].size)
        return _gap(value, _error(value, *sizes))

    def _from_everyone(self, number: int, field: str, sign: int) -> Gap | None:
        effect = self.effect(number, field)
        own, all_ = self.groups[number].size, self.groups[EVERYONE].size
        if effect is None:
            return None
        if own == all_:
            return Gap(0.0, 0.0, 0.0)
        share = (all_ - own) / all_
        return _gap(sign * effect, share * _error(effect / share, own, all_ - own))

    def widest(self, field: str, chosen: Sequence[int]) -> tuple[int, int, Gap] | None:
        """The two of the chosen groups that are furthest apart in `field`, the higher one first."""
        known = [(effect, number) for number in chosen if (effect := self.effect(number, field)) is not None]
        if len(known) < 2:
            return None
        low, high = min(known)[1], max(known)[1]
        gap = self.gap(high, low, field)
        return None if gap is None else (high, low, gap)

    def ordered(self, chosen: Sequence[int]) -> list[str]:
        """Fields by the widest gap between any two of the chosen groups, widest first; unknown ones left out."""
        widest = {field: self.widest(field, chosen) for field in self.fields}
        known = {field: found[2].value for field, found in widest.items() if found is not None}
        return sorted(known, key=lambda field: -known[field])

    def explained(self, field: str) -> float:
        """Part of a field's variance that lies between segments, in [0, 1] (eta squared), without filters."""
        all_ = self.groups[EVERYONE].size or 1
        return sum(
            self.groups[number].size / all_ * (self.effect(number, field) or 0.0) ** 2
            for number in self.numbers
        )


def compare(table: Table, profile: Profile, selection: Selection) -> Comparison:
    """Means by segment of the customers that pass all filters but those on segments."""
    fields = [name for name in COMPARED if name in table.axes and name in profile.spreads]
    views = [View(f"compare-{name}", "Segment", value=name) for name in fields]
    answer = table.views(selection, [View("compare-sizes", "Segment"), *views])
    sizes = [int(size) for size in answer["compare-sizes"].counts.tolist()]
    means = [_means(answer, fields, place) for place in range(len(sizes))]
    everyone = Group(sum(sizes), _means(answer, fields, slice(None)))
    segments = [Group(size, mean) for size, mean in zip(sizes, means, strict=True)]
    return Comparison((everyone, *segments), {name: profile.spreads[name].deviation for name in fields})


def _means(answer: Answer, fields: Sequence[str], places: int | slice) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for name in fields:
        found = answer[f"compare-{name}"]
        if found.known is None or found.sums is None:
            continue
        known, total = int(np.sum(found.known[places])), float(np.sum(found.sums[places]))
        means[name] = total / known if known else None
    return means


def _error(value: float, one: int, other: int) -> float:
    return math.sqrt(1 / one + 1 / other + value**2 / (2 * (one + other)))


def _gap(value: float, error: float) -> Gap:
    return Gap(value, value - 1.96 * error, value + 1.96 * error)


def size_word(effect: float) -> str:
    """A standardised difference in words: 0.2 small, 0.5 medium, 0.8 large (Cohen 1988, p. 25)."""
    return next((word for least, word in _COHEN if abs(effect) >= least), "hardly any")


@dataclass(frozen=True)
class Box:
    """Quantiles of a field in one group, at `LEVELS`; None where no value is known."""

    number: int
    known: int
    quantiles: tuple[float, ...] | None


@dataclass(frozen=True)
class Boxes:
    """A field by segment, everyone first, and how many customers the quantiles are taken from."""

    field: str
    boxes: tuple[Box, ...]
    sampled: int
    customers: int


def boxes(people: People, places: NDArray[np.intp], field: str, k: int, *, most: int = MOST) -> Boxes:
    """Quantiles of `field` by segment among the customers at `places`."""
    used = places
    if len(places) > most:
        used = np.sort(np.random.default_rng(1).choice(places, most, replace=False))
    rows = people.rows(used, [field, "Segment"]).dropna()
    values, segments = rows[field].to_numpy(dtype=np.float64), rows["Segment"].to_numpy()
    groups = [values, *(values[segments == number] for number in range(1, k + 1))]
    found = tuple(_box(number, group) for number, group in enumerate(groups))
    return Boxes(field, found, len(used), len(places))


def _box(number: int, values: NDArray[np.float64]) -> Box:
    if not len(values):
        return Box(number, 0, None)
    return Box(number, len(values), tuple(float(value) for value in np.quantile(values, LEVELS)))
