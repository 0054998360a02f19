"""Answers of yes and no as people write them; both halves are understood, or the column is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.remarks import Remark, Unreadable
from core.data.words import Distinct, western
from core.data.yes_no import folded, meanings
from core.errors import DataError
from core.numbers import to_tell
from core.schema.decisions import said_of
from core.schema.schema import Schema

_EXPECTED = "one pair of answers, such as 1 and 0 or yes and no"
_HINT = "Write 1 for yes and 0 for no in the file."

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Flags:
    """Columns of answers: 1.0, 0.0, any other number as it is there, NaN for a gap."""

    columns: dict[str, Floats]
    unreadable: dict[str, Unreadable]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class _Column:
    """One column's distinct texts and what they mean so far; NaN for a gap and for what isn't understood."""

    name: str
    label: str
    texts: Distinct
    values: Floats

    def rows(self, *values: float) -> int:
        """Rows that hold one of these."""
        return int(self.texts.rows[np.isin(self.values, values)].sum())

    @property
    def unknown(self) -> NDArray[np.bool_]:
        return self.texts.filled & np.isnan(self.values)

    @property
    def others(self) -> set[float]:
        """Numbers that are neither yes nor no."""
        return set(self.values[~np.isnan(self.values)].tolist()) - {0.0, 1.0}

    @property
    def gaps(self) -> int:
        return int(self.texts.rows[~self.texts.filled].sum())

    def shown(self) -> str:
        """The commonest texts with their counts, for an error."""
        places = np.argsort(-self.texts.rows * self.texts.filled, kind="stable")[:4]
        filled = [int(place) for place in places if self.texts.filled[place]]
        return ", ".join(
            f"“{str(self.texts.values[one])[:30]}” ({to_tell(self.texts.rows[one])})" for one in filled
        )


def read_flags(texts: Mapping[str, pa.ChunkedArray], schema: Schema, *, name: str) -> Flags:
    """Read columns of yes and no.

    Parameters
    ----------
    texts : dict of column name to text, as in the file
    name : str
        What error messages call the file.

    Raises
    ------
    DataError
        If a column has two answers of which only one is understood: no customer may lose a yes silently.

    Notes
    -----
    Words are looked up in all languages that know every word of the column. A column of one mark and nothing
    else means no where it is empty; 1 and 2 are yes and no where two is the commoner one in every column.
    """
    gaps = {column: said_of(schema[column].choices, "gap") for column in texts}
    distinct = {column: Distinct.of(text, gaps=gaps[column]) for column, text in texts.items()}
    around = {word for one in distinct.values() for word in words_of(one) if word}
    columns = [
        _Column(column, schema.label(column), one, answers(one, around)) for column, one in distinct.items()
    ]
    columns = [_as_told(column, dict(schema[column.name].read_as)) for column in columns]
    columns, remarks = _coded(columns, name)
    for column in columns:
        _refuse_half(column, name)
    marked = {column.name for column in columns if _is_marked(column)}
    if marked and not any(column.rows(0.0) for column in columns):
        marked |= {column.name for column in columns if not column.texts.filled.any()}
    remarks += [_marks(column) for column in columns if column.name in marked]
    missed = {column.name: column.texts.unreadable(column.unknown) for column in columns}
    return Flags(
        {column.name: _spread(column, empty_is_no=column.name in marked) for column in columns},
        {column: one for column, one in missed.items() if one},
        tuple(remarks),
    )


def _as_told(column: _Column, told: Mapping[str, str]) -> _Column:
    """The column with the meaning that the schema gives to texts that are no words for yes and no."""
    if not told:
        return column
    texts = [str(one).casefold() for one in column.texts.values.to_pylist()]
    meant = [{"yes": 1.0, "no": 0.0}.get(told.get(text, ""), np.nan) for text in texts]
    return replace(column, values=np.where(np.isnan(meant), column.values, meant))


def _spread(column: _Column, *, empty_is_no: bool) -> Floats:
    values: Floats = column.texts.spread(column.values)
    return np.where(np.isnan(values), 0.0, values) if empty_is_no else values


def answers(texts: Distinct, around: set[str]) -> Floats:
    """What each text means: 1 and 0 for words of yes and no, its value for a number, NaN for any other."""
    words = words_of(texts)
    known = meanings({word for word in words if word}, around)
    values = [
        known.get(word, np.nan) if word else _number(one or "")
        for word, one in zip(words, western(texts.values).to_pylist(), strict=True)
    ]
    return np.array(values, dtype=float)


def words_of(texts: Distinct) -> list[str]:
    """Each text, folded; empty for gaps and numbers."""
    written = western(texts.values).to_pylist()
    return [folded(one) if one and np.isnan(_number(one)) else "" for one in written]


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return np.nan
    return number if np.isfinite(number) else np.nan


def _coded(columns: list[_Column], name: str) -> tuple[list[_Column], list[Remark]]:
    """The columns with number codes other than 1 and 0 read, where all of them tell which is which."""
    twos = [one for one in columns if one.others == {2.0} and not one.rows(0.0)]
    if twos and not all(one.rows(2.0) > one.rows(1.0) for one in twos):
        unclear = next(one for one in twos if one.rows(2.0) <= one.rows(1.0))
        raise _refused(unclear, name)
    read, remarks = [], []
    for column in columns:
        if column in twos:
            remarks.append(_code(column, "1 is read as yes and 2 as no, since 2 is the commoner answer"))
            column = _replaced(column, 2.0, 0.0)
        elif column.others == {-1.0} and column.rows(0.0) and not column.rows(1.0):
            remarks.append(_code(column, "-1 is read as yes, as databases write it"))
            column = _replaced(column, -1.0, 1.0)
        read.append(column)
    return read, remarks


def _replaced(column: _Column, value: float, by: float) -> _Column:
    return replace(column, values=np.where(column.values == value, by, column.values))


def _code(column: _Column, what: str) -> Remark:
    count = column.rows(*column.others)
    return Remark("codes", column.name, count, f"{column.label}: {what}.")


def _refuse_half(column: _Column, name: str) -> None:
    """Refuse a column of which one answer is understood and another isn't."""
    if column.rows(0.0) and column.rows(1.0):
        return
    unknown = int(column.texts.rows[column.unknown].sum())
    codes = column.rows(*column.others) if len(column.others) == 1 else 0
    by_words = bool(unknown) and any(_is_word(column, place) for place in np.flatnonzero(~column.unknown))
    if by_words or unknown > 1 or codes > 1:
        raise _refused(column, name)


def _is_word(column: _Column, place: np.intp) -> bool:
    text = column.texts.values[int(place)].as_py()
    return text is not None and bool(np.isnan(_number(text)))


def _refused(column: _Column, name: str) -> DataError:
    return DataError.of(name, f"{column.shown()} in {column.name}", _EXPECTED, _HINT)


def _is_marked(column: _Column) -> bool:
    """Whether the only value is yes, and most rows are empty."""
    only_yes = column.rows(1.0) and not column.rows(0.0) and not column.others and not column.unknown.any()
    return bool(only_yes) and column.gaps > column.rows(1.0)


def _marks(column: _Column) -> Remark:
    label = f"{column.label}: empty is read as no"
    if not column.texts.filled.any():
        return Remark("marks", column.name, column.gaps, f"{label}, as in the file's other answers.")
    mark = str(column.texts.values[int(np.argmax(column.values == 1.0))])
    return Remark("marks", column.name, column.gaps, f"{label}, since “{mark}” is the only answer.", (mark,))
