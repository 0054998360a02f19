from __future__ import annotations

from itertools import chain

import pytest

from tests.callbacks.dash_client import drawn_with, table_rows, text
from tests.support.personality import BASIS

TYPICAL = dict(zip(BASIS, ("44", "51290", "393.5", "4", "5", "6", "50"), strict=True))
TYPED = {name: float(value) for name, value in TYPICAL.items()}
ASKED = "compare-asked.data"


def change(visitor, do, kept=(), typed="", form=TYPICAL, loaded="", place=None):
    given = {"do": do, "n": 1, "kept": list(kept) if isinstance(kept, tuple) else kept, "other": typed}
    given |= {"values": form, "customer": loaded, "place": place}
    answer = visitor.call("compare-told.data", {ASKED: given}, ASKED)
    assert answer.status_code == 200, answer.text
    return answer.json["response"]


def kept_by(response):
    return response["compare-told"]["data"]["kept"]


def said(response):
    return response["compare-told"]["data"]["said"]["compare-customer-said"][1]


@pytest.fixture(scope="module")
def ids(table) -> list[str]:
    return [str(one) for one in table.dropna(subset=list(BASIS))["ID"].head(5)]


def chips(response) -> list[str]:
    return [
        one["children"] for one in drawn_with(response["compare-content"]["children"], className="p-chip")
    ]


def test_the_form_is_kept_with_its_figures(viewer):
    response = change(viewer, "keep")
    assert kept_by(response) == [TYPED]
    assert chips(response) == ["Remove A: from the form ×"]


def test_a_loaded_customer_is_kept_by_id_while_unchanged(viewer, table, ids):
    row = table[table["ID"].astype(str) == ids[0]].iloc[0]
    form = {name: f"{row[name]:.10g}" for name in BASIS}
    assert kept_by(change(viewer, "keep", form=form, loaded=ids[0])) == [ids[0]]
    [changed] = kept_by(change(viewer, "keep", form=form | {"Recency": "1"}, loaded=ids[0]))
    assert changed["Recency"] == 1


def test_customers_are_added_by_id_and_removed(viewer, ids):
    response = change(viewer, "add", (ids[0],), typed=f" {ids[1]} ")
    assert kept_by(response) == ids[:2]
    assert chips(response) == [f"Remove A: customer {ids[0]} ×", f"Remove B: customer {ids[1]} ×"]
    assert kept_by(change(viewer, "drop", tuple(ids[:2]), place=0)) == [ids[1]]
    assert change(viewer, "drop", (ids[0],), place=0)["compare-content"]["children"] == []


def test_figures_are_those_of_the_file_and_of_the_segments(viewer, table, ids):
    drawn = change(viewer, "add", (ids[0],), typed=ids[1])["compare-content"]["children"]
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
    drawn = change(viewer, "keep", form=TYPICAL | {"Income": ""})["compare-content"]["children"]
    assert "51,290 (assumed)" in text(drawn)


@pytest.mark.parametrize("typed", ["", "   ", "nobody", "~1~2", "9" * 50, None, [], {"a": 1}, "x" * 100_000])
def test_who_is_unknown_is_said_and_nothing_changes(viewer, ids, typed):
    response = change(viewer, "add", (ids[0],), typed=typed)
    assert set(response) == {"compare-told"}
    assert "kept" not in response["compare-told"]["data"]
    assert "No customer has this ID" in said(response)


def test_a_fourth_and_a_second_time_are_refused(viewer, ids):
    assert "Remove one first" in said(change(viewer, "add", tuple(ids[:3]), typed=ids[3]))
    assert "there already" in said(change(viewer, "add", (ids[0],), typed=ids[0]))


def test_a_form_with_a_mistake_is_not_kept(viewer):
    response = change(viewer, "keep", form=TYPICAL | {"Age": "200"})
    assert set(response) == {"compare-told"}
    assert "A value of the form can't be used" in said(response)


FORGED = [
    None,
    7,
    "x",
    {},
    [None],
    [[]],
    ["nobody"],
    [{"Age": "old"}],
    [TYPED | {"Age": 200}],
    [TYPED | {"Age": "nan"}],
    [TYPED | {"Income": "1e999"}],
    [TYPED | {"Income": [[]]}],
    ["x" * 100_000],
    [TYPED | {"Segment": "<b>"}] * 1000,
]


@pytest.mark.parametrize("kept", FORGED, ids=lambda one: ascii(one)[:24])
def test_a_forged_comparison_is_read_as_far_as_it_makes_sense(viewer, ids, kept):
    assert kept_by(change(viewer, "add", kept, typed=ids[0])) in ([ids[0]], [TYPED, ids[0]])


def test_what_the_tab_remembers_is_compared_again(viewer, ids):
    response = change(viewer, "again", (TYPED, ids[1]))
    assert kept_by(response) == [TYPED, ids[1]]
    assert chips(response) == ["Remove A: from the form ×", f"Remove B: customer {ids[1]} ×"]


def test_the_address_opens_the_comparison_of_those_with_an_id(viewer, ids):
    drawn = viewer.page("/predict", f"?a={ids[0]}&b=nobody&c={ids[1]}")
    [store] = drawn_with(drawn, id="compare-told")
    assert store["data"]["kept"] == ids[:2]
    [content] = drawn_with(drawn, id="compare-content")
    assert drawn_with(content["children"], id="compare-chart")


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer, administrator):
    body = administrator.body("compare-told.data", {}, ASKED)
    assert viewer.post(body).status_code == 403
