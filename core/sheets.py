"""Tables as files for spreadsheets: CSV and XLSX, in which no text of a customer's can become a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import xlsxwriter

from core.errors import ParterreError
from core.exports import defused

MOST_SHEET_ROWS = 20_000  # an XLSX of more takes longer than anyone waits for a page
_WIDEST = 60


class SheetError(ParterreError):
    """A table that fits no spreadsheet."""


def as_csv(table: pd.DataFrame) -> bytes:
    """UTF-8, commas, a head line; gaps empty, numbers with a point; texts defused."""
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_pandas(_safe(table), preserve_index=False), sink)
    return sink.getvalue()


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
            f"Found {longest:,} rows. Expected at most {MOST_SHEET_ROWS:,} in a workbook. "
            "Download the CSV, which holds any number."
        )
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            _write_table(book.add_worksheet(name), table, bold)
        if about:
            _write_about(book.add_worksheet("About"), about, bold)
    return content.getvalue()


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    """Texts defused, and whole numbers without a point."""
    return pd.DataFrame({defused(str(name)): _safe_column(table[name]) for name in table})


def _safe_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        known = column.dropna()
        whole = bool(((known % 1) == 0).all() and (known.abs() < 2**53).all())
        return column.astype("Int64") if whole else column
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    kinds = {text: defused(str(text)) for text in column.dropna().unique()}
    return column.map(kinds)


def _write_table(sheet: xlsxwriter.worksheet.Worksheet, table: pd.DataFrame, bold: object) -> None:
    safe = _safe(table)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(safe), 1), len(safe.columns) - 1)
    for place, name in enumerate(safe):
        column = safe[name]
        sheet.set_column(place, place, min(_WIDEST, _width(str(name), column)))
        sheet.write_string(0, place, str(name), bold)
        write = sheet.write_number if pd.api.types.is_numeric_dtype(column) else sheet.write_string
        for line, value in enumerate(column.tolist(), start=1):
            if not pd.isna(value):
                write(line, place, value if write == sheet.write_number else str(value))


def _width(name: str, column: pd.Series) -> int:
    texts = column.head(200).astype("str")
    return max(len(name), int(texts.str.len().max()) if len(texts) else 0) + 3


def _write_about(
    sheet: xlsxwriter.worksheet.Worksheet, about: Sequence[tuple[str, str]], bold: object
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for line, (label, words) in enumerate(about):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, defused(words))
