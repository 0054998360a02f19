"""Workbooks are measured before they are unpacked, and read like the text that they hold."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.cell_range import CellRange

from core.data.workbook import to_sheet
from core.datasets.intake import propose
from core.errors import DataError
from core.numbers import to_tell
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.core.data.test_packed import ods
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
    bomb = with_part(workbook({"A": table()}), "xl/worksheets/sheet1.xml", b"<x>" + b" " * 30_000_000)
    with pytest.raises(DataError, match=r"a workbook that unpacks to 30 MB.*400 times its size"):
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


FIRST, LAST = b'<row><c r="XFD1"><v>1</v></c></row>', b"<c><v>1</v></c></row>"


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        (b'<row r="1"><c r="XFD1"/></row><row r="1048576"><c r="A1048576"/></row>', "xl/elsewhere.xml"),
        (FIRST + b'<row r="1048576">' + LAST, "xl/worksheets/sheet1.xml"),
        (FIRST + b"<row/>" * 150_000 + b"<row>" + LAST, "xl/worksheets/sheet1.xml"),
        (
            b"<x:row>" + b"<x:c/>" * 16_383 + LAST + b"<row/>" * 150_000 + b"<row>" + LAST,
            "xl/worksheets/sheet1.xml",
        ),
    ],
    ids=["in another part", "only its row says where", "rows say nothing", "nothing says where"],
)
def test_far_cells_are_refused_however_a_sheet_hides_where_they_are(rows, path):
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    book = workbook({"A": table()})
    for part in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        with zipfile.ZipFile(io.BytesIO(book)) as old:
            names = old.read(part).replace(b"worksheets/sheet1.xml", path.removeprefix("xl/").encode())
        book = with_part(book, part, names)
    content = io.BytesIO(with_part(book, "xl/worksheets/sheet1.xml", sheet))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        if path not in archive.namelist():
            archive.writestr(path, sheet)
    with pytest.raises(DataError, match="almost all of it empty"):
        to_sheet(content.getvalue(), HEADINGS, name="far.xlsx", max_mb=50)


def record(kind: int, data: bytes = b"") -> bytes:
    return (
        bytes([kind]) + bytes([len(data)]) + data
        if kind < 128
        else bytes([kind & 127 | 128, 1, len(data)]) + data
    )


def binary_workbook(*cells: tuple[int, int]) -> bytes:
    """An XLSB with a number in each of these places, by row and column."""
    wide = b"".join(struct.pack("<I", len(one)) + one.encode("utf-16-le") for one in ("rId1", "S"))
    book = (
        record(0x83)
        + record(0x8F)
        + record(0x9C, struct.pack("<II", 0, 1) + wide)
        + record(0x90)
        + record(0x84)
    )
    rows = b"".join(
        record(0, struct.pack("<I13x", row)) + record(5, struct.pack("<IId", column, 0, 7.0))
        for row, column in cells
    )
    sheet = record(0x81) + record(0x94, bytes(16)) + record(0x91) + rows + record(0x92) + record(0x82)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ways = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{ways}Type="{kind}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'{ways}Type="{kind}/worksheet" Target="worksheets/a.b"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/worksheets/a.b": sheet,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, part in parts.items():
            archive.writestr(path, part)
    return content.getvalue()


def test_far_cells_of_a_binary_workbook_are_refused_and_near_ones_read():
    near = to_sheet(binary_workbook(*((row, 0) for row in range(3000))), None, name="a.xlsb", max_mb=5)
    assert near.data.split() == [b"7"] * 3000
    with pytest.raises(DataError, match="almost all of it empty"):
        to_sheet(binary_workbook((0, 16_383), (1_048_575, 0)), None, name="a.xlsb", max_mb=5)


def test_neither_formulas_far_apart_nor_an_empty_row_at_the_end_are_cells_far_apart():
    chain = b'<calcChain><c r="A1" i="1"/><c r="Z900000" i="1"/></calcChain>'
    book, sheet = workbook({"A": table()}), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        rows = old.read(sheet).replace(b"</sheetData>", b'<row r="1048576" ht="30"/></sheetData>')
    content = io.BytesIO(with_part(book, sheet, rows))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/calcChain.xml", chain)
    assert to_sheet(content.getvalue(), HEADINGS, name="sums.xlsx", max_mb=50).title == "A"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook({"A": []}), "a workbook without cells"),
        (workbook({"A": table()})[:3000], "a damaged ZIP archive"),
        (with_part(workbook({"A": table()}), "xl/workbook.xml", b"<no"), "a workbook that can't be opened|without cells"),
        (workbook({"A": [["just", "words"], ["here", "too"]]}), "no column for Age"),
    ],
    ids=["empty", "cut off", "broken", "other"],
)  # fmt: skip
def test_a_workbook_without_customers_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        read_customers(content, name="book.xlsx")


def saved(change) -> bytes:
    """Sixty customers of a shop in one sheet, behind two columns and below three rows of nothing, as changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    for place in range(60):
        cells = [1000 + place, "East" if place < 40 else "West", 20 + place * 7 % 50, place * 11 % 90]
        for column, cell in enumerate(cells, start=3):
            sheet.cell(5 + place, column, cell)
    for column, cell in enumerate(["customer_id", "region", "age", "spend"], start=3):
        sheet.cell(4, column, cell)
    change(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def looked_at(tmp_path, change):
    file = tmp_path / "shop.xlsx"
    file.write_bytes(saved(change))
    found = propose(file, max_mb=50)
    assert not found.refused
    return found


def test_a_cell_that_is_merged_over_rows_is_of_all_of_them(tmp_path):
    def merge(sheet):
        for first, last in ((5, 44), (45, 64)):
            sheet.merge_cells(f"D{first}:D{last}")

    found = looked_at(tmp_path, merge)
    assert found.read.frame["Region"].tolist() == ["East"] * 40 + ["West"] * 20
    assert "58 cells that are merged with the one above: read as that one." in found.notes


def test_a_heading_that_is_merged_over_two_rows_of_them_is_a_heading(tmp_path):
    def merge(sheet):
        for column, name in (("C", "customer_id"), ("D", "region")):
            sheet[f"{column}3"] = name
            sheet.merge_cells(f"{column}3:{column}4")
        sheet["E3"] = "Figures"
        sheet.merge_cells("E3:F3")

    columns = [one.column for one in looked_at(tmp_path, merge).guessed.columns]
    assert columns == ["customer_id", "region", "age", "spend"]


def test_hidden_rows_are_read_and_told(tmp_path):
    def hide(sheet):
        for row in (10, 11, 40):
            sheet.row_dimensions[row].hidden = True

    found = looked_at(tmp_path, hide)
    assert len(found.read.frame) == 60
    assert "3 rows are hidden in the sheet, and read like the others." in found.notes


def test_formulas_that_nobody_computed_are_told_and_no_empty_column(tmp_path):
    def write(sheet):
        sheet["G4"] = "per year"
        for row in range(5, 65):
            sheet[f"G{row}"] = f"=F{row}/E{row}"

    said = {one.what: one.do for one in looked_at(tmp_path, write).problems}
    assert "save it there" in said["60 cells with a formula, but without their results: read as empty."]


def test_merged_cells_without_end_are_filled_no_further_than_the_table(tmp_path):
    """Merged as far as a sheet goes; openpyxl, which makes each of the cells, is asked for ten thousand."""

    def merge(sheet):
        for start, whole in (("D5:D9999", "D5:D1000000"), ("A1:Z2", "A1:XFD2")):
            sheet.merge_cells(start)
            sheet.merged_cells.ranges = {*sheet.merged_cells.ranges, CellRange(whole)} - {CellRange(start)}

    assert looked_at(tmp_path, merge).read.frame["region"].tolist() == ["East"] * 60


LONG = "a note of some length " * 1_400  # 31 KB, as long as a cell may be
ROWS = 3_000  # times that would be 90 MB


def shared() -> bytes:
    """A text that is there once, and of which each row has it."""
    return workbook({"A": [["ID", "Note"], *([place, LONG] for place in range(ROWS))]})


def merged_over_rows() -> bytes:
    def write(sheet):
        for row in range(5, ROWS):
            sheet.cell(row, 3, row)
        sheet["D5"] = LONG
        sheet.merge_cells(f"D5:D{ROWS}")

    return saved(write)


def repeated() -> bytes:
    cells = f"<table:table-cell office:value-type='string'><text:p>{LONG}</text:p></table:table-cell>"
    return ods(f"<table:table-row table:number-rows-repeated='19'>{cells * 10}</table:table-row>")


@pytest.mark.parametrize("made", [shared, merged_over_rows, repeated])
def test_a_text_that_is_there_once_and_in_very_many_cells_is_refused_before_it_fills_the_memory(made):
    with pytest.raises(DataError, match=r"more than 5 MB of text\. Expected at most 5 MB"):
        to_sheet(made(), None, name="notes.xlsx", max_mb=5)


def old_workbook(*cells: tuple[int, int]) -> bytes:
    """An XLS with a number in each of these places: a file system of 512 bytes a sector, with one stream of records."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF

    def said(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        title = name.encode("utf-16-le")
        links = struct.pack("<III", free, free, child)
        head = title.ljust(64, b"\0") + struct.pack("<HBB", len(title) + 2, kind, 1)
        return head + links + bytes(36) + struct.pack("<IQ", start, size)

    begin = said(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    place = len(begin) + 13 + 4
    book = begin + said(0x85, struct.pack("<IHBB", place, 0, 1, 0) + b"A") + said(0x0A, b"")
    numbers = b"".join(said(0x203, struct.pack("<HHHd", *cell, 0, 7.0)) for cell in cells)
    book += begin.replace(b"\x05\x00", b"\x10\x00") + numbers + said(0x0A, b"")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    header += (
        bytes(6)
        + struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<109I", 0, *[free] * 108)
    )
    chain = struct.pack("<128I", 0xFFFFFFFD, end, *range(3, 18), end, *[free] * 110)
    files = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, 8192) + bytes(256)
    return header + chain + files + book.ljust(8192, b"\0")


def test_cells_at_the_ends_of_an_old_sheet_end_nothing_but_the_reading_of_it():
    near = to_sheet(old_workbook((0, 0), (0, 1), (1, 0)), None, name="a.xls", max_mb=5)
    assert near.data.splitlines() == [b"7,7", b"7,"]
    with pytest.raises(
        DataError, match="can't be opened: damaged, or with far more in it than its size tells"
    ):
        to_sheet(old_workbook((0, 0), (65_535, 65_535)), None, name="far.xls", max_mb=5)


def test_a_date_before_all_time_ends_nothing_but_the_reading_of_it():
    """The library that reads workbooks panics there: that is no error of Python's, and passes by whoever expects one."""
    book = workbook({"A": [["ID", "Joined"], [1, dt.datetime(2024, 5, 1)]]})
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        cells = old.read("xl/worksheets/sheet1.xml").replace(b"<v>45413</v>", b"<v>-1e300</v>")
    with pytest.raises(DataError, match="can't be opened: damaged"):
        to_sheet(with_part(book, "xl/worksheets/sheet1.xml", cells), None, name="early.xlsx", max_mb=5)


def test_a_workbook_of_very_many_sheets_is_refused_before_each_of_them_is_looked_at(tmp_path):
    """Half a megabyte kept a worker busy for eight minutes, and four times as many sheets sixteen times as long."""
    few, many = (workbook({f"S{place}": [["a", "b"], ["x", "y"]] for place in range(n)}) for n in (20, 201))
    file = tmp_path / "many.xlsx"
    file.write_bytes(many)
    assert (
        f"a workbook of {to_tell(201)} sheets. Expected at most {to_tell(200)}"
        in propose(file, max_mb=5).refused
    )
    with pytest.raises(DataError, match="Leave out those without customers"):
        to_sheet(many, HEADINGS, name="many.xlsx", max_mb=5)
    file.write_bytes(few)
    assert "sheets" not in propose(file, max_mb=5).refused


def test_a_workbook_is_measured_once_however_many_sheets_are_read(tmp_path, monkeypatch):
    measured = []
    monkeypatch.setattr("core.data.workbook._measure", lambda *_: measured.append(1) or (10_000, 100))
    file = tmp_path / "several.xlsx"
    file.write_bytes(workbook({f"Sheet {place}": [["c", "d"], ["x", "y"]] for place in range(5)}))
    propose(file, max_mb=7)
    assert len(measured) == 1
