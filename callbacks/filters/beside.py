"""The version that is open beside another one, under the same filters: one choice for the pages that show it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from callbacks.filters.address import Asked, Option, Options
from callbacks.filters.everyone import is_whole
from callbacks.filters.page import More
from core.datasets.beside import Beside, Change, Looked, Part, beside
from core.datasets.in_common import Two
from core.datasets.versions import Version
from core.errors import ModelError
from core.numbers import Numbers, listed
from core.profiles.contrast import EVERYONE
from core.schema.fields import Field
from core.services import Services
from core.statistics.by_construction import Chosen
from core.statistics.differences import Difference
from layouts import beside as layout
from layouts.beside import Told, ids
from layouts.components import Table
from layouts.filters import select

NOTHING = "none"
DECIDED = {Chosen.BY_SEGMENT: "by design"}
TOLD = 3  # differences that are told in a sentence
_LEAST = 1e-12


def options(services: Services) -> Options:
    """The choice, where there is another version."""
    others = [str(one.number) for one in _others(services)]
    return {"beside": Option.one_of(NOTHING, *others)} if others else {}


def choice(services: Services, asked: Asked) -> list[Component]:
    """The choice on a page; nothing where there is no other version."""
    others = [(str(one.number), f"version {one.number}, {one.at[:10]}") for one in _others(services)]
    chosen = asked.options.get("beside", NOTHING)
    return (
        [select("beside", "Compare with", [(NOTHING, "no other version"), *others], chosen)] if others else []
    )


def more(services: Services, asked: Asked, groups: Sequence[int] = (EVERYONE,)) -> More:
    """What the tables say; nothing unless another version is asked for."""
    told = _told(services, asked, groups)
    return More(
        texts={f"{one.id}-finding": one.finding for one in told}, tables={one.id: one.table for one in told}
    )


def drawn(services: Services, asked: Asked, found: More) -> Component | None:
    """The tables on a page, as `more` has made them."""
    if asked.options.get("beside", NOTHING) == NOTHING:
        return None
    told = [_framed(asked, id, found) for id in (ids.PARTS, ids.CHANGES)]
    return layout.section(told, _note(services, asked))


def _others(services: Services) -> list[Version]:
    """The versions but the one that is open, the newest first."""
    kept = services.workspaces.catalogue.versions(services.dataset).all()
    return [one for one in reversed(kept) if one.number != _open(services)]


def _open(services: Services) -> int:
    own = services.live.version if services.live.is_older else None
    return own or services.dataset.version.number


def _framed(asked: Asked, id: str, found: More) -> Told:
    name, unit = {
        ids.PARTS: ("Segments beside version {}", "customers who match your filters, and their share"),
        ids.CHANGES: (
            "Averages beside version {}",
            "of customers who match; 95% intervals of the difference",
        ),
    }[id]
    return Told(
        id, name.format(asked.options["beside"]), unit, found.texts[f"{id}-finding"], found.tables[id]
    )


def _note(services: Services, asked: Asked) -> str:
    now, then = _open(services), asked.options["beside"]
    return (
        f"The filters are those of version {now}, asked of version {then} by value. Customers in both versions count as pairs, "
        "the others as other customers; of the differences that are said to be more than chance, one in twenty "
        f"is expected to be chance. Each version has its own borders of segments: by the borders of version {now}, nobody "
        "changes segment because a border moved."
    )


def _told(services: Services, asked: Asked, groups: Sequence[int]) -> list[Told]:
    number = asked.options.get("beside", NOTHING)
    if number == NOTHING:
        return []
    now = _open(services)
    heads = _Heads(f"Version {number}", f"Version {now}", now, many=len(groups) > 1 or groups[0] != EVERYONE)
    try:
        two = Two(services.model, services.live.of_version(int(number)))
    except ModelError:
        lost = (
            f"The segments of version {number} are not kept here, as after an upgrade. Make it live once on the "
            "Models page, and they are made again."
        )
        return [heads.parts(lost, []), heads.changes("There is nothing to compare with.", [])]
    found = beside(Looked(two, asked.selection, groups), whole=is_whole(asked))
    says = _Says(services, two, found, number, is_whole(asked))
    return [
        heads.parts(says.who(), says.parts()),
        heads.changes(says.what(), says.changes(many=heads.many)),
    ]


@dataclass(frozen=True)
class _Heads:
    """The heads of the tables."""

    then: str
    now: str
    number: int
    many: bool

    def parts(self, finding: str, rows: Sequence[Sequence[str]]) -> Told:
        borders = f"By the borders of version {self.number} (interval)"
        head = ("Segment", self.then, self.now, "Difference of shares", borders, "More than chance?")
        return Told(ids.PARTS, "", "", finding, Table(head, rows))

    def changes(self, finding: str, rows: Sequence[Sequence[str]]) -> Told:
        of = ("Of whom",) if self.many else ()
        known = (self.then, self.now, "Difference (interval)", "Of those in both (interval)")
        return Told(ids.CHANGES, "", "", finding, Table(("Field", *of, *known, "More than chance?"), rows))


@dataclass(frozen=True)
class _Says:
    """What was found, in words."""

    services: Services
    two: Two
    found: Beside
    then: str
    whole: bool

    @property
    def numbers(self) -> Numbers:
        return self.services.numbers

    def who(self) -> str:
        """How many match, and what has become of segments."""
        whole, found = self.numbers.whole, self.found
        if found.unasked:
            return f"Version {self.then} has nothing on {self._labels(found.unasked)}, which your filters ask for."
        said = [
            f"{whole(found.now)} {'customer matches' if found.now == 1 else 'customers match'} now, "
            f"{whole(found.then)} of version {self.then}; {whole(found.both)} of them are the same customers."
        ]
        new = [self._name(one) for one in found.parts if not one.before]
        gone = [self._name(one) for one in found.parts if not one.number]
        said += [f"New: {listed(new)}."] if new else []
        said += [f"Gone: {listed(gone)}."] if gone else []
        return " ".join(said)

    def parts(self) -> list[tuple[str, ...]]:
        """A row for each segment."""
        return [self._part(one) for one in self.found.parts]

    def _part(self, one: Part) -> tuple[str, ...]:
        found, numbers = self.found, self.numbers
        shares = [part / (of or 1) for part, of in ((one.now, found.now), (one.then, found.then))]
        sizes = [
            f"{numbers.whole(part)} ({numbers.percent(share)})" if number else "–"
            for part, share, number in ((one.then, shares[1], one.before), (one.now, shares[0], one.number))
        ]
        kept = bool(one.number and one.before)
        apart = _points(shares[0] - shares[1], numbers) if kept else "new" if one.number else "gone"
        return (self._name(one), *sizes, apart, *self._borders(one))

    def _borders(self, one: Part) -> tuple[str, str]:
        if found := one.by_borders:
            return _apart(found, None, self.numbers), _verdict(found)
        if not one.number:
            return "–", "–"
        if self.found.decided:
            return "–", str(self.found.decided)
        return "–", "exact" if self.whole else "too few to say"

    def _name(self, one: Part) -> str:
        model, number = (self.two.now, one.number) if one.number else (self.two.then, one.before)
        return (
            f"{number} {model.card.profile.segment(number).name}"
            if one.number
            else model.card.profile.segment(number).name
        )

    def what(self) -> str:
        """The clearest differences, in words."""
        if not self.found.changes:
            return "Nobody to compare with."
        lacking = self.found.lacking
        more = f" Version {self.then} has nothing on {self._labels(lacking)}." if lacking else ""
        if self.whole:
            return f"The files hold all customers there are, so every difference is exact.{more}"
        sure = sorted(filter(_is_sure, self.found.changes), key=self._size, reverse=True)
        if not sure:
            return f"No difference is clearly more than chance.{more}"
        told = [self._sentence(one) for one in sure[:TOLD]]
        others = f"; {len(sure) - TOLD} more below" if len(sure) > TOLD else ""
        return f"More than chance: {listed(told)}{others}.{more}"

    def _sentence(self, one: Change) -> str:
        field = self.services.schema[one.field]
        of = f" of {self._group(one.group)}" if any(other.group for other in self.found.changes) else ""
        way = "higher" if one.now > one.then else "lower"
        is_ = "are" if field.is_plural and not field.noun else "is"
        return f"{field.called}{of} {is_} {way} ({self.numbers.of(field, one.then)}, now {self.numbers.of(field, one.now)})"

    def _size(self, one: Change) -> float:
        """In standard deviations of everyone."""
        deviation = self.two.now.card.profile.spreads[one.field].deviation
        return abs(one.now - one.then) / deviation if deviation else 0.0

    def changes(self, *, many: bool) -> list[tuple[str, ...]]:
        """A row for each field, of each group."""
        return [self._change(one, many=many) for one in self.found.changes]

    def _change(self, one: Change, *, many: bool) -> tuple[str, ...]:
        field, numbers = self.services.schema[one.field], self.numbers
        means = [numbers.of(field, mean) for mean in (one.then, one.now)]
        exact = Difference(*[one.now - one.then] * 3)
        apart = _apart(one.apart or exact, field, numbers)
        both = _apart(one.of_both, field, numbers) if one.of_both else "–"
        if one.of_both and one.both != self.found.both:
            both += f", {numbers.whole(one.both)} customers"
        verdict = DECIDED.get(one.decided, str(one.decided)) if one.decided else self._verdict(one)
        of = (self._group(one.group),) if many else ()
        return (field.label, *of, *means, apart, both, verdict)

    def _verdict(self, one: Change) -> str:
        if self.whole:
            return "exact"
        return _verdict(one.apart) if one.apart else "too few to say"

    def _group(self, number: int) -> str:
        names: Mapping[int, str] = self.two.now.card.profile.names
        return names[number] if number else "everyone who matches"

    def _labels(self, names: Sequence[str]) -> str:
        return listed([self.services.label(name).lower() for name in names])


def _is_sure(one: Change) -> bool:
    return one.apart is not None and not one.apart.chance


def _verdict(found: Difference) -> str:
    if found.low == found.high == 0:
        return "the same"
    if found.chance:
        return "could be chance"
    return "higher" if found.value > 0 else "lower"


def _points(value: float, numbers: Numbers) -> str:
    """Of two shares, in percentage points."""
    return f"{_signed(100 * value, 1, numbers)} points"


def _apart(found: Difference, field: Field | None, numbers: Numbers) -> str:
    """A difference with its interval, to two digits of that; shares (where `field` is None) in points."""
    scale, unit = (100.0, " points") if field is None or field.in_percent else (1.0, "")
    value, low, high = (scale * part for part in (found.value, found.low, found.high))
    digits = _digits((high - low) / 2 or abs(value))
    if low == high:
        return f"{_signed(value, digits, numbers)}{unit}"
    return f"{_signed(value, digits, numbers)}{unit} ({_signed(low, digits, numbers)} to {_signed(high, digits, numbers)})"


def _signed(value: float, digits: int, numbers: Numbers) -> str:
    text = numbers.fixed(value, digits)
    return f"+{text}" if value > 0 and float(f"{value:.{digits}f}") else text


def _digits(size: float) -> int:
    return min(max(1 - math.floor(math.log10(max(size, _LEAST))), 0), 4) if size else 0
