"""Workbooks are measured before they are unpacked, and read like the text that they hold."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
import xlsxwriter

from core.data.workbook import to_sheet
from core.errors import DataError
from core.numbers import to_tell
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.support.personality import HEADINGS, read_customers

MANY = customers({}, {"Income": None, "Marital_Status": "Élève"}, {"Education": "2n Cycle", "MntWines": 7.5})


def workbook(sheets) -> bytes:
    """Sheet name to rows of cells, as a spreadsheet would save them."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd.mm.yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return content.getvalue()


def table(rows=MANY) -> list[list]:
    return [list(COLUMNS), *([row[column] for column in COLUMNS] for row in rows)]


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """The same workbook with one part in another's place."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            new.writestr(one, text if one == name else old.read(one))
    return changed.getvalue()


def test_a_workbook_is_read_like_the_text_that_it_holds():
    read = read_customers(workbook({"Sheet1": table()}))
    assert read.frame.equals(read_customers(as_csv(MANY)).frame)
    assert (read.notes.encoding, read.notes.remarks) == ("Excel workbook", ())


def test_the_sheet_with_the_customers_is_chosen_and_told():
    title = [["Report for Anna"], ["Income and spending of our customers"]]
    read = read_customers(
        workbook({"Title": title, "Customers": [["June"], [], *table()], "Notes": [["ID", "Note"]]})
    )
    assert read.frame["ID"].tolist() == [1, 2, 3]
    said = {one.name: one.sentence for one in read.notes.remarks}
    assert said["sheet"].startswith("Read from the sheet 'Customers' of 3, since it has most of the columns")
    assert "'June'" in said["title_lines"]


def test_long_ids_and_codes_that_are_text_keep_every_digit():
    rows = [row | {"ID": one} for row, one in zip(MANY, ("0071", "900719925474099301", "A-1"), strict=True)]
    assert read_customers(workbook({"A": table(rows)})).frame["ID"].tolist() == [
        "0071",
        "900719925474099301",
        "A-1",
    ]


def test_what_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked():
    bomb = with_part(workbook({"A": table()}), "xl/worksheets/sheet1.xml", b"<x>" + b" " * 900_000_000)
    with pytest.raises(DataError, match=r"a workbook that unpacks to 900 MB.*400 times its size"):
        to_sheet(bomb, HEADINGS, name="bomb.xlsx", max_mb=50)


def test_what_unpacks_to_more_than_it_says_is_refused():
    content = with_part(workbook({"A": table()}), "xl/worksheets/sheet1.xml", b"<x>" + b" " * 300_000)
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    lying = content[: place + 24] + struct.pack("<I", 1000) + content[place + 28 :]
    with pytest.raises(DataError, match="unpacks to more than it says"):
        to_sheet(lying, HEADINGS, name="lying.xlsx", max_mb=50)


def test_a_cell_far_from_all_others_is_refused_instead_of_filling_the_memory():
    far = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c s='1' r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"""
    content = with_part(workbook({"A": table()}), "xl/worksheets/sheet1.xml", far)
    with pytest.raises(
        DataError,
        match=rf"a sheet of {to_tell(1_048_576)} rows and {to_tell(16_384)} columns, almost all of it empty",
    ):
        to_sheet(content, HEADINGS, name="far.xlsx", max_mb=50)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook({"A": []}), "a workbook without cells"),
        (workbook({"A": table()})[:3000], "a damaged archive"),
        (with_part(workbook({"A": table()}), "xl/workbook.xml", b"<no"), "a workbook that can't be opened|without cells"),
        (workbook({"A": [["just", "words"], ["here", "too"]]}), "no column for Age"),
    ],
    ids=["empty", "cut off", "broken", "other"],
)  # fmt: skip
def test_a_workbook_without_customers_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        read_customers(content, name="book.xlsx")
