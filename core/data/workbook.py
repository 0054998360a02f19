"""Workbooks (XLSX, XLS, ODS): measured before they are unpacked, then the sheet with the table of customers as text."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from core.data import apart, sheet_cells
from core.data.headings import Headings
from core.data.packed import OLD, is_workbook
from core.data.reach import Reach, Records, Repeats
from core.data.remarks import Remark, counted
from core.data.sheet_marks import marks_of
from core.errors import SMALLER, TABLE, DataError
from core.numbers import to_tell

_LEAST_CELL = 6  # bytes that a cell takes at least where nothing is packed
_MOST_ENTRIES = 5_000
_MOST_RATIO = 400  # times that an entry may grow
_MOST_TIMES, _MOST_UNPACKED = 20, 2_000_000_000  # times the largest file, and bytes, for all entries together
_SMALL = 1_000_000  # bytes below which a ratio means nothing
_MOST_CELLS = 40_000_000
_FEW_CELLS, _MOST_SPARSE = 1_000_000, 20  # cells that are made for each that is there
_MOST_SHEETS = 200  # each is looked at until one has customers
_MEASURED, _MOST_KNOWN = (
    dict[bytes, tuple[int, int]](),
    16,
)  # what the latest workbooks unpack to, by their hash
_BLOCK = 1 << 20
_OLD_TIMES = 8  # times that cells of the time before take more bytes as text, or in memory
_EMPTY_READER, _CELL = 500_000_000, 120  # bytes of memory that opening takes by itself, and for each cell
_SECONDS = 60, 3  # of processor time that it takes by itself, and for each MB
_HINT = "Save the sheet with the customers as CSV (UTF-8), or as an Excel workbook (XLSX) without a password."

Listed = tuple[
    str, int, int, list[list[str]]
]  # a sheet's title, rows and columns, and the texts of its first rows


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells as comma-separated text, `above` empty rows below its top, and what is said of the choice."""

    data: bytes
    remarks: tuple[Remark, ...]
    title: str = ""
    above: int = 0


def to_sheet(data: bytes, headings: Headings | None, *, name: str, max_mb: int, wanted: str = "") -> Sheet:
    """The sheet that is wanted, or in which most fields of ours are headings, or that has most cells.

    Raises DataError if it unpacks to more than it may, holds more text than it may, is no workbook, or has no cells.
    """
    book = _Workbook.measured(data, name, max_mb)
    said, text = book.ask(wanted)
    if listed := said.get("sheets"):
        said, text = book.ask(_best(listed, headings))
    if not said.get("rows"):
        raise DataError.of(name, "a workbook without cells", TABLE, _HINT)
    best, why = said["title"], "it has most of the columns" if headings else "it has most of the data"
    chosen = () if best == wanted else _chosen(best, said["titles"], why)
    return Sheet(text, (*chosen, *_merged(said["merged"]), *_marks(data, best)), best, said["above"])


def _marks(data: bytes, title: str) -> tuple[Remark, ...]:
    if data.startswith(OLD):
        return ()
    with ZipFile(io.BytesIO(data)) as archive:
        return marks_of(archive, title)


def _merged(count: int) -> tuple[Remark, ...]:
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
    said, _ = _Workbook.measured(data, name, max_mb).ask()
    sizes = {title: (rows, rows * columns) for title, rows, columns, _ in said["sheets"]}
    largest = sorted(sizes, key=lambda title: -sizes[title][1])
    return {title: sizes[title][0] for title in largest if sizes[title][1]}


@dataclass(frozen=True)
class _Workbook:
    """A workbook that was measured: how much text a sheet of it may hold, and what opening it may take."""

    data: bytes
    name: str
    most: int  # bytes of text
    memory: int  # bytes
    seconds: int  # of processor time

    @classmethod
    def measured(cls, data: bytes, name: str, max_mb: int) -> _Workbook:
        """Raises DataError if it unpacks to more than it may, or cells stand far apart."""
        unpacked, cells = _measured_once(data, name, max_mb)
        most = max(max_mb * 1_000_000, unpacked)  # a text that cells share is there once, and written in each
        memory = _EMPTY_READER + 2 * most + 3 * (len(data) + unpacked) + _CELL * cells
        return cls(data, name, most, memory, _SECONDS[0] + _SECONDS[1] * (unpacked // 1_000_000))

    def ask(self, title: str | None = None) -> tuple[dict[str, Any], bytes]:
        """What is told of a sheet, and its text; of all sheets where none is named, or none is called so and there are several.

        Raises DataError if it can't be opened, or a sheet of it holds too much.
        """
        old = max(_FEW_CELLS, _MOST_SPARSE * len(self.data) // _LEAST_CELL)
        most = old if self.data.startswith(OLD) else _MOST_CELLS
        asked = {"title": title, "all": title is None, "cells": most}
        said, text = self._read(asked)
        if said.get("password"):
            raise self._refused("a workbook with a password")
        if "error" in said:
            raise self._refused(f"a workbook that can't be opened ({said['error']})")
        if "far" in said:
            raise _too_sparse(self.name, *said["far"])
        if (sheets := len(said.get("titles") or said["sheets"])) > _MOST_SHEETS:
            found, expected = f"a workbook of {to_tell(sheets)} sheets", f"at most {to_tell(_MOST_SHEETS)}"
            raise DataError.of(self.name, found, expected, "Leave out those without customers.")
        return said, text

    def _read(self, asked: Mapping[str, object]) -> tuple[dict[str, Any], bytes]:
        """Have a process of its own open it: whatever becomes of that is told in words."""
        found = apart.opened(
            sheet_cells.__name__, asked, self.data, self.most, seconds=self.seconds, memory=self.memory
        )
        if found is None:
            raise self._refused(f"a workbook that can't be opened: {apart.FATAL}")
        if len(found[1]) > self.most:
            most = f"{to_tell(self.most / 1e6)} MB"
            raise DataError.of(
                self.name, f"a sheet with more than {most} of text", f"at most {most}", SMALLER
            )
        return found

    def _refused(self, found: str) -> DataError:
        return DataError.of(self.name, found, TABLE, _HINT)


def _best(sheets: Sequence[Listed], headings: Headings | None) -> str:
    """The sheet with most of our fields, or cells; of several, the first."""
    filled = [one for one in sheets if one[1] * one[2]] or sheets
    return max(filled, key=lambda one: _fields(one[3], headings) if headings else one[1] * one[2])[0]


def _chosen(best: str, sheets: Sequence[str], why: str) -> tuple[Remark, ...]:
    if len(sheets) == 1:
        return ()
    others = ", ".join(repr(title[:40]) for title in sheets if title != best)
    sentence = f"Read from the sheet {best[:60]!r} of {len(sheets)}, since {why}; not from {others}."
    return (Remark("sheet", "", 1, sentence),)


def _fields(rows: Sequence[Sequence[str]], headings: Headings) -> int:
    return max(headings.recognised(row) for row in rows) if rows else 0


def _measured_once(data: bytes, name: str, max_mb: int) -> tuple[int, int]:
    """The same as `_measure`, which takes a while: each sheet of a workbook is read by itself."""
    key = hashlib.blake2b(data, salt=max_mb.to_bytes(8, "little")).digest()
    found = _MEASURED.get(key) or _measure(data, name, max_mb)
    if len(_MEASURED) >= _MOST_KNOWN:
        _MEASURED.clear()
    _MEASURED[key] = found
    return found


def _measure(data: bytes, name: str, max_mb: int) -> tuple[int, int]:
    """Bytes that it unpacks to, and cells of its largest sheet, by what it declares and by what really comes out.

    Raises DataError with what was found and how much is allowed.
    """
    if data.startswith(OLD):  # nothing in it is packed; its cells are of six bytes at least
        return _OLD_TIMES * len(data), 0
    most = min(_MOST_TIMES * max_mb * 1_000_000, _MOST_UNPACKED)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _measure_declared(entries, len(data), most, name)
            is_binary = any(one.filename.lower() == "xl/workbook.bin" for one in entries)
            cells = max(_measure_entry(data, entry, name, is_binary=is_binary) for entry in entries)
            return sum(entry.file_size for entry in entries), cells
    except (BadZipFile, zlib.error, NotImplementedError, ValueError, OSError) as error:
        raise DataError.of(name, f"a damaged archive ({str(error)[:80]})", TABLE, _HINT) from error


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


def _measure_entry(data: bytes, entry: ZipInfo, name: str, *, is_binary: bool) -> int:
    """Unpack an entry block by block, keeping nothing; how many cells it has.

    Raises DataError if it is longer than declared, or a cell far from all others.
    """
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
    return max(cells.area for cells in counts)


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
