"""The door for customer files: text as people really have it, in; a typed table or a clear error, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.births import read_births
from core.data.dates import Dates, read_dates
from core.data.flags import read_flags
from core.data.numbers import NumberColumns, read_numbers, within_limits
from core.data.other_columns import absent, empty, lacking, needed, strings, typed
from core.data.outliers import believed_days
from core.data.remarks import Remark, Unreadable
from core.data.rows import WHOLE_ID, refuse_without_identifier, second_header, sums, totals_remark
from core.data.table import TextTable, to_table
from core.data.text import Text, load, to_text
from core.data.words import unmarked
from core.errors import DataError
from core.schema.current import FIELDS, FILE_COLUMNS
from core.schema.fields import Kind

_NUMERIC_KINDS = (Kind.AMOUNT, Kind.COUNT, Kind.YEAR, Kind.YEARS, Kind.DAYS)
_DATE, _BORN = "Dt_Customer", "Year_Birth"
_SECOND_HEADER = Remark(
    "repeated_header", "", 1, "The first row has words where numbers belong, as a second header: left out."
)
_CHILDREN = ("Kidhome", "Teenhome")
_NO_CATEGORY = ("", "na", "n/a", "nan", "null", "-", "?", "#n/a", "<na>")


@dataclass(frozen=True)
class ReadNotes:
    """How the file was read, and what could not be read.

    `date_guessed`: every date could be day-first or month-first, and day-first was assumed.
    `ambiguous_dates`: rows that only the other rows' dates decide. `unreadable`: by column, values that
    became gaps. `blank_lines`: lines without any value, left out. `extra_columns`: columns that the schema
    doesn't know. `remarks`: everything else that was assumed or repaired.
    """

    encoding: str
    delimiter: str
    decimal: str
    date_order: str
    date_guessed: bool
    ambiguous_dates: int
    extra_columns: tuple[str, ...]
    unreadable: dict[str, Unreadable]
    blank_lines: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Parts:
    """What is in a file's columns: their texts, and the numbers, answers and dates that these mean."""

    table: TextTable
    numbers: NumberColumns
    dates: Dates | None

    @property
    def unreadable(self) -> dict[str, Unreadable]:
        """By column, what became a gap."""
        missed = dict(self.numbers.unreadable)
        if self.dates is not None and self.dates.unreadable:
            missed[_DATE] = self.dates.unreadable
        return missed

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was assumed or repaired."""
        dated = self.dates.remarks if self.dates is not None else ()
        return (*self.table.remarks, *self.numbers.remarks, *dated)


@dataclass(frozen=True)
class Read:
    """Customers as the file has them, typed but not cleaned."""

    frame: pd.DataFrame
    notes: ReadNotes


def read_customers(source: Path | bytes, *, name: str = "", max_mb: int = 500) -> Read:
    """Read a customer file.

    Parameters
    ----------
    source : Path or bytes
        File, or what is in it (an upload).
    name : str, default=file name
        What error messages call it.
    max_mb : int, default=500
        Largest size, in megabytes of 1,000,000 bytes.

    Returns
    -------
    Read
        `frame` has the schema's columns in its order, those that the file lacks without a value, then derived
        ones that the file has in place of their parts, then the others: numbers float64 and categories str,
        both with NaN gaps; dates datetime64[us]; ID int64, or str unless every ID is a whole number; others
        numbers where all their values are, else str.

    Raises
    ------
    SchemaError
        If columns that segments need are missing, or a field is there twice.
    DataError
        If the file can't be opened, is too large, is not a table, or holds no readable customers.
    """
    name = name or (source.name if isinstance(source, Path) else "The file")
    text = to_text(load(source, name=name, max_mb=max_mb), name=name, max_mb=max_mb)
    parts = read_parts(text, name=name)
    frame = _frame(parts)
    refuse_empty_columns(parts, needed(parts.table.columns), name)
    return Read(frame, _notes(text, parts, absent(frame)))


def read_parts(text: Text, *, name: str, newest: int = 0) -> Parts:
    """The columns of a file: one meaning for what a model is made of and for what it scores.

    Parameters
    ----------
    newest : int, default=this year
        Year of the data's date where the file has no date; it tells the century of births of two digits.

    Raises
    ------
    SchemaError, DataError
        As `read_customers`; a column that is empty is no error yet.
    """
    table, numbers = _numbers(to_table(text, name=name), name)
    refuse_without_identifier(table.columns["ID"], name=name)
    dates = read_dates(table.columns[_DATE]) if _DATE in table.columns else None
    parts = Parts(table, _with_births(table, numbers, dates, newest), dates)
    refuse_empty_columns(parts, (), name)
    return parts


def _numbers(table: TextTable, name: str) -> tuple[TextTable, NumberColumns]:
    """The table without rows of totals, its numbers within the limits, and answers of yes and no."""
    numbers = _with_children(table, read_numbers(_of_kind(table, *_NUMERIC_KINDS)), name)
    if second_header(_of_kind(table, *_NUMERIC_KINDS), numbers.columns):
        first = np.arange(len(table.columns["ID"])) == 0
        return _numbers(_without(table, first, _SECOND_HEADER), name)
    totals = sums(table.columns["ID"], numbers.columns)
    if totals.any():
        said = totals_remark(table.columns["ID"].filter(pa.chunked_array([totals])).to_pylist())
        values = {one: column[~totals] for one, column in numbers.columns.items()}
        table, numbers = _without(table, totals, said), replace(numbers, columns=values)
    limited, too_large = within_limits(numbers.columns)
    flags = read_flags(_of_kind(table, Kind.FLAG), name=name)
    return table, NumberColumns(
        limited | flags.columns,
        numbers.unreadable | flags.unreadable,
        numbers.decimal,
        (*numbers.remarks, *too_large, *flags.remarks),
    )


def _with_children(table: TextTable, numbers: NumberColumns, name: str) -> NumberColumns:
    """The numbers with one child for a yes, where a file only says whether there are any."""
    words = {
        one: table.columns[one]
        for one in _CHILDREN
        if one in numbers.unreadable and np.isnan(numbers.columns[one]).all()
    }
    flags = read_flags(words, name=name)
    remarks = [
        Remark("children", one, int((values == 1).sum()), f"{FIELDS[one].label}: yes is read as one child.")
        for one, values in flags.columns.items()
    ]
    missed = {one: missed for one, missed in numbers.unreadable.items() if one not in words}
    return replace(
        numbers,
        columns=numbers.columns | flags.columns,
        unreadable=missed | flags.unreadable,
        remarks=(*numbers.remarks, *remarks),
    )


def _with_births(table: TextTable, numbers: NumberColumns, dates: Dates | None, newest: int) -> NumberColumns:
    """The numbers with years of birth, however the file keeps them."""
    if _BORN not in numbers.columns:
        return numbers
    last = believed_days(pd.Series([] if dates is None else dates.values, dtype="datetime64[us]")).last
    newest = last.year if isinstance(last, pd.Timestamp) else newest or pd.Timestamp.now().year
    missed = dict(numbers.unreadable)
    found = read_births(
        _BORN, table.columns[_BORN], numbers.columns[_BORN], missed.pop(_BORN, None), newest=newest
    )
    return replace(
        numbers,
        columns=numbers.columns | {_BORN: found.years},
        unreadable=missed | ({_BORN: found.unreadable} if found.unreadable else {}),
        remarks=(*numbers.remarks, *([found.remark] if found.remark else [])),
    )


def _without(table: TextTable, rows: NDArray[np.bool_], said: Remark) -> TextTable:
    """The table without rows that are no customers."""
    kept = pa.chunked_array([pa.array(~rows)])
    columns = {name: column.filter(kept) for name, column in table.columns.items()}
    return replace(table, columns=columns, remarks=(*table.remarks, said))


def _of_kind(table: TextTable, *kinds: Kind) -> dict[str, pa.ChunkedArray]:
    return {
        name: text
        for name, text in table.columns.items()
        if name not in table.extra and FIELDS[name].kind in kinds
    }


def _frame(parts: Parts) -> pd.DataFrame:
    table, numbers, dates = parts.table, parts.numbers, parts.dates
    rows = len(table.columns["ID"])
    categories = {name: _categories(text) for name, text in _of_kind(table, Kind.CATEGORY).items()}
    extra = {name: typed(table.columns[name], decimal=numbers.decimal) for name in table.extra}
    columns: dict[str, object] = {
        **{name: empty(name, rows) for name in lacking(table.columns)},
        **numbers.columns,
        **categories,
        **extra,
        "ID": _identifiers(table.columns["ID"]),
    }
    if dates is not None:
        columns[_DATE] = dates.values
    ours = [name for name in FILE_COLUMNS if name in columns]
    return pd.DataFrame({name: columns[name] for name in dict.fromkeys((*ours, *table.columns))})


def _notes(text: Text, parts: Parts, said: Sequence[Remark]) -> ReadNotes:
    table, dates = parts.table, parts.dates
    return ReadNotes(
        encoding=text.encoding,
        delimiter=text.delimiter,
        decimal=parts.numbers.decimal,
        date_order=dates.order if dates is not None else "no dates",
        date_guessed=dates is not None and dates.guessed,
        ambiguous_dates=dates.ambiguous if dates is not None else 0,
        extra_columns=table.extra,
        unreadable=parts.unreadable,
        blank_lines=table.blank_lines,
        remarks=(*parts.remarks, *said),
    )


def _identifiers(text: pa.ChunkedArray) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    if pc.all(pc.match_substring_regex(text, WHOLE_ID)).as_py():
        return pd.Series(pc.cast(text, pa.int64()).to_numpy())
    return strings(text)


def _categories(text: pa.ChunkedArray) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    gap = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_NO_CATEGORY))
    return strings(pc.if_else(gap, pa.scalar(None, pa.string()), text))


def refuse_empty_columns(parts: Parts, wanted: Sequence[str], name: str) -> None:
    """Refuse a number or date column without one readable value: a wrong column, not a set of gaps.

    One that holds nothing at all is like one that is not there, unless it is `wanted`.

    Raises
    ------
    DataError
        With what is in it.
    """
    read: dict[str, NDArray[np.generic]] = {**parts.numbers.columns}
    if parts.dates is not None:
        read[_DATE] = parts.dates.values
    for column, values in read.items():
        missed = parts.unreadable.get(column)
        if not (missed or column in wanted) or not pd.isna(values).all():
            continue
        found = f"no readable value in {column}" + (
            f" ({', '.join(map(repr, missed.examples))})" if missed else ""
        )
        expected = "dates" if column == _DATE else "numbers"
        raise DataError.of(name, found, expected, "Check that the column holds what its name says.")
