"""Columns of a file that are not ours, with a type; and ours that a file lacks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.headings import Headings
from core.data.remarks import Remark
from core.schema.derivations import YearsAt
from core.schema.fields import IDENTIFIER, Kind
from core.schema.schema import Schema

_GAPS = ("", "na", "n/a", "nan", "null", "none", "#n/a", "<na>")
# A code such as 007 or a number past fifteen digits would not survive as a number.
_NUMBERS = {
    ".": r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?$",
    ",": r"^-?(?:0|[1-9][0-9]{0,14})(?:,[0-9]{1,12})?$",
}
_MOST_DIGITS = 16


def typed(text: pa.ChunkedArray, *, decimal: str = ".") -> pd.Series:
    """A column as numbers where every value is a plain one; else as the text that it is."""
    trimmed = pc.utf8_trim_whitespace(text)
    gap = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(_GAPS))
    values = pc.if_else(gap, pa.scalar(None, pa.string()), trimmed)
    for sign in dict.fromkeys((".", decimal)):
        plain = pc.and_(
            pc.match_substring_regex(values, _NUMBERS[sign]),
            pc.less_equal(pc.utf8_length(values), _MOST_DIGITS),
        )
        if pc.any(plain, min_count=0).as_py() and pc.all(plain, min_count=0).as_py():
            return _numbers(pc.replace_substring(values, ",", ".") if sign == "," else values)
    return strings(text)


def _numbers(values: pa.ChunkedArray) -> pd.Series:
    if not values.null_count:
        try:
            return pd.Series(pc.cast(values, pa.int64()).to_numpy())
        except pa.ArrowInvalid:
            pass
    return pd.Series(pc.cast(values, pa.float64()).to_numpy())


def strings(text: pa.ChunkedArray) -> pd.Series:
    """A column as text."""
    return pd.Series(pd.array(text, dtype="str"))


def empty(kind: Kind, rows: int) -> pd.Series:
    """The column of a field that nothing is known of."""
    if kind is Kind.CATEGORY:
        return pd.Series(pd.array([None] * rows, dtype="str"))
    if kind is Kind.DATE:
        return pd.Series(np.full(rows, "NaT", dtype="datetime64[us]"))
    return pd.Series(np.full(rows, np.nan))


def lacking(names: Iterable[str], schema: Schema) -> list[str]:
    """Fields of a customer file that `names` are not among; what is of a campaign nobody misses."""
    known = {*names, *(schema.economics or ())}
    return [name for name in schema.columns if name not in known]


def absent(frame: pd.DataFrame, schema: Schema) -> list[Remark]:
    """What the file does not have, and what is taken from it instead."""
    own = [name for name in schema.replaceable if name in frame]
    parts = {part for name in own for part in schema.replaceable[name]}
    none = [name for name in lacking((IDENTIFIER,), schema) if frame[name].isna().all()]
    said = []
    if own:
        labels = ", ".join(map(schema.label, own))
        sentence = f"As the file has it, since what it is made of is not there: {labels}."
        said.append(Remark("own_figures", "", len(own), sentence))
    if missing := [name for name in none if name not in parts]:
        labels = ", ".join(map(schema.label, missing))
        sentence = f"The file has nothing on {labels}: charts and figures of these are left out."
        said.append(Remark("absent", "", len(missing), sentence))
    for one in schema.fields:
        if isinstance(one.derived, YearsAt) and one.derived.date in none and one.name not in frame:
            sentence = (
                "Without a date in the file, ages are those of the year in which it was read; "
                f"with a column {one.name} they would be the file's."
            )
            said.append(Remark("no_date", one.derived.born, len(frame), sentence))
    return said


def needed(names: Iterable[str], headings: Headings) -> list[str]:
    """The columns among `names` without which there are no segments."""
    known, basis = {*names}, headings.schema.basis
    parts = {part for one in basis if one not in known for part in headings.needs(one)}
    return [name for name in names if name in basis or name in parts]
