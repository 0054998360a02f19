"""A table of which nothing is known yet: its columns as text, under the headings of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.data.facts import without_sums
from core.data.headings import bare_names
from core.data.packed import unpacked
from core.data.remarks import Remark
from core.data.rows import Columns, without_strangers
from core.data.table import split, without_empty_rows
from core.data.text import PARQUET, Text, load, to_text
from core.data.workbook import sheets_of
from core.errors import DataError, SchemaError
from core.schema.decisions import FILE, TOGETHER, Decision


@dataclass(frozen=True)
class Raw:
    """The columns of a table, by headings that are each there once, and how they were found."""

    columns: Columns
    text: Text
    remarks: tuple[Remark, ...]
    counted: int | None = None

    @property
    def rows(self) -> int:
        """How many rows it has, without empty ones and totals, also those that only their numbers tell once read."""
        return len(next(iter(self.columns.values()))) if self.counted is None else self.counted

    @property
    def is_text(self) -> bool:
        """Whether it was text in the file as well."""
        return self.text.is_text


def sheets(source: Path | bytes, *, name: str, max_mb: int) -> Mapping[str, int]:
    """The sheets of a workbook with their rows, the largest first; of any other file one that has no title."""
    data, _ = unpacked(load(source, name=name, max_mb=max_mb), name=name, max_mb=max_mb)
    return sheets_of(data, name=name, max_mb=max_mb) or {"": 0}


def raw_with(names: Sequence[str], source: Path | bytes, *, name: str, max_mb: int, first: str = "") -> Raw:
    """The table that has these columns: of a workbook the `first` sheet if it does, else the largest that does.

    Raises SchemaError or DataError if there is none, or it can't be read.
    """
    lacking, shown = list(names), [""]
    for sheet in sorted(sheets(source, name=name, max_mb=max_mb), key=lambda title: title != first):
        raw = read_raw(source, name=name, max_mb=max_mb, sheet=sheet)
        lacking, shown = [one for one in names if one not in raw.columns], list(raw.columns)
        if not lacking:
            return raw
    raise SchemaError.missing(lacking, shown, source=name)


def read_raw(
    source: Path | bytes, *, name: str, max_mb: int, sheet: str = "", header: int | None = None
) -> Raw:
    """Read a table as text; its `header` is in that row, or nowhere (0), where somebody said so.

    Raises DataError if it can't be opened, is too large, is no table, has no header, or nothing below it.
    """
    data = load(source, name=name, max_mb=max_mb)
    text = to_text(data, None, name=name, max_mb=max_mb, sheet=sheet, header=header)
    names = bare_names(text.header)
    columns, blank, mended = split(text, names, (), name=name)
    columns, empty = without_empty_rows(columns)
    columns, strangers = without_strangers(columns, dict(zip(names, text.header, strict=True)))
    columns, added_up = without_sums(columns)
    if not len(next(iter(columns.values()))):
        raise DataError.of(name, "a header but no rows", "a row per customer", "Export the file again.")
    blanks = [Remark("blank_lines", "", blank + empty, "")] if blank + empty else []
    return Raw(columns, text, (*text.remarks, *mended, *blanks, *strangers, *added_up))


def of_file(raw: Raw, titles: Iterable[str]) -> tuple[Decision, ...]:
    """Which sheet and which row of headings were taken, where there was a choice."""
    text, found, titles = raw.text, list[Decision](), [*titles]
    if len(titles) > 1:
        others = (TOGETHER, *(f"sheet:{one}" for one in titles if one != text.sheet))
        rest = ", ".join(repr(one[:40]) for one in titles if one != text.sheet)
        sentence = f"The sheet {text.sheet[:60]!r} of {len(titles)} with data is read, not {rest}."
        found.append(Decision(FILE, "sheet", f"sheet:{text.sheet}", others, text.sheet, sentence))
    if text.encoding != PARQUET and text.header_row != 1:
        shown = ", ".join(filter(None, text.header))[:60]
        row = text.header_row
        chosen, others = (f"header:{row}", ("no-header",)) if row else ("no-header", ("header:1",))
        sentence = f"The headings are in row {row}: {shown}." if row else "No row has headings."
        found.append(Decision(FILE, "header", chosen, others, shown, sentence))
    return tuple(found)
