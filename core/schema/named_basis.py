"""A schema whose segments are built on what somebody named, whatever a guess would build them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.errors import SchemaError
from core.schema.facts import Facts
from core.schema.fields import IDENTIFIER, Field, Kind
from core.schema.heading_words import label_of, slug_of
from core.schema.kinds import kind_of
from core.schema.schema import Schema


def built_on(names: Sequence[str], known: Mapping[str, Facts], schema: Schema | None) -> Schema:
    """The schema with the fields of those names as its basis.

    `names`: columns of the file, or names or labels of fields, in any case of letters. `known`: by column. `schema`:
    what the columns are taken for, if that could be told; a column of numbers builds segments also where it is taken
    for something else. Raises SchemaError if a name means nothing, holds no numbers, or is an answer that segments are
    to explain.
    """
    found = schema or Schema((), ())
    basis = []
    for place, name in enumerate(dict.fromkeys(names), start=1):
        field = _field(name, found) or _of_column(name, place, known)
        if field.name == IDENTIFIER or not field.kind.is_number:
            field = _as_numbers(field, known)
        others = tuple(one for one in found.fields if one.name != field.name)
        found = replace(found, fields=found.fields if field in found.fields else (*others, field))
        basis.append(field.name)
    return replace(found, basis=tuple(dict.fromkeys(basis)))


def _field(name: str, schema: Schema) -> Field | None:
    """The field of that column or name, else of that label."""
    asked = name.strip().casefold()
    for how in ("column", "name", "label"):
        for field in schema.fields:
            if (getattr(field, how) or "").casefold() == asked:
                return field
    return None


def _of_column(name: str, place: int, known: Mapping[str, Facts]) -> Field:
    """A column that no field was made of."""
    asked = name.strip().casefold()
    column = next((one for one in known if one.strip().casefold() == asked), None)
    if column is None:
        raise SchemaError(
            f"Found no column {name!r} among {', '.join(list(known)[:12])}. Expected columns of the file to build "
            "segments on. Name others."
        )
    return _as_numbers(Field(slug_of(column, place), label_of(column), Kind.CATEGORY, column=column), known)


def _as_numbers(field: Field, known: Mapping[str, Facts]) -> Field:
    fact = known.get(field.column or "")
    if field.name == IDENTIFIER or fact is None or not fact.is_number:
        raise SchemaError(
            f"Found {field.column or field.name} among what is to build segments. Expected columns of numbers that are "
            "quantities. Name others."
        )
    kind = kind_of(fact)
    return replace(field, kind=kind if kind.is_number else Kind.COUNT, read_as=(), values=())
