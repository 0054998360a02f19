"""A table of which nothing is known yet: its columns as text, under the headings of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.data.headings import bare_names
from core.data.packed import unpacked
from core.data.remarks import Remark
from core.data.rows import Columns, without_strangers
from core.data.table import split, without_empty_rows
from core.data.text import Text, load, to_text
from core.data.workbook import sheets_of
from core.errors import DataError, SchemaError


@dataclass(frozen=True)
class Raw:
    """The columns of a table, by headings that are each there once, and how they were found."""

    columns: Columns
    text: Text
    remarks: tuple[Remark, ...]

    @property
    def rows(self) -> int:
        """How many rows it has, without empty ones and totals."""
        return len(next(iter(self.columns.values())))

    @property
    def is_text(self) -> bool:
        """Whether it was text in the file as well."""
        return self.text.is_text


def sheets(source: Path | bytes, *, name: str, max_mb: int) -> Sequence[str]:
    """The sheets of a workbook, the largest first; of any other file one that has no title."""
    data, _ = unpacked(load(source, name=name, max_mb=max_mb), name=name, max_mb=max_mb)
    return sheets_of(data, name=name, max_mb=max_mb) or ("",)


def raw_with(names: Sequence[str], source: Path | bytes, *, name: str, max_mb: int) -> Raw:
    """The table that has these columns: of a workbook the largest sheet that does.

    Raises
    ------
    SchemaError, DataError
        If there is none, or it can't be read.
    """
    lacking, shown = list(names), [""]
    for sheet in sheets(source, name=name, max_mb=max_mb):
        raw = read_raw(source, name=name, max_mb=max_mb, sheet=sheet)
        lacking, shown = [one for one in names if one not in raw.columns], list(raw.columns)
        if not lacking:
            return raw
    raise SchemaError.missing(lacking, shown, source=name)


def read_raw(source: Path | bytes, *, name: str, max_mb: int, sheet: str = "") -> Raw:
    """Read a table as text.

    Raises
    ------
    DataError
        If it can't be opened, is too large, is no table, has no header, or nothing below it.
    """
    text = to_text(load(source, name=name, max_mb=max_mb), None, name=name, max_mb=max_mb, sheet=sheet)
    if any(one.name == "no_header" for one in text.remarks):
        shown = ", ".join(cell[:30] for cell in text.header[:6] if cell)
        hint = "Write what each column holds into a first row of its own."
        raise DataError.of(name, f"no headings over the columns ({shown})", "a row of headings", hint)
    names = bare_names(text.header)
    columns, blank, mended = split(text, names, (), name=name)
    columns, empty = without_empty_rows(columns)
    columns, strangers = without_strangers(columns, dict(zip(names, text.header, strict=True)))
    if not len(next(iter(columns.values()))):
        raise DataError.of(name, "a header but no rows", "a row per customer", "Export the file again.")
    blanks = [Remark("blank_lines", "", blank + empty, "")] if blank + empty else []
    return Raw(columns, text, (*text.remarks, *mended, *blanks, *strangers))
