"""Workbooks (XLSX, XLS, ODS): measured before they are unpacked, then the sheet with the table of customers as text."""

from __future__ import annotations

import datetime as dt
import io
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.data.frame import TABLE, as_text
from core.data.headings import Headings
from core.data.packed import OLD, is_workbook
from core.data.reach import Reach, Records, Repeats
from core.data.remarks import Remark, counted
from core.data.sheet_marks import marks_of
from core.errors import DataError
from core.numbers import to_tell

_LEAST_CELL = 6  # bytes that a cell takes at least where nothing is packed
_MOST_ENTRIES = 5_000
_MOST_RATIO = 400  # times that an entry may grow
_MOST_TIMES, _MOST_UNPACKED = 20, 2_000_000_000  # times the largest file, and bytes, for all entries together
_SMALL = 1_000_000  # bytes below which a ratio means nothing
_MOST_CELLS = 40_000_000
_FEW_CELLS, _MOST_SPARSE = 1_000_000, 20  # cells that are made for each that is there
_LOOKED_AT = 40  # rows among which a header is looked for
_BLOCK = 1 << 20
_HINT = "Save the sheet with the customers as CSV (UTF-8), or as an Excel workbook (XLSX) without a password."

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Rows = list[list[Cell]]
Range = tuple[tuple[int, int], tuple[int, int]]  # row and column of its first cell, and of its last


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells as comma-separated text, `above` empty rows below its top, and what is said of the choice."""

    data: bytes
    remarks: tuple[Remark, ...]
    title: str = ""
    above: int = 0


def to_sheet(data: bytes, headings: Headings | None, *, name: str, max_mb: int, wanted: str = "") -> Sheet:
    """The sheet that is wanted, or in which most fields of ours are headings, or that has most cells.

    Raises DataError if it unpacks to more than it may, is no workbook, or has no cells.
    """
    _measure(data, name, max_mb)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            sheets = _sheets(book)
            _measure_old(book, sheets, data, name)
            best, rows = _best(book, [wanted] if wanted in sheets else sheets, headings)
            sheet = book.get_sheet_by_name(best) if rows else None
            above, left = (sheet and sheet.start) or (0, 0)
            merged = _fill_merged(rows, sheet.merged_cell_ranges or () if sheet else (), above, left)
    except PasswordError as error:
        raise DataError.of(name, "a workbook with a password", TABLE, _HINT) from error
    except (CalamineError, OSError, ValueError) as error:
        raise DataError.of(
            name, f"a workbook that can't be opened ({str(error)[:80]})", TABLE, _HINT
        ) from error
    if not rows:
        raise DataError.of(name, "a workbook without cells", TABLE, _HINT)
    text = as_text(([_written(cell) for cell in row] for row in rows), ",")
    why = "it has most of the columns" if headings else "it has most of the data"
    said = (*(() if best == wanted else _chosen(best, sheets, why)), *merged, *_marks(data, best))
    return Sheet(text, said, best, above)


def _marks(data: bytes, title: str) -> tuple[Remark, ...]:
    if data.startswith(OLD):
        return ()
    with ZipFile(io.BytesIO(data)) as archive:
        return marks_of(archive, title)


def _fill_merged(rows: Rows, ranges: Iterable[Range], above: int, left: int) -> tuple[Remark, ...]:
    """Write the value of each cell that spans several rows into all of them, and say so.

    `rows`, of which the first is `above` rows below the top and begins `left` columns from the side, are changed.
    """
    count = 0
    most = len(rows) * len(rows[0]) if rows else 0
    for (top, first), (bottom, _) in ranges:
        place, column = top - above, first - left
        if not (0 <= place < bottom - above and place < len(rows) and 0 <= column < len(rows[0])):
            continue
        for row in rows[place + 1 : bottom - above + 1]:
            if rows[place][column] != "" and row[column] == "" and count < most:
                row[column] = rows[place][column]
                count += 1
    if not count:
        return ()
    sentence = f"{counted(count, 'cell')} that {'is' if count == 1 else 'are'} merged with the one above: read as that one."
    return (Remark("merged_cells", "", count, sentence),)


def sheets_of(data: bytes, *, name: str, max_mb: int) -> Mapping[str, int]:
    """How many rows each sheet of a workbook has that has cells, those with most cells first; none of anything else.

    Raises DataError if it is a workbook that can't be opened.
    """
    if not is_workbook(data):
        return {}
    _measure(data, name, max_mb)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            sheets = _sheets(book)
            sizes = {title: _size(book, title) for title in sheets}
    except (CalamineError, OSError, ValueError) as error:
        raise DataError.of(
            name, f"a workbook that can't be opened ({str(error)[:80]})", TABLE, _HINT
        ) from error
    largest = sorted(sizes, key=lambda title: -math.prod(sizes[title]))
    return {title: sizes[title][0] for title in largest if math.prod(sizes[title])}


def _sheets(book: CalamineWorkbook) -> list[str]:
    """The sheets that are to be seen; all where none is."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    return seen or [one.name for one in sheets]


def _size(book: CalamineWorkbook, title: str) -> tuple[int, int]:
    sheet = book.get_sheet_by_name(title)
    return sheet.height, sheet.width


def _best(book: CalamineWorkbook, sheets: Sequence[str], headings: Headings | None) -> tuple[str, Rows]:
    """Name and rows of the sheet with most of our fields, or cells; of several, the first."""
    best, most = "", -1
    kept: Rows = []
    for title in sheets:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=True)
        if rows and (count := _fields(rows, headings) if headings else len(rows) * len(rows[0])) > most:
            best, kept, most = title, rows, count
    return best, kept


def _chosen(best: str, sheets: Sequence[str], why: str) -> tuple[Remark, ...]:
    if len(sheets) == 1:
        return ()
    others = ", ".join(repr(title[:40]) for title in sheets if title != best)
    sentence = f"Read from the sheet {best[:60]!r} of {len(sheets)}, since {why}; not from {others}."
    return (Remark("sheet", "", 1, sentence),)


def _fields(rows: Rows, headings: Headings) -> int:
    return max(
        headings.recognised([cell for cell in row if isinstance(cell, str)]) for row in rows[:_LOOKED_AT]
    )


def _written(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates as ISO, so that nothing has to be guessed."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _measure(data: bytes, name: str, max_mb: int) -> None:
    """Refuse an archive that unpacks to more than it may, by what it declares and by what really comes out.

    Raises DataError with what was found and how much is allowed.
    """
    if data.startswith(OLD):  # nothing in it is packed
        return
    most = min(_MOST_TIMES * max_mb * 1_000_000, _MOST_UNPACKED)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _measure_declared(entries, len(data), most, name)
            is_binary = any(one.filename.lower() == "xl/workbook.bin" for one in entries)
            for entry in entries:
                _measure_entry(data, entry, name, is_binary=is_binary)
    except (BadZipFile, zlib.error, NotImplementedError, ValueError, OSError) as error:
        raise DataError.of(name, f"a damaged archive ({str(error)[:80]})", TABLE, _HINT) from error


def _measure_old(book: CalamineWorkbook, sheets: Sequence[str], data: bytes, name: str) -> None:
    """Refuse a workbook of the time before whose cells stand far apart: all between would be made."""
    if not data.startswith(OLD):
        return
    for title in sheets:
        sheet = book.get_sheet_by_name(title)
        if sheet.height * sheet.width > max(_FEW_CELLS, _MOST_SPARSE * len(data) // _LEAST_CELL):
            raise _too_sparse(name, sheet.height, sheet.width)


def _too_sparse(name: str, rows: int, columns: int) -> DataError:
    found = f"a sheet of {to_tell(rows)} rows and {to_tell(columns)} columns, almost all of it empty"
    expected = f"at most {to_tell(_MOST_CELLS)} cells close to one another"
    return DataError.of(name, found, expected, "Delete what stands far from the table.")


def _measure_declared(entries: Sequence[ZipInfo], size: int, most: int, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    too_much = [
        entry for entry in entries if entry.file_size > max(_SMALL, _MOST_RATIO * entry.compress_size)
    ]
    if len(entries) > _MOST_ENTRIES:
        found, expected = f"a workbook of {to_tell(len(entries))} parts", f"at most {to_tell(_MOST_ENTRIES)}"
    elif unpacked > most or too_much:
        found, expected = (
            f"a workbook that unpacks to {to_tell(unpacked / 1e6)} MB",
            f"at most {to_tell(most / 1e6)} MB, and {_MOST_RATIO} times its size",
        )
    elif sum(entry.compress_size for entry in entries) > size:
        found, expected = "a workbook whose parts overlap", "each part once"
    elif any(entry.flag_bits & 1 for entry in entries):
        found, expected = "a workbook with a password", TABLE
    else:
        return
    raise DataError.of(name, found, expected, _HINT)


def _measure_entry(data: bytes, entry: ZipInfo, name: str, *, is_binary: bool) -> None:
    """Unpack an entry block by block, keeping nothing: no longer than declared, no cell far from all others."""
    # Any part may be a sheet: the workbook says which, and not by its name.
    counts: list[Reach | Records | Repeats] = [Reach()]
    counts += [Records()] if is_binary else []
    counts += [Repeats()] if entry.filename.lower() == "content.xml" else []
    size, left = 0, [b""] * len(counts)
    for block in _blocks(data, entry):
        size += len(block)
        if size > entry.file_size:
            raise DataError.of(
                name, f"a workbook that unpacks to more than it says ({entry.filename[:60]})", TABLE, _HINT
            )
        left = [cells.look(rest + block) for cells, rest in zip(counts, left, strict=True)]
    for cells, rest in zip(counts, left, strict=True):
        cells.close(rest)
        if cells.area > _MOST_CELLS or cells.area > max(_FEW_CELLS, _MOST_SPARSE * cells.count):
            raise _too_sparse(name, cells.rows, cells.columns)


def _blocks(data: bytes, entry: ZipInfo) -> Iterator[bytes]:
    header = entry.header_offset
    name_length, extra_length = (
        int.from_bytes(data[header + at : header + at + 2], "little") for at in (26, 28)
    )
    start = header + 30 + name_length + extra_length
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == 0:
        yield packed
        return
    if entry.compress_type != 8:
        raise NotImplementedError(f"packed by method {entry.compress_type}")
    unpacker = zlib.decompressobj(-15)
    yield unpacker.decompress(packed, _BLOCK)
    while unpacker.unconsumed_tail:
        yield unpacker.decompress(unpacker.unconsumed_tail, _BLOCK)
    yield unpacker.flush()
