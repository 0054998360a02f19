"""What is odd about order lines: which ones, how many, what they are worth, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.outliers import believed_days
from core.data.remarks import Remark, counted
from core.data.typed_lines import NO_DAY, Became, TypedLines
from core.numbers import to_tell
from core.schema.decisions import Decision
from core.schema.order_lines import COUNTED, OUT, PREFIX, Lines, Odd

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_EXAMPLES = 3
_WHAT = {
    "nobody": "without a customer",
    "undated": "without a date",
    Odd.FUTURE: "dated later than today, or far from all others",
    Odd.REPEATED: "that repeat an earlier one in every column",
    Odd.CANCELLED: "of cancelled, voided or failed orders",
    Odd.NEGATIVE_PRICE: "with a price below zero",
    Odd.ZERO: "that cost nothing",
    Odd.OPEN: "of orders that are pending or on hold",
    Odd.RETURNED: "of what came back",
}
DOES = {
    f"{PREFIX}nobody": "Nobody can be counted in them. Add the customer in the file, if it is known.",
    f"{PREFIX}undated": "Correct the dates in the file.",
    f"{PREFIX}unreadable": "Read as gaps. Correct them in the file.",
    f"{PREFIX}unpaid": "Correct the amounts in the file, if they are known.",
    f"{PREFIX}spelling": "Write each address in one way in the file to be sure.",
    f"{PREFIX}emptied": "Left out: nothing is known of what they bought.",
    **{f"{PREFIX}{one}": "It can be decided otherwise." for one in Odd},
}


@dataclass(frozen=True)
class Sorted:
    """Which lines count, the data's own date (days since 1970), and what is said of the others."""

    kept: Mask
    last: int
    remarks: tuple[Remark, ...]
    decisions: tuple[Decision, ...]


def sort_out(typed: TypedLines, lines: Lines, today: np.datetime64) -> Sorted:
    """Which lines count; each odd one is told once, by the first thing that is odd about it."""
    known = typed.day != NO_DAY
    ends = believed_ends(typed.day[known], None, today)
    kept = np.ones(len(typed), dtype=bool)
    remarks: list[Remark] = []
    decisions: list[Decision] = []
    for name, where in _odd(typed, ends).items():
        where = where & kept
        out = name in ("nobody", "undated") or name in lines.left_out
        if where.any():
            remarks.append(_remark(name, where, typed, out=out))
            decisions += _decided(name, remarks[-1], lines, out=out)
        if out:
            kept = kept & ~where
    return Sorted(kept, ends[1], (*remarks, *_unpaid(typed, kept, lines)), tuple(decisions))


def _decided(name: str, remark: Remark, lines: Lines, *, out: bool) -> list[Decision]:
    """That such lines count, or that they don't: it can be the other way round."""
    if name not in tuple(Odd):
        return []
    odd, ways = Odd(name), (f"{name}{OUT}", f"{name}{COUNTED}")
    chosen, other = ways if out else ways[::-1]
    example = next(iter(remark.examples), "")
    what = f"{name.replace('_', ' ')} lines"
    return [Decision(lines.decided_at(odd), what, chosen, (other,), example, remark.sentence)]


def believed_ends(days: Ints, times: Ints | None, today: np.datetime64) -> tuple[int, int]:
    """First and last day that is believed: none that stands alone, and none later than tomorrow, as it is somewhere.

    `times` says how often each day is there, else once.
    """
    until = int(today.astype("datetime64[D]").astype(np.int64)) + 1
    known = days <= until
    dates = pd.Series(days[known].astype("datetime64[D]").astype("datetime64[s]"))
    believed = believed_days(dates, None if times is None else times[known])
    if not isinstance(believed.first, pd.Timestamp) or not isinstance(believed.last, pd.Timestamp):
        return 0, 0
    epoch = pd.Timestamp("1970-01-01")
    return (believed.first - epoch).days, (believed.last - epoch).days


def _odd(typed: TypedLines, ends: tuple[int, int]) -> Mapping[str, Mask]:
    return {
        "nobody": typed.customer.codes < 0,
        "undated": typed.day == NO_DAY,
        Odd.FUTURE: (typed.day < ends[0]) | (typed.day > ends[1]),
        Odd.REPEATED: typed.repeats,
        Odd.CANCELLED: typed.became == Became.CANCELLED,
        Odd.NEGATIVE_PRICE: typed.price < 0,
        Odd.ZERO: typed.amount == 0,
        Odd.OPEN: typed.became == Became.OPEN,
        Odd.RETURNED: gave_back(typed),
    }


def gave_back(typed: TypedLines) -> Mask:
    """Lines of what came back: less than nothing was paid or bought, or the order says so."""
    less = np.where(np.isnan(typed.amount), typed.pieces, typed.amount) < 0
    found: Mask = less | (typed.became == Became.RETURNED) | (typed.refunded > 0)
    return found


def _remark(name: str, where: Mask, typed: TypedLines, *, out: bool) -> Remark:
    count = int(where.sum())
    share = count / len(typed)
    of_all = f" ({to_tell(share, '.1%')} of all)" if share >= 0.001 else ""
    done = "left out" if out else "counted"
    if name == Odd.RETURNED and not out:
        done = "taken off what their customers spent" if not np.isnan(typed.amount).all() else "no purchases"
    examples = _examples(name, where, typed)
    shown = f": {', '.join(examples)}" if examples else ""
    what = _WHAT[name].replace("that repeat ", "that repeats ") if count == 1 else _WHAT[name]
    sentence = f"{counted(count, 'line')} {what}{of_all}, {done}{shown}."
    return Remark(f"{PREFIX}{name}", "", count, sentence, examples)


def _examples(name: str, where: Mask, typed: TypedLines) -> tuple[str, ...]:
    """The first orders, else customers; of odd days these."""
    if name == Odd.FUTURE:
        days = np.unique(typed.day[where])[-_EXAMPLES:].astype("datetime64[D]")
        return tuple(map(str, days))
    for coded, what in ((typed.order, "order"), (typed.customer, "of")):
        codes = pd.unique(coded.codes[where & (coded.codes >= 0)])[:_EXAMPLES]
        if len(codes):
            return tuple(f"{what} {str(coded.names[int(code)])[:40]}" for code in codes)
    return ()


def _unpaid(typed: TypedLines, kept: Mask, lines: Lines) -> tuple[Remark, ...]:
    """Lines of which nobody knows what they cost, where others are known."""
    unknown = kept & np.isnan(typed.amount)
    if lines.whole:
        paid = np.unique(typed.order.codes[~np.isnan(typed.amount)])
        unknown &= ~np.isin(typed.order.codes, paid)
    count = int(unknown.sum())
    if not count or not lines.has_money:
        return ()
    sentence = f"{counted(count, 'line')} without an amount: they count as purchases, and bring nothing."
    return (Remark(f"{PREFIX}unpaid", "", count, sentence, _examples("unpaid", unknown, typed)),)
