from __future__ import annotations

import re

import pytest

from tests.callbacks.dash_client import components, drawn_with, text

ROWS, REQUEST, ASKED = (
    "customers-grid.getRowsResponse",
    "customers-grid.getRowsRequest",
    "customers-asked.data",
)


@pytest.fixture
def fetch(viewer):
    """What the grid gets for a request, as AG Grid posts it."""

    def put(asked: object = "", **request: object):
        whole = {"startRow": 0, "endRow": 50, "sortModel": [], "filterModel": {}, "api": {}} | request
        return viewer.call(ROWS, {REQUEST: whole, ASKED: asked}, REQUEST)

    return put


def answered(response) -> dict:
    assert response.status_code == 200, response.text
    return response.json["response"]["customers-grid"]["getRowsResponse"]


def ids(response) -> list[str]:
    return [row["ID"] for row in answered(response)["rowData"]]


def by(column, way):
    return {"sortModel": [{"colId": column, "sort": way}]}


def test_a_page_of_the_list_holds_the_selected_customers(fetch, table):
    chosen = table[table["Segment"] == 2]
    answer = answered(fetch("Segment=2", startRow=50, endRow=100))
    assert answer["rowCount"] == len(chosen)
    assert [row["ID"] for row in answer["rowData"]] == chosen["ID"].iloc[50:100].astype(str).tolist()
    assert {row["Segment"] for row in answer["rowData"]} == {"2"}


def test_the_last_page_holds_the_rest(fetch, table):
    answer = answered(fetch(startRow=2200, endRow=2250))
    assert len(answer["rowData"]) == 40
    assert answered(fetch(startRow=2250, endRow=2300))["rowCount"] == len(table)


@pytest.mark.parametrize(("column", "way"), [("Income", "desc"), ("Education", "asc"), ("Recency", "desc")])
def test_everyone_is_sorted_and_not_only_the_page(fetch, table, column, way):
    expected = table.sort_values(column, ascending=way == "asc", kind="stable", na_position="last")
    assert ids(fetch(**by(column, way))) == expected["ID"].head(50).astype(str).tolist()


def test_only_the_columns_that_are_shown_travel(fetch):
    usual, few = (answered(fetch(asked))["rowData"][0] for asked in ("", "columns=Income,Education"))
    assert set(few) == {"ID", "Income", "Education"}
    assert len(usual) == 10
    assert len(fetch().data) < 30_000


def test_nobody_is_an_empty_list(fetch):
    assert answered(fetch("Segment=1&Total_Spending=0~200"))["rowData"] == [{}]


@pytest.mark.parametrize(
    "request_",
    [
        {"startRow": -1},
        {"startRow": "0"},
        {"startRow": True},
        {"startRow": 0.5},
        {"endRow": 0},
        {"endRow": 10**9},
        {"startRow": None},
        {"startRow": 10**30, "endRow": 10**30 + 900},
        {"sortModel": [{"colId": "Nothing", "sort": "asc"}]},
        {"sortModel": [{"colId": "Z_Revenue", "sort": "asc"}]},
        {"sortModel": [{"colId": ["ID"], "sort": "asc"}]},
        {"sortModel": [{"colId": "ID", "sort": "up"}]},
        {"sortModel": ["ID"]},
        {"sortModel": {"colId": "ID"}},
        {"sortModel": [{"colId": "ID", "sort": "asc"}] * 2},
        {"filterModel": {"ID": {"type": "equals"}}},
    ],
    ids=str,
)
def test_what_our_grid_does_not_ask_gets_no_customers(fetch, request_):
    response = fetch(**request_)
    assert response.status_code == 200
    assert "rowData" not in response.text
    assert "Filters: found" in response.text


@pytest.mark.parametrize(
    "asked",
    ["Segment=99", "Nothing=1", "columns=Nothing", "columns=;", "x" * 9000, 7, None, ["Segment=1"], {}],
)
def test_an_address_that_can_not_be_gets_no_customers(fetch, asked):
    response = fetch(asked)
    assert response.status_code == 200
    assert "rowData" not in response.text
    assert "found" in response.text


@pytest.mark.parametrize("request_", [7, "x", [], [1]])
def test_a_request_of_another_shape_gets_no_customers(viewer, request_):
    response = viewer.call(ROWS, {REQUEST: request_, ASKED: ""}, REQUEST)
    assert (response.status_code, "rowData" in response.text) == (200, False)


def test_the_page_says_how_many_match_and_draws_the_columns_that_the_address_names(viewer, table):
    drawn = viewer.page("/customers", "?Segment=2&columns=Income&sort=-Income")
    assert f"{(table['Segment'] == 2).sum()} of 2,240 customers match your filters." in text(drawn)
    [grid] = drawn_with(drawn, id="customers-grid")
    shown = {column["field"]: column for column in grid["columnDefs"] if not column["hide"]}
    assert set(shown) == {"ID", "Income"}
    assert shown["Income"]["initialSort"] == "desc"


@pytest.mark.parametrize("query", ["?columns=Nothing", "?sort=Nothing", "?columns=a b", "?Segment=none-such"])
def test_a_wrong_address_opens_the_usual_list_and_says_why(viewer, query):
    drawn = viewer.page("/customers", query)
    assert "found" in str(drawn)
    assert "All 2,240 customers" in text(drawn)


def test_only_this_page_asks_for_the_script_of_the_grid(viewer):
    assert "component-suites/dash_ag_grid" not in viewer.client.get("/").text
    assert "X-Parterre-Script" not in viewer.open("/").headers
    script = viewer.open("/customers").headers["X-Parterre-Script"]
    answer = viewer.client.get(script)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert viewer.client.get("/_dash-component-suites/dash_ag_grid/async-community.js").status_code == 200


def test_nobody_gets_the_script_or_the_rows(app):
    nobody = app.server.test_client()
    assert nobody.get("/_dash-component-suites/dash_ag_grid/async-community.js").status_code in (302, 401)


# One customer


def customer(viewer, id, query=""):
    return viewer.page("/customers", f"?customer={id}{query}")


def test_a_customer_has_values_segment_firmness_and_similar_ones(viewer, table):
    row = table.iloc[5]
    drawn = customer(viewer, row["ID"], "&Segment=2")
    said = text(drawn)
    assert f"Customer {row['ID']}" in said
    assert f"{row['Total_Spending']:,.0f}" in said
    assert "% firm" in said
    assert "Nearest alternative" in said
    links = [one["href"] for one in drawn_with(drawn) if "&customer=" in one.get("href", "")]
    assert len(links) == len(set(links)) == 5
    assert all(re.match(r"/customers\?Segment=2&model=[0-9a-f]{16}&customer=", link) for link in links)


def test_the_way_back_is_the_list_that_one_came_from(viewer, table):
    drawn = customer(viewer, table["ID"].iloc[0], "&Segment=2&sort=-Income")
    count = (table["Segment"] == 2).sum()
    bound = re.compile(r"/customers\?Segment=2&sort=-Income&model=[0-9a-f]{16}$")
    [back] = [one for one in drawn_with(drawn) if bound.match(one.get("href", ""))]
    assert f"The {count} customers of your filters" in text(back["children"])


def test_predict_is_asked_about_the_same_customer(viewer, table):
    row = table.iloc[3]
    drawn = customer(viewer, row["ID"])
    [link] = [one for one in drawn_with(drawn) if one.get("href", "").startswith("/predict?")]
    assert link["href"] == f"/predict?customer={row['ID']}", "figures of a customer don't stand in an address"
    predicted = text(viewer.page("/predict", link["href"].removeprefix("/predict")))
    heading = next(
        one["props"] for one in components(drawn) if one["props"].get("className") == "p-answer-name"
    )
    assert text(heading["children"][1]) in predicted


@pytest.mark.parametrize("id", ["nobody", "99999999", "-1", "%3Cscript%3E", "1" * 200, "5e3", "%00"])
def test_an_unknown_id_is_told_in_words(viewer, id):
    drawn = customer(viewer, id)
    assert "No customer has the ID" in text(drawn)
    assert "Look the ID up in your file" in text(drawn)


def test_a_customer_with_gaps_has_a_page_too(viewer, table):
    drawn = customer(viewer, table.loc[table["Income"].isna(), "ID"].iloc[0])
    assert "not known" in text(drawn)
