"""Files are read back with pandas and openpyxl, and compared with the table."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from core.data.people import People
from core.exports import customers as exports
from core.exports import display as shown
from core.exports import workbook
from core.exports.customers import ExportError, Rows
from core.numbers import to_tell
from tests.support.personality import PERSONALITY

# Text, and how it stands in a CSV.
ATTACKS = {
    **{
        text: f"'{text}"
        for text in (
            "=1+1",
            "-2+3",
            "@SUM(A1)",
            "\tx",
            "\uff1d1+1",
            "=HYPERLINK('http://x')",
            " =1",
            "\u00a0=1",
        )
    },
    "\u200b=1": "'\u200b=1",
    "\u2066=1": "'\u2066=1",
    "\u061c\U000e0020=1": "'\u061c\U000e0020=1",
    "\ufe66 1": "'\ufe66 1",
    "x;=1+1;y": "x;'=1+1;y",
    "x\t-1+2|@y": "x\t'-1+2|'@y",
    "x\n=1": "x\n'=1",
}
HARMLESS = ["plain", "a=b", "1-2", "", 'é, "quoted"\nline', "'='", "-120.5", "+4930000000", "-$3", "a; b"]
NAMES = {number: f"Segment no. {number}" for number in range(1, 7)}


def read_csv(rows: Rows) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(b"".join(exports.csv_parts(rows))), keep_default_na=False, na_values=[""])


@pytest.fixture
def book(tmp_path):
    """A workbook as openpyxl reads it: sheet name to rows of cells."""

    def read(rows: Rows, about=()) -> dict[str, list[tuple]]:
        with workbook.workbook(rows, about, tmp_path / "tmp") as path:
            found = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        return {sheet.title: list(sheet.iter_rows()) for sheet in found}

    return read


def attacked(tmp_path) -> People:
    texts = [*ATTACKS, *HARMLESS]
    table = pd.DataFrame({"ID": range(len(texts)), "=Note": texts, "Loss": -1.5, "Segment": 1})
    People.write(table, tmp_path / "people.arrow")
    return People.open(tmp_path / "people.arrow", PERSONALITY)


def test_a_csv_holds_the_table(model):
    names = model.people.columns
    found = read_csv(Rows(model.people, None, names, {}))
    assert list(found) == names
    found["Dt_Customer"] = pd.to_datetime(found["Dt_Customer"])
    pd.testing.assert_frame_equal(
        found, model.table, check_dtype=False, check_categorical=False, check_column_type=False
    )


def test_whole_numbers_are_written_without_a_point(model):
    text = b"".join(exports.csv_parts(Rows(model.people, None, ["ID", "Children"], {}))).decode()
    assert "." not in text


def test_rows_are_in_the_order_that_was_asked_with_the_segments_name(model):
    places = model.crossfilter.rows(model.crossfilter.selection("Segment=2"))[::-1].astype(np.int32)
    found = read_csv(Rows(model.people, places, ["ID", "Segment", "Age"], NAMES))
    assert list(found) == ["ID", "Segment", "Segment_Name", "Age"]
    assert found["ID"].tolist() == model.table["ID"].iloc[places].tolist()
    assert set(found["Segment_Name"]) == {"Segment no. 2"}


def test_a_file_that_names_segments_itself_keeps_its_own_column(tmp_path):
    table = pd.DataFrame({"ID": [1, 2], "Segment": [1, 2], "Segment_Name": ["own", "too"]})
    People.write(table, tmp_path / "people.arrow")
    rows = Rows(People.open(tmp_path / "people.arrow", PERSONALITY), None, list(table), NAMES)
    pd.testing.assert_frame_equal(read_csv(rows), table, check_dtype=False)


def test_a_file_larger_than_a_group_of_rows_has_one_head_and_every_row(model, monkeypatch):
    monkeypatch.setattr(exports, "GROUP_ROWS", 500)
    rows = Rows(model.people, None, ["ID", "Income"], {})
    assert len(list(exports.csv_parts(rows))) == 5
    assert read_csv(rows)["ID"].tolist() == model.table["ID"].tolist()


def test_nobody_is_a_file_with_a_head(model, book):
    rows = Rows(model.people, np.array([], dtype=np.int32), ["ID", "Income"], {})
    assert b"".join(exports.csv_parts(rows)) == b'"ID","Income"\n'
    assert len(book(rows)["Customers"]) == 1


def test_no_text_of_a_csv_is_a_formula_and_numbers_stay_numbers(tmp_path):
    found = read_csv(Rows(attacked(tmp_path), None, ["ID", "=Note", "Loss"], {}))
    assert list(found) == ["ID", "'=Note", "Loss"]
    notes = found["'=Note"].fillna("").tolist()
    assert notes == [*ATTACKS.values(), *HARMLESS]
    assert found["Loss"].tolist() == [-1.5] * len(found)


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_stay_numbers(tmp_path, book):
    rows = Rows(attacked(tmp_path), None, ["ID", "=Note", "Loss", "Segment"], {1: "=cmd()"})
    sheets = book(rows, [("Filter: Note", "=1+1")])
    cells = [cell for lines in sheets.values() for line in lines for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.data_type == "f" for cell in cells)
    notes = [line[1] for line in sheets["Customers"][1:]]
    assert [note.value or "" for note in notes] == [*ATTACKS, *HARMLESS]
    # What is written stays text when somebody edits the cell.
    assert [note.quotePrefix for note in notes[: len(ATTACKS)]] == [text[0] != "x" for text in ATTACKS]
    assert [line[2].value for line in sheets["Customers"][1:]] == [-1.5] * len(rows)


def test_a_workbook_holds_the_customers(model, book):
    columns = shown.columns(model.people)
    places = model.crossfilter.rows(model.crossfilter.selection("Segment=2")).astype(np.int32)
    head, *lines = book(Rows(model.people, places, columns, {}))["Customers"]
    assert [cell.value for cell in head] == [model.people.field(name).label for name in columns]
    found = pd.DataFrame([[cell.value for cell in line] for line in lines], columns=columns)
    expected = model.table.iloc[places][columns].reset_index(drop=True)
    expected["ID"] = expected["ID"].astype("str")
    expected = expected.astype({name: str for name in expected if expected[name].dtype == "category"})
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_identifiers_keep_every_digit_and_sign_in_a_workbook(tmp_path, book):
    long = [9007199254740993 + 2 * number for number in range(3)]
    for ids in (long, ["+4930000000", "-5", "007"]):
        People.write(pd.DataFrame({"ID": ids}), tmp_path / "ids.arrow")
        lines = book(Rows(People.open(tmp_path / "ids.arrow", PERSONALITY), None, ["ID"], {}))["Customers"]
        assert [line[0].value for line in lines[1:]] == [str(one) for one in ids]


def test_a_text_longer_than_a_cell_says_that_it_is_cut(tmp_path, book):
    People.write(pd.DataFrame({"ID": [1], "Note": ["line\n" * 30_000]}), tmp_path / "long.arrow")
    [_, (_, note)] = book(Rows(People.open(tmp_path / "long.arrow", PERSONALITY), None, ["ID", "Note"], {}))[
        "Customers"
    ]
    assert len(note.value) == 32_767
    assert note.value.endswith("(cut: a cell of a workbook holds no more; the CSV has all of it)")


def test_a_csv_with_other_letters_than_ascii_begins_with_the_mark_that_excel_looks_for(tmp_path):
    for name, mark in (("Zoë", b"\xef\xbb\xbf"), ("Zoe", b"")):
        People.write(pd.DataFrame({"ID": [1], "Name": [name]}), tmp_path / "names.arrow")
        text = b"".join(
            exports.csv_parts(
                Rows(People.open(tmp_path / "names.arrow", PERSONALITY), None, ["ID", "Name"], {})
            )
        )
        assert text == mark + f'"ID","Name"\n1,"{name}"\n'.encode()


def test_a_sheet_of_its_own_says_what_the_file_is(model, book):
    sheet = book(
        Rows(model.people, None, ["ID", "Income"], {}), [("Model", "abc"), ("Filter: Age", "30 to 40")]
    )
    words = [[cell.value for cell in line] for line in sheet["About"]]
    assert words[0][:2] == ["Model", "abc"]
    assert words[1][:2] == ["Filter: Age", "30 to 40"]
    assert ["Income", "Income", "a year", "Yearly household income."] in words


def test_nothing_is_left_behind(model, book, tmp_path):
    book(Rows(model.people, None, ["ID"], {}))
    with (
        pytest.raises(RuntimeError),
        workbook.workbook(Rows(model.people, None, ["ID"], {}), (), tmp_path / "tmp"),
    ):
        raise RuntimeError
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_no_sheet_holds_is_refused_in_words():
    workbook.check_sheet(1_048_575)
    with pytest.raises(ExportError, match=f"An Excel sheet holds {to_tell(1_048_575)}"):
        workbook.check_sheet(1_048_576)


@pytest.mark.parametrize(
    "part", ['a"; x="', "../../etc/passwd", "a\r\nSet-Cookie: x", "ü" * 300, "Segment=2&Age=1~2"]
)
def test_a_file_name_is_plain(part):
    name = exports.file_name("customers", part, ending="csv")
    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert name.count(".") == 1
    assert len(name) <= 130
