"""Two tables and a key: customers with what another table has of each, or with what their orders add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.joining import Matched, beside, examples, matched
from core.data.keys import Key, KeyColumn, keys_between
from core.data.rows import MOST_REPEATED, Columns
from core.data.words import as_mask
from core.datasets.orders_beside import AddedUp, added_up
from core.datasets.parts import Part
from core.errors import DataError
from core.numbers import to_tell
from core.schema.decisions import (
    ALONE,
    FILE,
    UNKNOWN,
    ZEROS_COUNT,
    ZEROS_IGNORED,
    Choices,
    chosen_among,
    chosen_keys,
)
from core.schema.facts import Form
from core.schema.order_lines import COUNTED, OUT, Lines
from core.schema.order_parts import parts_of

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Kin(StrEnum):
    """What a row of the right is to rows of the left."""

    CUSTOMER = "customer"
    ORDER = "order"
    GOODS = "product"
    BUYER = "buyer"


@dataclass(frozen=True)
class Orphans:
    """What one table has and the other has not: rows, different keys among them, and a few of these."""

    rows: int
    keys: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """Two tables that were put beside each other.

    `orders` is what those of the right were added up to, if they are orders; `apart` and `once` are columns that both
    have, of the right as they are called now, and those that are the same.
    """

    key: Key
    left: str
    left_rows: int
    right: str
    right_rows: int
    matched: int
    alone: Orphans
    unknown: Orphans
    nameless: int
    repeated: int
    orders: AddedUp | None
    apart: Mapping[str, str]
    once: tuple[str, ...]
    others: tuple[str, ...]
    kept: tuple[bool, bool]  # those of the left, and of the right, that the other has not
    kin: Kin = Kin.CUSTOMER


@dataclass(frozen=True)
class Whole:
    """A table that grows by what is put beside it; `values` are its numbers and days as its parts were read."""

    part: Part
    values: Mapping[str, tuple[Form, Values]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, part: Part) -> Whole:
        """A table, before anything is put beside it."""
        return cls(part, {one.column: (one.form, one.values) for one in part.facts})


def keys_of(left: Part, right: Part, choices: Choices) -> tuple[Key, ...]:
    """The keys of two tables, first the one that was chosen, if it is one of theirs; else the likeliest."""
    found = keys_between(left.keys, right.keys)
    if right.is_of_orders and right.lines:
        who = right.lines.customer
        found.sort(key=lambda one: one.right.name != who)
    said = chosen_between(left, right, choices)
    if said:
        found = [said[0], *(one for one in found if one.name != said[0].name)]
    return tuple(replace(one, spelled=is_spelled(choices)) for one in found)


def is_spelled(choices: Choices) -> bool | None:
    """Whether somebody chose that the spelling of keys counts; None if nobody chose."""
    zeros = chosen_among(choices.get(FILE, ()), ZEROS_COUNT, ZEROS_IGNORED)
    return zeros == ZEROS_COUNT if zeros else None


def chosen_between(left: Part, right: Part, choices: Choices) -> list[Key]:
    """The keys of two tables that somebody chose, the latest first."""
    found = (_named(one, left, right) for one in reversed(chosen_keys(choices)))
    return [one for one in found if one is not None]


def _named(said: str, left: Part, right: Part) -> Key | None:
    """The key that is called so, whichever of the two tables is named first."""
    ours, theirs = ({one.name: one for one in part.keys} for part in (left, right))
    for place in (at for at, sign in enumerate(said) if sign == "="):
        one, other = said[:place].strip(), said[place + 1 :].strip()
        for first, second in ((one, other), (other, one)):
            if first in ours and second in theirs:
                return Key(ours[first], theirs[second], 0, is_chosen=True)
    return None


def joined(whole: Whole, right: Part, keys: Sequence[Key], choices: Choices) -> Whole:
    """A table with what another one has of each of its rows.

    Raises DataError if neither of them has one row for each key, or rows of the other can't be added up.
    """
    key, left = keys[0], whole.part
    lines = _lines_of(key, left, right)
    kept = is_kept(choices, ALONE, otherwise=True), is_kept(choices, UNKNOWN, otherwise=False)
    orders = _added_up(key, right, lines, choices, everybody=kept[1]) if lines else None
    columns = right.columns
    used = key
    if orders:
        columns = {key.right.name: orders.customers, **orders.columns}
        used = replace(key, right=KeyColumn(key.right.fact, orders.customers), spelled=True)
    found = matched(used)
    rows = side_by_side(found, *kept)
    whole_of = beside(left.columns, columns, (key.left.name, key.right.name), rows, right.stem)
    table = _with_none(whole_of.columns, orders, rows[1], whole_of.apart) if orders else whole_of.columns
    step = Step(
        key, left.name, left.rows, right.name, right.rows, found.count, alone(used, found), unknown(key),
        0 if orders else key.right.exact.null_count,
        int(found.repeated.sum()), orders, whole_of.apart, whole_of.once, tuple(one.name for one in keys[1:4]),
        kept,
    )  # fmt: skip
    values = _values(whole, right, orders, rows, step, table)
    return Whole(replace(left, columns=table), values, (*whole.steps, step))


def _added_up(key: Key, right: Part, lines: Lines, choices: Choices, *, everybody: bool) -> AddedUp:
    """Orders by customer as the other table writes these; those of others only if `everybody` counts."""
    left, theirs = key.columns
    places = pc.index_in(theirs, value_set=left, skip_nulls=True)
    texts = pc.coalesce(key.left.exact.take(places), key.right.exact).fill_null("")
    whole = columns = right.columns | {key.right.name: pa.chunked_array([texts])}
    if not everybody and places.null_count < len(places):
        kept = pc.or_(pc.is_valid(places), pc.is_null(theirs))
        columns = {name: text.filter(kept) for name, text in columns.items()}
    return replace(added_up(replace(right, columns=columns), lines, choices), table=whole)


def _lines_of(key: Key, left: Part, right: Part) -> Lines | None:
    """How the rows of the right are added up; nothing where it has one for each key.

    Raises DataError if it has several, and they are no orders; or the left has several.
    """
    if not key.left.is_unique:
        found = f"{_each(key.left)} in {left.name}, and {_each(key.right)} in {right.name}"
        hint = "Choose the columns that name customers (--key), or add up one of the files first."
        raise DataError.of(_both(left, right), found, "one row for each customer in one of them", hint)
    if right.is_of_orders or not key.right.is_unique:
        lines = parts_of(right.facts, key.right.name).lines
        if lines:
            return lines
    repeated = 1 - len(key.right.different) / max(1, key.right.fact.filled)
    if not key.right.is_unique and repeated > MOST_REPEATED:
        found = f"{_each(key.right)} in {right.name}"
        expected = "one row for each customer, or orders with their date"
        raise DataError.of(_both(left, right), found, expected, "Add its rows up to one per customer first.")
    return None


def _both(left: Part, right: Part) -> str:
    return f"{left.name} and {right.name}"


def _each(key: KeyColumn) -> str:
    return f"{to_tell(key.fact.filled)} rows for {to_tell(len(key.different))} different {key.name[:60]}"


def is_kept(choices: Choices, what: str, *, otherwise: bool) -> bool:
    """Whether what another table has not is kept, as somebody chose."""
    said = chosen_among(choices.get(FILE, ()), f"{what}{COUNTED}", f"{what}{OUT}")
    return said.endswith(COUNTED) if said else otherwise


def side_by_side(found: Matched, alone: bool, unknown: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of both tables, side by side: those of the left, then the first of each key that only the right has."""
    left = np.arange(len(found.rows)) if alone else np.flatnonzero(found.rows >= 0)
    more = np.flatnonzero(found.alone & ~found.repeated) if unknown else np.zeros(0, dtype=np.int64)
    return np.append(left, np.full(len(more), -1)), np.append(found.rows[left], more)


def _with_none(
    columns: Columns, orders: AddedUp, rows: NDArray[np.int64], apart: Mapping[str, str]
) -> Columns:
    """The columns, with what is known of those who made no order."""
    where = pa.chunked_array([pa.array(rows < 0)])
    found = dict(columns)
    for name, none in orders.none.items():
        called = apart.get(name, name)
        found[called] = pc.if_else(where, none, found[called])
    return found


def alone(key: Key, found: Matched) -> Orphans:
    """Rows of the left that found none in the right."""
    where = found.rows < 0
    texts = key.left.exact
    keys = len(texts.filter(pa.array(where)).unique().drop_null())
    return Orphans(int(where.sum()), keys, examples(texts, where))


def unknown(key: Key) -> Orphans:
    """Rows of the right, as they are in the file, whose key the left has not."""
    left, right = key.columns
    where = ~as_mask(pc.is_in(right, value_set=left, skip_nulls=True)) & as_mask(pc.is_valid(right))
    texts = key.right.exact
    return Orphans(int(where.sum()), len(right.filter(pa.array(where)).unique()), examples(texts, where))


def _values(
    whole: Whole, right: Part, orders: AddedUp | None, rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    step: Step, table: Columns,
) -> dict[str, tuple[Form, Values]]:  # fmt: skip
    """What numbers and days of the table have to be read as: what they were read as in its parts."""
    found = {name: (form, _at(values, rows[0])) for name, (form, values) in whole.values.items()}
    if orders:
        theirs = {name: (Form.NUMBER, values) for name, values in orders.numbers.items()}
    else:
        theirs = {one.column: (one.form, one.values) for one in right.facts}
    more = {
        step.apart.get(name, name): (form, _at(values, rows[1])) for name, (form, values) in theirs.items()
    }
    if orders:
        zero = {step.apart.get(name, name) for name, none in orders.none.items() if none == "0"}
        none = rows[1] < 0
        more = {
            name: (form, np.where(none, 0, values) if name in zero else values)
            for name, (form, values) in more.items()
        }
    filled = {*step.once, step.key.left.name}
    return {name: one for name, one in (found | more).items() if name in table and name not in filled}


def _at(values: Values, rows: NDArray[np.int64]) -> Values:
    found: Values = np.append(values, np.nan)[rows]
    return found
