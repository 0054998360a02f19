"""Where the table is in a text: its header, its delimiter, and what stands around it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.data.headings import Headings
from core.data.remarks import Remark, counted
from core.errors import TABLE, DataError
from core.schema.heading_words import says

DELIMITERS = (",", ";", "\t", "|")
_BLANK = " "  # the delimiter of last resort
_MOST_HEADER = 4_000_000  # bytes in which the header has to end
_LOOKED_AT = 40  # lines among which the header is looked for
_SURE = 7  # fields of ours in a header
_FEW = 2  # columns that a quoted title may look like
_SAMPLE = 50  # records that say how many cells a row has
_SEPARATOR_LINE = re.compile(rb'"?sep=([,;\t|])"?[,;\t| ]*(?:\r\n|\n|\r)', re.IGNORECASE)
_QUOTED_LINE = re.compile(r'[ \t]*"((?:[^"]|"")*)"[,;\t ]*$')
_RULE_LINE, _RULES = re.compile(r"[\s|+:=_*,;-]+$"), ("--", "==", "__")
_LEAST = 0.6  # share of rows that are as wide as the table
_WHOLE, _DECIMALS = re.compile(r"\s*[-+]?[0-9]+\s*$"), re.compile(r"[0-9]{1,3}\s*$")
_NUMBER = re.compile(r"[^\w]*[0-9][0-9.,:/'\s -]*+[^\w]*$")
_MOSTLY = 0.7
_TITLED = 0.5  # share of the cells of a header that say something
_PERIOD = re.compile(r"(?:[0-9]{1,2}[-/.]){0,2}(?:19|20)[0-9]{2}(?:[-/.][0-9]{1,2}){0,2}$")
_FEWEST = 3  # rows below which nothing is told of what is above them
_NO_HEADER = 0.3  # what a delimiter is worth under which no header is found

Record = tuple[int, list[str]]  # line at which it begins, its cells


@dataclass(frozen=True)
class Frame:
    """A delimited text that begins with its header, `above` lines below its start, and what was undone to get there."""

    data: bytes
    delimiter: str
    header: tuple[str, ...]
    remarks: tuple[Remark, ...]
    above: int = 0
    headed: bool = True


def find_table(data: bytes, headings: Headings | None, *, name: str, line: int | None = None) -> Frame:
    """Find the table in a text in UTF-8: by its headings, or where none are known by its shape.

    `line`: which one somebody said that the header is in, from 1; 0 where there is none. Raises DataError if there is
    no header of at least two columns.
    """
    declared = _SEPARATOR_LINE.match(data)
    data = data[declared.end() :] if declared else data
    delimiters: Sequence[str] = (declared[1].decode(),) if declared else DELIMITERS
    data, unwrapped = _unwrapped(data, headings)
    data = _without_gutters(data, name)
    lines = _lines(data)
    place = _place(lines, delimiters, headings) if headings else table_place(lines, delimiters, _BLANK)
    place = place if line is None else _said(place, line - bool(declared), lines)
    above, delimiter, has_commas = lines[: place.line], place.delimiter, place.delimiter == ","
    data = data[_size(above) :]
    if delimiter == _BLANK:
        data, delimiter = _with_commas(data, name), ","
    groups = _record(above[-1:], delimiter) if above else []
    if numbered := None if place.headed else _numbered(data, delimiter):
        header, data = numbered
    else:
        header, data = _header(data, delimiter, name, groups, has_commas=has_commas)
    joined = any(one and name.startswith(f"{one} ") for one in groups for name in header)
    remarks = (*unwrapped, *_titles(above[: len(above) - joined]), *titled(place))
    return Frame(data, delimiter, header, remarks, len(above) + bool(declared), place.headed)


def _said(place: Place, line: int, lines: Sequence[str]) -> Place:
    """The header where somebody said that it is."""
    if line > len(lines):
        return place
    return Place(max(0, line - 1), place.delimiter, headed=line > 0)


def _numbered(data: bytes, delimiter: str) -> tuple[tuple[str, ...], bytes] | None:
    """Headings for a table that has none, and the text with them; None where it has one column."""
    rows = [_record([line], delimiter) for line in _lines(data)[:_SAMPLE]]
    header = tuple(f"Column {place + 1}" for place in range(max(map(len, rows), default=0)))
    return (header, as_text([header], delimiter) + data) if len(header) > 1 else None


def is_rule(text: str) -> bool:
    """Whether a line only draws one, as programs do between a header and its rows."""
    return any(rule in text for rule in _RULES) and _RULE_LINE.match(text) is not None


def _lines(data: bytes) -> list[str]:
    """The first lines, with their ends."""
    text = data[:_MOST_HEADER].decode("utf-8", "ignore")
    return list(islice(io.StringIO(text, newline=""), _LOOKED_AT + 4 * _SAMPLE))


def _size(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) for line in lines)


def _record(lines: Sequence[str], delimiter: str) -> list[str]:
    """The cells of the first record."""
    try:
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == _BLANK)
        return [cell.strip() for cell in next(reader, [])]
    except csv.Error:  # the module refuses values of over 131,072 characters
        return [lines[0].strip('"')[:100]]


def _place(lines: Sequence[str], delimiters: Sequence[str], headings: Headings) -> Place:
    """Line and delimiter that give most fields of ours; else the first line, by most columns."""
    if headings.numbered:
        return Place(0, table_place(lines, delimiters, _BLANK).delimiter, headed=False)
    best, most = (0, ","), 0
    for number in range(min(len(lines), _LOOKED_AT)):
        for delimiter in (*delimiters, _BLANK):
            groups = _record(lines[number - 1 : number], delimiter) if number else []
            count = headings.recognised(group_names(groups, _record(lines[number:], delimiter)))
            if count > most:
                best, most = (number, delimiter), count
        if most >= _SURE:
            break
    if most >= headings.likely:
        return Place(*best)
    first = {one: _record(lines, one) for one in delimiters}
    return Place(0, max(first, key=lambda one: (headings.recognised(first[one]), len(first[one]))))


def _titles(lines: Iterable[str]) -> list[Remark]:
    above = [line.strip(' \t\r\n,;|"') for line in lines]
    above = [line for line in above if line and not is_rule(line)]
    if not above:
        return []
    sentence = f"{counted(len(above), 'line')} above the header, left out: {above[0][:60]!r}."
    return [Remark("title_lines", "", len(above), sentence)]


def _unwrapped(data: bytes, headings: Headings | None) -> tuple[bytes, list[Remark]]:
    """The text without the quotes around its whole lines, where it has such."""
    first = next(iter(_lines(data)), "").rstrip("\r\n")
    match = _QUOTED_LINE.match(first)
    inside = [match[1].replace('""', '"')] if match else []
    if not match or not _holds_header(inside, headings):
        return data, []
    lines = data.decode().splitlines()
    found = "\n".join(map(_without_quotes, lines)).encode() + b"\n"
    sentence = f"{counted(len(lines), 'line')} in quotes as a whole; the quotes were taken off."
    return found, [Remark("quoted_lines", "", len(lines), sentence)]


def _holds_header(inside: list[str], headings: Headings | None) -> bool:
    """Whether what is in quotes as a whole is a row of headings itself."""
    records = [_record(inside, one) for one in DELIMITERS]
    if headings is None:
        return max(map(len, records)) > _FEW
    return max(map(headings.recognised, records)) >= headings.likely


def _without_quotes(line: str) -> str:
    match = _QUOTED_LINE.match(line)
    return match[1].replace('""', '"') if match else line


def _with_commas(data: bytes, name: str) -> bytes:
    """Text whose cells are separated by blanks, as one with commas; raises DataError where headings hold blanks, too."""
    lines = (f"{line.strip()}\n" for line in io.StringIO(data.decode(), newline=""))
    rows = [*csv.reader(lines, delimiter=_BLANK, skipinitialspace=True)]
    width = _width(rows[1:])
    if rows[1:] and len(rows[0]) not in (width, width - 1):
        found = f"{len(rows[0])} words above {width} values, with nothing but blanks between them"
        raise DataError.of(name, found, TABLE, "Save it as CSV (UTF-8) in the program it comes from.")
    return as_text(rows, ",")


def _without_gutters(data: bytes, name: str) -> bytes:
    """Text whose columns stand below one another, with nothing but blanks between them, as one with commas.

    Raises DataError if a later row does not stand so.
    """
    head = [line.rstrip() for line in _lines(data) if line.strip()]
    if not head or _BLANK * 2 not in head[0].strip() or any(one in head[0] for one in DELIMITERS):
        return data
    if len({len(line.split()) for line in head}) == 1:  # each blank tells a cell
        return data
    starts = _starts(head)
    if sum(_filled(head[1:], one, end) for one, end in zip(starts, [*starts[1:], None], strict=True)) < 2:
        return data
    rows = []
    for line in filter(str.strip, data.decode().splitlines()):
        if any(line[start - 1 : start].strip() for start in starts[1:]):
            hint = "Save it as CSV (UTF-8) in the program it comes from."
            raise DataError.of(
                name, f"a row that does not stand below the headings: {line[:60]!r}", TABLE, hint
            )
        rows.append([line[one:end].strip() for one, end in zip(starts, [*starts[1:], None], strict=True)])
    return as_text(rows, ",")


def _starts(lines: Sequence[str]) -> list[int]:
    """Where columns begin: behind two blanks in all lines, or one with values on both of its sides."""
    width, rows = max(map(len, lines)), lines[1:]
    blank = [all(not line[place : place + 1].strip() for line in lines) for place in range(width)]
    begins = [place for place in range(1, width) if blank[place - 1] and not blank[place]]
    starts = [next(place for place in range(width) if not blank[place])]
    for place, end in zip(begins, [*begins[1:], width], strict=False):  # there may be none
        wide = place > 1 and blank[place - 2]
        if wide or (_filled(rows, starts[-1], place) and _filled(rows, place, end)):
            starts.append(place)
    return starts


def _filled(rows: Sequence[str], start: int, end: int | None) -> bool:
    return any(row[start:end].strip() for row in rows)


def as_text(records: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """Records as delimited text in UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(records)
    return text.getvalue().encode()


def _header(
    data: bytes, delimiter: str, name: str, groups: Sequence[str], *, has_commas: bool
) -> tuple[tuple[str, ...], bytes]:
    """The names of the columns, and the text with a header that names each, without a line drawn below it.

    `groups` are the cells of the line above; `has_commas` says whether these separate the cells in the file.
    """
    lines = _lines(data)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        used = reader.line_num
        sample = [record for record in islice(reader, _SAMPLE) if any(map(str.strip, record))]
    except csv.Error:
        header, used, sample = tuple(_record(lines, delimiter)), 1, []
    if len(header) < 2:
        found = f"one column, headed {header[0][:60]!r}" if header else "no header"
        raise DataError.of(name, found, TABLE, "Check that the file is the table itself, header first.")
    drawn = used < len(lines) and is_rule(lines[used])
    quoted = used + drawn < len(lines) and lines[used + drawn].lstrip().startswith('"')
    if has_commas and not quoted and _may_be_decimals(header, sample[drawn:]):
        raise _of_two_readings(sample[drawn], len(header), name)
    whole = tuple(group_names(groups, _as_wide_as_rows(header, sample[drawn:])))
    if whole == header and not drawn:
        return header, data
    rest = data[_size(lines[: used + drawn]) :]
    return whole, as_text([whole], delimiter) + rest


def _as_wide_as_rows(header: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The header, with a name for the names of rows that R writes before them, or for a delimiter at each end."""
    if not rows or any(len(row) != len(header) + 1 for row in rows):
        return header
    if not any(row[-1].strip() for row in rows):
        return (*header, "")
    names = [row[0] for row in rows]
    return ("Row name", *header) if len({*names}) == len(names) else header


def _may_be_decimals(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are one cell longer than the header, as by a decimal comma in each, rather than by a name of theirs."""
    # R and other programs number rows; a first heading that names a customer is over such numbers all the same.
    if not rows or any(len(row) != len(header) + 1 or not row[-1].strip() for row in rows):
        return False
    first = [row[0].strip() for row in rows]
    numbered = first in ([str(place + start) for place in range(len(first))] for start in (0, 1))
    if numbered and not says(header[0], "id", "customer"):
        return False
    return any(
        all(_WHOLE.match(row[place]) and _DECIMALS.match(row[place + 1]) for row in rows)
        for place in range(len(header))
    )


def _of_two_readings(row: Sequence[str], width: int, name: str) -> DataError:
    found = f"{len(row)} values in each row below {width} headings: {','.join(row)[:60]!r}"
    hint = (
        "If they hold a decimal comma, or one between thousands, put quotes around such numbers or separate columns by "
        "semicolons; if each row has a name before it, give that column a heading."
    )
    return DataError.of(name, found, "as many values as headings", hint)


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
    """The names of columns with those of their groups before them, where several have the same; then alone in its group, too."""
    over = [*(one.strip() for one in above[: len(header)]), *[""] * (len(header) - len(above)), "end"]
    group, found, often = "", [], Counter(header)
    for place, cell in enumerate(header):
        group = over[place] or group
        alone = bool(over[place] and over[place + 1]) and over[place].casefold() not in cell.casefold()
        found.append(f"{group} {cell}" if cell and group and (alone or often[cell] > 1) else cell)
    return found if len(dict.fromkeys(found)) > len(often) else [*header]


def _is_of_groups(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row names groups of columns: it has holes, and a header without them is right below it."""
    if not below or len(below) < _FEWEST or all(row):
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
    named = sum(not _NUMBER.match(row[place]) or _is_period(place, row, below) for place in numbers)
    return named >= _MOSTLY * len(numbers)


def _is_numeric(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return len(cells) > 0 and sum(map(bool, map(_NUMBER.match, cells))) >= _MOSTLY * len(cells)


def _is_period(place: int, row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a year, a month or a day stands over what is none."""
    cells = [one[place] for one in below if place < len(one) and one[place]]
    return bool(_PERIOD.match(row[place])) and 2 * sum(map(bool, map(_PERIOD.match, cells))) < len(cells)


def titled(place: Place) -> list[Remark]:
    """What is said of a table without a header."""
    if place.headed:
        return []
    sentence = "No row looks like a header: the columns are called Column 1, Column 2 and so on."
    return [Remark("no_header", "", 1, sentence)]
