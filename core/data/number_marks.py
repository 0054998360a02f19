"""Marks at numbers that are read without them, and numbers without the percent sign of the others in their column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.remarks import Remark
from core.data.words import Distinct, Mask
from core.numbers import to_tell

_GAP = "[\\s\u00a0\u2009\u202f]*"
# A note at a number, a word of that it is about so much, and the sign that programmers put between thousands.
_NOTE = rf"([0-9%)]){_GAP}(?:[*†‡]{{1,3}}|\[[a-z0-9]{{1,2}}\]|\s\([a-z0-9]\))$"
_ABOUT = rf"^(?:[~≈]|(?i:ca\.?|circa|about|approx\.?|etwa|environ)\s){_GAP}(.*[0-9])"
_UNDERSCORED = r"^[-+]?[0-9]{1,3}(?:_[0-9]{3})+(?:[.,][0-9]+)?$"

Floats = NDArray[np.float64]


def without_marks(bare: pa.Array) -> pa.Array:
    """5* as 5, ~31167 as 31167, 31_167 as 31167."""
    plain = pc.replace_substring_regex(pc.replace_substring_regex(bare, _NOTE, r"\1"), _ABOUT, r"\1")
    joined = pc.replace_substring(plain, "_", "")
    return pc.if_else(pc.match_substring_regex(plain, _UNDERSCORED), joined, plain)


def marked(name: str, label: str, texts: Distinct, marks: Mask | None, values: Floats) -> Remark | None:
    """What is said of numbers with a mark that they were read without; `values` are those of `texts`."""
    read = np.zeros(0, dtype=bool) if marks is None else marks & ~np.isnan(values)
    if not read.any():
        return None
    example, value, rows = _first(texts, read, values)
    sentence = f"{label}: “{example}” is read as {to_tell(value, ',.15g')}, without the mark ({_told(rows)})."
    return Remark("marked", name, rows, sentence, (example,))


def unsigned(
    name: str, label: str, texts: Distinct, percent: Mask, scaled: Mask, values: Floats
) -> Remark | None:
    """What is said of numbers without a percent sign among others with one."""
    plain = ~scaled & ~np.isnan(values) & (values != 0)
    if not percent.any() or not plain.any() or np.isnan(values[percent]).all():
        return None
    example, value, rows = _first(texts, plain, values)
    read = to_tell(100 * value, ",.12g")
    sentence = (
        f"{label}: “{example}” is read as {read} percent, among others with a percent sign ({_told(rows)})."
    )
    return Remark("unsigned", name, rows, sentence, (example,))


def _first(texts: Distinct, where: Mask, values: Floats) -> tuple[str, float, int]:
    """The first of some texts, its value, and the rows that hold any of them."""
    place = int(where.argmax())
    return str(texts.values[place].as_py()), float(values[place]), int(texts.rows[where].sum())


def _told(rows: int) -> str:
    return "one value" if rows == 1 else f"{to_tell(rows)} values"
