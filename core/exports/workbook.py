"""Tables as files for spreadsheets: CSV and XLSX, in which no text of a customer's can become a formula."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.errors import ParterreError
from core.exports.cells import defused
from core.exports.workbook_cells import Formats, as_text
from core.numbers import to_tell
from core.schema.fields import IDENTIFIER

MOST_SHEET_ROWS = 20_000  # an XLSX of more takes longer than anyone waits for a page
_WIDEST = 60


class SheetError(ParterreError):
    """A table that fits no spreadsheet."""


def as_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 (with its mark unless it is ASCII), commas, a head line; gaps empty, numbers with a point; texts defused."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_pandas(_safe(table), preserve_index=False), sink)
    content = sink.getvalue()
    return content if content.isascii() else codecs.BOM_UTF8 + content


def as_workbook(tables: Mapping[str, pd.DataFrame], about: Sequence[tuple[str, str]] = ()) -> bytes:
    """An Excel workbook: a sheet for each table, and `about` them lines of label and words.

    Raises
    ------
    SheetError
        If a table has more than `MOST_SHEET_ROWS` rows.
    """
    longest = max(map(len, tables.values()), default=0)
    if longest > MOST_SHEET_ROWS:
        raise SheetError(
            f"Found {to_tell(longest)} rows. Expected at most {to_tell(MOST_SHEET_ROWS)} in a workbook. "
            "Download the CSV, which holds any number."
        )
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        formats = Formats.of(book)
        for name, table in tables.items():
            _write_table(book.add_worksheet(name), table, formats)
        if about:
            _write_about(book.add_worksheet("About"), about, formats)
    return content.getvalue()


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """As a CSV holds it: texts defused, and whole numbers without a point."""
    return pd.DataFrame({defused(str(name)): _safe_column(table[name]) for name in table})


def _safe_column(column: pd.Series) -> pd.Series:
    column = _plain(column)
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.map({text: defused(str(text)) for text in column.dropna().unique()})


def _plain(column: pd.Series) -> pd.Series:
    """Whole numbers without a point."""
    if not pd.api.types.is_float_dtype(column):
        return column
    known = column.dropna()
    whole = bool(((known % 1) == 0).all() and (known.abs() < 2**53).all())
    return column.astype("Int64") if whole else column


def _write_table(sheet: Worksheet, table: pd.DataFrame, formats: Formats) -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    for place, (name, column) in enumerate((str(name), _plain(table[name])) for name in table):
        sheet.set_column(place, place, min(_WIDEST, _width(name, column)))
        sheet.write_string(0, place, name, formats.bold)
        identifiers = name == IDENTIFIER
        if identifiers and len(table):
            as_text(sheet, place, len(table))
        numeric = pd.api.types.is_numeric_dtype(column) and not identifiers
        for line, value in enumerate(column.tolist(), start=1):
            if pd.isna(value):
                continue
            if numeric:
                sheet.write_number(line, place, value)
            else:
                formats.write_text(sheet, line, place, str(value))


def _width(name: str, column: pd.Series) -> int:
    texts = column.head(200).astype("str")
    return max(len(name), int(texts.str.len().max()) if len(texts) else 0) + 3


def _write_about(sheet: Worksheet, about: Sequence[tuple[str, str]], formats: Formats) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for line, (label, words) in enumerate(about):
        sheet.write_string(line, 0, label, formats.bold)
        formats.write_text(sheet, line, 1, words)
