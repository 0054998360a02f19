from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from core.data.people import People
from core.exports.customers import Rows, as_csv
from core.exports.workbook import amounts_as, as_workbook, workbook
from core.numbers import Numbers
from core.schema.fields import Field, Kind
from core.schema.schema import Schema

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


@pytest.mark.parametrize(
    ("kind", "unit", "deviation", "form"),
    [
        (Kind.AMOUNT, "", 600.0, "#,##0"),
        (Kind.AMOUNT, "", 0.3, "#,##0.00"),
        (Kind.AMOUNT, "", 0.003, "#,##0.0000"),
        (Kind.SHARE, "", 0.3, "0.0%"),
        (Kind.SHARE, "", 0.0017, "0.00%"),
        (Kind.RATIO, "of spending", 0.3, "0.0%"),
        (Kind.RATIO, "a purchase", 0.3, "#,##0.00"),
        (Kind.YEARS, "years", 12.0, ""),
    ],
)
def test_a_sheet_shows_values_as_finely_as_pages_do(tmp_path, kind, unit, deviation, form):
    field = Field("Fee", "Fee", kind, unit).at_scale(deviation)
    people = People(pa.table({"Fee": [0.0071, 0.627]}), Schema((field,), basis=()))
    with workbook(Rows(people, None, ["Fee"], {}), [], tmp_path) as path:
        cells = openpyxl.load_workbook(path)["Customers"]
    assert cells["A2"].value == 0.0071, "the cell keeps every digit"
    assert cells["A2"].number_format == (form or "General")


@pytest.mark.parametrize(
    ("locale", "currency", "decimals", "form"),
    [
        ("en_US", "", 0, "#,##0"),
        ("en_US", "USD", 2, '"$"#,##0.00'),
        ("de_DE", "EUR", 4, '#,##0.0000\xa0"€"'),
    ],
)
def test_a_sheet_writes_amounts_as_pages_do(locale, currency, decimals, form):
    assert amounts_as(Numbers(locale, currency), decimals) == form
