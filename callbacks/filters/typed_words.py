"""What was typed into a filter, in words."""

from __future__ import annotations

import math
from collections.abc import Callable

from babel.dates import format_date

from core.crossfilter.binning import Axis, Scale, in_percent, number
from core.crossfilter.typed import Typed, day
from core.numbers import Numbers
from core.schema.fields import Field

NUMBERS = ("{low} to {high}", "{low} and more", "{high} or less", "over {low}", "under {high}")
DATES = ("{low} to {high}", "from {low}", "until {high}", "after {low}", "before {high}")


def typed_words(asked: Typed, axis: Axis, field: Field, numbers: Numbers) -> str:
    """What lets a value through, as 65,000 and more, or after 1 Jan 2024."""
    if asked.has:
        return f"contains “{asked.has}”"
    if asked.text in ("known", "not-known"):
        return asked.text.replace("-", " ")
    write = _writer(axis, field, numbers)
    if asked.text.startswith("last:"):
        days = int(asked.high - asked.low) + 1
        return f"the last {numbers.many(days, 'day', 'days')} to {write(asked.high)}"
    if asked.low == asked.high:
        return write(asked.low)
    return _form(asked, axis).format(
        low=write(asked.low) if math.isfinite(asked.low) else "",
        high=write(asked.high) if math.isfinite(asked.high) else "",
    )


def _form(asked: Typed, axis: Axis) -> str:
    between, least, most, over, under = DATES if axis.scale is Scale.DATE else NUMBERS
    if math.isfinite(asked.low) and math.isfinite(asked.high):
        return between
    if math.isfinite(asked.low):
        return over if asked.open else least
    return under if asked.open else most


def _writer(axis: Axis, field: Field, numbers: Numbers) -> Callable[[float], str]:
    if axis.scale is Scale.DATE:
        return lambda value: str(format_date(day(value), format="medium", locale=numbers.locale))
    write = in_percent if field.in_percent else lambda value: number(value, ",")
    return lambda value: numbers.anew(write(value))
