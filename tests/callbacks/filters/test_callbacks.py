from __future__ import annotations

import re

import pandas as pd
import pytest

from tests.callbacks.dash_client import drawn_with

ASK, ANSWER = "filters-ask.data", "filters-answer.data"


@pytest.fixture
def ask(viewer):
    def put(**question: object):
        return viewer.call(ANSWER, {ASK: {"page": "/", "n": 1} | question}, ASK)

    return put


def answered(response) -> dict:
    assert response.status_code == 200, response.text
    return response.json["response"]["filters-answer"]["data"]


def test_figures_are_those_of_the_selected_customers(ask, table):
    answer = answered(ask(clauses={"Segment": [1], "Children": [0]}))
    chosen = table[(table["Segment"] == 2) & (table["Children"] == 0)]
    assert answer["rows"] == len(chosen)
    assert answer["texts"]["overview-customers-value"] == f"{len(chosen):,}"
    assert answer["texts"]["overview-each-value"] == f"{chosen['Total_Spending'].mean():,.0f}"
    assert answer["texts"]["overview-mean-response-value"] == f"{chosen['Response'].mean():.1%}"


def test_a_chart_skips_its_own_filter_and_no_other(ask, table):
    answer = answered(ask(clauses={"Segment": [1], "Children": [0]}, options={"show": "charts"}))
    sizes = table[table["Children"] == 0]["Segment"].value_counts().to_dict()
    shown = answer["tables"]["overview-hero"]
    assert {int(name.split()[0]): int(size) for name, size, *_ in shown} == sizes
    opacities = answer["figures"]["overview-hero"]["data"][0]["marker"]["opacity"]
    full = [name for (name, *_), one in zip(shown, opacities, strict=True) if one == max(opacities)]
    assert [name[:2] for name in full] == ["2 "]
    children = table[table["Segment"] == 2]["Children"].value_counts().sort_index()
    assert answer["views"]["overview-children"]["values"][0][: len(children)] == children.tolist()


def test_an_answer_is_compact(ask):
    assert len(ask(clauses={"Segment": [0, 2]}).data) < 30_000


def test_words_and_clauses_ask_the_same(ask):
    one = answered(ask(clauses={"Children": [1, 0], "Segment": [1]}))
    assert answered(ask(address=one["text"])) == one
    assert one["text"] == "Children=0~1&Segment=2"
    assert next(chip["text"] for chip in one["chips"]) == "0 to 1"


def test_a_range_that_ends_in_an_open_bin_is_said_to_be_open(ask):
    assert answered(ask(address="Income=60000~"))["chips"][0]["text"] == "60,000 and more"


def test_what_is_typed_is_counted_exactly_said_in_words_and_kept_by_a_click(ask, table):
    typed = answered(ask(address="Income=over:65000&Dt_Customer=last:90"))
    day = table["Dt_Customer"].max()
    chosen = table[(table["Income"] > 65_000) & (table["Dt_Customer"] > day - pd.Timedelta(days=90))]
    assert typed["rows"] == len(chosen)
    assert {chip["label"]: chip["text"] for chip in typed["chips"]} == {
        "Income": "over 65,000",
        "Enrolment date": f"the last 90 days to {day:%b} {day.day}, {day.year}",
    }
    clicked = answered(ask(clauses={"Children": [0]}, pieces=typed["pieces"]))
    assert clicked["rows"] == (chosen["Children"] == 0).sum()
    assert clicked["text"] == "Children=0&Dt_Customer=last:90&Income=over:65000"


def test_of_a_group_one_is_enough(ask, table):
    found = answered(ask(address="any:Income=over:80000&any:Children=3"))
    assert found["rows"] == ((table["Income"] > 80_000) | (table["Children"] == 3)).sum()
    assert found["clauses"] == found["covered"] == {}


def test_of_each_of_two_groups_one_is_enough_also_on_one_field(ask, table):
    text = "any2:Income=over:80000&any2:Income=under:20000&any:Children=0&any:Age=..30"
    found = answered(ask(address=text))
    income = (table["Income"] > 80_000) | (table["Income"] < 20_000)
    assert found["rows"] == (income & ((table["Children"] == 0) | (table["Age"] <= 30))).sum() > 0
    again = answered(ask(clauses=found["clauses"], pieces=found["pieces"]))
    assert again == found


def test_an_address_with_two_filters_of_a_group_on_one_field_opens_with_both(viewer, table):
    drawn = viewer.page("/", "?any:Income=over:80000&any:Income=under:20000")
    [page] = drawn_with(drawn, id="filters-page")
    assert page["data"]["answer"]["rows"] == ((table["Income"] > 80_000) | (table["Income"] < 20_000)).sum()


def test_a_key_figure_under_a_typed_filter_on_its_own_field_has_no_interval(ask):
    texts = answered(ask(address="Total_Spending=over:612.5"))["texts"]
    assert texts["overview-each-note"].endswith("; selected by this field")


def test_parts_of_spending_are_said_in_percent(ask):
    money = {"page": "/explore", "clauses": {}, "options": {"show": "money"}}
    said = [text for id, text in answered(ask(**money))["texts"].items() if "Share_" in id]
    assert said
    assert [text for text in said if not re.search(r"\d+% to \d+%", text)] == []


def test_one_segment_in_percent_is_drawn_beside_everyone_not_as_parts_of_itself(ask):
    options = {"split": "segments", "as": "shares"}
    alone = answered(ask(page="/explore", clauses={"Segment": [1]}, options=options, form="split"))
    assert {len(view["values"]) for view in alone["views"].values()} == {1}
    two = answered(ask(page="/explore", clauses={"Segment": [1, 2]}, options=options))
    assert 6 in {len(view["values"]) for view in two["views"].values()}
    drawn = next(iter(alone["bars"].values()))["data"]
    assert drawn[0]["zorder"] == 1, "the outline of everyone is hidden behind the bars"


def test_nobody_matching_is_an_answer_too(ask):
    answer = answered(ask(clauses={"Segment": [5], "Total_Spending": [9]}))
    assert answer["rows"] == 0
    assert "No customer of 2,240 matches your filters." in answer["texts"]["overview-lead"]


@pytest.mark.parametrize(
    "question",
    [
        {"address": "Nothing=1"},
        {"address": "Segment=99"},
        {"address": "x" * 5000},
        {"clauses": {"Segment": [99]}},
        {"clauses": {"Segment": ["1"]}},
        {"clauses": {"Segment": [True]}},
        {"clauses": {"Segment": 1}},
        {"clauses": {"ID": [1]}},
        {"clauses": [1, 2]},
        {"clauses": None},
        {"clauses": {}, "pieces": ["ID=5"]},
        {"clauses": {}, "pieces": [5]},
        {"clauses": {"Income": [3]}, "pieces": ["Income=65000.."]},
        {"address": "Dt_Customer=last:90,last:30"},
        {"address": 5},
    ],
)
def test_a_filter_that_is_not_there_is_told_in_words(ask, question):
    assert answered(ask(**question))["error"].startswith("Filters: found")


@pytest.mark.parametrize("asked", [None, 7, "x", [], {"page": "/predict"}, {"page": ["/"]}, {}])
def test_a_question_that_no_page_asks_gets_no_figures(viewer, asked):
    response = viewer.call(ANSWER, {ASK: asked}, ASK)
    assert response.status_code in (200, 204)
    assert "views" not in response.text


def test_an_address_opens_the_page_filtered(viewer, table):
    drawn = str(viewer.page("/", "?Segment=2"))
    assert f"{(table['Segment'] == 2).sum():,} of 2,240 customers match your filters" in drawn


def test_a_wrong_address_opens_the_page_unfiltered_and_says_why(viewer):
    drawn = str(viewer.page("/", "?Segment=none-such"))
    assert "Six segments" in drawn
    assert "Filters: found" in drawn


@pytest.mark.parametrize("page", [{}, [], None, 7, "/nowhere", {"/": 1}])
def test_a_page_that_is_none_is_refused_in_words(ask, page, caplog):
    response = ask(page=page)
    assert "a question about one of our pages" in response.text
    assert "our fault" not in response.text
    assert "Traceback" not in caplog.text


def first_answer(page):
    [opened] = drawn_with(page, id="filters-page")
    return opened["data"]["answer"]


def test_a_wrong_filter_leaves_the_page_as_it_was_asked_and_the_other_filters_at_hand(viewer):
    answer = first_answer(viewer.page("/explore", "?Children=0&Segment=99&show=money"))
    assert answer["options"]["show"] == "money"
    assert answer["clauses"] == {}
    assert answer["error"].startswith("Filters: found 'Segment 99'. Expected one of 1, 2, 3")
    assert answer["mended"] == "Children=0&show=money"
    assert first_answer(viewer.page("/", "?Segment=99"))["mended"] == ""
    assert first_answer(viewer.page("/", "?Nothing=1&Segment=2"))["mended"].startswith("Segment=2&model=")


def test_a_segment_that_is_not_there_is_told_by_the_numbers_that_people_see(ask):
    said = answered(ask(clauses={"Segment": [6]}))["error"]
    assert "a choice of Segment that is not there" in said
    assert "Expected one of 1, 2, 3, 4, 5, 6." in said


def test_the_form_knows_every_field_that_may_be_filtered_by_and_no_identifier(viewer, app, table):
    fields = {one["name"]: one for one in viewer.client.get("/filters/fields").json["fields"]}
    assert "ID" not in fields
    assert not [name for name in fields if name.endswith("_log")]
    education = fields["Education"]
    assert (
        dict(zip(education["labels"], education["counts"], strict=True))["PhD"]
        == (table["Education"] == "PhD").sum()
    )
    assert (fields["Income"]["low"], fields["Income"]["high"]) == (
        table["Income"].min(),
        table["Income"].max(),
    )
    assert fields["Dt_Customer"]["high"] == f"{table['Dt_Customer'].max():%Y-%m-%d}"
    nobody = app.server.test_client().get("/filters/fields", headers={"Accept": "application/json"})
    assert nobody.status_code == 401
