"""The cells of a sheet of a workbook as text: the `main` of a process of its own, asked by `core/data/workbook.py`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Iterable
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.data import apart

LOOKED_AT = 40  # rows among which a header is looked for
_LONGEST = 1_000  # characters of a heading

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Rows = list[list[Cell]]
Range = tuple[tuple[int, int], tuple[int, int]]  # row and column of its first cell, and of its last


def main() -> None:
    """Answer the one question: a line of JSON, and the workbook.

    A line of JSON comes back: the sheets with their sizes and heads, or of the one that is asked for, or the only one,
    where it begins, and then its text.
    """
    asked, data = apart.question()
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="")
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            _answer(book, asked, out)
    except PasswordError:
        _say(out, {"password": True})
    except (CalamineError, OSError, ValueError) as error:
        _say(out, {"error": str(error)[:80]})
    out.flush()


def _say(out: io.TextIOWrapper, said: dict[str, Any]) -> None:
    out.write(f"{json.dumps(said)}\n")


def _answer(book: CalamineWorkbook, asked: dict[str, Any], out: io.TextIOWrapper) -> None:
    titles = _sheets(book)
    one = titles[0] if len(titles) == 1 and not asked["all"] else asked["title"]
    if one not in titles:
        _say(out, {"sheets": [_seen(book, title) for title in titles]})
        return
    sheet = book.get_sheet_by_name(one)
    size = sheet.height, sheet.width
    if size[0] * size[1] > asked["cells"]:
        _say(out, {"far": size})
        return
    rows = sheet.to_python(skip_empty_area=True)
    above, left = sheet.start or (0, 0)
    merged = _fill_merged(rows, sheet.merged_cell_ranges or (), above, left)
    _say(out, {"title": one, "titles": titles, "rows": len(rows), "above": above, "merged": merged})
    csv.writer(out, lineterminator="\n").writerows([_written(cell) for cell in row] for row in rows)


def _sheets(book: CalamineWorkbook) -> list[str]:
    """The sheets that are to be seen; all where none is."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    return seen or [one.name for one in sheets]


def _seen(book: CalamineWorkbook, title: str) -> tuple[str, int, int, list[list[str]]]:
    """Title, rows and columns of a sheet, and the texts of its first rows."""
    sheet = book.get_sheet_by_name(title)
    head = sheet.to_python(skip_empty_area=True, nrows=LOOKED_AT)
    texts = [[cell[:_LONGEST] for cell in row if isinstance(cell, str)] for row in head]
    return title, sheet.height, sheet.width, texts


def _fill_merged(rows: Rows, ranges: Iterable[Range], above: int, left: int) -> int:
    """Write the value of each cell that spans several rows into all of them; into how many.

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
    return count


def _written(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates as ISO, so that nothing has to be guessed."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
