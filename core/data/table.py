"""From delimited text to one column of text per field, under the names of the schema."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from rapidfuzz.distance import OSA

from core.data.facts import facts_of
from core.data.frame import is_rule
from core.data.headings import Headings, bare_names, key
from core.data.remarks import Remark, counted
from core.data.rows import (
    Columns,
    check_identifiers,
    filled_in,
    lost_zeros,
    refuse_line_breaks,
    whole_identifiers,
    without_strangers,
)
from core.data.text import Text
from core.data.uneven_rows import UNCLOSED, mend
from core.errors import DataError, SchemaError
from core.numbers import in_marks, to_tell
from core.schema.fields import IDENTIFIER, Kind
from core.schema.grain import Grain, rows_of
from core.schema.heading_words import plain

_HINT = (
    "Check those rows for a stray delimiter; a value that holds the delimiter, such as a decimal comma in "
    "a comma-separated file, needs quotes."
)
_GAP = 10_000  # empty lines
_BLOCK = 1 << 24  # bytes that are split at a time, so that no value is longer
_SHOWN_HEADINGS, _MOST_SPARE = 40, 400
_NEAR = 0.8  # of two headings that may be one, in shares of their letters


@dataclass(frozen=True)
class TextTable:
    """Every column as text: the schema's columns in its order, then the others under their own names."""

    columns: Columns
    extra: tuple[str, ...]
    blank_lines: int
    remarks: tuple[Remark, ...] = ()


@dataclass
class _OddRows:
    """Rows that don't have as many values as the header; blank ones are only counted."""

    blank: int = 0
    ragged: int = 0
    seen: set[int] = field(default_factory=set)

    def __call__(self, row: csv.InvalidRow) -> str:
        if row.text.strip() and not is_rule(row.text):
            self.ragged += 1
        else:
            self.blank += not row.text.strip()
        return "skip"


def to_table(text: Text, headings: Headings, *, name: str) -> TextTable:
    """Split `text` into columns.

    Raises SchemaError if a column that segments need is missing, or a field of ours is there twice; DataError if rows
    differ in length, there is no row, or rows have no ID of their own.
    """
    names = headings.named(text.header, source=name)
    _refuse_missing(text, names, headings, name=name)
    columns, blank, mended = split(text, names, headings.schema.of(Kind.DATE), name=name)
    columns, extra, remarks = _customers_of(columns, names, text, headings, name=name)
    ordered = (*(column for column in headings.fields if column in columns), *extra)
    return TextTable(
        {column: columns[column] for column in ordered},
        extra,
        text.blank_lines + blank + remarks[0].count,
        (*text.remarks, *mended, *_headings_said(names, text.header, headings), *remarks[1:]),
    )


def _refuse_missing(text: Text, names: Sequence[str], headings: Headings, *, name: str) -> None:
    """Refuse a file without what segments need, and say what it looks like.

    Raises SchemaError if columns are missing.
    """
    lacking = headings.missing(names)
    if not lacking:
        return
    shown = [cell[:60] for cell in text.header[:_SHOWN_HEADINGS] if cell]
    spare = [cell for cell in text.header[:_MOST_SPARE] if cell and cell in names]
    if alike := {one: found for one in lacking if (found := _alike(one, spare))}:
        said = " and ".join(f"“{found[:60]}” is {one}" for one, found in alike.items())
        it = "it" if len(alike) == 1 else "them"
        raise SchemaError.missing(lacking, shown, source=name, looks=f"If {said}, head {it} so in the file.")
    try:
        columns, _, _ = split(text, names, headings.schema.of(Kind.DATE), name=name)
        like = _like(columns, text.header, name) if 2 * len(lacking) > len(headings.schema.basis) else ""
    except DataError:
        like = ""
    raise SchemaError.missing(lacking, shown, source=name, looks=like)


def _alike(wanted: str, spare: Sequence[str]) -> str:
    """The one other heading that has all words of one, or is nearly it; empty if none is, or several are."""
    words = {*plain(wanted).split()}
    found = [
        one
        for one in spare
        if words <= {*plain(one).split()} or OSA.normalized_similarity(plain(wanted), plain(one)) >= _NEAR
    ]
    return found[0] if words and len(found) == 1 else ""


def _like(columns: Columns, header: Sequence[str], name: str) -> str:
    """What a table looks like that lacks most of what segments need."""
    facts = facts_of(dict(zip(header, columns.values(), strict=False)), header)
    rows = rows_of(facts, name)
    if rows.grain is not Grain.CUSTOMERS:
        return in_marks(f"{rows.refused[:1].upper()}{rows.refused[1:]}")
    return f"It looks like one row per customer, {to_tell(facts[0].rows)} in all, of whom other things are known. Add what is missing."


def _customers_of(
    columns: Columns, names: Sequence[str], text: Text, headings: Headings, *, name: str
) -> tuple[Columns, tuple[str, ...], list[Remark]]:
    """The rows that are customers, with an ID each, and the columns that are not ours.

    The first remark counts the empty rows.
    """
    unread = {*headings.fields, *headings.schema.unread}
    extra = tuple(column for column in names if column not in unread)
    if _has_longer_rows(text.data, len(next(iter(columns.values())))):
        refuse_line_breaks(columns, extra, text.delimiter, name=name)
    columns, empty = without_empty_rows(columns)
    remarks = [Remark("blank_lines", "", empty, "")]
    columns, strangers = without_strangers(columns, dict(zip(names, text.header, strict=True)))
    remarks += strangers
    if not len(next(iter(columns.values()))):
        raise DataError.of(name, "a header but no customers", "a row per customer", "Export the file again.")
    if IDENTIFIER in columns:
        columns = columns | {IDENTIFIER: whole_identifiers(columns[IDENTIFIER])}
        check_identifiers(columns[IDENTIFIER], columns, name=name)
        remarks += lost_zeros(columns[IDENTIFIER])
    else:
        columns, made = _numbered(columns)
        remarks.append(made)
    return columns, tuple(one for one in extra if not _unused(one, columns)), remarks


def _has_longer_rows(data: bytes, rows: int) -> bool:
    """Whether there are more lines than rows, so that a value may hold a line break."""
    return b'"' in data and max(data.count(b"\n"), data.count(b"\r")) > rows + 1


def split(
    text: Text, names: Sequence[str], dates: Sequence[str], *, name: str
) -> tuple[Columns, int, list[Remark]]:
    """The columns of `text` as text, called `names` in the order of its header; blank lines; what was mended.

    `dates` are those of them that hold dates.
    Raises DataError if rows differ in length.
    """
    odd = _OddRows()
    text, blank = _without_gaps(text)
    raw = _parse(text, odd, name)
    remarks: list[Remark] = []
    if odd.ragged:
        data, remarks = mend(text.data, names, text.delimiter, dates=dates, name=name)
        raw = _parse(replace(text, data=data), _OddRows(), name)
    return dict(zip(names, raw.slice(1).columns, strict=True)), odd.blank + blank, remarks


def _without_gaps(text: Text) -> tuple[Text, int]:
    """Without empty lines that follow one another by the thousand, and how many those are: each costs as a row does."""
    if not any(line * _GAP in text.data for line in (b"\n", b"\r\n", b"\r")):
        return text, 0
    found = re.compile(rb"[\r\n]{%d,}" % _GAP)
    blank = sum(max(one.count(b"\n"), one.count(b"\r")) - 1 for one in found.findall(text.data))
    return replace(text, data=found.sub(b"\n", text.data)), blank


def _headings_said(names: Sequence[str], header: Sequence[str], headings: Headings) -> list[Remark]:
    """Which headings were read as which field, and which columns are kept apart from ours."""
    ours = headings.fields
    pairs = list(zip(names, header, strict=True))
    meant = [
        f"{cell[:40]!r} as {one}"
        for one, cell, once in zip(names, header, bare_names(header), strict=True)
        if one in ours
        and {key(cell), key(once)}.isdisjoint(
            map(key, (one, headings.column(one), headings.schema.label(one)))
        )
    ]
    apart = [
        f"{cell[:40]!r} as {one[:60]!r}" for one, cell in pairs if one not in ours and cell and one != cell
    ]
    said = []
    if meant:
        sentence = f"{counted(len(meant), 'column')} read by what the heading means: {', '.join(meant)}."
        said.append(Remark("heading_meant", "", len(meant), sentence))
    if apart:
        sentence = (
            f"{counted(len(apart), 'column')} kept apart from others of the name: {', '.join(apart[:8])}."
        )
        said.append(Remark("kept_apart", "", len(apart), sentence))
    return said


def _parse(text: Text, odd: _OddRows, name: str) -> pa.Table:
    everything_is_text = {f"f{number}": pa.string() for number in range(len(text.header))}
    try:
        return csv.read_csv(
            io.BytesIO(text.data),
            read_options=csv.ReadOptions(autogenerate_column_names=True, block_size=_BLOCK),
            parse_options=csv.ParseOptions(
                delimiter=text.delimiter,
                newlines_in_values=b'"' in text.data,
                ignore_empty_lines=False,
                invalid_row_handler=odd,
            ),
            convert_options=csv.ConvertOptions(column_types=everything_is_text, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "straddl" in str(error):  # what pyarrow says of a value longer than a block
            found = f"a value that goes on for more than {to_tell(_BLOCK >> 20)} MB"
            raise DataError.of(name, found, "one row per customer", UNCLOSED) from error
        found = f"text that does not split into rows ({str(error)[:200]})"
        raise DataError.of(name, found, "one row per customer", _HINT) from error


def without_empty_rows(columns: Columns) -> tuple[Columns, int]:
    """Leave out rows of nothing but delimiters, as spreadsheets write below a table."""
    first = columns.get(IDENTIFIER, next(iter(columns.values())))
    filled = filled_in(first)
    if pc.all(filled, min_count=0).as_py():
        return columns, 0
    for column in columns.values():
        filled = pc.or_(filled, filled_in(column))
    kept = {name: column.filter(filled) for name, column in columns.items()}
    return kept, pc.sum(pc.invert(filled)).as_py()


def _numbered(columns: Columns) -> tuple[Columns, Remark]:
    """The columns with the number of each row as its ID."""
    rows = len(next(iter(columns.values())))
    numbers = pa.chunked_array([pc.cast(pa.array(np.arange(1, rows + 1)), pa.string())])
    sentence = "The file has no column for an ID: customers are called by the number of their row."
    return {IDENTIFIER: numbers, **columns}, Remark("no_id", IDENTIFIER, rows, sentence)


def _unused(name: str, columns: Columns) -> bool:
    """True for a column without name and values, as a delimiter at the end of each line makes."""
    return name.startswith("Column ") and not pc.any(filled_in(columns[name])).as_py()
