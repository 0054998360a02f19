"""Which column plays which part in a table of orders or order lines: by its heading, and by what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from core.schema.chosen_parts import MOST_CATEGORIES, MOST_DESCRIBED, MOST_STATES, Chosen, Part, as_played
from core.schema.facts import Facts, Form
from core.schema.heading_words import patterns, plain, says
from core.schema.order_lines import LEFT_OUT, Lines, Odd

PATTERNS = patterns(Path(__file__).with_suffix(".toml"))
PER_ORDER = 0.985  # keys by orders, from which a key names orders and no customers
ONE_EACH = 1.05  # values by customers, up to which a column describes customers
WHOLE = 0.95  # of the orders of several lines, that say their money once
MOST_BACK = 0.4  # of the lines, up to which a kind of them that says so came back; a return trip may be half
MOST_PRODUCTS = 250
_DESCRIBING = 6  # columns
_PIECES = 20  # the middle up to which an amount beside a price may count pieces

_MARKED = re.compile(r"#\d+$")  # as shops write the numbers of orders
Ints = NDArray[np.int64]
Fits = Callable[[Facts], bool]
Known = Mapping[str, Facts]


@dataclass(frozen=True)
class Parts:
    """The parts that were found; or why orders can't be added up to customers, and what was found all the same."""

    lines: Lines | None
    refused: str = ""
    seen: Lines | None = None


class Money(TypedDict):
    """The columns of what orders cost."""

    amount: str
    quantity: str
    price: str
    discount: str
    refunded: str


class Goods(TypedDict):
    """The columns of what was bought."""

    product: str
    category: str


@cache
def tells(text: str, *what: str) -> bool:
    """Whether a heading, or a text, tells one of these."""
    bare = plain(text)
    return any(re.search(PATTERNS[one], bare) for one in what)


_CUSTOMERS: tuple[Callable[[str], bool], ...] = (
    lambda name: says(name, "customer") or tells(name, "customer"),
    lambda name: says(name, "email"),
    lambda name: says(name, "customer name"),
    lambda name: (
        says(name, "id")
        and not says(name, "order", "line", "thing", "row", "calendar")
        and not tells(name, "order number", "product")
    ),
)


def parts_of(facts: Sequence[Facts], customer: str = "", chosen: Chosen = MappingProxyType({})) -> Parts:
    """The part of each column, and whether rows can be added up to customers.

    `facts`: of a table whose rows are orders, or lines of orders. `customer`: the column that names who bought, where
    that is known. `chosen`: what somebody says of columns; the others make room for these.
    """
    known = {one.column: one for one in facts if one.filled}
    said = next((name for name, part in chosen.items() if part is Part.CUSTOMER), "")
    order = _order(_without(known, [customer, *chosen]))
    customer, per_order = (
        (customer or said, "") if customer or said else _customer(_without(known, chosen), order)
    )
    lines = as_played(_proposed(known, customer, order, chosen), chosen)
    if said and _names_orders(known[said], known.get(lines.order)):
        customer, per_order = "", said
    if not customer:
        return Parts(None, _no_customer(facts, per_order, known), lines)
    if not lines.date:
        found = f"found orders of {known[customer].distinct:,} customers in {facts[0].rows:,} rows (by {customer}), and no day on which they were made."
        hint = "Recency and rhythm are counted from it: export orders with their date."
        return Parts(None, f"{found} Expected a date of each order. {hint}", lines)
    money = Money(amount=lines.amount, quantity=lines.quantity, price=lines.price, discount=lines.discount, refunded=lines.refunded)  # fmt: skip
    lines = replace(lines, whole=_is_whole(known, lines.order, money))
    if (
        lines.order
    ):  # a line that is there twice is one; without orders, somebody may have bought two of a thing
        lines = replace(lines, left_out=(*LEFT_OUT, Odd.REPEATED))
    return Parts(lines)


def _proposed(known: Known, customer: str, order: str, chosen: Chosen) -> Lines:
    """What columns seem to be, of which nobody said anything."""
    free = _without(known, chosen)
    date = _date(_without(free, [customer]))
    money = _money(_without(free, (customer, date, order)))
    taken = {customer, date, order, *_played(money)}
    goods = _goods(_without(free, taken))
    states = _states(_without(free, taken))
    others = _without(free, {*taken, *_played(goods), *states})
    describing = _describing(others, known[customer]) if customer else ()
    lines = Lines(customer, date, order=order, states=states, describing=describing)
    product = next((name for name, part in chosen.items() if part is Part.PRODUCT), "")
    if product and not goods["category"] and 2 <= known[product].distinct <= MOST_PRODUCTS:
        goods["category"] = product
    return replace(lines, **money, **goods)


def _played(parts: Money | Goods) -> Iterable[str]:
    return map(str, parts.values())


def _without(known: Known, names: Iterable[str]) -> Known:
    return {name: one for name, one in known.items() if name not in {*names}}


def _first(known: Known, fits: Fits, ranks: Sequence[str], never: Sequence[str] = ()) -> str:
    """The column that fits and whose heading tells the earliest of `ranks`; empty if there is none."""
    found = [
        (next(place for place, what in enumerate(ranks) if tells(name, what)), number, name)
        for number, (name, one) in enumerate(known.items())
        if fits(one) and tells(name, *ranks) and not tells(name, *never)
    ]
    return min(found, default=(0, 0, ""))[2]


def _is_amount(one: Facts) -> bool:
    return one.is_number and not one.codes


def _order(known: Known) -> str:
    def fits(one: Facts) -> bool:
        return one.form in (Form.TEXT, Form.NUMBER) and one.distinct > 1 and one.filled >= 0.3 * one.rows

    named = _first(known, fits, ("order number",), never=("line", "customer"))
    marked = (one.column for one in known.values() if fits(one) and all(map(_MARKED.match, one.texts[:50])))
    return next(marked, "") or named


def _date(known: Known) -> str:
    def fits(one: Facts) -> bool:
        return one.form is Form.DATE and one.filled >= 0.3 * one.rows

    ranks = ("ordered on", "dated", "some day")
    return _first(known, fits, ranks, never=("no order day",)) or _first(
        {name: one for name, one in known.items() if not says(name, "birth")}, fits, ranks
    )


def _customer(known: Known, order: str) -> tuple[str, str]:
    """The column that names who bought; and one that seems to, but names orders."""
    per_order = ""
    for rank in _CUSTOMERS:
        for name, one in known.items():
            if name == order or not rank(name) or not _may_name(one):
                continue
            if not _names_orders(one, known.get(order)):
                return name, per_order
            per_order = per_order or name
    return "", per_order


def _may_name(one: Facts) -> bool:
    is_key = one.form is Form.TEXT or (one.form is Form.NUMBER and one.is_whole)
    return is_key and one.distinct > 1 and one.filled >= 0.2 * one.rows and one.length <= 60


def _names_orders(customer: Facts, order: Facts | None) -> bool:
    """Whether nearly every order has a key of its own."""
    keys = codes_of(customer)
    orders = codes_of(order) if order else np.arange(customer.rows)
    both = (keys >= 0) & (orders >= 0)
    if not both.any():
        return True
    return _different(keys[both]) >= PER_ORDER * _different(orders[both])


def codes_of(one: Facts) -> Ints:
    """A number for each different value, -1 for a gap."""
    codes = np.full(one.rows, -1, dtype=np.int64)
    filled = ~np.isnan(one.values)
    codes[filled] = np.unique(one.values[filled], return_inverse=True)[1]
    return codes


def _different(codes: Ints) -> int:
    """How many there are, of numbers from 0."""
    return int(np.count_nonzero(np.bincount(codes)))


def _no_customer(facts: Sequence[Facts], per_order: str, known: Known) -> str:
    rows = facts[0].rows
    if per_order:
        found = f"found {known[per_order].distinct:,} different {per_order} in {rows:,} rows, one in nearly every order: it names orders, or nobody bought twice. Either way nothing can be added up."
        return f"{found} Expected a column that is the same in all orders of a customer. Export it with them, or choose the file that has one row per customer; if this is that file, keep one row of each who is in it twice."
    found = f"found one row per order or order line, {rows:,} in all, and no column that names who bought."
    hint = "Export them with the customer's number, or choose the file that has one row per customer."
    return f"{found} Expected who bought in each row. {hint}"


def _money(known: Known) -> Money:
    """What orders cost: an amount, or pieces and their price."""
    amount = _first(
        known, _is_amount, ("paid in all", "total", "amount", "of goods"), ("no money of an order",)
    )
    rest = _without(known, [amount])
    quantity = _first(rest, _is_amount, ("quantity",))
    price = _first(_without(rest, [quantity]), _is_amount, ("price",), ("no money of an order",))
    refunded = _first(_without(rest, [quantity, price]), _is_amount, ("refunded",))
    if amount and price and tells(amount, "of goods") and not tells(amount, "paid in all", "total"):
        amount = ""  # what it cost the shop, or goods without anything else
    if (
        amount
        and price
        and not quantity
        and not tells(amount, "paid in all")
        and _counts_pieces(known[amount])
    ):
        amount, quantity = "", amount
    discount = (
        "" if amount or not price else _first(_without(rest, [quantity, price]), _is_part, ("discount",))
    )
    return {
        "amount": amount,
        "quantity": quantity,
        "price": price,
        "discount": discount,
        "refunded": refunded,
    }


def _is_part(one: Facts) -> bool:
    return _is_amount(one) and one.least >= 0 and one.greatest <= 1


def _counts_pieces(one: Facts) -> bool:
    return one.is_whole and one.middle <= _PIECES and not one.money and one.different <= 10 * _PIECES


def _goods(known: Known) -> Goods:
    """What was bought."""

    def is_product(one: Facts) -> bool:
        return one.distinct > 1 and one.form in (Form.TEXT, Form.NUMBER) and one.filled >= 0.3 * one.rows

    def is_category(one: Facts) -> bool:
        return one.form is Form.TEXT and 2 <= one.distinct <= MOST_CATEGORIES and one.filled >= 0.3 * one.rows

    product = _first(
        known, is_product, ("product named", "product"), ("product group", "price", "quantity", "line number")
    )
    category = _first(known, is_category, ("category", "product group", "brand"))
    if not category and product and 2 <= known[product].distinct <= MOST_PRODUCTS:
        category = product
    return {"product": product, "category": category}


def _states(known: Known) -> tuple[str, ...]:
    """What tells what has become of an order."""
    worded = [
        name
        for name, one in known.items()
        if one.form is Form.TEXT and one.distinct <= MOST_STATES and tells(name, "state")
    ]
    became = [
        name
        for name, one in known.items()
        if tells(name, "became") and not tells(name, "no money of an order") and name not in worded
        if one.form is not Form.NUMBER or one.distinct <= 3
    ]
    kinds = [name for name, one in known.items() if name not in (*worded, *became) and _tells_returns(one)]
    return (*worded, *became, *kinds)


def _tells_returns(one: Facts) -> bool:
    """Whether it tells sales from refunds or cancellations, line by line."""
    if one.form is not Form.TEXT or one.distinct > MOST_STATES or not tells(one.column, "kind of line"):
        return False
    back = [place for place, text in enumerate(one.texts) if tells(text, "returned", "cancelled")]
    codes = codes_of(one)
    return bool(back) and np.isin(codes, back).sum() <= MOST_BACK * np.count_nonzero(codes >= 0)


def _describing(known: Known, customer: Facts) -> tuple[str, ...]:
    """What describes customers: countries, ways to buy, and whatever else each has one of."""
    keys = codes_of(customer)
    kept = []
    for name, one in known.items():
        if one.form not in (Form.TEXT, Form.FLAG) or not 2 <= one.distinct <= MOST_DESCRIBED:
            continue
        if says(name, "person", "reach", "secret", "postal") and not says(name, "customer"):
            continue
        if tells(name, "country", "channel") or _one_each(one, keys):
            kept.append(name)
    return tuple(sorted(kept, key=lambda name: not tells(name, "country", "channel"))[:_DESCRIBING])


def _one_each(one: Facts, keys: Ints) -> bool:
    """Whether hardly any customer has two values of it, though they have several rows."""
    codes = codes_of(one)
    both = (codes >= 0) & (keys >= 0)
    pairs = np.unique(keys[both] * (codes.max(initial=0) + 1) + codes[both])
    different = _different(keys[both])
    return bool(different) and len(pairs) <= ONE_EACH * different and both.sum() >= 1.5 * different


def _is_whole(known: Known, order: str, money: Money) -> bool:
    """Whether orders of several lines say one amount, once or on each of them."""
    if not order or not money["amount"]:
        return False
    amounts, orders = known[money["amount"]].values, codes_of(known[order])
    filled = ~np.isnan(amounts) & (orders >= 0)
    lines = np.bincount(orders[orders >= 0])
    told = np.bincount(orders[filled], minlength=len(lines))
    least, most = np.full(len(lines), np.inf), np.full(len(lines), -np.inf)
    np.minimum.at(least, orders[filled], amounts[filled])
    np.maximum.at(most, orders[filled], amounts[filled])
    several = (lines > 1) & (told > 0)
    if several.sum() < 3:
        return False
    once, alike = told == 1, (told == lines) & (least == most)
    if np.mean(once[several]) >= WHOLE:
        return True
    varied = len(np.unique(most[several])) > 5
    return bool(varied and np.mean((once | alike)[several]) >= WHOLE and not _of_lines(known, money))


def _of_lines(known: Known, money: Money) -> bool:
    """Whether amounts are pieces times price, line by line."""
    if not money["quantity"] or not money["price"]:
        return False
    product = known[money["quantity"]].values * known[money["price"]].values
    amounts = known[money["amount"]].values
    both = ~np.isnan(product) & ~np.isnan(amounts)
    return bool(np.mean(np.abs(product - amounts)[both] <= 0.01 * np.abs(amounts[both]) + 0.01) > WHOLE)
