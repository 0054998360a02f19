"""What is said of how a column was read where its values could mean something else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel.dates import format_date
from numpy.typing import NDArray

from core.data.date_notations import DAYS_OF_YEAR, ERAS, MIDNIGHT, MONTHS, QUARTERS, WEEKS
from core.data.date_orders import ORDER_NAMES, SWAPPED, Ordered
from core.data.decimal_signs import OTHER, Signs
from core.data.words import Distinct, Mask, as_mask
from core.schema.decisions import DECIMAL_COMMA, DECIMAL_POINT, SWAPPED_BACK, Decision

_SIGNS = {".": DECIMAL_POINT, ",": DECIMAL_COMMA}
_SIGN_NAMES = {".": "a decimal point", ",": "a decimal comma"}
_NEARLY = 0.9  # share of what was read that another way has to read as well to be worth offering

Floats = NDArray[np.float64]


def of_dates(about: str, texts: Distinct, ordered: Sequence[Ordered]) -> Decision | None:
    """Which place of a date was taken for the day, where its notation leaves that open."""
    doubtful = [one for one in ordered if one.group.kind and (one.tells_no_year or one.name or one.swap)]
    if not doubtful:
        return _of_months(about, texts, ordered)
    one = max(doubtful, key=lambda one: int(one.group.rows.sum()))
    place = one.example
    text = _shown(texts, one, place)
    other = one.order if one.swap else SWAPPED.get(one.order, "")
    days = one.group.orders.get(other)
    open_ = days is not None and one.group.readable(other) >= _NEARLY * one.group.readable(one.order)
    sentence = f"“{text}” is read as {_day(one.days[place])}: {_reason(one, texts)}"
    if open_ and days is not None and not np.isnat(days[place]):
        sentence += f" {ORDER_NAMES[other].capitalize()} it would be {_day(days[place])}."
    return Decision(
        about,
        "date order",
        SWAPPED_BACK if one.swap else ORDER_NAMES[one.order],
        (ORDER_NAMES[other],) if open_ else (),
        text,
        sentence,
    )


def _of_months(about: str, texts: Distinct, ordered: Sequence[Ordered]) -> Decision | None:
    """That months stand for their first days, and numbers for days."""
    why = {
        MONTHS: "of a month its first day",
        QUARTERS: "of a quarter its first day",
        WEEKS: "of a week its Monday",
        ERAS: "a year counted from the first of an era",
        DAYS_OF_YEAR: "a year, and which of its days",
        "serial": "a number of days or seconds since a fixed day",
    }
    for one in ordered:
        said = next((words for name, words in why.items() if one.group.notation.startswith(name)), "")
        if said:
            place, notation = one.example, one.group.notation.split()[0]
            text = _shown(texts, one, place)
            sentence = f"“{text}” is read as {_day(one.days[place])}: {said}."
            return Decision(about, "date notation", notation, (), text, sentence)
    return None


def _shown(texts: Distinct, one: Ordered, place: int) -> str:
    return str(texts.values[int(one.group.places[place])]).removesuffix(MIDNIGHT)


def _day(day: np.datetime64) -> str:
    return format_date(day.astype("datetime64[D]").item(), "d MMMM y", locale="en")


def _reason(one: Ordered, texts: Distinct) -> str:
    """Why the day stands where it was read."""
    name = ORDER_NAMES[one.order]
    if one.why:
        return one.why
    if one.chosen:
        return f"{name}, as chosen."
    proof = one.group.only(one.order)
    if proof.any():
        only = _shown(texts, one, int(proof.argmax()))
        return f"{name}, since {'it' if proof[one.example] else f'“{only}”'} is no date otherwise."
    return f"{name}, though no value tells." if one.guessed else f"{name}, as the column's other dates tell."


def of_numbers(
    about: str, texts: Distinct, signs: Signs, values: Floats, valid: Sequence[pa.Array]
) -> Decision | None:
    """Which sign was taken for the decimal one, where the column has signs.

    `values` (shape (m,)): what each text was read as. `valid` (shape (m,)): which texts are numbers with the sign that
    was taken, and with the other one.
    """
    signed = as_mask(pc.match_substring_regex(signs.digits, r"[.,]")) & np.isfinite(values)
    if not signed.any() or (
        signs.decimal == "." and not signs.ambiguous.any() and not _has(signs, ",").any()
    ):
        return None
    other = OTHER.get(signs.decimal, "")
    rows = [int(texts.rows[as_mask(one) & signed].sum()) for one in valid]
    place = _example(signs, signed)
    text = str(texts.values[place])
    is_open = bool(other) and rows[1] >= _NEARLY * max(1, rows[0])
    if signs.decimal == "." and not is_open and not _has(signs, ",").any():
        return None  # as machines write numbers
    how = _SIGN_NAMES.get(signs.decimal, "signs between thousands only")
    return Decision(
        about,
        "decimal sign",
        _SIGNS.get(signs.decimal, DECIMAL_POINT),
        (_SIGNS[other],) if is_open else (),
        text,
        f"“{text}” is read as {values[place]:.15g}, with {how}.",
    )


def _example(signs: Signs, signed: Mask) -> int:
    """A text with both signs, else one that could be read otherwise, else any with a sign."""
    both = signed & _has(signs, ",") & _has(signs, ".")
    found = next((one for one in (both, signed & signs.ambiguous, signed) if one.any()), signed)
    return int(found.argmax())


def _has(signs: Signs, sign: str) -> Mask:
    return as_mask(pc.match_substring(signs.digits, sign))
