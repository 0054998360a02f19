"""Orders as columns beside the customers who made them: what each customer's add up to, written as text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from core.data.customers_and_orders import NO_ORDERS, NONE
from core.data.odd_lines import DOES
from core.data.orders import fold, with_categories
from core.data.remarks import Remark
from core.data.rows import Columns
from core.data.typed_lines import typed_lines
from core.datasets.joined import written
from core.datasets.orders_intake import customers_schema
from core.datasets.parts import Part
from core.datasets.writing import several
from core.forecast.forecast import COLUMNS, missing
from core.schema.column_guess import Guess, Role
from core.schema.decisions import Choices, Decision
from core.schema.fields import IDENTIFIER, Field, Kind
from core.schema.order_lines import Lines
from core.schema.problems import Problem
from core.schema.schema import Schema

_PAGES = {
    "recency": 1,
    "spending": 1,
    "cohorts": 2,
    "rfm": 2,
    "history": 3,
}  # and how many fields each has to have
_ROLES = {Kind.DATE: Role.DATE}
_SURE = 0.95
_MADE = "Added up from orders: "
_DESCRIBES = "Added up from orders, to describe customers: recency, purchases and spending build segments."


@dataclass(frozen=True)
class AddedUp:
    """A row per customer of a table of orders.

    `customers` names each; `none` is what each column holds for who made no order; `numbers` are those of the columns
    that are; `guesses` say what they are for, as with orders alone. `lines` are how `table`, the orders, is added up,
    and `schema` what follows of it.
    """

    customers: pa.ChunkedArray
    columns: Columns
    numbers: Mapping[str, NDArray[np.float64]]
    none: Mapping[str, str]
    guesses: tuple[Guess, ...]
    problems: tuple[Problem, ...]
    decisions: tuple[Decision, ...]
    table: Columns
    lines: Lines
    schema: Schema

    def along(self, schema: Schema, apart: Mapping[str, str]) -> Schema:
        """The schema of customers with what only their orders themselves tell: what they lead to, and what pages show."""
        made = {apart.get(one, one) for one in self.columns}
        ours = tuple(one.name for one in schema.fields if one.column in made)
        more, known = list[Field](), {*schema}
        for one in self.schema.fields:
            if one.derived and one.name not in known and known.issuperset(one.derived.parts):
                more.append(one)
                known.add(one.name)
        picks = tuple((page, _picked(some, known, _PAGES[page])) for page, some in self.schema.picks if page in _PAGES)  # fmt: skip
        return replace(
            schema,
            fields=(*schema.fields, *more),
            lines=self.lines,
            added_up=ours,
            picks=(*schema.picks, *picks),
        )


def _picked(names: Sequence[str], known: Collection[str], least: int) -> tuple[str, ...]:
    """Those that are known; none where the first ones are not, since pages take them by their place."""
    return tuple(one for one in names if one in known) if {*names[:least]} <= {*known} else ()


def added_up(part: Part, lines: Lines, choices: Choices) -> AddedUp:
    """What the orders of each customer add up to."""
    lines = lines.as_chosen(choices)
    typed = typed_lines(part.columns, lines)
    lines = lines if lines.names else with_categories(typed, lines)
    folded = fold(typed, lines)
    frame, names = folded.frame, [str(one) for one in folded.frame if one != IDENTIFIER]
    schema = customers_schema(frame, lines, [] if missing(folded.purchases) else COLUMNS)
    heads = {name: schema.label(name) for name in names}
    return AddedUp(
        _text(frame[IDENTIFIER]),
        {heads[name]: _text(frame[name]) for name in heads},
        {heads[name]: frame[name].to_numpy(dtype=float) for name in heads if is_numeric_dtype(frame[name])},
        {heads[name]: str(none) for name, none in NONE.items() if name in heads},
        tuple(_guess(schema, name) for name in heads),
        _problems(part, folded.remarks),
        folded.decisions,
        part.columns,
        lines,
        schema,
    )


def _guess(schema: Schema, name: str) -> Guess:
    """What a column is for: as with orders alone, recency, purchases and money build segments."""
    field = schema[name]
    reason = _DESCRIBES if field.kind.is_measure else f"{_MADE}{field.help[:1].lower()}{field.help[1:]}"
    reason = f"{_MADE}{field.help[:1].lower()}{field.help[1:]}" if name in schema.basis else reason
    role = Role.BASIS if name in schema.basis else _ROLES.get(field.kind, Role.DESCRIPTOR)
    if name == schema.value:
        role, reason = (
            Role.VALUE,
            f"{_MADE}the money that a customer brings. It ranks segments, and builds them.",
        )
    field = replace(field, values=(*field.values, NO_ORDERS)) if name == "RFM_Group" else field
    return Guess(field.label, field.kind, role, _SURE, reason, field=field)


def _text(values: pd.Series) -> pa.ChunkedArray:
    text = written(values).astype("string").fillna("")
    return pa.chunked_array([pa.array(text, pa.string())])


def _problems(part: Part, remarks: Sequence[Remark]) -> tuple[Problem, ...]:
    """What is odd about its lines."""
    money = (replace(one, what=f"{part.name}: {one.what}") for one in several(part.facts))
    odd = (
        Problem(f"{part.name}: {one.sentence}", one.count, DOES.get(one.name, "Look whether it is right."))
        for one in remarks
        if one.sentence
    )
    return (*money, *odd)
