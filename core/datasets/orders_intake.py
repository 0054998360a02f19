"""A table of orders comes in: what its columns do, and the customers that are made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from core.data.orders import fold, with_categories
from core.data.raw import Raw
from core.data.typed_lines import typed_lines
from core.forecast.forecast import COLUMNS, missing
from core.numbers import listed
from core.schema.chosen_parts import Chosen, chosen_parts, part_of
from core.schema.column_guess import Guess, Role
from core.schema.decisions import Choices
from core.schema.facts import Facts
from core.schema.fields import Kind
from core.schema.grain import LEAST, Grain
from core.schema.guess import Guessed
from core.schema.long_tails import has_long_tail
from core.schema.order_lines import Lines
from core.schema.order_parts import parts_of
from core.schema.schema import Schema
from core.schema.templates.orders import orders_schema

ORDERED = (Grain.ORDERS, Grain.LINES)
_SURE = 0.95


def of_orders(
    found: Guessed,
    facts: Sequence[Facts],
    raw: Raw,
    choices: Choices,
    roles: Mapping[str, str] = MappingProxyType({}),
) -> Guessed:
    """A guess of orders with the schema of their customers; refused with words where they can't be added up.

    Raises SchemaError if `roles`, which somebody chose, are none that columns can play of orders.
    """
    if found.grain not in ORDERED:
        return found
    chosen = chosen_parts(roles, facts, found.columns)
    parts = parts_of(facts, chosen=chosen)
    if parts.lines is None:
        seen = parts.seen or Lines("", "")
        columns = tuple(replace(one, part=part_of(seen, one.column)) for one in found.columns)
        return replace(found, columns=columns, refused=parts.refused)
    lines = parts.lines.as_chosen(choices)
    typed = typed_lines(raw.columns, lines)
    lines = with_categories(typed, lines)
    folded = fold(typed, lines)
    columns = given_orders(found.columns, lines, chosen)
    if len(folded.frame) < LEAST:
        return replace(found, columns=columns, refused=_too_few(len(folded.frame), raw.rows))
    schema = customers_schema(folded.frame, lines, [] if missing(folded.purchases) else COLUMNS)
    return replace(found, columns=columns, schema=schema, refused="", built_on=_built_on(schema))


def customers_schema(frame: pd.DataFrame, lines: Lines, told: Sequence[str] = ()) -> Schema:
    """What the customers are whom lines of orders add up to; `told` are columns that only their purchases tell."""
    numbers = frame.select_dtypes("number")
    schema = orders_schema(lines, [*frame.columns, *told], numbers.columns[numbers.min() < 0])
    values = {name: numbers[name].to_numpy(dtype="float64") for name in schema.basis}
    return replace(schema, logarithms=tuple(one for one in values if has_long_tail(values[one])))


def _built_on(schema: Schema) -> str:
    names = listed([schema.label(one).lower() for one in schema.basis])
    return f"Segments are built on {names}, which orders are added up to; all else describes customers."


def _too_few(customers: int, rows: int) -> str:
    who = "customer" if customers == 1 else "customers"
    found = f"found orders of {customers:,} {who} who bought something, in {rows:,} rows."
    return f"{found} Expected {LEAST} customers at least: fewer make no segments. Add a file with more."


def given_orders(
    found: Sequence[Guess], lines: Lines, chosen: Chosen = MappingProxyType({})
) -> tuple[Guess, ...]:
    """The columns by the parts that they play; what somebody chose is sure."""
    played = _played(lines)
    columns = [_as_played(one, played.get(one.column)) for one in found]
    return tuple(
        replace(one, part=part_of(lines, one.column), sure=1.0 if one.column in chosen else one.sure)
        for one in columns
    )


def _as_played(one: Guess, part: tuple[Role, str] | None) -> Guess:
    if part is None:
        if one.role is Role.IGNORED:
            return one
        reason = "It differs between the orders of a customer, and is nothing that can be added up."
        return replace(one, role=Role.IGNORED, sure=0.85, reason=reason)
    role, reason = part
    kinds = {Role.IDENTIFIER: Kind.IDENTIFIER, Role.DATE: Kind.DATE}
    return replace(one, role=role, kind=kinds.get(role, one.kind), sure=_SURE, reason=reason)


def _played(lines: Lines) -> Mapping[str, tuple[Role, str]]:
    """The role of each column that plays a part, and why."""
    money = "Of one order: it adds up to the money that a customer brings."
    parts: dict[str, tuple[Role, str]] = dict.fromkeys(
        lines.describing, (Role.DESCRIPTOR, "It describes customers: the commonest in their orders.")
    )
    parts |= dict.fromkeys(
        lines.states, (Role.DESCRIPTOR, "What has become of an order: those that were cancelled don't count.")
    )
    parts |= {
        lines.product: (Role.DESCRIPTOR, "What was bought: different products are counted."),
        lines.category: (Role.DESCRIPTOR, "What was bought: the largest parts of spending are told by it."),
        lines.order: (
            Role.IGNORED,
            "It names orders: their lines are put together, and orders of one day are one purchase.",
        ),
        lines.quantity: (Role.VALUE, f"Pieces. {money}"),
        lines.price: (Role.VALUE, f"The price of one. {money}"),
        lines.amount: (Role.VALUE, money),
        lines.discount: (
            Role.VALUE,
            "The part of the price that is taken off the money that a customer brings.",
        ),
        lines.refunded: (Role.VALUE, "What was paid back is taken off the money that a customer brings."),
        lines.date: (Role.DATE, "When an order was made: recency, tenure and rhythm are counted from it."),
        lines.customer: (Role.IDENTIFIER, "Who bought: orders are added up by it."),
    }
    return parts
