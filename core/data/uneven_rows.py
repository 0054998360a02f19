"""Rows that don't have as many values as the header: mended where a person could, else pointed out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from core.data.frame import as_text, is_rule
from core.data.remarks import Remark, counted
from core.errors import DataError
from core.numbers import to_tell

_SAMPLE = 500  # rows that say what a column holds
_FLAGS = {"0", "1"}
UNCLOSED = "Look for a quote that opens and does not close."
_HINT_LONG = (
    "Check those rows for a stray delimiter; a value that holds the delimiter, such as a decimal comma in "
    "a comma-separated file, needs quotes."
)
_HINT_SHORT = "Fill in what these rows lack, or delete them if they are no customers."


@dataclass
class _Rows:
    """What was done with the rows so far."""

    names: Sequence[str]
    allowed: Sequence[set[str]]
    delimiter: str
    dates: Sequence[str] = ()
    number: int = 0
    filled: int = 0
    odd: int = 0
    example: str = ""
    longest: int = 0
    notes: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)


def mend(
    data: bytes, names: Sequence[str], delimiter: str, *, dates: Sequence[str], name: str
) -> tuple[bytes, list[Remark]]:
    """The text with as many values in each row as its header has.

    Values that lack at the end of a row are gaps; what stands below the table is left out.

    `data`: with its header. `names`: of the columns. `dates`: those of them that hold dates. Raises DataError if a row
    has more values, or lacks others than the last.
    """
    rows = _Rows(names, _allowed(data, len(names), delimiter), delimiter, dates)
    try:
        mended = as_text(_mended(_records(data, delimiter), rows), delimiter)
    except csv.Error as error:
        if "field limit" in str(error):
            found = f"a value of more than {to_tell(csv.field_size_limit())} characters after data row {to_tell(rows.number)}"
            raise DataError.of(name, found, "one row per customer", UNCLOSED) from error
        found = f"text that does not split into rows ({error}, data row {to_tell(rows.number)})"
        raise DataError.of(name, found, "one row per customer", _HINT_LONG) from error
    if rows.odd:
        raise _refusal(rows, name)
    return mended, _remarks(rows)


def _records(data: bytes, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)


def _allowed(data: bytes, width: int, delimiter: str) -> list[set[str]]:
    """By column, the values of the first whole rows where these are few; nothing is known of the others.

    A row that lacks a value in its middle shows by a value in the wrong column.
    """
    try:
        sample = [row for row in islice(_records(data, delimiter), 1, _SAMPLE) if len(row) == width]
    except csv.Error:
        sample = []
    found = [{row[place].strip() for row in sample} for place in range(width)]
    return [_few(values) if len(sample) > 2 else set() for values in found]


def _few(values: set[str]) -> set[str]:
    if values <= _FLAGS | {""}:
        return _FLAGS | {""}
    return values | {""} if len(values) == 1 else set()


def _mended(records: Iterator[list[str]], rows: _Rows) -> Iterator[list[str]]:
    yield next(records)
    width = len(rows.names)
    for record in records:
        rows.number += 1
        cells = record[:width] + [cell for cell in record[width:] if cell.strip()]
        if len(cells) == len(record) == width:
            _settle_pending(rows)
            yield record
        elif not any(map(str.strip, record)) or is_rule(rows.delimiter.join(record)):
            continue
        elif len(cells) <= width and _lacks_only_the_last(cells, rows):
            _settle_pending(rows)
            rows.filled += len(cells) < width
            yield cells + [""] * (width - len(cells))
        elif _is_note(cells):
            rows.pending.append(rows.delimiter.join(record))
        else:
            _count_odd(record, rows)


def _settle_pending(rows: _Rows) -> None:
    """What looked like a note below the table was none if rows follow; a comment may stand anywhere."""
    for text in rows.pending:
        if text.lstrip().startswith(("#", "//", "--")):
            rows.notes.append(text)
        else:
            _count_odd(text.split(rows.delimiter), rows)
    rows.pending.clear()


def _lacks_only_the_last(cells: Sequence[str], rows: _Rows) -> bool:
    enough = len(cells) >= max(2, len(rows.names) / 2)
    return (
        enough
        and all(
            not allowed or cell.strip() in allowed for cell, allowed in zip(cells, rows.allowed, strict=False)
        )
        and _dates_fit(cells, rows)
    )


def _dates_fit(cells: Sequence[str], rows: _Rows) -> bool:
    return all(
        re.fullmatch(r"|\d{5,}.*|.*\d\D+\d.*|\D+", cell.strip()) is not None
        for cell, name in zip(cells, rows.names, strict=False)
        if name in rows.dates
    )


def _is_note(cells: Sequence[str]) -> bool:
    """Words below or between the rows, such as a source, a count or a comment."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    words = bool(filled) and any(map(str.isalpha, filled[0]))
    return words and (
        len(filled) == 1 or (len(filled) <= 3 and re.search(r"[\s:()#]", filled[0]) is not None)
    )


def _count_odd(record: Sequence[str], rows: _Rows) -> None:
    rows.odd += 1
    rows.longest = max(rows.longest, len(record))
    text = rows.delimiter.join(record)
    rows.example = rows.example or f"{text[:60]!r} has {len(record)} values (data row {to_tell(rows.number)})"


def _refusal(rows: _Rows, name: str) -> DataError:
    many = "row that doesn't" if rows.odd == 1 else "rows that don't"
    found = f"{to_tell(rows.odd)} {many} fit the header's {len(rows.names)} columns: {rows.example}"
    hint = _HINT_LONG if rows.longest > len(rows.names) else _HINT_SHORT
    return DataError.of(name, found, "as many values in each row", hint)


def _remarks(rows: _Rows) -> list[Remark]:
    notes = [*rows.notes, *rows.pending]
    found = []
    if rows.filled:
        sentence = f"{counted(rows.filled, 'row')} without the last values; what lacks is a gap."
        found.append(Remark("short_rows", "", rows.filled, sentence))
    if notes:
        sentence = f"{counted(len(notes), 'line')} of notes, no customers, left out: {notes[0][:60]!r}."
        found.append(Remark("notes", "", len(notes), sentence))
    return found
