"""Workbooks (XLSX): text stays text, identifiers keep every digit, and a sheet of its own says what the file is."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import xlsxwriter
from babel import Locale
from babel.numbers import get_currency_symbol
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from core.exports.cells import is_live, sheet_text
from core.exports.customers import ExportError, Rows
from core.numbers import Numbers, to_tell
from core.progress import Tell, silent
from core.schema.fields import IDENTIFIER, Field, Kind
from core.store.files import private_folder

PACKED = 0.7  # of the work of a workbook is behind it when its rows are written
MOST_SHEET_ROWS = 1_048_575  # of a worksheet, under its head
_WIDEST = 60
_AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WHOLE, _DATE = "#,##0", "yyyy-mm-dd"


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: its name in the table, what stands over it, how wide it is, and the format of its numbers."""

    name: str
    label: str
    width: int
    form: Format | None = None


class _Book(xlsxwriter.Workbook):
    """A workbook with the formats of heads, of text that must stay text when edited, and of kinds of values."""

    def __init__(self, where: Path | io.BytesIO, **options: object) -> None:
        super().__init__(where, {**_AS_WRITTEN, **options})
        self.bold = self.add_format({"bold": True})
        self.quoted = self.add_format({"quote_prefix": True})
        self.made: dict[str, Format] = {}

    def form(self, text: str) -> Format | None:
        """How values are shown by the format `text`, made once; None where that is empty: as they are."""
        if text and text not in self.made:
            self.made[text] = self.add_format({"num_format": text})
        return self.made.get(text)


def shown_as(field: Field) -> str:
    """The format of its values in a sheet, in the decimals of pages; empty where they are shown as they are.

    The cell keeps every digit, whatever is shown of it.
    """
    if field.kind is Kind.DATE:
        return _DATE
    if field.kind in (Kind.AMOUNT, Kind.COUNT, Kind.DAYS):
        return finely(_WHOLE, field.decimals)
    if field.in_percent and field.kind is not Kind.FLAG:
        return f"{finely('0', field.decimals or 1)}%"
    return finely(_WHOLE, field.decimals or 2) if field.kind is Kind.RATIO else ""


def finely(form: str, decimals: int) -> str:
    """A format of whole numbers with so many decimals."""
    return f"{form}.{'0' * decimals}" if decimals else form


def amounts_as(numbers: Numbers, decimals: int = 0) -> str:
    """The format of amounts in a sheet, or in a chart that can be edited, as `Numbers.money` writes them."""
    digits = finely(_WHOLE, decimals)
    if not numbers.currency:
        return digits
    known = Locale.parse(numbers.locale).currency_formats["standard"].pattern
    sign = get_currency_symbol(numbers.currency, numbers.locale)
    return re.sub(r"[#,0.]+", digits, known, count=1).replace("\N{CURRENCY SIGN}", f'"{sign}"')


def check_sheet(rows: int) -> None:
    """Refuse what no worksheet holds; raises ExportError if there are more rows than a worksheet has."""
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
    Raises ExportError if there are more customers than a worksheet has rows.
    """
    check_sheet(len(rows))
    private_folder(folder)
    with TemporaryDirectory(prefix="export-", dir=folder) as own:
        path = Path(own) / "customers.xlsx"
        with _Book(path, constant_memory=True, tmpdir=own) as book:
            known, fields = rows.people.schema, [rows.field(name) for name in rows.head]
            columns = [
                _Column(
                    one.name,
                    one.label,
                    max(12, len(one.label) + 4),
                    book.form(shown_as(one) if one.name in known else ""),
                )
                for one in fields
            ]
            _write_table(book, "Customers", columns, rows.groups(), len(rows), tell)
            _write_about(book, about, fields)
        yield path


def as_workbook(
    tables: Mapping[str, pd.DataFrame],
    about: Sequence[tuple[str, str]] = (),
    forms: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """A small workbook: a sheet for each table, and `about` them lines of label and words.

    Numbers of a sheet that `forms` names are shown by its format; the cell keeps every digit.
    """
    content = io.BytesIO()
    with _Book(content, in_memory=True) as book:
        for name, table in tables.items():
            form = book.form(forms.get(name, ""))
            columns = [_Column(str(one), str(one), _width(table[one]), form) for one in table]
            whole = pa.Table.from_pandas(table, preserve_index=False)
            _write_table(book, name, columns, [whole], len(table))
        if about:
            _write_about(book, about)
    return content.getvalue()


def _width(column: pd.Series) -> int:
    texts = [str(column.name), *map(str, column.head(200).dropna())]
    return min(_WIDEST, max(map(len, texts)) + 3)


def _write_table(
    book: _Book,
    title: str,
    columns: Sequence[_Column],
    parts: Iterable[pa.Table],
    rows: int,
    tell: Tell = silent,
) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, rows, len(columns) - 1)
    for place, one in enumerate(columns):
        sheet.set_column(place, place, one.width)
        sheet.write_string(0, place, one.label, book.bold)
        if one.name == IDENTIFIER and rows:
            # Excel would offer to make numbers of them.
            letters = xl_col_to_name(place)
            sheet.ignore_errors({"number_stored_as_text": f"{letters}2:{letters}{rows + 1}"})
    forms, line = [one.form for one in columns], 1
    for part in parts:
        tell(f"Writing customer {to_tell(line)} of {to_tell(rows)}", PACKED * line / max(rows, 1))
        for values in zip(*(_cells(part, name) for name in part.column_names), strict=True):
            _write_line(book, sheet, line, values, forms)
            line += 1
    tell(f"Packing {to_tell(rows)} customers", PACKED)


def _cells(part: pa.Table, name: str) -> list[object]:
    """Values of a column; identifiers as text, since a sheet keeps fifteen digits of a number."""
    column = part[name]
    values: list[object] = (column.cast(pa.string()) if name == IDENTIFIER else column).to_pylist()
    return values


def _write_line(
    book: _Book, sheet: Worksheet, line: int, values: Iterable[object], forms: Sequence[Format | None]
) -> None:
    for place, (value, form) in enumerate(zip(values, forms, strict=True)):
        if isinstance(value, str):
            _write_text(book, sheet, line, place, value)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, value, form)
        elif isinstance(value, int | float) and math.isfinite(value):
            sheet.write_number(line, place, value, form)


def _write_text(book: _Book, sheet: Worksheet, line: int, place: int, text: str) -> None:
    """Write `text` as it is: a cell of text is never computed, and quoted, not when somebody edits it."""
    sheet.write_string(line, place, sheet_text(text), book.quoted if is_live(text) else None)


def _write_about(book: _Book, about: Iterable[tuple[str, str]], fields: Sequence[Field] = ()) -> None:
    sheet, line = book.add_worksheet("About"), 0
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 3, 40 if fields else 90)
    for line, (label, words) in enumerate(about, start=1):
        sheet.write_string(line - 1, 0, label, book.bold)
        _write_text(book, sheet, line - 1, 1, words)
    for place, title in enumerate(("Column", "Name in CSV", "Unit", "Meaning") if fields else ()):
        sheet.write_string(line + 1, place, title, book.bold)
    for below, field in enumerate(fields, start=line + 2):
        for place, text in enumerate((field.label, field.name, field.unit, field.help)):
            _write_text(book, sheet, below, place, text)
