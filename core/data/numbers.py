"""Numbers as people write them: decimal comma, thousands separators, currency signs, accounting negatives.

Whether a comma is a decimal or a thousands separator is decided on whole columns, never value by value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel.numbers import list_currencies
from numpy.typing import NDArray

from core.data.codes import gap_code
from core.data.decimal_signs import OTHER, Signs, decide, evidence, proved
from core.data.decisions import of_numbers
from core.data.number_marks import marked, unsigned, without_marks
from core.data.remarks import Remark, Unreadable
from core.data.units import without_unit
from core.data.words import Distinct, Mask, as_mask, western
from core.numbers import to_tell
from core.schema.decisions import (
    CREDIT_NEGATIVE,
    DEBIT_NEGATIVE,
    DECIMAL_COMMA,
    DECIMAL_POINT,
    Decision,
    chosen_among,
)
from core.schema.fields import LARGEST, Field, Kind
from core.schema.schema import Schema

_MINUS = "\u2212\u2013"
_SPACES = "'\u2019\\s\u00a0\u2009\u202f"
_CURRENCY = (
    rf"\p{{Sc}}|(?:US|A|AU|C|CA|R|NZ|HK|S|MX|NT)\$|E£|S/\.?|[元円원圓₿]|\p{{Arabic}}\.\p{{Arabic}}\.?|ريال|درهم|دينار|جنيه"
    rf"|R[\s\x{{A0}}\x{{2009}}\x{{202F}}]|(?i:{'|'.join(sorted(list_currencies()))}|RMB|NIS|VNĐ|rands?|đồng|đ"
    r"|euros?|€uros?|sfr\.?|kr\.?|fr\.|zł|kč|ft|lei|rs\.?|rp\.?|rm|bs\.?|km|din\.?|tl|лв\.?|р\.?|руб\.?|грн\.?)"
)
_MONEY = re.compile(
    rf"[$€£¥₹₽₺₩₪]|R\$|(?:\b(?:{'|'.join(sorted(list_currencies()))})\b)|\bkr\b|zł|Kč|\bFt\b"
    r"|[원円元đ]|\bTL\b|\bR(?=[ \u00a0\u202f]?[0-9])|\b[Rr]and\b|\b(?:CR|DR)$|[\u0621-\u064a]\.[\u0621-\u064a]\.?|руб|р\.$"
)
_GAP = "[\\s\u00a0\u2009\u202f]*"
_THOUSAND, _MILLION = r"(?i:k|tsd\.?|tys\.?|тыс\.?)", r"(?:M|(?i:mio\.?|mln\.?|млн\.?))"
SIDES = r"(?:[CcDd][Rr]\.?|\s[SH])"
_DEBIT, _CREDIT = r"^(?i:dr\.?|s)$", r"^(?i:cr\.?|h)$"
_ALONE = r"^(?:[SH]|Cr\.?)$"  # nothing by themselves: Cr is ten millions in India
_WRITTEN = (
    rf"^(?P<open>\(?){_GAP}(?P<before>[-{_MINUS}+]?){_GAP}(?:{_CURRENCY})?{_GAP}(?P<inner>[-{_MINUS}]?){_GAP}"
    rf"(?P<digits>[0-9.,](?:[0-9.,{_SPACES}]*[0-9.,])?(?:[eE][-+]?[0-9]+)?){_GAP}"
    rf"(?P<scale>{_THOUSAND}|{_MILLION}|%)?{_GAP}"
    rf"(?:{_CURRENCY})?{_GAP}(?P<after>[-{_MINUS}]?){_GAP}(?P<close>\)?){_GAP}(?P<side>{SIDES}?){_GAP}$"
)
_RAND = rf"^([-{_MINUS}(]?)R([0-9][0-9.,{_SPACES}]*[.,][0-9]{{2}}\)?)$"  # and R1001 is a name
_BEFORE_BRACKET = rf"^(?:{_CURRENCY}){_GAP}\("
# "58.138,-", "58138.--" and "58,138/-" say that there are no cents; the dash is no minus.
_NO_CENTS = rf"([0-9])(?:[.,](?:[-\x{{2013}}\x{{2014}}]{{1,2}}|=)|/[-=])({_GAP}(?:{_CURRENCY})?{_GAP}\)?)$"
# Headings of what is counted in thousands: a sign with three digits behind it is a decimal one there.
_IN_THOUSANDS = re.compile(
    r"(?i)(?<![a-z])(?:[kt] ?(?:[€$£]|eur|usd|gbp|chf)|in (?:k|thousands?|tsd|tausend|milliers|miles|millions?|mio))(?![a-z])"
    r"|[(\[](?:k|thousands?|tsd\.?|000s?|mio\.?)[)\]]"
)
_DOUBTFUL_POINT = r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{3}$"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NumberColumns:
    """Number columns as float64 with NaN gaps, and how they were read."""

    columns: dict[str, Floats]
    unreadable: dict[str, Unreadable]
    decimal: str
    remarks: tuple[Remark, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class _Written:
    """A column's distinct texts, split into sign, digits and scale."""

    texts: Distinct
    parts: pa.Array
    unit: Decision | None = None
    marked: Mask | None = None  # which had a mark at the number that is left out

    @property
    def digits(self) -> pa.Array:
        return self.parts.field("digits")

    @property
    def scaled(self) -> Mask:
        return as_mask(pc.not_equal(self.parts.field("scale"), ""))


def read_numbers(texts: Mapping[str, pa.ChunkedArray], schema: Schema) -> NumberColumns:
    """Read columns of text as numbers.

    Parameters
    ----------
    texts : dict of column name to text, as in the file

    Notes
    -----
    A column's own values decide its decimal sign; `core.data.decimal_signs` says how.
    """
    plain = {name: _plain_numbers(text) for name, text in texts.items()}
    written = {name: _written(texts[name], schema[name]) for name, one in plain.items() if one is None}
    shown = {name: evidence(one.digits, one.texts.rows) for name, one in written.items()}
    decimal = "," if sum(shown.values()) < 0 else "."
    proof = sum(proved(one.digits, one.texts.rows) for one in written.values())
    sure = "," if proof < 0 else "." if proof > 0 else ""
    signs = {name: _signs(schema[name], one, decimal, sure) for name, one in written.items()}
    sides = {name: _sides(schema[name], one) for name, one in written.items()}
    distinct = {
        name: _values(one.parts, signs[name], sides[name], schema[name].kind) for name, one in written.items()
    }
    columns = {
        name: written[name].texts.spread(distinct[name]) if values is None else values
        for name, values in plain.items()
    }
    unreadable = {name: one.texts.unreadable(np.isnan(distinct[name])) for name, one in written.items()}
    remarks = _remarks(written, signs, distinct, schema)
    decisions = [_decision(schema[name], one, signs[name], distinct[name]) for name, one in written.items()]
    decisions += [one.decision for one in sides.values()] + [one.unit for one in written.values()]
    for name, values in columns.items():
        code, columns[name] = gap_code(schema[name].column or name, values, schema[name].choices)
        decisions.append(code)
    return NumberColumns(
        columns,
        {name: missed for name, missed in unreadable.items() if missed},
        decimal,
        tuple(remark for remark in remarks if remark),
        tuple(decision for decision in decisions if decision),
    )


def _signs(field: Field, written: _Written, elsewhere: str, sure: str) -> Signs:
    """How the digits of a column are to be read: as somebody chose, else as its values show."""
    names = {DECIMAL_POINT: ".", DECIMAL_COMMA: ","}
    chosen = names.get(chosen_among(field.choices, *names), "")
    scaled = written.scaled | bool(_IN_THOUSANDS.search(field.column or field.name))
    return decide(
        field.kind, written.digits, written.texts.rows, scaled, elsewhere=elsewhere, sure=sure, chosen=chosen
    )


def _sides(field: Field, written: _Written) -> Sides:
    return sides_of(field.column or field.name, written.texts, written.parts.field("side"), field.choices)


def _decision(field: Field, written: _Written, signs: Signs, values: Floats) -> Decision | None:
    both = [
        pc.match_substring_regex(signs.digits, _valid(one))
        for one in (signs.decimal, OTHER.get(signs.decimal, ""))
    ]
    return of_numbers(field.column or field.name, written.texts, signs, values, both)


def within_limits(columns: Mapping[str, Floats], schema: Schema) -> tuple[dict[str, Floats], list[Remark]]:
    """The columns with a gap for every magnitude past the largest that is believed, and what is said of it."""
    kept, remarks = dict(columns), []
    for name, values in columns.items():
        beyond = np.abs(values) > LARGEST
        if beyond.any():
            kept[name] = np.where(beyond, np.nan, values)
            remarks.append(_too_large(name, schema.label(name), values, beyond))
    return kept, remarks


def _too_large(name: str, label: str, values: Floats, beyond: Mask) -> Remark:
    count, first = int(beyond.sum()), int(beyond.argmax())
    who = "One customer" if count == 1 else f"{to_tell(count)} customers"
    sentence = (
        f"{who}: {label} past {to_tell(LARGEST)} can't be true and was read as a gap "
        f"(data row {to_tell(first + 1)}: {to_tell(values[first], 'g')})."
    )
    return Remark("too_large", name, count, sentence, tuple(to_tell(one, "g") for one in values[beyond][:3]))


def _plain_numbers(text: pa.ChunkedArray) -> Floats | None:
    """The quick way, for columns as a machine writes them; None for any other."""
    filled = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    try:
        return _floats(pc.cast(filled, pa.int64()))
    except pa.ArrowInvalid:
        pass
    try:
        values = pc.cast(filled, pa.float64())
    except pa.ArrowInvalid:
        return None
    doubtful = pc.any(pc.match_substring_regex(filled, _DOUBTFUL_POINT), min_count=0).as_py()
    finite = pc.all(pc.is_finite(values), min_count=0).as_py()
    return _floats(values) if finite and not doubtful else None


def _written(text: pa.ChunkedArray, field: Field) -> _Written:
    texts = Distinct.of(text)
    bare = pc.replace_substring_regex(western(texts.values), _NO_CENTS, r"\1\2")
    if pc.any(pc.match_substring(bare, "R"), min_count=0).as_py():
        bare = pc.replace_substring_regex(bare, _RAND, r"\1\2")
    if pc.any(pc.match_substring(bare, "("), min_count=0).as_py():
        bare = pc.replace_substring_regex(bare, _BEFORE_BRACKET, "(")
    parts, unit, marked = pc.extract_regex(bare, _WRITTEN), None, None
    if parts.null_count > bare.null_count:
        plain = without_marks(bare)
        marked = as_mask(pc.not_equal(plain, bare))
        bare, unit = without_unit(field.column or field.name, texts, plain, field.choices)
        parts = pc.extract_regex(bare, _WRITTEN) if unit or marked.any() else parts
    return _Written(texts, parts, unit, marked)


def _values(parts: pa.Array, signs: Signs, sides: Sides, kind: Kind) -> Floats:
    digits, sign_before = parts.field("digits"), _sign(parts)
    readable = pc.and_(
        pc.match_substring_regex(digits, _valid(signs.decimal)), _signs_agree(parts, sign_before)
    )
    readable = pc.and_(readable, pa.array(~signs.doubtful & ~sides.doubtful))
    plain = pc.replace_substring_regex(digits, _between(signs.decimal), "")
    plain = pc.replace_substring(plain, ",", ".") if signs.decimal == "," else plain
    values = _floats(pc.cast(pc.if_else(readable, plain, pa.scalar(None, pa.string())), pa.float64()))
    scale = _scale(parts.field("scale"))
    part = kind in (Kind.SHARE, Kind.RATIO)
    scale = np.where((scale == 1) & (part and _are_percent(values, scale)), 0.01, scale)
    values = np.where(scale > 1, np.round(values * scale, 3), values)  # 53.494 k is 53,494 and no hair less
    values = np.where(scale < 1, np.round(values / 100, 12) if part else np.nan, values)
    negative = as_mask(pc.is_in(sign_before, value_set=pa.array(["-", *_MINUS, "("])))
    negative = negative | sides.negative
    found: Floats = np.where(np.isfinite(values), np.where(negative, -values, values), np.nan)
    return found


def _between(decimal: str) -> str:
    """Pattern of what stands between thousands where this is the decimal sign."""
    group = {".": ",", ",": "\\.", "": ".,"}[decimal]
    return f"[{group}{_SPACES}]"


def _valid(decimal: str) -> str:
    """Pattern of digits that are a number with this decimal sign."""
    sign, either = {".": "\\.", ",": ",", "": "\\x00"}[decimal], _between(decimal)
    tail = rf"(?:{sign}[0-9]*)?(?:[eE][-+]?[0-9]+)?$"
    return rf"^[0-9]+{tail}|^{sign}[0-9]+$|^[0-9]{{1,3}}(?:{either}[0-9]{{2,3}})*{either}[0-9]{{3}}{tail}"


def _are_percent(values: Floats, scale: Floats) -> bool:
    """Whether numbers without a sign are in percent, among as many with one: they are about as large as these."""
    sizes = np.abs(np.where(values == 0, np.nan, values))
    signed, plain = sizes[(scale < 1) & ~np.isnan(sizes)], sizes[(scale == 1) & ~np.isnan(sizes)]
    return bool(len(signed) >= len(plain) > 0 and np.median(plain) > np.median(signed) / 10)


def _scale(scale: pa.Array) -> Floats:
    thousand = as_mask(pc.match_substring_regex(scale, rf"^{_THOUSAND}$"))
    million = as_mask(pc.match_substring_regex(scale, rf"^{_MILLION}$"))
    return np.where(thousand, 1e3, np.where(million, 1e6, np.where(as_mask(pc.equal(scale, "%")), 0.01, 1.0)))


def currencies_of(texts: Sequence[str]) -> tuple[str, ...]:
    """The currencies that stand at most of some texts, as they write them, the commonest first; none if none do."""
    found = Counter(match[0].strip() for text in texts if (match := _MONEY.search(text)))
    return tuple(sign for sign, _ in found.most_common()) if 2 * found.total() > len(texts) else ()


def _sign(parts: pa.Array) -> pa.Array:
    places = ("open", "before", "inner", "after")
    return pc.binary_join_element_wise(*(parts.field(place) for place in places), "")


def _signs_agree(parts: pa.Array, sign: pa.Array) -> pa.Array:
    """At most one sign, and a closing bracket for an opening one."""
    brackets = pc.equal(pc.equal(parts.field("open"), "("), pc.equal(parts.field("close"), ")"))
    return pc.and_(brackets, pc.less_equal(pc.utf8_length(sign), 1))


def _remarks(
    written: Mapping[str, _Written], signs: Mapping[str, Signs], values: Mapping[str, Floats], schema: Schema
) -> list[Remark | None]:
    remarks: list[Remark | None] = []
    for name, one in written.items():
        label, percent = schema.label(name), as_mask(pc.equal(one.parts.field("scale"), "%"))
        remarks.append(_remark(name, label, one.texts, signs[name]))
        remarks.append(marked(name, label, one.texts, one.marked, values[name]))
        remarks.append(unsigned(name, label, one.texts, percent, one.scaled, values[name]))
    return remarks


def _remark(name: str, label: str, texts: Distinct, signs: Signs) -> Remark | None:
    """What is said where both readings fit and one was taken."""
    if not signs.assumed:
        return None
    count = int(texts.rows[signs.ambiguous].sum())
    place = int(signs.ambiguous.argmax())
    example = str(texts.values[place].as_py())
    digits = signs.digits[place].as_py()
    sign, whole = ("comma" if "," in digits else "point"), digits.replace(",", ".")
    if signs.assumed == "thousands":
        read, why = whole.replace(".", ""), f"each value with a {sign} has three digits after it"
    else:
        read, why = whole.split(".")[0], f"each value with a {sign} has three zeros after it"
    rows = "one value" if count == 1 else f"{to_tell(count)} values"
    sentence = f"{label}: “{example}” is read as {read}, since {why} ({rows})."
    return Remark(signs.assumed, name, count, sentence, (example,))


def _floats(values: pa.Array | pa.ChunkedArray) -> Floats:
    floats: Floats = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
    return floats


@dataclass(frozen=True)
class Sides:
    """Which distinct texts are below zero by their side, which are open, and how they were read."""

    negative: Mask
    doubtful: Mask
    decision: Decision | None = None


def sides_of(about: str, texts: Distinct, sides: pa.Array, choices: Sequence[str]) -> Sides:
    """What the sides of a column mean.

    Parameters
    ----------
    about : str
        Heading of the column.
    sides : array of str, shape (m,)
        What stands behind each; empty or null for nothing.
    choices : sequence of str
        What somebody chose for the column.

    Notes
    -----
    A debit takes from an account, so that it is below zero; where only CR is written, the plain amounts are what is
    owed, and those are the others. A lone `Cr`, `S` or `H` may mean something else and is not read.
    """
    bare = pc.utf8_trim_whitespace(sides)
    debit, credit = (as_mask(pc.match_substring_regex(bare, one)) for one in (_DEBIT, _CREDIT))
    none = np.zeros(len(debit), dtype=bool)
    if not debit.any() and not credit.any():
        return Sides(none, none)
    letters = as_mask(pc.match_substring_regex(bare, _ALONE))
    if not (debit.any() and credit.any()) and letters.any():
        return Sides(none, debit | credit)
    proposed = DEBIT_NEGATIVE if debit.any() else CREDIT_NEGATIVE
    chosen = chosen_among(choices, DEBIT_NEGATIVE, CREDIT_NEGATIVE) or proposed
    negative = debit if chosen == DEBIT_NEGATIVE else credit
    return Sides(negative, none, _of_sides(about, texts, negative, chosen))


def _of_sides(about: str, texts: Distinct, negative: Mask, chosen: str) -> Decision:
    other = CREDIT_NEGATIVE if chosen == DEBIT_NEGATIVE else DEBIT_NEGATIVE
    example = str(texts.values[int(negative.argmax())]) if negative.any() else str(texts.values[0])
    side = "debits" if chosen == DEBIT_NEGATIVE else "credits"
    sentence = f"“{example}” is read as below zero: {side} are taken from the others."
    return Decision(about, "debit and credit", chosen, (other,), example, sentence)
