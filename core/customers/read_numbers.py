"""Numbers as people write them: decimal comma, thousands separators, currency signs, accounting negatives.

Whether a comma is a decimal or a thousands separator is decided on whole columns, never value by value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.customers.schema import FIELDS, Kind

MISSING = ("", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "\u2013", "?", "#n/a", "<na>")
_YES, _NO = ("true", "yes", "y"), ("false", "no", "n")
_SPACES = "'\u2019\\s\u00a0\u2009\u202f"
_MINUS = "\u2212"
_CURRENCY = (
    r"\p{Sc}|(?:US|A|C|R|NZ|HK)\$|(?i:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|JPY|CNY|INR|AUD|CAD|NZD"
    r"|BRL|MXN|ZAR|kr\.?|fr\.|zł|kč|ft|lei|rs\.?)"
)
_GAP = "[\\s\u00a0\u2009\u202f]*"
_WRITTEN = (
    rf"^(?P<open>\(?){_GAP}(?P<before>[-{_MINUS}+]?){_GAP}(?:{_CURRENCY})?{_GAP}(?P<inner>[-{_MINUS}]?){_GAP}"
    rf"(?P<digits>[0-9.,](?:[0-9.,{_SPACES}]*[0-9.,])?(?:[eE][-+]?[0-9]+)?){_GAP}"
    rf"(?:{_CURRENCY})?{_GAP}(?P<after>[-{_MINUS}]?){_GAP}(?P<close>\)?)$"
)
_AMBIGUOUS = {",": r"^[1-9][0-9]{0,2},[0-9]{3}$", ".": r"^[1-9][0-9]{0,2}\.[0-9]{3}$"}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unreadable:
    """Values of one column that could not be read and became gaps."""

    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """Number columns as float64 with NaN gaps, and how they were read."""

    columns: dict[str, Floats]
    unreadable: dict[str, Unreadable]
    decimal: str


def read_numbers(texts: dict[str, pa.ChunkedArray], *, delimiter: str) -> Numbers:
    """Read columns of text as numbers.

    Parameters
    ----------
    texts : dict of column name to text, as in the file
    delimiter : str
        Delimiter of the file: only asked when no value tells a decimal from a thousands separator.

    Notes
    -----
    A column's own values decide its decimal sign; a column whose values tell nothing takes the sign that the
    file's other columns show. `1.234` alone tells nothing; `1.2`, `1.234.567` and `1,234.5` do.
    """
    whole = {name: _whole_numbers(text) for name, text in texts.items()}
    pending = {name: _trimmed(name, texts[name]) for name, numbers in whole.items() if numbers is None}
    written = {name: _written(text) for name, text in pending.items()}
    shown = {name: _evidence(one.field("digits")) for name, one in written.items()}
    decimal = _decimal(sum(shown.values()))
    signs = {
        name: _decimal(shown[name]) or decimal or _likely(one.field("digits"), delimiter)
        for name, one in written.items()
    }
    columns = {
        name: _floats(_values(written[name], signs[name]) if numbers is None else numbers)
        for name, numbers in whole.items()
    }
    return Numbers(columns, _unreadable(pending, columns), decimal or ".")


def _unreadable(pending: dict[str, pa.ChunkedArray], columns: dict[str, Floats]) -> dict[str, Unreadable]:
    """What is text but became no number, by column."""
    missed = {
        name: pc.and_(pc.is_valid(text), pa.chunked_array([np.isnan(columns[name])]))
        for name, text in pending.items()
    }
    return {
        name: unreadable_texts(pending[name], where)
        for name, where in missed.items()
        if pc.any(where).as_py()
    }


def trimmed(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without surrounding white space; null where it stands for a gap."""
    text = pc.utf8_trim_whitespace(text)
    gap = pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING))
    return pc.if_else(gap, pa.scalar(None, pa.string()), text)


def unreadable_texts(text: pa.ChunkedArray, missed: pa.ChunkedArray) -> Unreadable:
    """Count and first examples of the texts where `missed` is true."""
    texts = text.filter(missed)
    return Unreadable(len(texts), tuple(value[:60] for value in pc.unique(texts)[:3].to_pylist()))


def _trimmed(name: str, text: pa.ChunkedArray) -> pa.ChunkedArray:
    text = trimmed(text)
    if FIELDS[name].kind is not Kind.FLAG:
        return text
    lower = pc.utf8_lower(text)
    text = pc.if_else(pc.is_in(lower, value_set=pa.array(_YES)), "1", text)
    return pc.if_else(pc.is_in(lower, value_set=pa.array(_NO)), "0", text)


def _whole_numbers(text: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The quick way, for columns of plain whole numbers and empty gaps; None for any other."""
    try:
        return pc.cast(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text), pa.int64())
    except pa.ArrowInvalid:
        return None


def _written(text: pa.ChunkedArray) -> pa.Array:
    combined = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return pc.extract_regex(combined, _WRITTEN)


def _shows(decimal: str) -> str:
    """Pattern of digits that can only be meant with this decimal sign."""
    sign, group = ("\\.", ",") if decimal == "." else (",", "\\.")
    either = f"[{group}{_SPACES}]"
    return (
        rf"^[^{sign}]*{sign}(?:[0-9]{{0,2}}|[0-9]{{4,}})(?:[eE].*)?$|^0?{sign}[0-9]+$|^[0-9]{{4,}}{sign}[0-9]{{3}}$"
        rf"|^[0-9]{{1,3}}(?:{either}[0-9]{{3}})+{sign}[0-9]*$|^[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{2,}}$"
    )


def _count(digits: pa.Array, pattern: str) -> int:
    return pc.sum(pc.match_substring_regex(digits, pattern), min_count=0).as_py() or 0


def _evidence(digits: pa.Array) -> int:
    """Values that show a decimal point less values that show a decimal comma."""
    return _count(digits, _shows(".")) - _count(digits, _shows(","))


def _decimal(evidence: int) -> str:
    return "." if evidence > 0 else "," if evidence < 0 else ""


def _likely(digits: pa.Array, delimiter: str) -> str:
    """Decimal sign of values like 1.234 or 1,234 only: thousands, unless larger numbers go without."""
    without_thousands = _count(digits, "^[0-9]{4,}$") > 0
    if _count(digits, _AMBIGUOUS[","]):
        return "," if without_thousands else "."
    if _count(digits, _AMBIGUOUS["."]) and delimiter == ";" and not without_thousands:
        return ","
    return "."


def _values(written: pa.Array, decimal: str) -> pa.Array:
    sign, group = ("\\.", ",") if decimal == "." else (",", "\\.")
    digits = written.field("digits")
    either = f"[{group}{_SPACES}]"
    tail = rf"(?:{sign}[0-9]*)?(?:[eE][-+]?[0-9]+)?$"
    valid = rf"^[0-9]+{tail}|^{sign}[0-9]+$|^[0-9]{{1,3}}(?:{either}[0-9]{{2,3}})*{either}[0-9]{{3}}{tail}"
    sign_before = _sign(written)
    readable = pc.and_(pc.match_substring_regex(digits, valid), _signs_agree(written, sign_before))
    plain = pc.replace_substring_regex(digits, either, "")
    plain = pc.replace_substring(plain, ",", ".") if decimal == "," else plain
    values = pc.cast(pc.if_else(readable, plain, pa.scalar(None, pa.string())), pa.float64())
    values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))
    negative = pc.is_in(sign_before, value_set=pa.array(["-", _MINUS, "("]))
    return pc.if_else(negative, pc.negate(values), values)


def _sign(written: pa.Array) -> pa.Array:
    places = ("open", "before", "inner", "after")
    return pc.binary_join_element_wise(*(written.field(place) for place in places), "")


def _signs_agree(written: pa.Array, sign: pa.Array) -> pa.Array:
    """At most one sign, and a closing bracket for an opening one."""
    brackets = pc.equal(pc.equal(written.field("open"), "("), pc.equal(written.field("close"), ")"))
    return pc.and_(brackets, pc.less_equal(pc.utf8_length(sign), 1))


def _floats(values: pa.Array | pa.ChunkedArray) -> Floats:
    floats: Floats = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
    return floats
