"""What kind of values a column holds: money, counts, shares, years, days, codes."""

from __future__ import annotations

import re
import time

import numpy as np

from core.schema.facts import Facts, Form
from core.schema.fields import Kind
from core.schema.heading_words import PATTERNS, plain, says

_OLDEST, _MOSTLY = 125, 0.98
_CENTS, _PRICE = re.compile(r"[.,][0-9]{2}$"), re.compile(r"[.,](?:[05]0|9[059])$")
_DAY, _MISTYPED = 86_400.0, 0.05  # seconds; days after today, in part, that can be slips of the pen
_STEPS, _FALLING = 5, -0.6  # different counts, and their correlation with how many have them


def kind_of(fact: Facts) -> Kind:
    """The kind of a column's values."""
    if fact.form is not Form.NUMBER:
        return {Form.FLAG: Kind.FLAG, Form.DATE: Kind.DATE}.get(fact.form, Kind.CATEGORY)
    is_part = fact.least >= 0 and fact.greatest <= 1
    if fact.percent or (is_part and not fact.is_whole and not _is_small_money(fact)):
        return Kind.SHARE if is_part else Kind.RATIO
    if is_money(fact):
        return Kind.AMOUNT
    if fact.is_whole and fact.least >= 0:
        return _counted(fact)
    return Kind.YEARS if is_age(fact) else Kind.RATIO


def _is_small_money(fact: Facts) -> bool:
    """Whether numbers below one are amounts, as of thousands or of cheap goods, since the heading says so and no part."""
    if fact.money:
        return True
    worded = says(fact.column, "amount", "price") or (says(fact.column, "money") and is_priced(fact))
    return worded and not says(fact.column, "share", "score", "scale", "counted", "timed")


def _counted(fact: Facts) -> Kind:
    if is_age(fact):
        return Kind.YEARS
    if says(fact.column, "share") and not says(fact.column, "count"):
        return Kind.RATIO
    days = says(without_window(fact.column), "days") and not says(fact.column, "calendar")
    return Kind.DAYS if days else Kind.COUNT


def without_window(heading: str) -> str:
    """A heading without the span of time in which something is counted: "visits in the last 30 days" counts visits."""
    return re.sub(PATTERNS["window"], " ", plain(heading))


def is_age(fact: Facts) -> bool:
    """Whether it holds how old customers are: a word for it, and values that ages have."""
    if not says(fact.column, "age") or says(fact.column, "age of a thing") or not len(fact.known):
        return False
    return fact.least >= 0 and bool((fact.known <= _OLDEST).mean() >= _MOSTLY)


def is_calendar_years(fact: Facts) -> bool:
    """Whether all its numbers are years of our time; a word for that is needed only where they could be counts."""
    if (
        fact.form is not Form.NUMBER
        or not fact.is_whole
        or not (fact.least >= 1800 and fact.greatest <= 2200)
    ):
        return False
    near = fact.least >= 1900 and fact.greatest <= 2060
    return says(fact.column, "year") or (near and not says(fact.column, "amount", "money", "count", "days"))


def is_money(fact: Facts) -> bool:
    """Whether it is an amount: a currency at its values, or a word for money over numbers that can be one."""
    if fact.money:
        return True
    if says(fact.column, "share") and not fact.is_whole and fact.greatest < 10:
        return False
    if says(fact.column, "score", "scale"):
        return False
    if says(fact.column, "amount") and not says(fact.column, "share", "counted", "timed"):
        return True
    if says(without_window(fact.column), "no money", "days"):
        return False
    if is_priced(fact) and not says(fact.column, "count", "share"):
        return True
    large = not fact.is_whole or fact.middle >= 100 or fact.greatest >= 1000
    counts = says(fact.column, "count", "timed") and fact.is_whole and not says(fact.column, "spent")
    return large and says(fact.column, "money", "buys", "goods") and not counts


def is_priced(fact: Facts) -> bool:
    """Whether every number is written with two decimals, as money is: of thousands, or ending as prices do."""
    if not fact.texts or not all(_CENTS.search(text) for text in fact.texts):
        return False
    return fact.greatest >= 1000 or 2 * sum(map(bool, map(_PRICE.search, fact.texts))) > len(fact.texts)


def is_tally(fact: Facts) -> bool:
    """Whether whole numbers are spread as counts are: the more, the fewer have it, with holes among the greatest.

    Codes are used one after the other, without holes.
    """
    if not fact.is_whole or fact.least not in (0, 1) or fact.different <= _STEPS:
        return False
    values, rows = np.unique(fact.known, return_counts=True)
    top = int(rows.argmax())
    differ = len(values) - top > _STEPS and rows[top:].min() < rows[top]
    falls = differ and np.corrcoef(values[top:], rows[top:])[0, 1] < _FALLING
    return bool(falls and 3 * top < len(values) and len(values) <= fact.greatest - fact.least)


def is_scale(fact: Facts) -> bool:
    """Whether it could be answers on a scale of few steps, such as 1 to 5: each step is there, and no other."""
    if not fact.is_whole or not 4 <= fact.different <= 11 or not 0 <= fact.least <= 1:
        return False
    return fact.greatest in (4, 5, 6, 7, 10) and fact.different >= fact.greatest - fact.least


def counts_from_none(fact: Facts) -> bool:
    """Whether the more, the fewer have it, from none on: so do counts of what is rare, and codes only by chance."""
    if not fact.is_whole or fact.least != 0 or fact.different < 3:
        return False
    values, rows = np.unique(fact.known, return_counts=True)
    steps = np.diff(rows[:4])
    return bool(values[1] == 1 and (steps < 0).all() and rows[0] > 0.5 * rows.sum())


def is_coming(fact: Facts) -> bool:
    """Whether it holds days that are planned, such as ends of contracts: more after today than are mistyped."""
    days = fact.known
    planned = len(days) and (days > time.time() / _DAY).mean() > _MISTYPED
    return bool(fact.form is Form.DATE and planned and not says(fact.column, "recent", "birth"))
