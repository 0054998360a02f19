"""How far the cells of a sheet reach, seen in its XML before anything is made of it."""

from __future__ import annotations

import re

_REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{1,8})\$?([0-9]{1,40})["']""")
_NUMBER = re.compile(rb"""\br\s*=\s*["']([0-9]{1,40})["']""")
_PREFIX = rb"<(?:[^\s<>/]*:)?"
_SHEET = re.compile(_PREFIX + rb"sheetData(?=[\s/>])")
_ROW, _IN_ROW = re.compile(_PREFIX + rb"row(?=[\s/>])"), re.compile(_PREFIX + rb"c(?=[\s/>])")
_CELL = rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])"
_TAG = re.compile(_CELL + rb"""((?:[^<>"']|"[^"]{0,100000}"|'[^']{0,100000}')*)>""")
_BEGUN = re.compile(_CELL)
_TIMES = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']\s*([0-9]{1,12})""")
_ROW_RECORD, _CELL_RECORDS, _BEGIN_CELLS = 0, frozenset((*range(1, 12), 62)), 145
_HEAD = 10  # bytes of a record's kind and size, and of the number after them
_LONGEST = 1 << 20  # bytes of a tag


class Reach:
    """How far the cells of a sheet reach; all between would be made when it is opened.

    A row that does not say where it is comes after the one before it, and so do cells: of these half of the columns
    that are reached at least are seen. Rows without cells reach nowhere.
    """

    def __init__(self) -> None:
        self.rows = self.columns = self.count = 0
        self._row = self._in_row = 0
        self._is_sheet = False

    def look(self, text: bytes) -> bytes:
        """Count the cells in a part of the sheet; the tag at the end of it is looked at with the next."""
        end = text.rfind(b"<")
        end = end if end >= 0 and len(text) - end <= _LONGEST else len(text)
        self._count(text[:end])
        return text[end:] or text[-64:]

    def close(self, left: bytes) -> None:
        """Count what is left at the end."""
        self._count(left)

    def _count(self, text: bytes) -> None:
        self._is_sheet = self._is_sheet or bool(_SHEET.search(text))
        found = _REFERENCE.findall(text)
        for letters in {letters for letters, _ in found}:
            self.columns = max(self.columns, _column(letters))
        self.rows = max((self.rows, *(int(number) for _, number in found)))
        begun, *rows = _ROW.split(text)
        self._cells(begun)
        for row in rows:
            self._row, self._in_row = self._row + 1, 0
            self._cells(row)

    def _cells(self, text: bytes) -> None:
        """Count those of a row, or of a part of it."""
        self._row = max((self._row, *map(int, _NUMBER.findall(text))))
        cells = len(_IN_ROW.findall(text))
        if cells:
            self._in_row, self.count = self._in_row + cells, self.count + cells
            self.columns, self.rows = max(self.columns, self._in_row), max(self.rows, self._row)

    @property
    def area(self) -> int:
        """Cells that would be made; none of a part that is no sheet, though it may name some."""
        return self.rows * self.columns if self._is_sheet else 0


def _column(letters: bytes) -> int:
    """Number of a column, A being 1."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


class Records:
    """How far the cells of a sheet of a binary workbook (XLSB) reach: rows and cells are records with their numbers."""

    def __init__(self) -> None:
        self.rows = self.columns = self.count = 0
        self._skip = 0
        self._is_sheet = False

    def look(self, data: bytes) -> bytes:
        """Count the cells in a part of the sheet; what may be half a record at its end is looked at with the next."""
        at = min(self._skip, len(data))
        self._skip -= at
        while len(data) - at >= _HEAD:
            kind, start = _varied(data, at, 2)
            size, start = _varied(data, start, 4)
            if size >= 4:
                self._record(kind, int.from_bytes(data[start : start + 4], "little"))
            self._is_sheet = self._is_sheet or kind == _BEGIN_CELLS
            at = start + size
        self._skip += max(0, at - len(data))
        return data[at:]

    def close(self, left: bytes) -> None:
        """Count what is left at the end."""
        self.look(left + bytes(_HEAD))

    def _record(self, kind: int, number: int) -> None:
        if kind == _ROW_RECORD:
            self.rows = max(self.rows, number + 1)
        elif kind in _CELL_RECORDS:
            self.columns, self.count = max(self.columns, number + 1), self.count + 1

    @property
    def area(self) -> int:
        """Cells that would be made; none of a part that is no sheet."""
        return self.rows * self.columns if self._is_sheet else 0


def _varied(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of so many bytes at most, seven bits in each, and where it ends."""
    number = 0
    for place in range(most):
        byte = data[at + place]
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


class Repeats:
    """How many cells a sheet of an OpenDocument workbook has once what is repeated is written out.

    What is empty at the end of rows, and below the last one, is not.
    """

    def __init__(self) -> None:
        self.count = 0
        self._largest = (0, 0)
        self._sheet()

    def _sheet(self) -> None:
        self._rows = self._columns = self._empty = self._times = self._place = self._width = 0

    @property
    def rows(self) -> int:
        """Of the largest sheet."""
        return self._reached()[0]

    @property
    def columns(self) -> int:
        """Of the largest sheet."""
        return self._reached()[1]

    @property
    def area(self) -> int:
        """Cells of the largest sheet."""
        return self.rows * self.columns

    def close(self, left: bytes) -> None:
        """Nothing is counted that is no whole tag."""

    def look(self, text: bytes) -> bytes:
        """Count the cells in a part of the sheets; what is left at its end is looked at with the next."""
        end = seen = 0
        for tag in _TAG.finditer(text):
            end, seen = tag.end(), seen + 1
            times = int(found[1]) if (found := _TIMES.search(tag[2])) else 1
            if tag[1] == b"table":
                self._largest = self._reached()
                self._sheet()
            elif tag[1] == b"table-row":
                self._row(times)
            else:
                self._cell(times, filled=b"value" in tag[2])
        left = text[max(end, text.rfind(b"<")) :]
        if len(left) > _LONGEST or len(_BEGUN.findall(text)) > seen + (_BEGUN.match(left) is not None):
            raise ValueError("cells that can't be counted")
        return left

    def _reached(self) -> tuple[int, int]:
        rows = self._rows + (self._empty + self._times if self._width else 0)
        return max(self._largest, (rows, max(self._columns, self._width)), key=lambda one: one[0] * one[1])

    def _cell(self, times: int, *, filled: bool) -> None:
        self._place += times
        if filled:
            self._width, self.count = self._place, self.count + 1

    def _row(self, times: int) -> None:
        """Add up the row that ends where another begins."""
        if self._width:
            self._rows, self._columns = (
                self._rows + self._empty + self._times,
                max(self._columns, self._width),
            )
            self._empty = 0
        else:
            self._empty += self._times
        self._times, self._place, self._width = times, 0, 0
