"""The door for customer files: text as people really have it, in; a typed table or a clear error, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.baskets import Baskets
from core.data.births import read_births
from core.data.customers_and_orders import Both, beside, moved, of_known, owners
from core.data.dates import Dates, read_dates
from core.data.flags import read_flags
from core.data.headings import Headings
from core.data.numbers import NumberColumns, read_numbers, within_limits
from core.data.orders import fold
from core.data.other_columns import absent, empty, lacking, needed, strings, typed
from core.data.outliers import believed_days
from core.data.pseudonyms import pseudonyms
from core.data.raw import raw_with
from core.data.remarks import Remark, Unreadable
from core.data.rows import WHOLE_ID, refuse_without_identifier, second_header, sums, totals_remark
from core.data.table import TextTable, to_table
from core.data.text import Text, load, to_text
from core.data.typed_lines import typed_lines
from core.data.words import ERRORS, MISSING, is_gap, unmarked
from core.errors import DataError
from core.forecast.forecast import Forecast, columns_of, forecast
from core.schema.decisions import Decision, chosen_order, said_of
from core.schema.derivations import YearsAt
from core.schema.fields import IDENTIFIER, Kind
from core.schema.order_lines import Lines
from core.schema.schema import Schema, Template

NO_DATES = "no dates"
_NUMBERS = tuple(kind for kind in Kind if kind.is_number)
_SECOND_HEADER = Remark(
    "repeated_header", "", 1, "The first row has words where numbers belong, as a second header: left out."
)
_NO_CATEGORY = (*(one for one in MISSING if one not in ("none", "nil", "...")), *ERRORS)


@dataclass(frozen=True)
class DateNotes:
    """How a column of dates was read.

    `guessed`: every date could be day-first or month-first, and day-first was assumed. `ambiguous`: rows that
    only the other rows' dates decide.
    """

    order: str
    guessed: bool
    ambiguous: int


@dataclass(frozen=True)
class ReadNotes:
    """How the file was read, and what could not be read.

    `dates`: by column, the anchor first. `unreadable`: by column, values that
    became gaps. `blank_lines`: lines without any value, left out. `extra_columns`: columns that the schema
    doesn't know. `remarks`: everything else that was assumed or repaired. `decisions`: what could mean
    something else.
    """

    encoding: str
    delimiter: str
    decimal: str
    dates: Mapping[str, DateNotes]
    extra_columns: tuple[str, ...]
    unreadable: dict[str, Unreadable]
    blank_lines: int
    remarks: tuple[Remark, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def date_order(self) -> str:
        """The order of the first of its columns of dates."""
        return next((one.order for one in self.dates.values()), NO_DATES)


@dataclass(frozen=True)
class Parts:
    """What is in a file's columns: their texts, and the numbers, answers and dates that these mean."""

    table: TextTable
    numbers: NumberColumns
    dates: Mapping[str, Dates]
    headings: Headings

    @property
    def unreadable(self) -> dict[str, Unreadable]:
        """By column, what became a gap."""
        dated = {name: one.unreadable for name, one in self.dates.items() if one.unreadable}
        return self.numbers.unreadable | dated

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was assumed or repaired."""
        dated = (remark for one in self.dates.values() for remark in one.remarks)
        return (*self.table.remarks, *self.numbers.remarks, *dated)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """How values were read that could mean something else, by the headings of the file."""
        dated = {name: one.decision for name, one in self.dates.items() if one.decision}
        return (
            *self.numbers.decisions,
            *(one.about(self.headings.column(name)) for name, one in dated.items()),
        )

    @property
    def schema(self) -> Schema:
        """What the columns are."""
        return self.headings.schema


@dataclass(frozen=True)
class Read:
    """Customers as the file has them, typed but not cleaned; and of those who made orders what is expected, and what was in
    their purchases."""

    frame: pd.DataFrame
    notes: ReadNotes
    forecast: Forecast | None = None
    baskets: Baskets | None = None


def read_customers(
    source: Path | bytes, schema: Schema, template: Template, *, name: str = "", max_mb: int = 500
) -> Read:
    """Read a customer file.

    Parameters
    ----------
    source : Path or bytes
        File, or what is in it (an upload).
    schema : Schema
        Which columns are wanted, and what they hold.
    template : Template
        How else people head them.
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
    if schema.lines and schema.added_up:
        return _read_both(source, Headings(schema.of_customers, template), schema, name=name, max_mb=max_mb)
    if schema.lines:
        return _read_orders(source, schema, schema.lines, name=name, max_mb=max_mb)
    return _read_rows(source, Headings(schema, template), name=name, max_mb=max_mb)


def _read_rows(source: Path | bytes, headings: Headings, *, name: str, max_mb: int) -> Read:
    """The customers of a file that has a row for each."""
    data, sheet = load(source, name=name, max_mb=max_mb), headings.schema.sheet
    text = to_text(data, headings, name=name, max_mb=max_mb, sheet=sheet)
    parts = read_parts(text, headings, name=name)
    frame = _frame(parts)
    refuse_empty_columns(parts, needed(parts.table.columns, headings), name)
    return Read(frame, _notes(text, parts, absent(frame, headings.schema)))


def _read_both(source: Path | bytes, headings: Headings, schema: Schema, *, name: str, max_mb: int) -> Read:
    """The customers of a file of customers and their orders, with what these add up to."""
    both = Both.of(source, name=name, max_mb=max_mb)
    own = _read_rows(both.customers, headings, name=name, max_mb=max_mb)
    who = own.frame[IDENTIFIER]
    lines = schema.lines or Lines("", "")
    sold = _read_orders(both.orders, schema.of_their_orders, lines, name=name, max_mb=max_mb, known=who)
    made, places = beside(who, sold.frame, IDENTIFIER)
    notes = replace(
        own.notes,
        remarks=(*own.notes.remarks, *sold.notes.remarks),
        decisions=(*own.notes.decisions, *sold.notes.decisions),
    )
    frame = own.frame.assign(**made)
    ordered = dict.fromkeys((*(one for one in schema.columns if one in frame), *frame))
    return Read(frame[[*ordered]], notes, sold.forecast, moved(sold.baskets, places))


def _read_orders(
    source: Path | bytes, schema: Schema, lines: Lines, *, name: str, max_mb: int, known: pd.Series | None = None
) -> Read:  # fmt: skip
    """The customers of a file of orders: each order counts once, and each customer, of those that are `known`, is a row."""
    raw = raw_with(lines.columns, source, name=name, max_mb=max_mb, first=schema.sheet)
    columns, left = raw.columns, tuple[Remark, ...]()
    if known is not None:
        columns, left = of_known(columns, owners(columns[lines.customer]), known)
    folded = fold(typed_lines(columns, lines), lines)
    expected = forecast(folded.purchases)
    identifiers = _identifiers(pa.chunked_array([folded.frame[IDENTIFIER]]))
    made = folded.frame.assign(**{IDENTIFIER: identifiers}, **columns_of(expected, folded.purchases))
    lacking_ = {one: empty(schema[one].kind, len(made)) for one in schema.columns if one not in made}
    frame = made.assign(**lacking_)[list(schema.columns)]
    remarks = (*raw.remarks, *left, *folded.remarks)
    notes = ReadNotes(raw.text.encoding, raw.text.delimiter, ".", {}, (), {}, 0, remarks, folded.decisions)
    return Read(frame, notes, expected, folded.baskets)


def read_parts(text: Text, headings: Headings, *, name: str, newest: int = 0) -> Parts:
    """The columns of a file: one meaning for what a model is made of and for what it scores.

    `newest` (default=this year): year of the data's date where the file has no date; it tells the century of births of
    two digits. Raises SchemaError or DataError as `read_customers`; a column that is empty is no error yet.
    """
    schema = headings.schema
    table, numbers = _numbers(to_table(text, headings, name=name), schema, name)
    refuse_without_identifier(table.columns[IDENTIFIER], name=name)
    dated = _of_kind(table, schema, Kind.DATE)
    first = sorted(dated, key=lambda column: column != schema.anchor)
    dates = {
        column: read_dates(dated[column], about=column, chosen=chosen_order(schema[column].choices))
        for column in first
    }
    parts = Parts(table, _with_births(table, schema, numbers, dates, newest), dates, headings)
    refuse_empty_columns(parts, (), name)
    return parts


def _numbers(table: TextTable, schema: Schema, name: str) -> tuple[TextTable, NumberColumns]:
    """The table without rows of totals, its numbers within the limits, and answers of yes and no."""
    texts, identifiers = _of_kind(table, schema, *_NUMBERS), table.columns[IDENTIFIER]
    numbers = _with_ones(table, schema, read_numbers(texts, schema), name)
    if second_header(texts, numbers.columns):
        first = np.arange(len(identifiers)) == 0
        return _numbers(_without(table, first, _SECOND_HEADER), schema, name)
    totals = sums(identifiers, numbers.columns, schema.of(Kind.YEAR))
    if totals.any():
        said = totals_remark(identifiers.filter(pa.chunked_array([totals])).to_pylist())
        values = {one: column[~totals] for one, column in numbers.columns.items()}
        table, numbers = _without(table, totals, said), replace(numbers, columns=values)
    limited, too_large = within_limits(numbers.columns, schema)
    flags = read_flags(_of_kind(table, schema, Kind.FLAG), schema, name=name)
    return table, NumberColumns(
        limited | flags.columns,
        numbers.unreadable | flags.unreadable,
        numbers.decimal,
        (*numbers.remarks, *too_large, *flags.remarks),
        numbers.decisions,
    )


def _with_ones(table: TextTable, schema: Schema, numbers: NumberColumns, name: str) -> NumberColumns:
    """The numbers with one for a yes, where a file only says whether there are any."""
    words = {
        one: table.columns[one]
        for one in schema.picked("yes_is_one")
        if one in numbers.unreadable and np.isnan(numbers.columns[one]).all()
    }
    flags = read_flags(words, schema, name=name)
    what = schema.worded("yes_is_one", "yes is read as 1")
    remarks = [
        Remark("children", one, int((values == 1).sum()), f"{schema.label(one)}: {what}.")
        for one, values in flags.columns.items()
    ]
    missed = {one: missed for one, missed in numbers.unreadable.items() if one not in words}
    return replace(
        numbers,
        columns=numbers.columns | flags.columns,
        unreadable=missed | flags.unreadable,
        remarks=(*numbers.remarks, *remarks),
    )


def _with_births(
    table: TextTable, schema: Schema, numbers: NumberColumns, dates: Mapping[str, Dates], newest: int
) -> NumberColumns:
    """The numbers with years of birth, however the file keeps them."""
    years, missed, remarks = dict(numbers.columns), dict(numbers.unreadable), [*numbers.remarks]
    for how in (one.derived for one in schema.fields):
        if not isinstance(how, YearsAt) or how.born not in years:
            continue
        born, dated = how.born, dates.get(how.date)
        days = pd.Series([] if dated is None else dated.values, dtype="datetime64[us]")
        last = believed_days(days).last
        year = last.year if isinstance(last, pd.Timestamp) else newest or pd.Timestamp.now().year
        found = read_births(born, table.columns[born], years[born], missed.pop(born, None), newest=year)
        years[born] = found.years
        missed |= {born: found.unreadable} if found.unreadable else {}
        remarks += [found.remark] if found.remark else []
    return replace(numbers, columns=years, unreadable=missed, remarks=tuple(remarks))


def _without(table: TextTable, rows: NDArray[np.bool_], said: Remark) -> TextTable:
    """The table without rows that are no customers."""
    kept = pa.chunked_array([pa.array(~rows)])
    columns = {name: column.filter(kept) for name, column in table.columns.items()}
    return replace(table, columns=columns, remarks=(*table.remarks, said))


def _of_kind(table: TextTable, schema: Schema, *kinds: Kind) -> dict[str, pa.ChunkedArray]:
    return {
        name: text
        for name, text in table.columns.items()
        if name not in table.extra and name in schema and schema[name].kind in kinds
    }


def _frame(parts: Parts) -> pd.DataFrame:
    table, numbers, schema = parts.table, parts.numbers, parts.schema
    rows = len(table.columns[IDENTIFIER])
    columns: dict[str, object] = {
        **{name: empty(schema[name].kind, rows) for name in lacking(table.columns, schema)},
        **numbers.columns,
        **{
            name: _categories(text, schema[name].choices)
            for name, text in _of_kind(table, schema, Kind.CATEGORY).items()
        },
        **{name: typed(table.columns[name], decimal=numbers.decimal) for name in table.extra},
        **{name: one.values for name, one in parts.dates.items()},
        IDENTIFIER: _identifiers(table.columns[IDENTIFIER]),
    }
    ours = [name for name in (IDENTIFIER, *schema.columns) if name in columns]
    # Columns stay as they were read: side by side in one block, they would be there twice.
    return pd.DataFrame({name: columns[name] for name in dict.fromkeys((*ours, *table.columns))}, copy=False)


def _notes(text: Text, parts: Parts, said: Sequence[Remark]) -> ReadNotes:
    return ReadNotes(
        encoding=text.encoding,
        delimiter=text.delimiter,
        decimal=parts.numbers.decimal,
        dates={name: DateNotes(one.order, one.guessed, one.ambiguous) for name, one in parts.dates.items()},
        extra_columns=parts.table.extra,
        unreadable=parts.unreadable,
        blank_lines=parts.table.blank_lines,
        remarks=(*parts.remarks, *said),
        decisions=parts.decisions,
    )


def _identifiers(text: pa.ChunkedArray) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    if pc.all(pc.match_substring_regex(text, WHOLE_ID)).as_py():
        return pd.Series(pc.cast(text, pa.int64()).to_numpy())
    return strings(pseudonyms(text))


def _categories(text: pa.ChunkedArray, choices: Sequence[str]) -> pd.Series:
    text = unmarked(pc.utf8_trim_whitespace(text))
    gaps = (*_NO_CATEGORY, *(one.lower() for one in said_of(choices, "gap")))
    gap = is_gap(text, said_of(choices, "value"), gaps)
    return strings(pc.if_else(gap, pa.scalar(None, pa.string()), text))


def refuse_empty_columns(parts: Parts, wanted: Sequence[str], name: str) -> None:
    """Refuse a number or date column without one readable value: a wrong column, not a set of gaps.

    One that holds nothing at all is like one that is not there, unless it is `wanted`.
    Raises DataError with what is in it.
    """
    dated = {column: one.values for column, one in parts.dates.items()}
    read: dict[str, NDArray[np.generic]] = {**parts.numbers.columns, **dated}
    for column, values in read.items():
        missed = parts.unreadable.get(column)
        if not (missed or column in wanted) or not pd.isna(values).all():
            continue
        found = f"no readable value in {column}" + (
            f" ({', '.join(map(repr, missed.examples))})" if missed else ""
        )
        expected = "dates" if column in dated else "numbers"
        raise DataError.of(name, found, expected, "Check that the column holds what its name says.")
