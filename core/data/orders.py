"""Order lines folded to one row per customer: how long ago, how often, how much, in which rhythm, and of what."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.data.baskets import Baskets
from core.data.line_keys import once
from core.data.odd_lines import gave_back, sort_out
from core.data.remarks import Remark, counted
from core.data.rfm import rfm
from core.data.typed_lines import Became, Coded, TypedLines
from core.forecast.history import Purchases
from core.schema.decisions import Decision
from core.schema.fields import IDENTIFIER
from core.schema.order_lines import PREFIX, Lines

TOP = 5  # categories with a share of their own
CENTS = 4  # decimals that sums keep
_WIDEST = 10_000_000  # cells of customers by names, up to which each has a place of its own

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Folded:
    """Customers, one row each, in the order in which they come; their purchases and what was in these, by row; and what was odd."""

    frame: pd.DataFrame
    purchases: Purchases
    baskets: Baskets | None
    remarks: tuple[Remark, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class _Kept:
    """The lines that count, each with the row of its customer."""

    customer: Ints
    day: Ints
    paid: Floats
    weight: Floats
    category: Ints
    product: Ints
    pieces: Floats
    customers: int

    def summed(self, values: Floats) -> Floats:
        """By customer."""
        return np.round(np.bincount(self.customer, values, self.customers), CENTS)


def with_categories(typed: TypedLines, lines: Lines) -> Lines:
    """The lines with the categories that have a share each: those that most is spent on."""
    known = (typed.category.codes >= 0) & (typed.customer.codes >= 0)
    sums = np.bincount(typed.category.codes[known], np.maximum(typed.weight[known], 0))
    places = [int(one) for one in np.argsort(-sums, kind="stable")[:TOP] if sums[one] > 0]
    return replace(lines, names=tuple(str(typed.category.names[one]) for one in places))


def fold(typed: TypedLines, lines: Lines, today: np.datetime64 | None = None) -> Folded:
    """One row per customer of a table of orders or of their lines.

    Parameters
    ----------
    today : datetime64, default=now
        What is later is in the future, and no order yet.

    Notes
    -----
    Lines of one order, and orders of one day, are one purchase. Recency and tenure are counted to the last day of the
    data that is believed, whoever bought on it. What came back is taken off what was spent, and makes no purchase.
    """
    sorted_out = sort_out(typed, lines, np.datetime64("now") if today is None else today)
    back = gave_back(typed)
    less = np.where(np.isnan(typed.amount), typed.pieces, typed.amount) < 0
    bought = sorted_out.kept & ~less
    if not lines.has_money:
        bought &= ~back
    rows = _rows(typed.customer, bought)
    kept = _kept(typed, bought, rows)
    purchases = _purchases(kept)
    frame = _bought(typed.customer, rows, purchases, sorted_out.last)
    returned, who = np.where(sorted_out.kept & back, _returned(typed), 0), rows[typed.customer.codes]
    if lines.has_money:
        frame = frame.assign(**_money(kept, returned, who))
    frame["RFM_Group"] = rfm_groups(frame, lines)
    frame = frame.assign(**_goods(kept, typed, lines), **_described(typed, bought, rows, lines))
    emptied = _emptied(typed, rows)
    return Folded(
        frame,
        _when_paid(typed, purchases, bought, returned, who, sorted_out.last),
        Baskets.of(kept.customer, kept.day, kept.category, typed.category.names.to_pylist())
        if lines.category
        else None,
        (*typed.remarks, *sorted_out.remarks, *emptied),
        (*typed.decisions, *sorted_out.decisions),
    )


def _rows(customer: Coded, bought: Mask) -> Ints:
    """The row of each code of a customer; -1 for those who bought nothing, and at the end for a gap."""
    codes = pd.unique(customer.codes[bought])
    rows = np.full(len(customer.names) + 1, -1, dtype=np.int64)
    rows[codes] = np.arange(len(codes))
    return rows


def _kept(typed: TypedLines, where: Mask, rows: Ints) -> _Kept:
    return _Kept(
        rows[typed.customer.codes[where]],
        typed.day[where],
        np.nan_to_num(typed.amount[where]),
        np.maximum(np.nan_to_num(typed.weight[where]), 0),
        typed.category.codes[where],
        typed.product.codes[where],
        np.nan_to_num(typed.pieces[where]),
        int(rows.max(initial=-1)) + 1,
    )


def _purchases(kept: _Kept) -> pd.DataFrame:
    """Each day on which a customer bought, by customer and day."""
    start = int(kept.day.min(initial=0))
    span = int(kept.day.max(initial=0)) - start + 1
    keys = once(kept.customer * span + (kept.day - start))
    return pd.DataFrame({"customer": keys // span, "day": keys % span + start})


def _bought(customer: Coded, rows: Ints, purchases: pd.DataFrame, last: int) -> pd.DataFrame:
    """When and how often each customer bought."""
    days = purchases.groupby("customer")["day"]
    first, latest = days.first().to_numpy(), days.last().to_numpy()
    gaps = purchases["day"].diff().where(purchases["customer"].diff() == 0)
    codes = np.argsort(rows[:-1], kind="stable")[(rows[:-1] < 0).sum() :]
    names = customer.names.take(codes)
    return pd.DataFrame(
        {
            IDENTIFIER: pd.Series(pd.array(names, dtype="str")),
            "First_Order": _dates(first),
            "Last_Order": _dates(latest),
            "Recency_Days": (last - latest).astype(float),
            "Tenure": (last - first).astype(float),
            "Frequency": days.size().to_numpy(dtype=float),
            "Rhythm": gaps.groupby(purchases["customer"]).median().to_numpy(),
        }
    )


def rfm_groups(frame: pd.DataFrame, lines: Lines) -> pd.Series:
    recency, often = (frame[name].to_numpy() for name in ("Recency_Days", "Frequency"))
    money = frame["Total_Spent"].to_numpy() if "Total_Spent" in frame else None
    return pd.Series(pd.array(rfm(recency, often, money, dict(lines.cuts)).names, dtype="str"))


def _dates(days: Ints) -> NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype("datetime64[us]")


def _money(kept: _Kept, returned: Floats, who: Ints) -> dict[str, Floats]:
    """What each customer spent, less what came back, and the part that did; of each line the customer's row is `who`."""
    where = (returned != 0) & (who >= 0)
    came_back = np.round(np.bincount(who[where], returned[where], kept.customers), CENTS)
    spent = kept.summed(kept.paid)
    money = {"Total_Spent": np.round(spent - came_back, CENTS)}
    if came_back.any():
        parts = np.divide(came_back, spent, out=np.zeros_like(spent), where=spent > 0)
        money["Share_Returned"] = np.minimum(parts, 1)
    return money


def _returned(typed: TypedLines) -> Floats:
    """What came back of each line, in money."""
    amount, refunded = np.nan_to_num(typed.amount), np.nan_to_num(typed.refunded)
    by_state = np.where(typed.became == Became.RETURNED, np.maximum(amount, 0), 0)
    came_back: Floats = np.where(refunded > 0, refunded, by_state) + np.maximum(-amount, 0)
    return came_back


def _when_paid(
    typed: TypedLines, purchases: pd.DataFrame, bought: Mask, returned: Floats, who: Ints, last: int
) -> Purchases:
    """When customers bought, and when they paid how much, less what came back."""
    days = purchases["customer"].to_numpy(), purchases["day"].to_numpy()
    if np.isnan(typed.amount).all():
        return Purchases(*days, days[0][:0], days[0][:0], None, last)
    where = (bought | (returned != 0)) & (who >= 0)
    paid = np.where(bought, np.nan_to_num(typed.amount), 0) - returned
    return Purchases(*days, who[where], typed.day[where], paid[where], last)


def _goods(kept: _Kept, typed: TypedLines, lines: Lines) -> dict[str, Floats | pd.Series]:
    """How many pieces and products each customer bought, and the parts of categories."""
    found: dict[str, Floats | pd.Series] = {}
    if lines.quantity and kept.pieces.any():
        found["Pieces"] = kept.summed(kept.pieces)
    if lines.product:
        known = kept.product >= 0
        pairs = once(kept.customer[known] * (len(typed.product.names) + 1) + kept.product[known])
        different = np.bincount(pairs // (len(typed.product.names) + 1), minlength=kept.customers)
        found["Different_Products"] = different.astype(float)
    if lines.category:
        found |= _shares(kept, typed.category, lines)
    return found


def _shares(kept: _Kept, category: Coded, lines: Lines) -> dict[str, Floats | pd.Series]:
    known = kept.category >= 0
    weight = np.where(known, kept.weight, 0)
    total = kept.summed(weight)
    names = category.names.to_pylist()
    found: dict[str, Floats | pd.Series] = {}
    for name, field in lines.shares.items():
        of_it = weight * (kept.category == names.index(name)) if name in names else weight * 0
        part = np.divide(kept.summed(of_it), total, out=np.full_like(total, np.nan), where=total > 0)
        found[field] = np.minimum(part, 1)
    found["Favourite_Category"] = _commonest(
        kept.customer[known], kept.category[known], weight[known], category, kept.customers
    )
    return found


def _described(typed: TypedLines, where: Mask, rows: Ints, lines: Lines) -> dict[str, pd.Series]:
    """What describes each customer: the commonest in their lines."""
    found = {}
    who = rows[typed.customer.codes[where]]
    for name, coded in typed.describing.items():
        codes = coded.codes[where]
        known = codes >= 0
        ones = np.ones(int(known.sum()))
        found[lines.described[name]] = _commonest(who[known], codes[known], ones, coded, int(rows.max()) + 1)
    return found


def _commonest(who: Ints, codes: Ints, weight: Floats, coded: Coded, customers: int) -> pd.Series:
    """The name with most weight of each customer; of those that tie the one that comes first in the file."""
    width = len(coded.names) + 1
    keys, sums = _summed(who * width + codes, weight, customers * width)
    theirs, sums = keys // width, np.round(sums, CENTS)
    most = np.full(customers, -np.inf)
    np.maximum.at(most, theirs, sums)
    leading = np.flatnonzero(sums == most[theirs])[::-1]  # of those that tie the first is written last
    best = np.full(customers, -1, dtype=np.int64)
    best[theirs[leading]] = keys[leading] % width
    named = coded.names.take(pa.array(best, mask=best < 0))
    return pd.Series(pd.array(named, dtype="str"))


def _summed(keys: Ints, weight: Floats, most: int) -> tuple[Ints, Floats]:
    """Each key once, in order, and the sum of its weights; keys are below `most`."""
    if most > _WIDEST:
        found, which = np.unique(keys, return_inverse=True)
        return found, np.bincount(which, weight, len(found)).astype(np.float64)
    there = np.flatnonzero(np.bincount(keys))
    return there.astype(np.int64), np.bincount(keys, weight).astype(np.float64)[there]


def _emptied(typed: TypedLines, rows: Ints) -> tuple[Remark, ...]:
    """Customers of whom nothing is left."""
    codes = typed.customer.codes
    left = int(np.count_nonzero(np.bincount(codes[codes >= 0]))) - int((rows >= 0).sum())
    if not left:
        return ()
    sentence = f"{counted(left, 'customer')} with nothing but lines that don't count or came back, left out."
    return (Remark(f"{PREFIX}emptied", "", left, sentence),)
