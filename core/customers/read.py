"""The door for customer files: text as people really have it, in; a typed table or a clear error, out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.customers.read_dates import Dates, read_dates
from core.customers.read_flags import read_flags
from core.customers.read_numbers import Numbers, read_numbers, within_limits
from core.customers.read_table import Table, to_table
from core.customers.read_text import Text, load, to_text
from core.customers.read_words import unmarked
from core.customers.remarks import Remark, Unreadable
from core.customers.schema import FIELDS, REQUIRED_COLUMNS, Kind
from core.errors import DataError

_NUMERIC_KINDS = (Kind.AMOUNT, Kind.COUNT, Kind.YEAR, Kind.DAYS)
_DATE = "Dt_Customer"
_NO_CATEGORY = ("", "na", "n/a", "nan", "null", "-", "?", "#n/a", "<na>")
_WHOLE_ID = r"^(?:0|-?[1-9][0-9]{0,17})$"


@dataclass(frozen=True)
class ReadNotes:
    """How the file was read, and what could not be read.

    `date_guessed`: every date could be day-first or month-first, and day-first was assumed.
    `ambiguous_dates`: rows that only the other rows' dates decide. `unreadable`: by column, values that
    became gaps. `blank_lines`: lines without any value, left out. `extra_columns`: columns that the schema
    doesn't know, kept as text. `remarks`: everything else that was assumed or repaired.
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
        `frame` has the schema's columns in its order, then the others as text: numbers float64 and categories
        str, both with NaN gaps; dates datetime64[us]; ID int64, or str unless every ID is a whole number.

    Raises
    ------
    SchemaError
        If required columns are missing or a column is there twice.
    DataError
        If the file can't be opened, is too large, is not a table, or holds no readable customers.
    """
    name = name or (source.name if isinstance(source, Path) else "The file")
    text = to_text(load(source, name=name, max_mb=max_mb), name=name)
    table = to_table(text, name=name)
    numbers = _numbers(table, name)
    dates = read_dates(table.columns[_DATE])
    frame = _frame(table, numbers, dates)
    notes = _notes(text, table, numbers, dates)
    _refuse_empty_columns(frame, notes, name)
    return Read(frame, notes)


def _numbers(table: Table, name: str) -> Numbers:
    """Numbers within the limits, and answers of yes and no."""
    numbers = read_numbers(_of_kind(table, *_NUMERIC_KINDS))
    limited, too_large = within_limits(numbers.columns)
    flags = read_flags(_of_kind(table, Kind.FLAG), name=name)
    return Numbers(
        limited | flags.columns,
        numbers.unreadable | flags.unreadable,
        numbers.decimal,
        (*numbers.remarks, *too_large, *flags.remarks),
    )


def _of_kind(table: Table, *kinds: Kind) -> dict[str, pa.ChunkedArray]:
    return {
        name: text
        for name, text in table.columns.items()
        if name not in table.extra and FIELDS[name].kind in kinds
    }


def _frame(table: Table, numbers: Numbers, dates: Dates) -> pd.DataFrame:
    categories = {name: _categories(text) for name, text in _of_kind(table, Kind.CATEGORY).items()}
    extra = {name: _strings(table.columns[name]) for name in table.extra}
    columns: dict[str, object] = {
        **numbers.columns,
        **categories,
        **extra,
        "ID": _identifiers(table.columns["ID"]),
        _DATE: dates.values,
    }
    return pd.DataFrame({name: columns[name] for name in table.columns})


def _notes(text: Text, table: Table, numbers: Numbers, dates: Dates) -> ReadNotes:
    unreadable = dict(numbers.unreadable)
    if dates.unreadable:
        unreadable[_DATE] = dates.unreadable
    return ReadNotes(
        encoding=text.encoding,
        delimiter=text.delimiter,
        decimal=numbers.decimal,
        date_order=dates.order,
        date_guessed=dates.guessed,
        ambiguous_dates=dates.ambiguous,
        extra_columns=table.extra,
        unreadable=unreadable,
        blank_lines=table.blank_lines,
        remarks=numbers.remarks,
    )


def _identifiers(text: pa.ChunkedArray) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    if pc.all(pc.match_substring_regex(text, _WHOLE_ID)).as_py():
        return pd.Series(pc.cast(text, pa.int64()).to_numpy())
    return _strings(text)


def _categories(text: pa.ChunkedArray) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    gap = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_NO_CATEGORY))
    return _strings(pc.if_else(gap, pa.scalar(None, pa.string()), text))


def _strings(text: pa.ChunkedArray) -> pd.Series:
    return pd.Series(pd.array(text, dtype="str"))


def _refuse_empty_columns(frame: pd.DataFrame, notes: ReadNotes, name: str) -> None:
    """A required number or date column without one readable value is a wrong column, not a set of gaps."""
    for column in REQUIRED_COLUMNS:
        if FIELDS[column].kind not in (*_NUMERIC_KINDS, Kind.FLAG, Kind.DATE) or frame[column].notna().any():
            continue
        missed = notes.unreadable.get(column)
        found = f"no readable value in {column}" + (
            f" ({', '.join(map(repr, missed.examples))})" if missed else ""
        )
        expected = "dates" if column == _DATE else "numbers"
        raise DataError.of(name, found, expected, "Check that the column holds what its name says.")
