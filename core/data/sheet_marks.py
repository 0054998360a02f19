"""What the XML of a sheet (XLSX) says that its cells don't: rows that are hidden, formulas without a result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from zipfile import ZipFile

from core.data.remarks import Remark, counted

_BLOCK = 1 << 20
_SHEET, _RELATION = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>"), re.compile(r"<Relationship\s([^<>]*)>")
_HIDDEN = re.compile(rb"""<row\s[^<>]*\shidden\s*=\s*["'](?:1|true)["']""")
# A formula whose result is an empty text says so by its type.
_WITHOUT_RESULT = re.compile(
    rb"""<c(?![^<>]*\st=["']str["'])(?:\s[^<>]*)?><f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"""
)


def marks_of(archive: ZipFile, title: str) -> tuple[Remark, ...]:
    """What is said of a sheet by its `title`; nothing of one that is not found, or of another kind of workbook."""
    part = _part(archive, title)
    if part not in archive.namelist():
        return ()
    hidden = formulas = 0
    for rows in _rows(archive, part):
        hidden += len(_HIDDEN.findall(rows))
        formulas += len(_WITHOUT_RESULT.findall(rows))
    return (*_said_of_hidden(hidden), *_said_of_formulas(formulas))


def _said_of_hidden(count: int) -> Iterable[Remark]:
    if count:
        what = (
            "is hidden in the sheet, and read like"
            if count == 1
            else "are hidden in the sheet, and read like"
        )
        yield Remark("hidden_rows", "", count, f"{counted(count, 'row')} {what} the others.")


def _said_of_formulas(count: int) -> Iterable[Remark]:
    if count:
        its = "its result" if count == 1 else "their results"
        sentence = f"{counted(count, 'cell')} with a formula, but without {its}: read as empty."
        yield Remark("without_result", "", count, sentence)


def _part(archive: ZipFile, title: str) -> str:
    """The name of the part that holds a sheet; empty if there is none."""
    parts = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    if not parts <= {*archive.namelist()}:
        return ""
    book, relations = (archive.read(one).decode("utf-8", "replace") for one in sorted(parts, reverse=True))
    key = next(
        (_said(one, r"(?:\w+:)?id") for one in _SHEET.findall(book) if _said(one, "name") == title), ""
    )
    target = next(
        (_said(one, "Target") for one in _RELATION.findall(relations) if _said(one, "Id") == key), ""
    )
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _said(attributes: str, name: str) -> str:
    found = re.search(rf"""(?:^|\s){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    return unescape(found[1] or found[2] or "") if found else ""


def _rows(archive: ZipFile, part: str) -> Iterator[bytes]:
    """The text of a part, cut between rows."""
    rest = b""
    with archive.open(part) as text:
        while block := text.read(_BLOCK):
            whole = rest + block
            end = whole.rfind(b"<row")
            end = end if end > 0 else len(whole)
            yield whole[:end]
            rest = whole[end:]
    yield rest
