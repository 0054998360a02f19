from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pytest

from core.exports.customers import as_csv
from core.exports.workbook import as_workbook

LIVE = ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "=HYPERLINK(1)"]


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", LIVE)
def test_text_that_a_spreadsheet_would_compute_is_defused(text):
    assert read(as_csv(pd.DataFrame({"ID": [text, "plain"]})))[1] == [f"'{text}"]
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook({"A": pd.DataFrame({"ID": [text]})})))["A"]
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value.replace("_x000D_", "\r") == text


def test_negative_numbers_stay_numbers():
    table = pd.DataFrame({"Value": [-1.5, None], "Whole": [-3.0, 4.0]})
    assert read(as_csv(table)) == [["Value", "Whole"], ["-1.5", "-3"], ["", "4"]]
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook({"A": table})))["A"]
    assert [cell.value for cell in sheet[2]] == [-1.5, -3]
    assert sheet["A3"].value is None


def test_heads_are_defused_too():
    assert read(as_csv(pd.DataFrame({"=x": [1]})))[0] == ["'=x"]


def test_a_workbook_says_what_it_is_about():
    book = openpyxl.load_workbook(
        io.BytesIO(as_workbook({"A": pd.DataFrame({"x": [1]})}, [("File", "=1+1")]))
    )
    assert [cell.value for cell in book["About"][1]] == ["File", "=1+1"]
