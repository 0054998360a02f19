"""Where a table is in a text of which nothing is known: by how wide its rows are, and what is over its numbers."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.data.remarks import Remark

_LEAST = 0.6  # share of rows that are as wide as the table
_NUMBER = re.compile(r"[^\w]*[0-9][0-9.,:/'\s -]*[^\w]*$")
_MOSTLY = 0.7
_TITLED = 0.5  # share of the cells of a header that say something
_YEAR = re.compile(r"(?:19|20)[0-9]{2}$")
_FEW = 3  # rows below which nothing is told of what is above them
_NO_HEADER = 0.3  # what a delimiter is worth under which no header is found

Record = tuple[int, list[str]]  # line at which it begins, its cells


@dataclass(frozen=True)
class Place:
    """Where a header is: its line, and the delimiter; `headed` says whether it looks like one."""

    line: int
    delimiter: str
    headed: bool = True


def table_place(lines: Sequence[str], delimiters: Sequence[str], otherwise: str) -> Place:
    """Line and delimiter of the header of the widest table whose rows agree; `otherwise` where nothing else does."""
    found = [one for delimiter in delimiters if (one := _under(lines, delimiter))]
    if not found and (blank := _under(lines, otherwise)):
        found = [blank]
    return max(found, key=lambda one: one[0])[1] if found else Place(0, delimiters[0], headed=False)


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Number of the row that is over a table; None where none of them looks like it."""
    width = _width([row for row in rows if any(row)])
    for number, row in enumerate(rows):
        filled = [cell for cell in row if cell]
        if len(filled) >= max(2, _TITLED * width):
            if _is_of_groups(row, rows[number + 1 :]):
                continue
            return number if _is_header(row, rows[number + 1 :]) else None
    return None


def group_names(above: Sequence[str], header: Sequence[str]) -> list[str]:
    """The names of columns with those of their groups before them, where the same name stands in several groups."""
    group, found, often = "", [], Counter(header)
    for place, cell in enumerate(header):
        group = (above[place].strip() if place < len(above) else "") or group
        again = bool(cell) and often[cell] > 1
        found.append(f"{group} {cell}" if again and group else cell)
    return found if len({*found}) > len({*header}) else [*header]


def _is_of_groups(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row names groups of columns: it has holes, and a header without them is right below it."""
    if not below or len(below) < _FEW or all(row):
        return False
    under = below[0]
    holes = sum(not cell and bool(under[place]) for place, cell in enumerate(row) if place < len(under))
    named = sum(map(bool, under)) > sum(map(bool, row)) and not any(map(_NUMBER.match, filter(None, under)))
    return holes > 0 and named and any(_is_numeric(place, below[1:]) for place in range(len(under)))


def _under(lines: Sequence[str], delimiter: str) -> tuple[float, Place] | None:
    """How much speaks for a delimiter, and where the header is under it."""
    records = [one for one in _records(lines, delimiter) if any(one[1])]
    widths = Counter(len(cells) for _, cells in records)
    width = _width([cells for _, cells in records])
    agree = sum(rows for size, rows in widths.items() if abs(size - width) <= 1) / max(1, len(records))
    if width < 2 or agree < _LEAST:
        return None
    number = header_row([cells for _, cells in records])
    line = records[number][0] if number is not None else 0
    worth = agree * (width - 1) ** 0.5 * (1 if number is not None else _NO_HEADER)
    return worth, Place(line, delimiter, headed=number is not None)


def _width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(map(len, rows))
    return max(widths, key=lambda one: (widths[one], one)) if widths else 0


def _records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " ")
    line = 0
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num
    except csv.Error:  # a value of over 131,072 characters
        return


def _is_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether words stand over columns of numbers; a table without such a column has its first row as header."""
    numbers = [place for place in range(len(row)) if _is_numeric(place, below)]
    if not numbers:
        return len({cell.casefold() for cell in row if cell}) * 10 >= 9 * sum(map(bool, row))
    named = sum(not _NUMBER.match(row[place]) or _is_year(place, row, below) for place in numbers)
    return named >= _MOSTLY * len(numbers)


def _is_numeric(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return len(cells) > 0 and sum(map(bool, map(_NUMBER.match, cells))) >= _MOSTLY * len(cells)


def _is_year(place: int, row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a year stands over what are no years."""
    cells = [one[place] for one in below if place < len(one) and one[place]]
    return bool(_YEAR.match(row[place])) and 2 * sum(map(bool, map(_YEAR.match, cells))) < len(cells)


def titled(place: Place) -> list[Remark]:
    """What is said of a table without a header."""
    if place.headed:
        return []
    sentence = "No row looks like a header: the columns are called Column 1, Column 2 and so on."
    return [Remark("no_header", "", 1, sentence)]
