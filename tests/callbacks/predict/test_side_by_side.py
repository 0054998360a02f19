from __future__ import annotations

from itertools import chain

import pytest

from core.schema.current import BASIS
from tests.callbacks.dash_client import drawn_with, table_rows, text

TYPICAL = dict(zip(BASIS, ("44", "51290", "393.5", "4", "5", "6", "50"), strict=True))
TOKEN = "~44~51290~393.5~4~5~6~50"
KEEP, ADD = "predict-keep.n_clicks", "compare-add.n_clicks"


def change(visitor, triggered, kept=(), typed="", form=TYPICAL, loaded=None):
    values = {f"predict-{name}.value": value for name, value in form.items()}
    values |= {"compare-kept.data": list(kept) if isinstance(kept, tuple) else kept}
    values |= {"compare-customer.value": typed, "predict-customer.value": loaded, triggered: 1}
    answer = visitor.call("compare-kept.data", values, triggered)
    assert answer.status_code == 200, answer.text
    return answer.json["response"]


@pytest.fixture(scope="module")
def ids(table) -> list[str]:
    return [str(one) for one in table.dropna(subset=list(BASIS))["ID"].head(5)]


def chips(response) -> list[str]:
    names = ("compare-drop-a", "compare-drop-b", "compare-drop-c")
    return [response[one]["children"] for one in names if not response[one]["hidden"]]


def test_the_form_is_kept_with_its_seven_figures(viewer):
    response = change(viewer, KEEP)
    assert response["compare-kept"]["data"] == [TOKEN]
    assert chips(response) == ["Remove A: from the form ×"]


def test_a_loaded_customer_is_kept_by_id_while_unchanged(viewer, table, ids):
    row = table[table["ID"].astype(str) == ids[0]].iloc[0]
    form = {name: f"{row[name]:.10g}" for name in BASIS}
    assert change(viewer, KEEP, form=form, loaded=ids[0])["compare-kept"]["data"] == [ids[0]]
    changed = change(viewer, KEEP, form=form | {"Recency": "1"}, loaded=ids[0])["compare-kept"]["data"]
    assert changed[0].startswith("~")


def test_customers_are_added_by_id_and_removed(viewer, ids):
    response = change(viewer, ADD, (ids[0],), typed=f" {ids[1]} ")
    assert response["compare-kept"]["data"] == ids[:2]
    assert chips(response) == [f"Remove A: customer {ids[0]} ×", f"Remove B: customer {ids[1]} ×"]
    response = change(viewer, "compare-drop-a.n_clicks", tuple(ids[:2]))
    assert response["compare-kept"]["data"] == [ids[1]]


def test_figures_are_those_of_the_file_and_of_the_segments(viewer, table, ids):
    drawn = change(viewer, ADD, (ids[0],), typed=ids[1])["compare-content"]["children"]
    words = " ".join(chain(*table_rows(drawn)))
    rows = table.set_index(table["ID"].astype(str)).loc[ids[:2]]
    for _, row in rows.iterrows():
        assert f"{row['Total_Spending']:,.0f}" in words
        average = table.loc[table["Segment"] == row["Segment"], "Income"].mean()
        assert f"{average:,.0f}" in words
    [graph] = drawn_with(drawn, id="compare-chart")
    assert len(graph["figure"]["data"]) == 2 + rows["Segment"].nunique()
    assert "They differ most in" in text(drawn)


def test_a_gap_is_marked_as_assumed(viewer):
    drawn = change(viewer, KEEP, form=TYPICAL | {"Income": ""})["compare-content"]["children"]
    assert "51,290 (assumed)" in text(drawn)


@pytest.mark.parametrize("typed", ["", "   ", "nobody", TOKEN, "9" * 50, None, [], {"a": 1}, "x" * 100_000])
def test_who_is_unknown_is_said_and_nothing_changes(viewer, ids, typed):
    response = change(viewer, ADD, (ids[0],), typed=typed)
    assert set(response) == {"compare-said"}
    assert "No customer has this ID" in text(response["compare-said"]["children"])


def test_a_fourth_and_a_second_time_are_refused(viewer, ids):
    assert "Remove one first" in text(
        change(viewer, ADD, tuple(ids[:3]), typed=ids[3])["compare-said"]["children"]
    )
    assert "there already" in text(change(viewer, ADD, (ids[0],), typed=ids[0])["compare-said"]["children"])


def test_a_form_with_a_mistake_is_not_kept(viewer):
    assert set(change(viewer, KEEP, form=TYPICAL | {"Age": "200"})) == {"compare-said"}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        7,
        "x",
        {},
        [None],
        [[]],
        ["nobody"],
        ["~"],
        ["~1~2"],
        ["~a~b~c~d~e~f~g"],
        ["~1e999~1~1~1~1~1~1"],
        ["~nan~1~1~1~1~1~1"],
        ["~200~1~1~1~1~1~1"],
        ["x" * 100_000],
        [TOKEN] * 1000,
    ],
    ids=lambda one: ascii(one)[:24],
)
def test_a_forged_comparison_is_read_as_far_as_it_makes_sense(viewer, ids, kept):
    response = change(viewer, ADD, kept, typed=ids[0])
    assert response["compare-kept"]["data"] in ([ids[0]], [TOKEN, ids[0]])


def test_the_address_opens_the_same_comparison(viewer, ids):
    drawn = viewer.page("/predict", f"?a={ids[0]}&b={TOKEN}&c=nobody")
    [store] = drawn_with(drawn, id="compare-kept")
    assert store["data"] == [ids[0], TOKEN]
    [content] = drawn_with(drawn, id="compare-content")
    expected = change(viewer, ADD, (TOKEN,), typed=ids[1])
    assert drawn_with(content["children"], id="compare-chart")
    assert expected["compare-content"]


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer, administrator):
    body = administrator.body("compare-kept.data", {}, ADD)
    assert viewer.post(body).status_code == 403
