"""How segments differ: means and standardised differences of the customers that pass the filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.crossfilter.table import Breakdown, Clause, Crossfilter, Figures, Moments, Selection
from core.data.people import People
from core.model.artefacts import Model
from core.model.profile import SMALL, Profile
from core.schema.fields import SEGMENT, Kind
from core.schema.schema import Schema
from core.statistics.by_construction import by_construction
from core.statistics.differences import (
    Difference,
    could_be_drawn,
    mean_difference,
    rate_difference,
    rest_of,
    told_at_once,
)
from core.statistics.rates import FEWEST

EVERYONE = 0  # among segment numbers, those of everyone together
MOST_OTHERS = 11  # fields besides the basis, where the template chose none
CONFIDENCE = 0.95
LEVELS = (
    0.05,
    0.25,
    0.5,
    0.75,
    0.95,
)  # of every box plot: the box holds the middle half, its line nine tenths
MOST = 50_000  # customers behind the quantiles; of more, a seeded sample stands for them
_COHEN = ((0.8, "large"), (0.5, "medium"), (0.2, "small"))


@dataclass(frozen=True)
class Group:
    """A segment, or everyone: how many pass the filters, and their means (None where nothing is known).

    `tested` holds the moments of the fields that segments were not made from.
    """

    size: int
    means: dict[str, float | None]
    tested: Mapping[str, Moments] = field(default_factory=dict)

    @property
    def small(self) -> bool:
        """Too few customers to trust an average."""
        return self.size < SMALL


@dataclass(frozen=True)
class Gap:
    """A standardised difference between two groups.

    `interval` is None where the field differs by construction, a group is too small to say how sure it is, or nobody is
    missing: then `drawn` says whether as many who are drawn from everyone would differ as much.
    """

    value: float
    interval: tuple[float, float] | None = None
    drawn: bool | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can't be said how sure it is."""
        return self.interval is None and self.drawn is None

    @property
    def chance(self) -> bool:
        """Whether the data allow that there is no difference; so where there is no interval."""
        if self.drawn is not None:
            return self.drawn
        return self.interval is None or self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True)
class Comparison:
    """Every segment and everyone, under one selection."""

    groups: tuple[Group, ...]  # everyone first, then segments 1..k, so that a group stands at its number
    # By field: standard deviation over all customers of the file, whatever the filters: the unit of differences.
    deviations: dict[str, float]
    made: frozenset[str] = frozenset()  # fields in which segments differ by construction
    rates: frozenset[str] = frozenset()  # fields of yes and no
    whole: bool = False  # whether the file holds everyone there is, so that nothing is uncertain

    @property
    def fields(self) -> tuple[str, ...]:
        """What is compared, the basis first."""
        return tuple(self.deviations)

    @property
    def numbers(self) -> range:
        """The segments' numbers, 1..k."""
        return range(1, len(self.groups))

    def effect(self, number: int, name: str) -> float | None:
        """Difference of a group's mean from everyone's, in standard deviations; None without a known value."""
        mean, average = self.groups[number].means[name], self.groups[EVERYONE].means[name]
        if mean is None or average is None:
            return None
        return (mean - average) / self.deviations[name] if self.deviations[name] else 0.0

    def gap(
        self, one: int, other: int, name: str, *, confidence: float = CONFIDENCE, of: int = 2
    ) -> Gap | None:
        """Standardised difference of two groups; `EVERYONE` is one, too. None where a side is not known.

        The pair was picked from so many groups, `of`.

        Notes
        -----
        The interval is Welch's, from each group's own deviation; for rates Newcombe's (see `core.statistics.differences`). A
        segment is a part of everyone: its difference from everyone is that from all others, times their share.
        """
        effects = self.effect(one, name), self.effect(other, name)
        if effects[0] is None or effects[1] is None:
            return None
        if name in self.made:
            return Gap(effects[0] - effects[1])
        if self.whole:
            return Gap(effects[0] - effects[1], drawn=self._drawn(one, other, name, confidence, of))
        found = self._difference(one, other, name, confidence, of)
        unit = self.deviations[name]
        interval = (found.low / unit, found.high / unit) if found and unit else None
        return Gap(effects[0] - effects[1], interval)

    def _difference(self, one: int, other: int, name: str, confidence: float, of: int) -> Difference | None:
        """In the unit of the field; None where a side is too small."""
        if one == EVERYONE:
            found = self._difference(other, one, name, confidence, of)
            return Difference(-found.value, -found.high, -found.low) if found else None
        sides = self._sides(one, other, name)
        if sides is None:
            return None
        differ = rate_difference if name in self.rates else mean_difference
        found = differ(*sides, confidence=confidence, groups=of)
        share = sides[1].known / (self.groups[EVERYONE].tested[name].known or 1) if other == EVERYONE else 1.0
        return Difference(*(share * part for part in (found.value, found.low, found.high))) if found else None

    def _drawn(self, one: int, other: int, name: str, confidence: float, of: int) -> bool | None:
        """Whether as many who are drawn from everyone would differ as much; None where a side is too small."""
        sides = self._sides(max(one, other), min(one, other), name)
        if sides is None:
            return None
        everyone = self.groups[EVERYONE].tested[name]
        return could_be_drawn(*sides, confidence=confidence, groups=of, everyone=everyone)

    def _sides(self, one: int, other: int, name: str) -> tuple[Moments, Moments] | None:
        """A segment and another, or all others where that is everyone; None where one is too small."""
        own, rest = (self.groups[number].tested.get(name) for number in (one, other))
        if own is None or rest is None:
            return None
        rest = rest_of(rest, own) if other == EVERYONE else rest
        return (own, rest) if min(own.known, rest.known) >= FEWEST else None

    def widest(self, chosen: Sequence[int]) -> dict[str, tuple[int, int, Gap]]:
        """For each field the two of the chosen groups that are furthest apart, the higher one first; widest first.

        Notes
        -----
        The widest of many pairs is picked: within a field intervals of segments hold for all pairs at once by the
        studentized range (Games and Howell 1976); with everyone, of whom each is a part, by Bonferroni. Over fields
        the false discovery rate is kept (see `told_at_once`).
        """
        ends = {name: ends for name in self.fields if (ends := self._ends(name, chosen))}
        tested = [name for name in ends if name not in self.made]
        of = 2 if EVERYONE in chosen else len(chosen)
        pairs = len(chosen) * (len(chosen) - 1) // 2 if EVERYONE in chosen else 1
        found = told_at_once(
            tested,
            lambda name, confidence: self.gap(*ends[name], name, confidence=confidence, of=of),
            lambda gap: gap is not None and not gap.chance,
            each=pairs,
        )
        made = {name: self.gap(*ends[name], name) for name in ends if name not in found}
        known = {name: (*ends[name], gap) for name, gap in (made | found).items() if gap is not None}
        return dict(sorted(known.items(), key=lambda one: -one[1][2].value))

    def _ends(self, name: str, chosen: Sequence[int]) -> tuple[int, int] | None:
        """The group with the highest mean, and with the lowest."""
        known = [(effect, number) for number in chosen if (effect := self.effect(number, name)) is not None]
        return (max(known)[1], min(known)[1]) if len(known) > 1 else None

    def explained(self, name: str) -> float:
        """Part of a field's variance that lies between segments of which averages are told, in [0, 1] (eta squared)."""
        all_ = self.groups[EVERYONE].size or 1
        told = (number for number in self.numbers if not self.groups[number].small)
        return sum(
            self.groups[number].size / all_ * (self.effect(number, name) or 0.0) ** 2 for number in told
        )


def contrast(model: Model, selection: Selection, *, whole: bool = False) -> Comparison:
    """Means by segment of the customers that pass all filters but those on segments."""
    table, profile, schema, basis = model.crossfilter, model.card.profile, model.schema, model.space.basis
    fields = [name for name in compared(profile, schema) if name in table.summed and name in profile.spreads]
    made = frozenset(name for name in fields if by_construction(name, basis, schema))
    views = [Breakdown(f"compare-{name}", SEGMENT, value=name) for name in fields]
    found = table.figures(selection, [Breakdown("compare-sizes", SEGMENT), *views])
    sizes = [int(size) for size in found["compare-sizes"].counts.tolist()]
    tested = tuple(name for name in fields if name not in made)
    others = selection.without(SEGMENT)
    parts = [others, *(others.replace(Clause(SEGMENT, frozenset([code]))) for code in range(len(sizes)))]
    places = [slice(None), *(slice(code, code + 1) for code in range(len(sizes)))]
    groups = [
        Group(sum(sizes[at]), _means(found, fields, at), _Tested(table, part, tested))
        for at, part in zip(places, parts, strict=True)
    ]
    deviations = {name: profile.spreads[name].deviation for name in fields}
    return Comparison(tuple(groups), deviations, made, frozenset(schema.of(Kind.FLAG)), whole)


@dataclass(frozen=True)
class _Tested(Mapping[str, Moments]):
    """Moments of who passes, counted once they are asked for: most groups are compared with none."""

    table: Crossfilter
    selection: Selection
    fields: tuple[str, ...]

    @cached_property
    def _found(self) -> Mapping[str, Moments]:
        return self.table.views(self.selection, (), values=self.fields).selected.values

    def __getitem__(self, name: str) -> Moments:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


def _means(found: Mapping[str, Figures], fields: Sequence[str], places: slice) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for name in fields:
        one = found[f"compare-{name}"]
        if one.known is None or one.sums is None:
            continue
        known, total = int(np.sum(one.known[places])), float(np.sum(one.sums[places]))
        means[name] = total / known if known else None
    return means


def compared(profile: Profile, schema: Schema) -> tuple[str, ...]:
    """What segments are compared in: as the template has it, else the basis and what they differ in most."""
    others = [name for name in schema.measures if name not in (*schema.basis, *schema.targets)]
    return schema.picked("compared") or (
        *schema.basis,
        *profile.telling(others, MOST_OTHERS),
        *schema.targets[-1:],
    )


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
    rows = people.rows(used, [field, SEGMENT]).dropna()
    values, segments = rows[field].to_numpy(dtype=np.float64), rows[SEGMENT].to_numpy()
    groups = [values, *(values[segments == number] for number in range(1, k + 1))]
    found = tuple(_box(number, group) for number, group in enumerate(groups))
    return Boxes(field, found, len(used), len(places))


def _box(number: int, values: NDArray[np.float64]) -> Box:
    if not len(values):
        return Box(number, 0, None)
    return Box(number, len(values), tuple(float(value) for value in np.quantile(values, LEVELS)))
