"""Which sign of a column is the decimal one: what its values show, and what is taken where they show nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.words import Mask, as_mask
from core.schema.fields import Kind

_SPACES = "'\u2019\\s\u00a0\u2009\u202f"
_AMBIGUOUS = {",": r"^[1-9][0-9]{0,2},[0-9]{3}$", ".": r"^[1-9][0-9]{0,2}\.[0-9]{3}$"}
_BOTH = {
    sign: rf"^[0-9]{{1,3}}(?:\{group}[0-9]{{3}})+\{sign}[0-9]+$" for sign, group in ((".", ","), (",", "."))
}
_ZEROS = r"[.,]000$"
OTHER = {".": ",", ",": "."}
_FAR = math.sqrt(1000)  # a value is a thousandth if it is nearer to the others after times 1000 than before
_NEARLY_ALL = 0.9

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Signs:
    """How a column's digits are to be read.

    `decimal` is the decimal sign, or empty where both signs are of thousands. `assumed` says how a column was
    read whose values fit both readings: "thousands" or "decimals"; else it is empty. `ambiguous` are those
    values, `doubtful` the ones that fit neither reading well and become gaps.
    """

    digits: pa.Array
    decimal: str
    assumed: str
    ambiguous: Mask
    doubtful: Mask


def evidence(digits: pa.Array, rows: Counts) -> int:
    """Rows that show a decimal point less rows that show a decimal comma."""
    return int(rows[_matches(digits, _shows("."))].sum() - rows[_matches(digits, _shows(","))].sum())


def proved(digits: pa.Array, rows: Counts) -> int:
    """Rows whose points can only be decimal ones since commas stand between thousands, less rows of the reverse."""
    point, comma = (_matches(digits, _BOTH[sign]) for sign in (".", ","))
    return int(rows[point].sum() - rows[comma].sum())


def decide(
    kind: Kind, digits: pa.Array, rows: Counts, scaled: Mask, *, elsewhere: str, sure: str = "", chosen: str = ""
) -> Signs:  # fmt: skip
    """Decide on the distinct digits of one column.

    Parameters
    ----------
    kind : Kind
        Counts, days and years are no multiples of a thousand; amounts can be.
    digits : array of str, shape (m,)
        Like 58.138 or 1,234.5; null where a text is no number.
    rows : array of int, shape (m,)
        Rows that hold each.
    scaled : array of bool, shape (m,)
        Where a k or a Mio. follows: its sign is a decimal one.
    elsewhere, sure, chosen : str
        Decimal sign of the file's other columns, the one that values with both signs prove, and the chosen one, if any.

    Notes
    -----
    `1.2`, `1.234.567` and `1,234.5` show the sign; `1.234` shows nothing. Values that only could be decimals
    with exactly three places are thousands, whatever the delimiter and whatever plain numbers stand beside,
    since people write amounts with two places and machines leave zeros out. Where few values show the same
    sign as a decimal one, sizes decide: 58138.5 among many like 58.138 is the odd one out.
    """
    either = {sign: _matches(digits, _AMBIGUOUS[sign]) & ~scaled for sign in OTHER}
    if chosen:
        return Signs(digits, chosen, "", either[chosen], np.zeros(len(digits), dtype=bool))
    shown = evidence(digits, rows) + _scaled_evidence(digits, rows, scaled)
    nothing = np.zeros(len(digits), dtype=bool)
    if not shown:
        return _silent(kind, digits, either, elsewhere, sure)
    decimal = "." if shown > 0 else ","
    ambiguous = either[decimal]
    if not _thousandths(digits, rows, ambiguous, decimal):
        return Signs(digits, decimal, "", ambiguous, nothing)
    if rows[ambiguous].sum() > abs(shown):
        return Signs(digits, OTHER[decimal], "thousands", ambiguous, nothing)
    return Signs(digits, decimal, "", ambiguous, ambiguous)


def _silent(kind: Kind, digits: pa.Array, either: dict[str, Mask], elsewhere: str, sure: str) -> Signs:
    """A column none of whose values shows a sign."""
    ambiguous = either["."] | either[","]
    nothing = np.zeros(len(ambiguous), dtype=bool)
    used = [sign for sign, found in either.items() if found.any()]
    if sure and used == [sure]:  # whoever writes 1.521,37 means two and a half by 2,500
        return Signs(digits, sure, "", ambiguous, nothing)
    if not used:
        return Signs(digits, elsewhere, "", ambiguous, nothing)
    zeros = _matches(digits, _ZEROS) | ~ambiguous
    if len(used) == 1 and zeros.all() and (kind is not Kind.AMOUNT or elsewhere == used[0]):
        return Signs(digits, used[0], "decimals", ambiguous, nothing)
    decimal = OTHER[used[0]] if len(used) == 1 else ""
    return Signs(digits, decimal, "thousands", ambiguous, nothing)


def _scaled_evidence(digits: pa.Array, rows: Counts, scaled: Mask) -> int:
    point = _matches(digits, _AMBIGUOUS["."]) & scaled
    comma = _matches(digits, _AMBIGUOUS[","]) & scaled
    return int(rows[point].sum() - rows[comma].sum())


def _thousandths(digits: pa.Array, rows: Counts, ambiguous: Mask, decimal: str) -> bool:
    """Whether nearly all ambiguous values, as decimals, are about a thousandth of the others."""
    if not ambiguous.any():
        return False
    others = _sizes(digits, decimal)
    known = np.isfinite(others) & ~ambiguous & (others > 0)
    if not known.any():
        return False
    middle = float(np.median(np.repeat(others[known], rows[known])))
    small = ambiguous & (others < middle / _FAR)
    return bool(rows[small].sum() >= _NEARLY_ALL * rows[ambiguous].sum())


def _sizes(digits: pa.Array, decimal: str) -> NDArray[np.float64]:
    group = f"[{OTHER[decimal]}{_SPACES}]".replace(".", "\\.")
    plain = pc.replace_substring(pc.replace_substring_regex(digits, group, ""), decimal, ".")
    readable = pc.match_substring_regex(plain, r"^[0-9]+(?:\.[0-9]*)?$")
    numbers = pc.cast(pc.if_else(readable, plain, pa.scalar(None, pa.string())), pa.float64())
    sizes: NDArray[np.float64] = numbers.to_numpy(zero_copy_only=False)
    return sizes


def _shows(decimal: str) -> str:
    """Pattern of digits that can only be meant with this decimal sign."""
    sign, group = ("\\.", ",") if decimal == "." else (",", "\\.")
    either = f"[{group}{_SPACES}]"
    return (
        rf"^[^{sign}]*{sign}(?:[0-9]{{0,2}}|[0-9]{{4,}})(?:[eE].*)?$|^0?{sign}[0-9]+$|^[0-9]{{4,}}{sign}[0-9]{{3}}$"
        rf"|^[0-9]{{1,3}}(?:{either}[0-9]{{3}})+{sign}[0-9]*$|^[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{2,}}$"
    )


def _matches(digits: pa.Array, pattern: str) -> Mask:
    return as_mask(pc.match_substring_regex(digits, pattern))
