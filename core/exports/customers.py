"""Customers as files: CSV for machines, a workbook for people; no cell of theirs can become a formula."""

from __future__ import annotations

import codecs
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.data.people import People
from core.errors import ParterreError
from core.exports.cells import defused, defused_column, is_ascii
from core.exports.workbook_cells import Formats, as_text
from core.numbers import to_tell
from core.progress import Tell, silent
from core.schema.fields import IDENTIFIER, SEGMENT, Field, Kind
from core.store.files import private_folder

Places = npt.NDArray[np.int32]

PACKED = 0.7  # of the work of a workbook is behind it when its rows are written
GROUP_ROWS = 20_000  # rows that are in memory at a time
MOST_SHEET_ROWS = 1_048_575  # of a worksheet, under its head
SEGMENT_NAME = "Segment_Name"


class ExportError(ParterreError):
    """A file that can't be made as asked."""


@dataclass(frozen=True)
class Rows:
    """Which customers, in which order, with which columns; `names` are the segments' names by number.

    With names, the segment's name follows its number.
    """

    people: People
    places: Places | None
    columns: Sequence[str]
    names: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.people) if self.places is None else len(self.places)

    @property
    def head(self) -> list[str]:
        """Names of the columns of the file."""
        place = list(self.columns).index(SEGMENT) + 1 if self._named else 0
        return [*self.columns[:place], *([SEGMENT_NAME] if self._named else []), *self.columns[place:]]

    @property
    def _named(self) -> bool:
        """Whether a column is added; a file may have one of that name."""
        return bool(self.names) and SEGMENT in self.columns and SEGMENT_NAME not in self.columns

    def field(self, name: str) -> Field:
        """What a column of the file is."""
        named = self._named and name == SEGMENT_NAME
        return Field(name, "Segment name", Kind.CATEGORY) if named else self.people.field(name)

    def groups(self) -> Iterator[pa.Table]:
        """The rows, so many at a time."""
        chosen = self.people.arrow.select(list(self.columns))
        for start in range(0, max(len(self), 1), GROUP_ROWS):
            stop = start + GROUP_ROWS
            part = (
                chosen.slice(start, GROUP_ROWS)
                if self.places is None
                else chosen.take(pa.array(self.places[start:stop]))
            )
            yield self._with_names(part) if self._named else part

    def _with_names(self, part: pa.Table) -> pa.Table:
        numbers = part[SEGMENT].to_pylist()
        names = pa.array([self.names.get(number, "") for number in numbers], pa.string())
        return part.add_column(self.head.index(SEGMENT_NAME), SEGMENT_NAME, names)


def csv_parts(rows: Rows) -> Iterator[bytes]:
    """A CSV file, a group of rows at a time.

    UTF-8 (with its mark where a text is not ASCII, since Excel would take it for another encoding), comma,
    one head line with the names of the schema; numbers with a point, dates as ISO, gaps empty. What a
    spreadsheet would compute begins with an apostrophe; numbers stay numbers.
    """
    whole = _whole_columns(rows)
    sink = io.BytesIO()
    sink.write(b"" if _is_ascii(rows) else codecs.BOM_UTF8)
    writer = None
    for part in rows.groups():
        plain = _plain(part, whole)
        if writer is None:
            writer = pyarrow.csv.CSVWriter(sink, plain.schema)
        writer.write_table(plain)
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()
    if writer is not None:
        writer.close()


def _is_ascii(rows: Rows) -> bool:
    columns = (rows.people.arrow[name] for name in rows.columns)
    return all(map(str.isascii, (*rows.head, *rows.names.values()))) and all(map(is_ascii, columns))


def _whole_columns(rows: Rows) -> set[str]:
    """Columns of whole numbers, which the table keeps as floats where there are gaps."""
    floats = [name for name in rows.columns if pa.types.is_floating(rows.people.arrow[name].type)]
    return {name for name in floats if _is_whole(rows.people.arrow[name])}


def _is_whole(column: pa.ChunkedArray) -> bool:
    finite = pc.fill_null(pc.is_finite(column), True)
    whole = pc.fill_null(pc.equal(pc.floor(column), column), True)
    small = pc.fill_null(pc.less(pc.abs(column), 2**53), True)
    return bool(pc.all(pc.and_(pc.and_(finite, whole), small)).as_py())


def _plain(part: pa.Table, whole: set[str]) -> pa.Table:
    columns = [_column(part[name], name in whole) for name in part.column_names]
    return pa.table(columns, names=[defused(name) for name in part.column_names])


def _column(column: pa.ChunkedArray, whole: bool) -> pa.ChunkedArray:
    kind = column.type
    if whole:
        return column.cast(pa.int64())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.date32(), safe=False)
    if pa.types.is_dictionary(kind):
        column = column.cast(pa.string())
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return defused_column(column) if text else column


def check_sheet(rows: int) -> None:
    """Refuse what no worksheet holds.

    Raises
    ------
    ExportError
        If there are more rows than a worksheet has.
    """
    if rows > MOST_SHEET_ROWS:
        raise ExportError(
            f"Found {to_tell(rows)} customers. An Excel sheet holds {to_tell(MOST_SHEET_ROWS)}. Filter them, or "
            "download CSV, which holds any number."
        )


@contextmanager
def workbook(
    rows: Rows, about: Iterable[tuple[str, str]], folder: Path, tell: Tell = silent
) -> Iterator[Path]:
    """An Excel workbook in a folder of its own under `folder`, which is gone afterwards.

    Two sheets: the customers, and `about` them: filters and model as lines of label and words, then what
    each column means. Rows go to disk as they are written.

    Raises
    ------
    ExportError
        If there are more customers than a worksheet has rows.
    """
    check_sheet(len(rows))
    private_folder(folder)
    with TemporaryDirectory(prefix="export-", dir=folder) as own:
        path = Path(own) / "customers.xlsx"
        options = {"constant_memory": True, "tmpdir": own, "strings_to_formulas": False}
        with xlsxwriter.Workbook(
            path, options | {"strings_to_urls": False, "strings_to_numbers": False}
        ) as book:
            formats = Formats.of(book)
            _write_customers(book.add_worksheet("Customers"), rows, formats, tell)
            _write_about(
                book.add_worksheet("About"), about, [rows.field(name) for name in rows.head], formats
            )
        yield path


def _write_customers(sheet: Worksheet, rows: Rows, formats: Formats, tell: Tell) -> None:
    sheet.freeze_panes(1, 1)
    if len(rows):
        sheet.autofilter(0, 0, len(rows), len(rows.head) - 1)
    known = rows.people.schema
    own = [formats.kinds.get(known[name].kind) if name in known else None for name in rows.head]
    for place, name in enumerate(rows.head):
        label = rows.field(name).label
        sheet.set_column(place, place, max(12, len(label) + 4))
        sheet.write_string(0, place, label, formats.bold)
        if name == IDENTIFIER and len(rows):
            as_text(sheet, place, len(rows))
    line = 1
    for part in rows.groups():
        tell(f"Writing customer {to_tell(line)} of {to_tell(len(rows))}", PACKED * line / max(len(rows), 1))
        for values in zip(*(_cells(part, name) for name in part.column_names), strict=True):
            _write_line(sheet, line, values, own, formats)
            line += 1
    tell(f"Packing {to_tell(len(rows))} customers", PACKED)


def _cells(part: pa.Table, name: str) -> list[object]:
    """Values of a column; identifiers as text, since a sheet keeps fifteen digits of a number."""
    column = part[name]
    values: list[object] = (column.cast(pa.string()) if name == IDENTIFIER else column).to_pylist()
    return values


def _write_line(
    sheet: Worksheet, line: int, values: Iterable[object], own: Sequence[Format | None], formats: Formats
) -> None:
    for place, (value, form) in enumerate(zip(values, own, strict=True)):
        if isinstance(value, str):
            formats.write_text(sheet, line, place, value)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, value, form)
        elif isinstance(value, int | float) and math.isfinite(value):
            sheet.write_number(line, place, value, form)


def _write_about(
    sheet: Worksheet, about: Iterable[tuple[str, str]], head: Sequence[Field], formats: Formats
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 3, 40)
    line = 0
    for label, words in about:
        sheet.write_string(line, 0, label, formats.bold)
        formats.write_text(sheet, line, 1, words)
        line += 1
    for place, title in enumerate(("Column", "Name in CSV", "Unit", "Meaning")):
        sheet.write_string(line + 1, place, title, formats.bold)
    for field in head:
        for place, text in enumerate((field.label, field.name, field.unit, field.help)):
            formats.write_text(sheet, line + 2, place, text)
        line += 1


def file_name(*parts: str, ending: str) -> str:
    """A file name of plain ASCII letters, digits, `_` and `-`, safe in a header and on every disk."""
    words = [re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:120].strip("-") + f".{ending}"
