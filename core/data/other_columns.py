"""Columns of a file that are not ours, with a type; and ours that a file lacks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.remarks import Remark
from core.schema.current import BASIS, FIELDS, FILE_COLUMNS, MADE_OF
from core.schema.fields import Kind

_GAPS = ("", "na", "n/a", "nan", "null", "none", "#n/a", "<na>")
# A code such as 007 or a number past fifteen digits would not survive as a number.
_NUMBERS = {
    ".": r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?$",
    ",": r"^-?(?:0|[1-9][0-9]{0,14})(?:,[0-9]{1,12})?$",
}
_MOST_DIGITS = 16
_OF_A_CAMPAIGN = ("Z_CostContact", "Z_Revenue")  # amounts of its own, which nobody misses


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


def empty(name: str, rows: int) -> pd.Series:
    """The column of a field that nothing is known of."""
    kind = FIELDS[name].kind
    if kind is Kind.CATEGORY:
        return pd.Series(pd.array([None] * rows, dtype="str"))
    if kind is Kind.DATE:
        return pd.Series(np.full(rows, "NaT", dtype="datetime64[us]"))
    return pd.Series(np.full(rows, np.nan))


def lacking(names: Iterable[str]) -> list[str]:
    """Fields of a customer file that `names` are not among."""
    known = {*names, *_OF_A_CAMPAIGN}
    return [name for name in FILE_COLUMNS if name not in known]


def absent(frame: pd.DataFrame) -> list[Remark]:
    """What the file does not have, and what is taken from it instead."""
    rows = len(frame)
    own = [name for name in MADE_OF if name in frame]
    parts = {part for name in own for part in MADE_OF[name]}
    none = [name for name in lacking(()) if name != "ID" and frame[name].isna().all()]
    said = []
    if own:
        labels = ", ".join(FIELDS[name].label for name in own)
        said.append(
            Remark(
                "own_figures",
                "",
                len(own),
                f"As the file has it, since what it is made of is not there: {labels}.",
            )
        )
    if missing := [name for name in none if name not in parts]:
        labels = ", ".join(FIELDS[name].label for name in missing)
        sentence = f"The file has nothing on {labels}: charts and figures of these are left out."
        said.append(Remark("absent", "", len(missing), sentence))
    if "Dt_Customer" in none and "Age" not in frame:
        sentence = "Without a date in the file, ages are those of the year in which it was read; with a column Age they would be the file's."
        said.append(Remark("no_date", "Year_Birth", rows, sentence))
    return said


def needed(names: Iterable[str]) -> list[str]:
    """The columns among `names` without which there are no segments."""
    known = set(names)
    parts = {
        part for one in BASIS if one not in known for part in MADE_OF.get(one, ()) if part != "Dt_Customer"
    }
    return [name for name in names if name in BASIS or name in parts]
