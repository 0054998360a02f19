"""From bytes to UTF-8 text with a known delimiter; what is no delimited text is refused with words."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.data.encoding import Decoded, UnreadableTextError, to_utf8
from core.data.frame import DELIMITERS, Frame, as_text, find_table
from core.data.headings import Headings
from core.data.packed import PARQUET as PARQUET_MARK
from core.data.packed import is_workbook, unpacked, workbook_kind
from core.data.parquet import to_columns
from core.data.remarks import Remark
from core.data.uneven_rows import UNCLOSED
from core.data.workbook import to_sheet
from core.errors import SMALLER, TABLE, DataError
from core.numbers import to_tell

PARQUET = "Parquet"
# Soft hyphens, spaces of no width, signs of direction and byte-order marks of files that were put together.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
_EXPORT_HINT = "Open it in the program it comes from and save it as CSV (UTF-8)."
_MOST_COLUMNS = 5_000  # past which even looking at what each could be takes minutes
_OPENINGS = {"{": "JSON", "[": "JSON", "<": "HTML or XML"}


@dataclass(frozen=True)
class Text:
    """A delimited text in UTF-8 without byte-order mark, starting at its header, which is in line `header_row`."""

    data: bytes
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    blank_lines: int
    remarks: tuple[Remark, ...] = ()
    sheet: str = ""
    header_row: int = 1

    @property
    def is_text(self) -> bool:
        """Whether it was text in the file as well, and no sheet of a workbook, nor Parquet."""
        return not self.sheet and self.encoding != PARQUET


def load(source: Path | bytes, *, name: str, max_mb: int) -> bytes:
    """Bytes of `source`, unless it is larger than `max_mb` or can't be opened."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > max_mb * 1_000_000:
            raise DataError.of(
                name, f"{to_tell(size / 1e6, ',.1f')} MB", f"at most {to_tell(max_mb)} MB", SMALLER
            )
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        reason = (error.strerror or "error").lower()
        hint = "Check the path and its permissions (PARTERRE_DATA names the customer file)."
        raise DataError.of(name, f"no readable file ({reason})", "a customer file", hint) from error


def to_text(
    data: bytes,
    headings: Headings | None,
    *,
    name: str,
    max_mb: int = 500,
    sheet: str = "",
    header: int | None = None,
) -> Text:
    """Decode `data`, or a sheet of a workbook; refuse what is not a table; find delimiter and header.

    Without `headings` the table is found by its shape; without `sheet` it is the one that fits best; `header` is the
    row of the header, or 0, where somebody said so.
    """
    data, packed = unpacked(data, name=name, max_mb=max_mb)
    if data.startswith(PARQUET_MARK):
        names, text = to_columns(data, name=name, max_mb=max_mb)
        _refuse_many(names, name)
        return Text(text, PARQUET, ",", names, 0, tuple(packed), header_row=0)
    title, above = "", 0
    if is_workbook(data):
        chosen = to_sheet(data, headings, name=name, max_mb=max_mb, wanted=sheet)
        decoded = Decoded(chosen.data, workbook_kind(data), chosen.remarks)
        title, above = chosen.title, chosen.above
    else:
        decoded = _decoded(data, name)
    frame, blank = _framed(decoded, headings, name, title, header and max(1, header - above))
    _refuse_many(frame.header, name)
    return Text(
        frame.data,
        decoded.encoding,
        frame.delimiter,
        frame.header,
        blank,
        (*packed, *decoded.remarks, *frame.remarks),
        title,
        header_row=1 + above + blank + frame.above if frame.headed else 0,
    )


def _framed(
    decoded: Decoded, headings: Headings | None, name: str, title: str, line: int | None
) -> tuple[Frame, int]:
    """The table in a text or in the sheet of that title, and how many empty lines are before it.

    `line`: the one of its header, or 0 where it has none, if somebody said so.
    """
    try:
        start, blank = _started(decoded, name, marked=not title)
        return find_table(start, headings, name=name, line=line and max(1, line - blank)), blank
    except csv.Error as error:  # the module refuses values of over 131,072 characters
        found = f"a value of more than {to_tell(csv.field_size_limit())} characters"
        raise DataError.of(name, found, "one row per customer", UNCLOSED) from error


def _refuse_many(header: Sequence[str], name: str) -> None:
    if len(header) > _MOST_COLUMNS:
        found, expected = f"{to_tell(len(header))} columns", f"at most {to_tell(_MOST_COLUMNS)}"
        raise DataError.of(name, found, expected, "Leave out those that say nothing of customers.")


def _started(decoded: Decoded, name: str, *, marked: bool) -> tuple[bytes, int]:
    """The text from its first line that holds anything, and how many are before it.

    Raises DataError if there is none, or (where text may be `marked` up) it is a page.
    """
    data = decoded.data if decoded.data.isascii() else _composed(decoded.data)
    start = data.lstrip(b"\r\n ")
    if not start:
        raise DataError.of(name, "an empty file", TABLE, _EXPORT_HINT)
    if marked:
        _refuse_markup(start, name)
    blank = len(data[: len(data) - len(start)].splitlines())
    start = _with_plain_quotes(start) if marked else start
    return start if start.endswith((b"\n", b"\r")) else start + b"\n", blank


def _with_plain_quotes(data: bytes) -> bytes:
    """Text whose cells are in quotes as CSV has them: these come right behind a delimiter, and are double ones.

    Python's lists have a blank before each cell, and dumps of databases have single quotes.
    """
    first = data.split(b"\n", 1)[0].strip()
    for delimiter in map(str.encode, DELIMITERS):
        times = first.count(delimiter)
        if times and first.count(delimiter + b" ") == times and delimiter + b' "' in data:
            return re.sub(re.escape(delimiter) + b' +(?=")', delimiter, data)
        if times and first.count(b"'" + delimiter + b"'") == times and first[:1] + first[-1:] == b"''":
            text = io.StringIO(data.decode(), newline="")
            return as_text(csv.reader(text, delimiter=delimiter.decode(), quotechar="'"), delimiter.decode())
    return data


def _composed(data: bytes) -> bytes:
    """Text with one way to write an accent, and without the marks that nobody sees."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", data.decode())).encode()


def _decoded(data: bytes, name: str) -> Decoded:
    try:
        return to_utf8(data)
    except UnreadableTextError as error:
        raise DataError.of(name, error.found, TABLE, error.hint or _EXPORT_HINT) from error


def _refuse_markup(data: bytes, name: str) -> None:
    what = _OPENINGS.get(data[:1].decode("utf-8", "replace"))
    if what:
        raise DataError.of(name, what, TABLE, _EXPORT_HINT)
