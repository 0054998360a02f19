"""The unit that every number of a column has behind it, such as kg, months or stars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from core.data.words import Distinct
from core.schema.decisions import Decision, chosen_unit, in_unit

UNIT = "unit"
_LOOKED_AT = 50  # texts that say whether there may be a unit
_WITH = r"^(?P<number>[^\pL]*[0-9][^\pL]*?)(?P<between>[\s\x{A0}\x{202F}]*)(?P<unit>\pL[\pL.]*(?: \pL{2,12})?[²³]?)$"
_LIKE = re.compile(
    r"[^A-Za-z]*[0-9](\D*)"
)  # what has a unit is like that at least: letters behind the last digit
# Letters right behind a number are a unit only where they are known as one: 1001A is a name.
_KNOWN = frozenset((
    "kg", "g", "mg", "lb", "lbs", "oz", "t", "km", "mi", "cm", "mm", "ft", "l", "ml", "cl", "kwh", "kw", "h", "hr", "hrs", "min", "mins",
    "s", "sec", "secs", "d", "day", "days", "w", "wk", "wks", "mo", "mon", "mos", "mth", "mths", "month", "months", "y", "yr", "yrs",
    "year", "years", "j", "jahre", "tage", "tg", "std", "pt", "pts", "pcs", "px", "gb", "mb", "kb", "tb", "ha",
))  # fmt: skip
_NO_UNITS = frozenset(["am", "pm", "a.m.", "p.m.", "ad", "bc", "st", "nd", "rd", "th"])
_MANY = ("", "s", "e", "n", "en", "es")  # what makes several of one


def without_unit(
    about: str, texts: Distinct, bare: pa.Array, choices: Sequence[str]
) -> tuple[pa.Array, Decision | None]:
    """Numbers without the unit behind them, where all have the same; else the texts as they are.

    Parameters
    ----------
    about : str
        Heading of the column.
    bare : array of str, shape (m,)
        Its distinct texts; null for a gap.
    choices : sequence of str
        What was decided of the column before. Where a unit was, only what has that one loses it.
    """
    known = chosen_unit(choices)
    filled = bare.filter(pc.is_valid(bare))
    sample = filled.slice(0, _LOOKED_AT).to_pylist()
    if not known and not (sample and all(map(_may_have_one, sample))):
        return bare, None
    parts = pc.extract_regex(filled, _WITH)
    if not known and parts.null_count:
        return bare, None
    has = parts.drop_null()
    units = {*pc.unique(pc.utf8_lower(has.field("unit"))).to_pylist()} if len(has) else set()
    unit = known or _one(units)
    close = pc.any(pc.equal(has.field("between"), ""), min_count=0).as_py() if len(has) else False
    if (
        not unit
        or (close and unit not in _KNOWN)
        or (not known and pc.count_distinct(has.field("number")).as_py() < 2)
    ):
        return bare, None
    ours = pa.array([one for one in units if _is_of(one, unit)], pa.string())
    found = pc.extract_regex(bare, _WITH)
    mine = pc.is_in(pc.utf8_lower(found.field("unit")), value_set=ours)
    stripped = pc.if_else(pc.fill_null(mine, False), found.field("number"), bare)
    return stripped, _said(about, texts, stripped, unit)


def _may_have_one(text: str) -> bool:
    return (found := _LIKE.fullmatch(text)) is not None and any(map(str.isalpha, found[1]))


def _one(units: Iterable[str]) -> str:
    """The unit of which all others are the same, one or several; empty if there are two."""
    shortest = min(units, key=len, default="")
    alike = all(_is_of(one, shortest) for one in units)
    return shortest if alike and not _NO_UNITS & {*units} else ""


def _is_of(word: str, unit: str) -> bool:
    short, long = sorted((word.rstrip("."), unit.rstrip(".")), key=len)
    return long.removeprefix(short) in _MANY and long.startswith(short)


def _said(about: str, texts: Distinct, stripped: pa.Array, unit: str) -> Decision | None:
    changed = pc.indices_nonzero(pc.fill_null(pc.not_equal(texts.values, stripped), False))
    if not len(changed):
        return None
    place = changed[0].as_py()
    text, number = texts.values[place].as_py(), stripped[place].as_py().strip()
    sentence = f"“{text}” is read as {number}, in {unit}, as all are."
    return Decision(about, UNIT, in_unit(unit), (), text, sentence)
