"""From the texts of a table to the facts of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.codes import gap_words, unknown_word
from core.data.dates import read_dates
from core.data.flags import answers, words_of
from core.data.numbers import NumberColumns, currencies_of, read_numbers
from core.data.remarks import Remark
from core.data.rows import MOST_TOTALS, Columns, is_total, sums, totals_remark, unlike_most
from core.data.words import Distinct, as_mask
from core.schema.decisions import Choices, Decision, as_gap, as_value, chosen_order, said_of
from core.schema.facts import Facts, Form
from core.schema.fields import Field, Kind
from core.schema.heading_words import says
from core.schema.same_words import same_as_one
from core.schema.schema import Schema

_MOSTLY = 0.8  # share of the texts that have to be of a form
_KEPT, _MANY = 1000, 100
_CODE = r"^0[0-9]+$"
_DAY = r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"
_DAY_LAST = r"^(?:0[1-9]|[12][0-9]|3[01]){2}(?:19|20)[0-9]{2}$"
_MONTH = r"^(?:0?[1-9]|1[0-2])\.(?:19|20)[0-9]{2}$"
_MOMENT = (
    r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]$"
)
# Numbers that are dates under a heading that says so: days and seconds counted, and years with months or days.
_COUNTED = r"^(?:[2-6][0-9]{4}(?:[.,][0-9]+)?|1[0-9]{9}(?:[0-9]{3}){0,3}(?:[.,][0-9]+)?|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2]|[0-3][0-9]{2}))$"
_SIX = r"^(?:[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|[12][0-9]|3[01]){2}[0-9]{2})$"  # 130225, 250213
_AGAIN = re.compile(r" \([0-9]+\)$")
_MOST_ANSWERS = 8  # ways to write yes and no in one column
_FEW = 5  # different numbers below which they may look like dates by chance
_INITIALS = (set(), *map(set, ("yn", "jn", "sn", "on", "tf", "vf", "wf", "дн", "да")))
_TIME = r"^[0-9]{1,2}:[0-9]{2}"

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Column:
    name: str
    raw: pa.ChunkedArray
    texts: Distinct

    @property
    def filled(self) -> int:
        return int(self.texts.rows[self.texts.filled].sum())

    def share(self, pattern: str) -> float:
        """Of the filled rows, the part whose text matches."""
        found = as_mask(pc.match_substring_regex(self.texts.values, pattern))
        return float(self.texts.rows[found].sum()) / max(1, self.filled)


def facts_of(
    columns: Columns, header: Sequence[str] = (), choices: Choices = MappingProxyType({})
) -> tuple[Facts, ...]:
    """The facts of each column, in order, read as chosen; what is not in the `header`, if there is one, has no name of
    its own."""
    texts = {
        name: Distinct.of(text, gaps=said_of(choices.get(name, ()), "gap")) for name, text in columns.items()
    }
    words = {one.column: one for one in gap_words(texts, choices)}
    for name, one in words.items():
        if one.chosen == as_value(one.example):
            texts[name] = Distinct.of(columns[name], (one.example,))
    found = [_Column(name, text, texts[name]) for name, text in columns.items()]
    numbers = _numbers(found, choices)
    around = {word for one in found if len(one.texts.values) <= 4 for word in words_of(one.texts) if word}
    facts = [
        _facts(one, numbers, around, choices, named=not header or _is_named(one.name, header))
        for one in found
    ]
    unknown = {one.name: unknown_word(one.name, one.texts, choices.get(one.name, ())) for one in found}
    facts = [_with_words(one, words.get(one.column), unknown[one.column]) for one in facts]
    alike = [same_as_one(one, choices.get(one.column, ())) for one in facts]
    return tuple(
        replace(one, decisions=(*one.decisions, told)) if told else one
        for one, told in zip(facts, alike, strict=True)
    )


def without_sums(columns: Columns) -> tuple[Columns, list[Remark]]:
    """Without rows that hold the sums or means of the others, and that say so or are named unlike the others."""
    first, *others = columns.items()
    named = pc.utf8_trim_whitespace(first[1])
    if not len(named):
        return columns, []
    strange = unlike_most(named)
    strange[-1] |= any(map(is_total, (text[-1].as_py() for text in columns.values())))
    if not 0 < strange.sum() <= MOST_TOTALS:
        return columns, []
    numbers = _numbers([_Column(name, text, Distinct.of(text)) for name, text in others], {})
    odd = sums(named, numbers.columns, ()) & strange
    if not odd.any():
        return columns, []
    kept = pa.chunked_array([pa.array(~odd)])
    said = totals_remark(named.filter(pa.chunked_array([pa.array(odd)])).to_pylist())
    return {name: text.filter(kept) for name, text in columns.items()}, [said]


def _with_words(fact: Facts, word: Decision | None, unknown: Decision | None) -> Facts:
    """With what words of a column of categories are taken for, or were said to be."""
    told = [one for one in (word, unknown) if one and fact.form is Form.TEXT]
    if not told and unknown and unknown.chosen == as_gap(unknown.example):
        told = [unknown]
    return replace(fact, decisions=(*fact.decisions, *told)) if told else fact


def _is_named(name: str, header: Sequence[str]) -> bool:
    """Whether the file calls a column so, be it for the second time."""
    return name in header or _AGAIN.sub("", name) in header


def _numbers(columns: list[_Column], choices: Choices) -> NumberColumns:
    """Each column as numbers, whatever it counts."""
    names = {f"f{place}": one for place, one in enumerate(columns)}
    schema = Schema(
        tuple(
            Field(name, one.name, Kind.RATIO, column=one.name, choices=choices.get(one.name, ()))
            for name, one in names.items()
        ),
        (),
    )
    read = read_numbers({name: one.raw for name, one in names.items()}, schema)
    found = {one.name: read.columns[name] for name, one in names.items()}
    missed = {one.name: read.unreadable[name] for name, one in names.items() if name in read.unreadable}
    return NumberColumns(found, missed, read.decimal, decisions=read.decisions)


def _facts(
    column: _Column, numbers: NumberColumns, around: set[str], choices: Choices, *, named: bool
) -> Facts:
    values, form, unreadable, decisions = _read(column, numbers, around, choices.get(column.name, ()))
    known = column.texts.values.drop_null()
    filled = known.slice(0, _KEPT).to_pylist()
    lengths = pc.utf8_length(column.texts.values).fill_null(0).to_numpy(zero_copy_only=False)
    missed = numbers.unreadable.get(column.name) if form is Form.TEXT else None
    written = float((lengths * column.texts.rows).sum()) / max(1, column.filled)
    return Facts(
        column.name,
        form,
        values,
        tuple(filled),
        pc.count_distinct(known).as_py(),
        unreadable,
        missed.examples[0][:30] if missed and 2 * missed.count < column.filled else "",
        written,
        percent="%" if column.share(r"%\s*$") > _MOSTLY else "",
        money=currencies_of(filled) if form is Form.NUMBER else (),
        named=named,
        codes=form is Form.NUMBER and column.share(_CODE) > 0.02,
        decisions=decisions,
    )


def _read(
    column: _Column, numbers: NumberColumns, around: set[str], chosen: Sequence[str]
) -> tuple[NDArray[np.float64], Form, int, tuple[Decision, ...]]:
    """Values, form, rows that are not of it, and how it was read."""
    texts, filled = column.texts, column.filled
    if not filled:
        return np.full(len(column.raw), np.nan), Form.EMPTY, 0, ()
    if (answers := _answers(column, around)) is not None:
        return texts.spread(answers), Form.FLAG, 0, ()
    values = numbers.columns[column.name]
    missed = numbers.unreadable.get(column.name)
    lost = missed.count if missed else 0
    if lost <= (1 - _MOSTLY) * filled and not _are_dates(column):
        return values, Form.NUMBER, lost, tuple(one for one in numbers.decisions if one.column == column.name)
    dates = read_dates(column.raw, about=column.name, chosen=chosen_order(chosen))
    lost = dates.unreadable.count if dates.unreadable else 0
    if lost <= (1 - _MOSTLY) * filled and column.share(_TIME) < _MOSTLY:
        return _days(dates.values), Form.DATE, lost, (dates.decision,) if dates.decision else ()
    codes = np.where(texts.filled, np.arange(len(texts.values), dtype=float), np.nan)
    return texts.spread(codes), Form.TEXT, 0, ()


def _are_dates(column: _Column) -> bool:
    """Whether numbers are written as only dates are, or could be and stand under a heading that says so."""
    if any(column.share(form) == 1 for form in (_DAY, _DAY_LAST, _MONTH, _MOMENT)):
        return True
    told = says(column.name, "a date", "birth", "order date") and not says(column.name, "amount")
    return (
        told and int(column.texts.filled.sum()) >= _FEW and 1 in (column.share(_COUNTED), column.share(_SIX))
    )


def _days(dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    days = dates.astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))


def _answers(column: _Column, around: set[str]) -> NDArray[np.float64] | None:
    """1 and 0 by text, where the column has both and nothing else."""
    values = column.texts.values
    if (
        pc.count_distinct(values.slice(0, _MANY)).as_py() > _MOST_ANSWERS
        or not 2 <= pc.count_distinct(values).as_py() <= _MOST_ANSWERS
    ):
        return None
    if _are_initials(column):
        return None
    found = answers(column.texts, around)
    return found if {*found[column.texts.filled]} == {0.0, 1.0} else None


def _are_initials(column: _Column) -> bool:
    """Whether single letters stand for two things that need not be yes and no, as F and M."""
    letters = {word for word in words_of(column.texts) if word}
    cased = all(one.upper() != one.lower() for one in letters)  # 是 is a word
    return (
        cased
        and all(len(one) == 1 and one.isalpha() and one != "x" for one in letters)
        and letters not in _INITIALS
    )
