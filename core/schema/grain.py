"""What one row of a table is: a customer, an order, a line of one, or nothing that has to do with customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.schema.facts import Facts, Form
from core.schema.heading_words import says

LEAST = 20  # customers below which no segments are worth looking at
_OF_CUSTOMERS = ("customer", "client", "kunde", "member")
_FEW_REPEATED, _MOST_REPEATED = 2, 0.05


class Grain(StrEnum):
    """What one row is."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    LINES = "order lines"
    NONE = "none"


@dataclass(frozen=True)
class Rows:
    """What the rows are, which column names customers, and why they can't be segmented as they are."""

    grain: Grain
    identifier: str = ""
    sure: float = 0.0
    refused: str = ""  # found, expected, what to do; of which the file's name is the beginning
    doubtful: bool = False  # nothing says that they are customers


def rows_of(facts: Sequence[Facts], about: str) -> Rows:
    """What the rows of a table are.

    Parameters
    ----------
    facts : sequence of Facts
    about : str
        Name of the file, or of its sheet: it may say what the headings don't.
    """
    keys = [one for one in facts if _names_customers(one)]
    naming = _best_key(keys)
    orders = [one for one in facts if says(one.column, "order") and one.filled]
    lines = [one for one in facts if says(one.column, "line") and one.filled]
    repeated = next((one for one in keys if _is_repeated(one)), None)
    if orders or (repeated and not naming) or len(lines) > 1:
        return _orders(repeated or naming, orders, lines, facts)
    if not naming and _is_of_something_else(facts, about):
        return Rows(Grain.NONE, refused=_no_customers(facts))
    rows = facts[0].rows
    if rows < LEAST:
        found = f"found {rows} {'customer' if rows == 1 else 'customers'}. Expected {LEAST} at least: fewer make no segments."
        return Rows(Grain.CUSTOMERS, naming.column if naming else "", 0.9, f"{found} Add a file with more.")
    if naming:
        return Rows(Grain.CUSTOMERS, naming.column, 0.97 if says(naming.column, "customer") else 0.9)
    return Rows(Grain.CUSTOMERS, doubtful=not (_tells_of_customers(about) or _human(facts)))


def _names_customers(fact: Facts) -> bool:
    if fact.form not in (Form.TEXT, Form.NUMBER) or not fact.filled or fact.length > 60:
        return False
    named = says(fact.column, "customer", "email", "customer name") or (
        says(fact.column, "id") and not says(fact.column, "order", "line", "thing", "row")
    )
    return named and (fact.form is Form.TEXT or (fact.is_whole and not says(fact.column, "age", "amount")))


def _best_key(keys: Sequence[Facts]) -> Facts | None:
    """The column that names each customer once; one that says so is before one that only could."""
    unique = [one for one in keys if one.is_unique]
    order = ("customer", "id", "email", "customer name")
    return min(
        unique,
        key=lambda one: next((place for place, what in enumerate(order) if says(one.column, what)), 9),
        default=None,
    )


def _is_repeated(key: Facts) -> bool:
    """Whether many rows have the customer of another."""
    if not says(key.column, "customer", "email", "customer name") or key.filled < 0.5 * key.rows:
        return False
    return key.filled - key.distinct > max(_FEW_REPEATED, _MOST_REPEATED * key.filled)


def _orders(
    customer: Facts | None, orders: Sequence[Facts], lines: Sequence[Facts], facts: Sequence[Facts]
) -> Rows:
    rows = facts[0].rows
    one_each = any(one.is_unique for one in orders)
    grain = Grain.ORDERS if one_each and len(lines) < 2 else Grain.LINES
    what = "order" if grain is Grain.ORDERS else "order line"
    if customer is None:
        found = f"found one row per {what}, {rows:,} in all, and no column that names who bought."
        hint = "Export them with the customer's number, or choose the file that has one row per customer."
        return Rows(grain, refused=f"{found} Expected one row per customer. {hint}")
    found = (
        f"found one row per {what}: {customer.distinct:,} customers in {rows:,} rows (by {customer.column})."
    )
    hint = "Orders can't be added up here yet: make one row per customer of them, with the days since the last order, how many there were, and the money, and add that file."
    return Rows(grain, customer.column, 0.9, f"{found} Expected one row per customer. {hint}")


def _is_of_something_else(facts: Sequence[Facts], about: str) -> bool:
    """Whether more headings name other things than what people have or do."""
    if _tells_of_customers(about):
        return False
    things = sum(says(one.column, "thing") for one in facts)
    goods = sum(says(one.column, "goods") for one in facts)
    return things > _human(facts) + (goods if goods > 2 else 0)


def _tells_of_customers(about: str) -> bool:
    return says(about, "customer") or any(word in about.casefold() for word in _OF_CUSTOMERS)


def _human(facts: Sequence[Facts]) -> int:
    return sum(says(one.column, "human", "customer") for one in facts)


def _no_customers(facts: Sequence[Facts]) -> str:
    shown = ", ".join(one.column[:30] for one in facts[:6])
    return (
        f"found a table of something else: no column names a customer or tells of one ({shown} ...). "
        "Expected one row per customer. Choose the file of customers, or of their orders with a customer's number."
    )
