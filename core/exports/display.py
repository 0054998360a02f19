"""Which columns a customer is shown with, in groups, and how a value is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import pandas as pd
from babel.dates import format_date

from core.data.people import People
from core.errors import ParterreError
from core.numbers import UNKNOWN, Numbers
from core.schema.fields import IDENTIFIER, SEGMENT, Field, Kind

_LISTED = 10  # columns that are shown where nobody chose, and no template


class ColumnError(ParterreError):
    """Columns that a table doesn't have."""


def groups(people: People) -> dict[str, list[str]]:
    """Columns that there are, by group; those that only this file has come last."""
    schema, there = people.schema, people.columns
    first = next(iter(schema.groups), "Customer")
    named = {
        first: [IDENTIFIER, SEGMENT, *schema.groups.get(first, ())],
        **dict(list(schema.groups.items())[1:]),
    }
    own = [name for name in there if name not in schema and name not in (IDENTIFIER, SEGMENT)]
    found = {group: [name for name in names if name in there] for group, names in named.items()}
    return {group: names for group, names in (found | {"From your file": own}).items() if names}


def columns(people: People) -> list[str]:
    """Everything that can be shown, in order."""
    return [name for names in groups(people).values() for name in names]


def defaults(people: People) -> list[str]:
    """What is shown where nobody chose: what the template picks, else what ranks segments and what they are built on."""
    schema = people.schema
    own = (*filter(None, [schema.value]), *schema.basis)
    picked = schema.picked("list") or tuple(dict.fromkeys(own))[:_LISTED]
    return [name for name in (IDENTIFIER, SEGMENT, *picked) if name in people.columns]


def chosen(text: str, people: People) -> list[str]:
    """The columns that an address names, in our order, the ID always among them; nothing is the default.

    Raises ColumnError if one is not there.
    """
    if not text:
        return defaults(people)
    known = columns(people)
    wanted = set(known) if text == "all" else {unquote(part.replace("~", "%")) for part in text.split(",")}
    if strange := sorted(wanted.difference(known)):
        raise ColumnError(
            f"Columns: found {strange[0][:60]!r}. Expected columns of this table. Choose them again."
        )
    return [name for name in known if name in wanted or name == IDENTIFIER]


def written(
    people: People, rows: pd.DataFrame, numbers: Numbers, names: Mapping[int, str]
) -> dict[str, list[str]]:
    """The values of some customers, column by column, as people read them; `names` are the segments'."""
    return {
        str(name): [names.get(int(v), UNKNOWN) for v in rows[name]]
        if name == SEGMENT
        else _column(people.field(str(name)), rows[name].tolist(), numbers)
        for name in rows
    }


def _column(field: Field, values: Sequence[object], numbers: Numbers) -> list[str]:
    # Few values are different, and writing one for a locale costs more than looking it up.
    known: dict[object, str] = {}
    for value in values:
        if value not in known:
            known[value] = write(field, value, numbers)
    return [known[value] for value in values]


def write(field: Field, value: object, numbers: Numbers) -> str:
    """One value as people read it."""
    if value is None or value != value or value is pd.NaT:
        return UNKNOWN
    if isinstance(value, datetime.date):
        return str(format_date(value, format="medium", locale=numbers.locale))
    if not isinstance(value, int | float):
        return field.in_words(str(value))
    if field.kind is Kind.FLAG:
        return "yes" if value else "no"
    if field.kind in (Kind.YEAR, Kind.IDENTIFIER):
        return str(value if isinstance(value, int) else round(value))
    return numbers.of(field, value)
