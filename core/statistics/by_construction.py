"""Which figures a choice of customers decides by itself: what is chosen by a field differs in it, found or not."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from core.crossfilter.table import Selection
from core.schema.derivations import FromHistory
from core.schema.fields import Kind, plain
from core.schema.schema import Schema
from core.statistics.describe import is_part


class Chosen(StrEnum):
    """What a filter has decided about a figure."""

    BY_FIELD = "selected by this field"
    BY_PART = "selected by a field that holds it in part"
    BY_SEGMENT = "segments were made from it"


def by_construction(name: str, basis: Iterable[str], schema: Schema) -> bool:
    """Whether segments made of `basis` differ in a field because they were made to: it is in it, or a part of it,
    or reckoned from it.

    Their differences there are no finding: segments of pure noise differ as clearly (Gao, Bien and Witten 2024,
    JASA 119: 332-342).
    """
    made = schema.parts(name) if name in schema and isinstance(schema[name].derived, FromHistory) else ()
    return any(name == one or one in made or is_part(name, one, schema) for one in basis)


def _is_day_of(name: str, day: str, schema: Schema) -> bool:
    """Whether a figure is reckoned from a date: days since, the month of it."""
    return day in schema and schema[day].kind is Kind.DATE and day in schema.sources(name)


def chosen_by(selection: Selection, name: str, basis: Iterable[str], schema: Schema) -> Chosen | None:
    """How `selection` decides the figure of the field `name` itself; None where it does not."""
    fields = {plain(clause.field) for clause in selection.clauses}
    if name in fields or any(_is_day_of(name, one, schema) for one in fields):
        return Chosen.BY_FIELD
    if any(is_part(name, one, schema) or name in schema.parts(one)[:1] for one in fields):
        return Chosen.BY_PART
    return Chosen.BY_SEGMENT if "Segment" in fields and by_construction(name, basis, schema) else None
