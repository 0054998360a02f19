"""What moves while one drags besides bars: texts and figures that are sums over bins, or ratios of sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from callbacks.filters.address import Asked
from core.crossfilter.crossing import fields_of
from core.crossfilter.table import Breakdown, Crossfilter, Figures, Selection
from core.schema.fields import Field, Kind
from core.services import Services

Array = np.ndarray[Any, Any]
SQUARED = 30_000_000  # customers, past whom a tile with squares is there later than one waits for it


@dataclass(frozen=True)
class Ratio:
    """Numbers by the bins of a field: of any bins `over` summed, by `under` summed; shape (numbers, bins).

    `form` is how they are written: a method of `core.numbers`, and its decimals after a point; of what is drawn a name that assets/brush.js knows.
    """

    form: str
    over: Array
    under: Array | None = None


@dataclass(frozen=True)
class Points:
    """Customers as a scatter draws them, in its order: where, in which trace, and the bin of each; at most `most` are shown."""

    x: Array
    y: Array
    trace: Array
    code: Array
    most: int


@dataclass(frozen=True)
class Moves:
    """Texts by the id of an element; by the id of a figure its points, and arrays of traces by `place.attribute`."""

    texts: Mapping[str, Ratio] = field(default_factory=dict)
    traces: Mapping[str, Mapping[str, Ratio]] = field(default_factory=dict)
    points: Mapping[str, Points] = field(default_factory=dict)


@dataclass(frozen=True)
class ByBins:
    """Counts and sums by the bins of the field `active`, whatever of them is chosen; of two fields where it is a crossing."""

    services: Services
    asked: Asked
    active: str

    @property
    def fields(self) -> list[str]:
        """Whose bins these are."""
        return fields_of(self.active)

    @property
    def table(self) -> Crossfilter:
        """Where they are counted."""
        return self.services.model.crossfilter.crossed(self.active)

    @property
    def others(self) -> Selection:
        """Filters on other fields."""
        return self.asked.selection.without(*self.fields)

    def all(self, values: Sequence[str | None]) -> list[Figures]:
        """Of who passes all other filters, and the known sums of `values`; shape (bins,). Of one field with their squares."""
        views = [Breakdown(f"all:{value}", self.active, value=value) for value in values]
        return self._figures(views, squared=len(self.fields) == 1 and len(self.table) <= SQUARED)

    def by(self, name: str, values: Sequence[str | None]) -> list[Figures]:
        """By the bins of another field, whose own filter is set aside; shape (bins of it, bins)."""
        return self._figures([Breakdown(f"by:{value}", name, self.active, value) for value in values])

    def _figures(self, views: Sequence[Breakdown], *, squared: bool = False) -> list[Figures]:
        return list(self.table.figures(self.others, views, squared=squared).values())


def mean_form(of: Field) -> str:
    """How the mean of a field is written, as `Numbers.of` writes it; of a yes and no its rate."""
    if of.kind is Kind.FLAG:
        return "rate"
    if of.is_chance:
        return "chance"
    if of.in_percent:
        return f"percent.{of.decimals}" if of.decimals else "percent"
    return money_form(of) if of.kind is Kind.AMOUNT else f"decimal.{of.decimals or 1}"


def money_form(of: Field) -> str:
    """How amounts of a field are written, sums of it too."""
    return f"money.{of.decimals}"


def mean(form: str, found: Figures, part: int = 0) -> Ratio:
    """The mean over who is known, of all or of one part."""
    over, under = (np.atleast_2d(found.counts if one is None else one) for one in (found.sums, found.known))
    return Ratio(form, over[part : part + 1], under[part : part + 1])
