"""The customers of a version beside those of another, under the same filters: who they are, and in what they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.crossfilter.recoded import recoded
from core.crossfilter.selection import Clause, Selection
from core.data.people import People
from core.datasets.in_common import NOBODY, InCommon, Two, in_common
from core.model.axes import FLAGS
from core.profiles.contrast import EVERYONE, compared
from core.schema.fields import SEGMENT, Field, Kind, plain
from core.statistics.by_construction import Chosen, by_construction, chosen_by
from core.statistics.differences import Difference, told_at_once
from core.statistics.overlap import Samples, mean_apart, rate_apart
from core.statistics.rates import FEWEST, Floats

Mask = NDArray[np.bool_]
Test = tuple[int, str, bool]  # group, field, whether only of the customers of both


@dataclass(frozen=True)
class Part:
    """A segment among those who match: its number in both versions (0 where it is not), and how many it has."""

    number: int
    before: int
    now: int
    then: int
    # Of its shares, where the customers of both versions are put where the borders of this one put them.
    by_borders: Difference | None = None


@dataclass(frozen=True)
class Change:
    """A field in both versions, of everyone who matches (group 0) or of one segment."""

    group: int
    field: str
    # Mean; of yes and no the rate.
    now: float
    then: float
    # Of these, and of those who are in both versions; None where it is decided by the filters, or too few to say.
    apart: Difference | None
    of_both: Difference | None
    decided: Chosen | None  # how the filters, or the borders of segments, decide the figure themselves
    both: int  # customers who are in both and of whom it is known in both


@dataclass(frozen=True)
class Beside:
    """All of it."""

    # Customers who match, in each version, and in both.
    now: int
    then: int
    both: int
    parts: tuple[Part, ...]
    decided: Chosen | None
    changes: tuple[Change, ...]
    # Field names: what the other version has nothing on: of what is compared, and of what is filtered by.
    lacking: tuple[str, ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Side:
    """Those of a version who match: their places in it, their segments, and what is compared, by field."""

    places: NDArray[np.intp]
    segments: NDArray[np.int64]
    values: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.places)

    @classmethod
    def of(cls, people: People, places: NDArray[np.intp], fields: Sequence[str]) -> Side:
        """Read them."""
        rows = people.rows(places, [*fields, SEGMENT])
        values = {name: rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in fields}
        return cls(places, rows[SEGMENT].to_numpy(dtype=np.int64), values)

    def sizes(self, k: int) -> list[int]:
        """Customers in each segment, from 1; of none, 0, there is nobody."""
        return [int(size) for size in np.bincount(self.segments, minlength=k + 1)]


@dataclass(frozen=True)
class Looked:
    """Two models, asked the same; `groups` are segments of `two.now`, or `EVERYONE`."""

    two: Two
    selection: Selection
    groups: Sequence[int] = (EVERYONE,)

    @cached_property
    def common(self) -> InCommon:
        """What the two have in common."""
        return in_common(self.two)

    @cached_property
    def names(self) -> list[str]:
        """The fields that are compared where both know them."""
        profile, schema = self.two.now.card.profile, self.two.now.schema
        return [name for name in compared(profile, schema) if name in profile.spreads]

    @cached_property
    def fields(self) -> list[str]:
        """Those that both know."""
        return [name for name in self.names if name in self.two.then.people.columns]

    @cached_property
    def unasked(self) -> tuple[str, ...]:
        """Fields that are filtered by, and of which the other version has nothing."""
        known = {*self.two.then.people.columns, SEGMENT}
        asked = (plain(clause.field) for clause in self.selection.clauses)
        return tuple(dict.fromkeys(name for name in asked if name not in known))

    @cached_property
    def now(self) -> Side:
        """Those who match."""
        places = self.two.now.crossfilter.rows(self.selection).astype(np.intp)
        return Side.of(self.two.now.people, places, self.fields)

    @cached_property
    def then(self) -> Side:
        """Those of the other version who match."""
        people = self.two.then.people
        passes = np.full(len(people), not self.unasked)
        for group in self.selection.groups if passes.any() else ():
            passes &= np.logical_or.reduce([self._passes(clause) for clause in group])
        return Side.of(people, np.flatnonzero(passes), self.fields)

    @cached_property
    def both(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where those who match in both stand, in `now` and in `then`."""
        where = np.full(len(self.two.then.people), NOBODY)
        where[self.then.places] = np.arange(len(self.then))
        places = self.common.places[self.now.places]
        found = np.where(places == NOBODY, NOBODY, where[places])
        return np.flatnonzero(found != NOBODY), found[found != NOBODY]

    def _passes(self, clause: Clause) -> Mask:
        people, schema = self.two.then.people, self.two.now.schema
        if clause.field == SEGMENT:
            numbers = [self.common.kin.get(code + 1, NOBODY) for code in clause.codes]
            return np.isin(people.column(SEGMENT).to_numpy(), numbers)
        name = plain(clause.field)
        if clause.typed:
            return clause.typed.holds(people.arrow[name])
        axis = self.two.now.crossfilter.axes[clause.field]
        codes = recoded(axis, people.column(name), _labelled(schema[name]))
        return np.isin(codes, sorted(clause.codes))

    def samples(self, group: int, name: str) -> Samples:
        """A field among those who match, in a group."""
        now, then = self._values(self.now, group, name), self._values(self.then, self.before(group), name)
        pairs = now[self.both[0]], then[self.both[1]]
        known = ~(np.isnan(pairs[0]) | np.isnan(pairs[1]))
        return Samples(now[~np.isnan(now)], then[~np.isnan(then)], *(side[known] for side in pairs))

    def before(self, group: int) -> int:
        """The segment that one goes on from, everyone for everyone."""
        return group and self.common.kin.get(group, NOBODY)

    def _values(self, side: Side, group: int, name: str) -> Floats:
        """By customer; NaN outside of the group."""
        values = side.values[name]
        return np.where(side.segments == group, values, np.nan) if group else values

    def shares(self, number: int) -> Samples:
        """Who is in a segment by the borders of now, among those who match."""
        now = self.now.segments
        then = self.common.placed[self.then.places] if self.common.placed is not None else now[:0]
        pairs = (now[self.both[0]], then[self.both[1]]) if len(then) else (then, then)
        return Samples(*((side == number).astype(np.float64) for side in (now, then, *pairs)))


def beside(looked: Looked, *, whole: bool = False) -> Beside:
    """What there is to say of both versions.

    `whole`: whether the files hold everyone there is, so that no difference is uncertain.
    """
    parts = tuple(_parts(looked, whole=whole))
    absent = tuple(name for name in looked.names if name not in looked.fields)
    return Beside(
        len(looked.now),
        len(looked.then),
        len(looked.both[0]),
        parts,
        _decided_shares(looked.selection),
        tuple(_changes(looked, whole=whole)) if len(looked.now) and len(looked.then) else (),
        absent,
        looked.unasked,
    )


def _decided_shares(selection: Selection) -> Chosen | None:
    return Chosen.BY_FIELD if any(one.field == SEGMENT for one in selection.clauses) else None


def _parts(looked: Looked, *, whole: bool) -> Iterable[Part]:
    kin, names = looked.common.kin, looked.two.now.card.profile.names
    now, then = looked.now.sizes(len(names)), looked.then.sizes(len(looked.two.then.card.profile.names))
    tested = [] if whole or _decided_shares(looked.selection) else [*names]
    samples = {number: looked.shares(number) for number in tested}
    enough = [number for number, one in samples.items() if min(len(one.one), len(one.other)) >= FEWEST]
    found = told_at_once(enough, lambda number, sure: rate_apart(samples[number], confidence=sure), _is_sure)
    for number in names:
        was = kin.get(number, 0)
        yield Part(number, was, now[number], then[was], found.get(number))
    for was in looked.two.then.card.profile.names:
        if was not in kin.values():
            yield Part(0, was, 0, then[was])


def _changes(looked: Looked, *, whole: bool) -> Iterable[Change]:
    schema, groups = looked.two.now.schema, [one for one in looked.groups if looked.before(one) != NOBODY]
    samples = {(group, name): looked.samples(group, name) for group in groups for name in looked.fields}
    samples = {key: one for key, one in samples.items() if len(one.one) and len(one.other)}
    decided = {key: _decided(looked, *key) for key in samples}
    tests: dict[Test, Samples] = {
        (*key, paired): one.pairs if paired else one
        for key, one in samples.items()
        for paired in (False, True)
        if not whole and decided[key] is None and not (paired and _all_in_both(one))
    }

    def differ(test: Test, sure: float) -> Difference | None:
        return (rate_apart if schema[test[1]].kind is Kind.FLAG else mean_apart)(tests[test], confidence=sure)

    asked = [test for test, one in tests.items() if min(len(one.one), len(one.other)) >= FEWEST]
    found = told_at_once(asked, differ, _is_sure)
    for key, one in samples.items():
        first = found.get((*key, False))
        paired = first if _all_in_both(one) else found.get((*key, True))
        means = float(one.one.mean()), float(one.other.mean())
        yield Change(*key, *means, first, paired, decided[key], one.both)


def _all_in_both(samples: Samples) -> bool:
    return samples.both == len(samples.one) == len(samples.other)


def _is_sure(found: Difference | None) -> bool:
    return found is not None and not found.chance


def _decided(looked: Looked, group: int, name: str) -> Chosen | None:
    """By a filter on it; and where segments were made from it, by their borders."""
    schema = looked.two.now.schema
    basis = {*looked.two.now.space.basis, *looked.two.then.space.basis}
    if group and by_construction(name, basis, schema):
        return Chosen.BY_SEGMENT
    return chosen_by(looked.selection, name, basis, schema)


def _labelled(field: Field) -> Callable[[object], str]:
    """How the axis of a field calls a value."""
    flags: Mapping[object, str] = {0: FLAGS[0], 1: FLAGS[1]}
    return lambda value: field.in_words(flags[value] if field.kind is Kind.FLAG else str(value))
