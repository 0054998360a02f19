from __future__ import annotations

import io
import re
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from dash import html

from app import create_app
from core.accounts.permissions import PERMISSIONS, Action, Standing
from core.settings import ROOT, Settings, load
from layouts.exports import menu
from tests.callbacks.dash_client import Visitor, drawn_with, text

ROUTES = ["/export/customers.csv", "/export/customers.xlsx", "/export/table.csv", "/export/table.parquet"]
FILTERED = ROUTES[:2]


def get(viewer, address):
    answer = viewer.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer


def csv(answer) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(answer.data))


def test_no_link_leads_to_everyone_while_the_browser_does_not_know_the_filters_yet():
    links = [one for one in menu(columns=True)._traverse() if isinstance(one, html.A)]
    following = [one for one in links if hasattr(one, "data-export")]
    assert len(following) == 4
    assert not any(hasattr(one, "href") for one in following)


def test_a_csv_holds_the_selected_customers_in_order_with_every_column(viewer, table):
    found = csv(get(viewer, "/export/customers.csv?Segment=2&Children=0&sort=-Income"))
    chosen = table[(table["Segment"] == 2) & (table["Children"] == 0)]
    expected = chosen.sort_values("Income", ascending=False, kind="stable", na_position="last")
    assert found["ID"].tolist() == expected["ID"].tolist()
    assert set(table.columns) - set(found) == {"Z_CostContact", "Z_Revenue"}
    assert found["Total_Spending"].sum() == chosen["Total_Spending"].sum()
    assert found["Segment_Name"].nunique() == 1


def test_a_csv_holds_the_columns_that_were_chosen(viewer):
    found = csv(get(viewer, "/export/customers.csv?columns=Income,Education"))
    assert list(found) == ["ID", "Education", "Income"]
    assert len(found) == 2240


def test_a_workbook_holds_the_same_and_says_filters_and_model(viewer, table):
    answer = get(viewer, "/export/customers.xlsx?Segment=2&Children=0")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    chosen = table[(table["Segment"] == 2) & (table["Children"] == 0)]
    lines = list(book["Customers"].iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in lines] == chosen["ID"].astype("str").tolist()
    about = {line[0]: line[1] for line in book["About"].iter_rows(values_only=True)}
    assert about["Filter: Children"] == "0"
    assert about["Customers"] == f"{len(chosen)} of 2,240"
    assert about["Model"] == answer.headers["X-Parterre-Model"]


def test_name_and_headers_say_filters_and_model(viewer):
    answer = get(viewer, "/export/customers.csv?Segment=2&Age=40~60")
    model = answer.headers["X-Parterre-Model"]
    assert answer.headers["X-Parterre-Filters"] == "Age=40~60&Segment=2"
    name = f"customers-Age-40-60-Segment-2-model-{model}.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_whole_table_is_there_as_csv_and_parquet(viewer, table):
    parquet = pd.read_parquet(io.BytesIO(get(viewer, "/export/table.parquet").data))
    pd.testing.assert_frame_equal(parquet, table)
    found = csv(get(viewer, "/export/table.csv"))
    assert list(found) == list(table)
    assert found["Total_Spending"].tolist() == table["Total_Spending"].tolist()


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_a_file(app, route):
    answer = app.server.test_client().get(route)
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/login")
    program = app.server.test_client().get(route, headers={"Accept": "application/json"})
    assert program.status_code == 401


@pytest.fixture
def nobody_may(monkeypatch):
    nobody = {**PERMISSIONS, Action.EXPORT: replace(PERMISSIONS[Action.EXPORT], least=Standing.ADMINISTRATOR)}
    return lambda: monkeypatch.setattr("core.accounts.permissions.PERMISSIONS", nobody)


@pytest.mark.parametrize("route", ROUTES)
def test_who_may_not_export_gets_no_file(viewer, nobody_may, route):
    nobody_may()
    assert viewer.client.get(route).status_code == 403


def test_only_who_may_export_is_offered_it_in_the_filter_bar(viewer, nobody_may):
    assert drawn_with(viewer.client.get("/_dash-layout").json, className="p-shell may-export")
    nobody_may()
    assert drawn_with(viewer.client.get("/_dash-layout").json, className="p-shell")


@pytest.mark.parametrize("route", FILTERED)
@pytest.mark.parametrize(
    "query",
    [
        "Segment=99",
        "Nothing=1",
        "Segment",
        "segment=2",
        "columns=Nothing",
        "columns=%00",
        "columns=ID%0d%0aSet-Cookie:x",
        "sort=Nothing",
        "sort=-Z",
        "split=segments",
        "Segment=1&Segment=2",
        "Segment=%ff",
        "x" * 6000,
        "customer=5",
    ],
    ids=lambda query: query[:20],
)
def test_a_forged_query_is_refused_in_words(viewer, route, query):
    answer = viewer.client.get(f"{route}?{query}")
    assert answer.status_code == 400
    assert re.search("(Filters|Columns): found", answer.text)
    assert "Set-Cookie" not in answer.headers.get("Content-Disposition", "")


def test_more_than_a_sheet_holds_is_refused_in_words(viewer, monkeypatch):
    monkeypatch.setattr("core.exports.workbook.MOST_SHEET_ROWS", 2000)
    answer = viewer.client.get("/export/customers.xlsx")
    assert answer.status_code == 400
    assert "An Excel sheet holds 2,000" in answer.text
    get(viewer, "/export/customers.xlsx?Segment=2")


def test_nothing_is_left_on_disk(viewer, home):
    with get(viewer, "/export/customers.xlsx?Segment=2"):
        assert len(list((home / "tmp").iterdir())) == 1
    assert list((home / "tmp").iterdir()) == []


ATTACK = '=HYPERLINK("http://elsewhere.example","Click")'


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> Visitor:
    """Somebody at a Parterre whose file has a column of its own, with a formula for a name and in its cells."""
    folder = tmp_path_factory.mktemp("attacked")
    file = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python")
    file.assign(**{"@Note, by Eve": ATTACK}).to_csv(folder / "customers.csv", index=False)
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    settings = load(**{**plain, "home": folder / "home", "data": folder / "customers.csv"})
    return Visitor.of(create_app(settings).server).sign_up("ada-admin")


def test_a_formula_in_the_customers_file_leaves_as_text(attacked):
    found = csv(get(attacked, "/export/customers.csv?Segment=1"))
    assert set(found["'@Note, by Eve"]) == {f"'{ATTACK}"}
    table = csv(get(attacked, "/export/table.csv"))
    assert set(table["'@Note, by Eve"]) == {f"'{ATTACK}"}
    book = openpyxl.load_workbook(io.BytesIO(get(attacked, "/export/customers.xlsx?Segment=1").data))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert ATTACK in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


def test_a_column_of_the_file_can_be_chosen_whatever_its_name(attacked):
    [grid] = drawn_with(attacked.page("/customers"), id="customers-grid")
    [column] = [one for one in grid["columnDefs"] if one["headerName"] == "@Note, by Eve"]
    found = csv(get(attacked, f"/export/customers.csv?columns={column['context']}&sort=-{column['context']}"))
    assert list(found) == ["ID", "'@Note, by Eve"]
    customer = attacked.page("/customers", f"?customer={found['ID'].iloc[0]}")
    assert "From your file" in text(customer)
