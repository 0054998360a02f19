"""What a cell of a file may hold, so that no text of a customer's becomes a formula."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

MOST_CHARACTERS = 32_767  # of a cell of a workbook
_CUT = " … (cut: a cell of a workbook holds no more; the CSV has all of it)"
# Python and RE2 take the same classes only where each character is listed.
_BLANK = (
    "\\s\x00-\x1f\x7f-\u00a0\u00ad\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef"
)
_SIGN = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b"
_MONEY = "$\u00a2-\u00a5\u20a0-\u20cf"
_FORMULA = f"^(?:[\\t\\r\\n]|[{_BLANK}]*[{_SIGN}])"
_NUMBER = f"^\\s*[+-]?[{_MONEY}]?\\s?[0-9][0-9.,'\u2019\\s]*(?:%|[{_MONEY}])?\\s*$"
# Where another character separates, what follows it is a cell of its own.
_INNER = f"([;\\t|\\r\\n])([{_BLANK}]*[{_SIGN}])"


def is_live(text: str) -> bool:
    """Whether a spreadsheet would take `text` for a formula; a number with a sign is only a number."""
    return re.match(_FORMULA, text) is not None and re.match(_NUMBER, text) is None


def defused(text: str) -> str:
    """`text` as it stands in a CSV that no spreadsheet computes, whichever separator it believes in."""
    return ("'" if is_live(text) else "") + re.sub(_INNER, r"\1'\2", text)


def defused_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of text, defused; the same one where there is nothing to do."""
    if not pc.any(pc.match_substring_regex(column, f"{_FORMULA}|{_INNER}")).as_py():
        return column
    text = column.cast(pa.string())
    live = pc.and_(
        pc.match_substring_regex(text, _FORMULA), pc.invert(pc.match_substring_regex(text, _NUMBER))
    )
    quiet = pc.replace_substring_regex(text, _INNER, r"\1'\2")
    return pc.if_else(live, pc.binary_join_element_wise("'", quiet, ""), quiet)


def is_ascii(column: pa.ChunkedArray) -> bool:
    """Whether a column has no text, or only such as every program reads alike."""
    if pa.types.is_dictionary(column.type):
        column = pc.unique(column).dictionary_decode()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return True
    return bool(pc.all(pc.string_is_ascii(column), min_count=0).as_py())


def sheet_text(text: str) -> str:
    """`text` as a cell of a workbook holds it: cut where it is too long, and that is said in the cell."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(_CUT)] + _CUT
