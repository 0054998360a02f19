"""How cells of a workbook are written: text that stays text, identifiers with every digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.exports.cells import is_live, sheet_text
from core.schema.fields import Kind

_KINDS: Mapping[Kind, str] = {
    Kind.AMOUNT: "#,##0",
    Kind.COUNT: "#,##0",
    Kind.DAYS: "#,##0",
    Kind.SHARE: "0.0%",
    Kind.RATIO: "0.00",
    Kind.DATE: "yyyy-mm-dd",
}


@dataclass(frozen=True)
class Formats:
    """Formats of a workbook: of heads, of kinds of values, and of text that must stay text when edited."""

    bold: Format
    quoted: Format
    kinds: Mapping[Kind, Format]

    @classmethod
    def of(cls, book: Workbook) -> Formats:
        """Add them to `book`."""
        kinds = {kind: book.add_format({"num_format": text}) for kind, text in _KINDS.items()}
        return cls(book.add_format({"bold": True}), book.add_format({"quote_prefix": True}), kinds)

    def write_text(self, sheet: Worksheet, line: int, place: int, text: str) -> None:
        """Write `text` as it is: a cell of text is never computed, and quoted, not when somebody edits it."""
        sheet.write_string(line, place, sheet_text(text), self.quoted if is_live(text) else None)


def as_text(sheet: Worksheet, place: int, rows: int) -> None:
    """Keep Excel from offering to make numbers of a column of text."""
    sheet.ignore_errors({"number_stored_as_text": f"{_letters(place)}2:{_letters(place)}{rows + 1}"})


def _letters(place: int) -> str:
    above, last = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(65 + last)
