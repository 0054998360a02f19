"""Which column plays which part of an order, as somebody says: what it can play, and the lines that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from core.errors import SchemaError
from core.schema.column_guess import Guess
from core.schema.facts import Facts, Form
from core.schema.order_lines import Lines

MOST_CATEGORIES, MOST_STATES, MOST_DESCRIBED = 60, 40, 253
Chosen = Mapping[str, "Part"]


class Part(StrEnum):
    """What a column is of an order; told apart from what columns of customers are for."""

    CUSTOMER = "order-customer"
    DATE = "order-date"
    AMOUNT = "order-amount"
    QUANTITY = "order-quantity"
    PRICE = "order-price"
    DISCOUNT = "order-discount"
    REFUNDED = "order-refunded"
    NUMBER = "order-number"
    PRODUCT = "order-product"
    CATEGORY = "order-category"
    STATE = "order-state"
    DESCRIBES = "order-describes"
    NOTHING = "order-nothing"


_ONE: Mapping[Part, str] = {
    Part.CUSTOMER: "customer",
    Part.DATE: "date",
    Part.AMOUNT: "amount",
    Part.QUANTITY: "quantity",
    Part.PRICE: "price",
    Part.DISCOUNT: "discount",
    Part.REFUNDED: "refunded",
    Part.NUMBER: "order",
    Part.PRODUCT: "product",
    Part.CATEGORY: "category",
}
_SEVERAL: Mapping[Part, str] = {Part.STATE: "states", Part.DESCRIBES: "describing"}
_MONEY = (Part.AMOUNT, Part.QUANTITY, Part.PRICE, Part.REFUNDED)


def parts_for(fact: Facts, *, secret: bool = False) -> tuple[Part, ...]:
    """The parts that a column can play, by what is in it; secrets play none."""
    found = {Part.NOTHING}
    if secret:
        return (Part.NOTHING,)
    if fact.form is Form.DATE:
        found.add(Part.DATE)
    if fact.form is Form.NUMBER and not fact.codes:
        found.update(_MONEY)
        found |= {Part.DISCOUNT} if fact.least >= 0 and fact.greatest <= 1 else set()
    if fact.distinct > 1 and (fact.form is Form.TEXT or (fact.form is Form.NUMBER and fact.is_whole)):
        found.update((Part.CUSTOMER, Part.NUMBER, Part.PRODUCT))
    if fact.form is Form.TEXT and 2 <= fact.distinct <= MOST_CATEGORIES:
        found.add(Part.CATEGORY)
    if fact.form in (Form.TEXT, Form.FLAG):
        found |= {Part.STATE} if fact.distinct <= MOST_STATES else set()
        found |= {Part.DESCRIBES} if 2 <= fact.distinct <= MOST_DESCRIBED else set()
    return tuple(one for one in Part if one in found)


def part_of(lines: Lines, column: str) -> Part:
    """The part that a column plays; of what is product and category as well, product."""
    alone = (part for part, name in _ONE.items() if getattr(lines, name) == column)
    among = (part for part, name in _SEVERAL.items() if column in getattr(lines, name))
    return (*alone, *among, Part.NOTHING)[0]


def chosen_parts(roles: Mapping[str, str], facts: Sequence[Facts], columns: Sequence[Guess]) -> Chosen:
    """What was said of columns, without what was proposed anyway.

    Raises SchemaError if there is no such column, it can't play that part, or two were chosen for what one is for.
    """
    known, proposed = {one.column: one for one in facts}, {one.column: one for one in columns}
    found = {}
    for name, role in roles.items():
        if name not in known:
            raise SchemaError(f"Found no column {name[:60]!r}. Expected one of the file. Choose among these.")
        if role != proposed[name].role:
            found[name] = _checked(known[name], role, secret=proposed[name].secret)
    for part in _ONE:
        named = [name for name, one in found.items() if one is part]
        if len(named) > 1:
            raise SchemaError(
                f"Found {len(named)} columns as {part.removeprefix('order-')}: {', '.join(named[:3])}. Expected one. "
                "Leave the others out."
            )
    return found


def _checked(fact: Facts, role: str, *, secret: bool) -> Part:
    possible = parts_for(fact, secret=secret)
    if role not in possible:
        raise SchemaError(
            f"{fact.column[:60]}: found {fact.form.value}, which can't be {role[:20]!r} of orders. Expected one of "
            f"{', '.join(possible)}. Choose one of these."
        )
    return Part(role)


def as_played(lines: Lines, chosen: Chosen) -> Lines:
    """The lines with columns in the parts that somebody chose; what was proposed for these makes room."""
    parts: dict[str, Any] = {
        name: "" if getattr(lines, name) in chosen else getattr(lines, name) for name in _ONE.values()
    }
    for name in _SEVERAL.values():
        parts[name] = tuple(one for one in getattr(lines, name) if one not in chosen)
    for column, part in chosen.items():
        if part in _ONE:
            parts[_ONE[part]] = column
        elif part in _SEVERAL:
            parts[_SEVERAL[part]] += (column,)
    if not parts["category"] and lines.category and lines.category == parts["product"]:
        parts["category"] = lines.category  # a product of which there are few is a category as well
    return replace(lines, **parts)
