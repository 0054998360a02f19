"""The texts of a column, each once: trimmed, gaps told from values, without what spreadsheets wrap around them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.remarks import Unreadable

MISSING = ("", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "\u2013", "?", "#n/a", "<na>", "nat")
_BETWEEN = "\x1f"  # separates texts that are translated together


@dataclass(frozen=True)
class Distinct:
    """A column's distinct texts (null for a gap), the rows that hold each, and which one each row holds."""

    values: pa.Array
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Distinct:
        """The texts of `column`, in the order in which they first occur."""
        coded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = coded.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        rows = np.bincount(codes + 1, minlength=len(coded.dictionary) + 1)[1:]
        return cls(trimmed(coded.dictionary), rows, codes)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """One value per distinct text, as one per row; a null of the column takes the gap at the end."""
        gap = np.array(["NaT" if values.dtype.kind == "M" else np.nan]).astype(values.dtype)
        return np.concatenate([values, gap])[self.codes]

    def unreadable(self, missed: NDArray[np.bool_]) -> Unreadable | None:
        """Texts that are no gap, but were missed; None if there are none."""
        places = np.flatnonzero(missed & self.filled)
        if not len(places):
            return None
        examples = tuple(str(self.values[int(place)])[:60] for place in places[:3])
        return Unreadable(int(self.rows[places].sum()), examples)

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which texts stand for a value."""
        found: NDArray[np.bool_] = pc.is_valid(self.values).to_numpy(zero_copy_only=False)
        return found


def trimmed(text: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text without surrounding white space and spreadsheet marks; null where it stands for a gap."""
    text = unmarked(pc.utf8_trim_whitespace(text))
    gap = pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING))
    return pc.if_else(gap, pa.scalar(None, pa.string()), text)


def unmarked(text: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text without what makes a spreadsheet take it for text: ="001" and '001 are 001."""
    if pc.any(pc.starts_with(text, "="), min_count=0).as_py():
        text = pc.replace_substring_regex(text, r'^="(.*)"$', r"\1")
    if pc.any(pc.starts_with(text, "'"), min_count=0).as_py():
        text = pc.replace_substring_regex(text, r"^'([-+=@(0-9.,\p{Sc}].*)$", r"\1")
    return text


def western(texts: pa.Array) -> pa.Array:
    """Texts with the digits and signs of other scripts as those of ASCII."""
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        return texts
    texts = pc.replace_substring(texts, _BETWEEN, " ")
    joined = _BETWEEN.join(texts.fill_null("").to_pylist()).translate(_signs())
    translated = pa.array(joined.split(_BETWEEN), pa.string())
    return pc.if_else(pc.is_valid(texts), translated, pa.scalar(None, pa.string()))


@cache
def _signs() -> dict[int, str]:
    """Digits of every script, full-width signs, and the Arabic decimal and thousands separators."""
    digits = {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(0x80, 0x20000)
        if unicodedata.category(chr(code)) == "Nd"
    }
    full_width = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return full_width | digits | {0x066B: ".", 0x066C: "'", 0x060C: ",", 0x3000: " "}
