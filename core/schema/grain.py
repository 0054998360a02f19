"""What one row of a table is: a customer, an order, a line of one, or nothing that has to do with customers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.schema.facts import Facts, Form
from core.schema.heading_words import says
from core.schema.personal import are_uuids, secret_of

LEAST = 20  # customers below which no segments are worth looking at
_OF_CUSTOMERS = ("customer", "client", "kunde", "member")
_FEW_REPEATED, _MOST_REPEATED = 2, 0.05
_FEW_ORDERS = 20
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}$")
_LOOKED_AT = 100_000  # rows that nearly always tell that customers ordered several times
_MOSTLY_ONCE = 0.8  # share of rows with a customer of their own, where rows are customers
_TOLD_APART = 4  # columns that orders would differ in
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio (Knuth 1973, section 6.4)
_MEASURES = ("age", "amount", "money", "count", "days", "share", "buys", "goods", "score", "scale", "year")
_EVEN, _GIVEN = (
    0.6,
    0.95,
)  # share of the steps between days that are alike, and of rows with a day of their own
_NEEDED = "Expected one row per customer, with two numbers at least in which they differ, such as money, visits or age."


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

    `about`: name of the file, or of its sheet: it may say what the headings don't.
    """
    keys = [one for one in facts if _names_customers(one)]
    if (rounded := next(filter(_is_rounded, keys), None)) is not None:
        found = f"found IDs in scientific notation in {rounded.column} ({rounded.texts[0]!r}). Expected an ID for every customer."
        hint = "A spreadsheet has rounded them: format the column as text or as whole numbers there, from the original, and export it again."
        return Rows(Grain.CUSTOMERS, rounded.column, refused=f"{found} {hint}")
    naming = _best_key(keys, facts)
    orders = [one for one in facts if says(one.column, "order") and _names_orders(one)]
    lines = [one for one in facts if says(one.column, "line") and one.filled]
    repeated = next((one for one in keys if _is_repeated(one, facts)), None)
    if repeated and not (naming or orders or lines) and _are_people(repeated, facts):
        naming, repeated = repeated, None
    if orders or (repeated and not naming) or len(lines) > 1:
        return _orders(repeated or naming, orders, lines, facts)
    if not _says_customer(naming) and (refused := _of_no_customers(facts, about)):
        return Rows(Grain.NONE, refused=refused)
    if naming is None or are_emails(naming):
        naming = _card(facts) or naming or _first_code(facts)
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
    if says(fact.column, "email") and not are_emails(fact):
        return False
    named = says(fact.column, "customer", "email", "customer name") or (
        says(fact.column, "id") and not says(fact.column, "order", "line", "thing", "row", "postal")
    )
    if not named or says(fact.column, "customers counted"):
        return False
    return fact.form is Form.TEXT or (fact.is_whole and not says(fact.column, "age", "amount"))


def _is_rounded(fact: Facts) -> bool:
    """Whether a spreadsheet has written most of what it names as numbers of few digits."""
    return sum(map(bool, map(_SCIENTIFIC.match, fact.texts[:100]))) > 0.5 * len(fact.texts[:100])


def are_emails(fact: Facts) -> bool:
    """Whether it holds addresses, and does not count what was sent to them."""
    return fact.form is Form.TEXT and sum("@" in text for text in fact.texts[:100]) > 0.5 * len(
        fact.texts[:100]
    )


def _says_customer(key: Facts | None) -> bool:
    """Whether the key itself says whom it names; `Id` could be of anything."""
    return key is not None and says(key.column, "customer", "email", "customer name")


def _names_orders(fact: Facts) -> bool:
    """Whether it has as many different values as numbers of orders have, and counts of orders have not."""
    return fact.distinct > max(_FEW_ORDERS, 0.02 * fact.filled) or (0 < fact.filled < 2 * _FEW_ORDERS)


def _first_code(facts: Sequence[Facts]) -> Facts | None:
    """The first column where it has a code of its own in each row, though no word for one over it."""
    fact = facts[0]
    numbered = says(fact.column, "row") and fact.column != "Column 1"  # as tables without headings have it
    if (
        not fact.named
        or fact.distinct < fact.rows
        or numbered
        or says(fact.column, "person", "reach", "postal")
        or (fact.form is Form.NUMBER and says(fact.column, *_MEASURES) and not says(fact.column, "numbered"))
    ):
        return None
    digits = sum(any(map(str.isdigit, text)) for text in fact.texts[:100]) >= 0.95 * len(fact.texts[:100])
    is_code = fact.form is Form.TEXT and fact.length <= 40 and digits and " " not in "".join(fact.texts[:20])
    is_number = fact.form is Form.NUMBER and fact.is_whole and fact.least >= 0 and fact.length >= 4
    return fact if is_code or is_number or are_uuids(fact) else None


def _card(facts: Sequence[Facts]) -> Facts | None:
    """The first column of codes, each once, of what members carry: it names them before their address does."""
    return next((one for one in facts if says(one.column, "card") and _is_code(one)), None)


def _is_code(fact: Facts) -> bool:
    """Whether each row has a code or number of its own, and no quantity, name or secret."""
    if (
        fact.form not in (Form.TEXT, Form.NUMBER)
        or fact.distinct < fact.rows
        or " " in "".join(fact.texts[:20])
    ):
        return False
    if secret_of(fact) or says(fact.column, "person") or are_emails(fact):
        return False
    return fact.length <= 40 and (fact.form is Form.TEXT or (fact.is_whole and fact.least >= 0))


def _best_key(keys: Sequence[Facts], facts: Sequence[Facts]) -> Facts | None:
    """The column that names each customer once; one that says so is before one that only could."""
    unique = [one for one in keys if one.is_unique or _is_there_again(one, facts)]
    order = ("customer", "id", "email", "customer name")

    def rank(one: Facts) -> tuple[int, bool]:
        place = next((place for place, what in enumerate(order) if says(one.column, what)), len(order))
        return place, says(one.column, "account key")

    return min(unique, key=rank, default=None)


def _is_repeated(key: Facts, facts: Sequence[Facts]) -> bool:
    """Whether many rows have the customer of another."""
    if not says(key.column, "customer", "email", "customer name") or key.filled < 0.5 * key.rows:
        return False
    return _has_many(key) and not _is_there_again(key, facts)


def _are_people(key: Facts, facts: Sequence[Facts]) -> bool:
    """Whether rows tell of people rather than of what they bought, though some are there again with other figures."""
    bought = any(says(one.column, "order date") for one in facts)
    return key.distinct >= _MOSTLY_ONCE * key.filled and any(map(_is_human, facts)) and not bought


def _has_many(key: Facts) -> bool:
    return key.filled - key.distinct > max(_FEW_REPEATED, _MOST_REPEATED * key.filled)


def _is_there_again(key: Facts, facts: Sequence[Facts]) -> bool:
    """Whether many rows have the key of another only since whole rows are there twice."""
    few = max(_FEW_REPEATED, _MOST_REPEATED * key.rows)
    if not _has_many(key) or key.filled < key.rows - few or len(facts) < _TOLD_APART:
        return False
    return _alike(key, facts, _LOOKED_AT) and _alike(key, facts, key.rows)


def _alike(key: Facts, facts: Sequence[Facts], most: int) -> bool:
    """Whether of the first rows hardly two have one key and differ otherwise."""
    keys = key.values[:most]
    rows = np.zeros(len(keys), dtype=np.uint64)
    for one in facts:
        rows = rows * _ODD + np.ascontiguousarray(one.values[:most], dtype=np.float64).view(np.uint64)
    others = len(np.unique(rows)) - len(np.unique(keys))
    return others <= max(_FEW_REPEATED, _MOST_REPEATED * len(keys))


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


def _of_no_customers(facts: Sequence[Facts], about: str) -> str:
    """Why rows that no column names a customer of are none; empty if they could be."""
    if (counted := next(filter(_counts_customers, facts), None)) is not None:
        found = f"found one row per group, with how many customers it has ({counted.column})."
        return f"{found} {_NEEDED} Choose the file that the groups were counted of."
    if (day := next(filter(_is_series, facts), None)) is not None and not any(
        _is_human(one) for one in facts
    ):
        found = f"found a series in time: one row for each {day.column}, at even steps."
        return f"{found} {_NEEDED} Choose the file that it was added up from."
    return _no_customers(facts) if _is_of_something_else(facts, about) else ""


def _counts_customers(fact: Facts) -> bool:
    return fact.form is Form.NUMBER and fact.is_whole and says(fact.column, "customers counted")


def _is_series(fact: Facts) -> bool:
    """Whether each row has a day or period of its own, one after the other at even steps."""
    if says(fact.column, "period") and fact.form is not Form.DATE:
        return fact.distinct == fact.rows > 2
    if fact.form is not Form.DATE or len(fact.known) < 8 or fact.distinct < _GIVEN * fact.filled:
        return False
    steps = np.diff(fact.known)
    if not ((steps >= 0).all() or (steps <= 0).all()):
        return False
    rounded = np.where(np.isin(np.abs(steps), (28, 29, 30, 31)), 30, np.abs(steps))
    return bool(np.unique(rounded, return_counts=True)[1].max() >= _EVEN * len(steps))


def _is_human(fact: Facts) -> bool:
    return says(fact.column, "birth", "own life") and fact.form is not Form.EMPTY


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
        f"{_NEEDED} Choose the file of customers, or of their orders with a customer's number."
    )
