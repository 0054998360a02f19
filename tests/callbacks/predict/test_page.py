from __future__ import annotations

import json
import re

import pytest

from core.services import Services
from tests.callbacks.dash_client import UPDATE, drawn_with, text
from tests.support.personality import BASIS, FIELDS

TYPICAL = {
    "Age": "44",
    "Income": "51290",
    "Total_Spending": "393.5",
    "NumWebPurchases": "4",
    "NumStorePurchases": "5",
    "NumWebVisitsMonth": "6",
    "Recency": "50",
}
ASKED = "predict-asked.data"


def question(typed, do="predict", **more):
    return {ASKED: {"do": do, "n": 1, "values": typed, "customer": "", "other": "", "kept": [], **more}}


def told(visitor, typed, do="predict", **more):
    """What the form is told, and what is drawn: both by the name of the output."""
    answer = visitor.call("predict-answer.children", question(typed, do, **more), ASKED)
    assert answer.status_code == 200, answer.text
    response = answer.json["response"]
    drawn = {name: response[name]["children"] for name in response if "children" in response[name]}
    return response["predict-told"]["data"] | drawn


def answered(visitor, typed, **more):
    """The card of the answer."""
    return told(visitor, typed, **more)["predict-answer"]


def opened(visitor, search=""):
    """The same of a page that opens."""
    drawn = visitor.page("/predict", search)
    [store] = drawn_with(drawn, id="predict-told")
    [answer] = drawn_with(drawn, id="predict-answer")
    return store["data"] | {"predict-answer": answer["children"]}


def segment(drawn):
    """Number and name of the segment that an answer names."""
    [name] = drawn_with(drawn, className="p-answer-name")
    number, words = name["children"]
    return int(text(number)), text(words)


def said(told, name):
    return told["lines"].get(name, ["", ""])[1]


def invalid(told):
    return {name for name, (kind, _) in told["lines"].items() if kind == "error"}


def loader(told):
    return told["said"]["predict-customer-said"][1]


@pytest.fixture(scope="session")
def known(table):
    """Ten customers of each segment, with every figure known."""
    whole = table.dropna(subset=list(BASIS))
    return whole.groupby("Segment").head(10)


def test_in_a_crowd_without_groups_nobody_is_clearly_anything(viewer, monkeypatch):
    answers = {}
    for grouped in (True, False):
        monkeypatch.setattr(Services, "grouped", grouped)
        answers[grouped] = text(answered(viewer, TYPICAL))
    assert "No groups are to be seen" not in answers[True]
    assert not re.search("clearly one of", answers[False], re.IGNORECASE)
    assert "No groups are to be seen among these customers: segments are parts of one crowd" in answers[False]


def test_a_customer_of_the_file_is_predicted_into_the_segment_that_the_model_gave_it(viewer, known):
    predicted = {
        row["ID"]: segment(answered(viewer, {name: str(row[name]) for name in BASIS}))[0]
        for _, row in known.iterrows()
    }
    assert predicted == dict(zip(known["ID"], known["Segment"], strict=True))


def test_loading_a_customer_fills_the_form_and_answers(viewer, known):
    for _, row in known.groupby("Segment").head(1).iterrows():
        found = told(viewer, TYPICAL, "load", customer=f" {row['ID']} ")
        shown = {name: float(value) for name, value in found["values"].items()}
        assert shown == {name: pytest.approx(row[name], abs=0.005) for name in BASIS}
        assert segment(found["predict-answer"])[0] == row["Segment"]
        assert str(row["ID"]) in loader(found)
        assert found["customer"] == str(row["ID"])
        by_address = opened(viewer, f"?customer={row['ID']}")
        assert by_address["values"] == found["values"]
        assert text(by_address["predict-answer"]) == text(found["predict-answer"])


def test_a_gap_in_the_file_is_an_empty_field_that_says_what_is_assumed(viewer, table):
    gap = table[table["Income"].isna()].iloc[0]
    found = told(viewer, TYPICAL, "load", customer=str(gap["ID"]))
    assert found["values"]["Income"] == ""
    assert said(found, "Income") == f"Left empty: the median, {table['Income'].median():,.0f}, is assumed."
    assert segment(found["predict-answer"])[0] == gap["Segment"]


@pytest.mark.parametrize(
    "identifier", ["0", "999999999", "-1", "1.0", "1e3", "abc", "٣", "x" * 10_000, "9" * 40]
)
def test_an_unknown_customer_is_said_and_nothing_else_changes(viewer, identifier):
    found = told(viewer, TYPICAL, "load", customer=identifier)
    assert set(found) == {"said", "do", "n"}
    assert identifier[:40] in loader(found)
    assert "x" * 50 not in loader(found)


def test_an_address_of_an_unknown_customer_says_so_beside_the_typical_one(viewer):
    found = opened(viewer, "?customer=nobody")
    assert "No customer has the ID “nobody”" in loader(found)
    assert found["values"] == TYPICAL


@pytest.mark.parametrize("identifier", [None, "", "   ", [], {}, False])
def test_no_customer_id_is_asked_for(viewer, identifier):
    assert "Enter the ID of a customer" in loader(told(viewer, TYPICAL, "load", customer=identifier))


@pytest.mark.parametrize("name", BASIS)
def test_an_empty_field_says_the_median_that_is_assumed(viewer, table, name):
    response = told(viewer, TYPICAL | {name: " "})
    median = f"{table[name].median():,.1f}".removesuffix(".0")
    amounts = f"{table[name].median():,.0f}"
    assert said(response, name) in {
        f"Left empty: the median, {one}, is assumed." for one in (median, amounts)
    }
    assert FIELDS[name].label.lower() in text(response["predict-answer"])


def test_a_gap_is_drawn_where_the_assumed_value_is(viewer, table):
    drawn = answered(viewer, TYPICAL | {"Income": ""})
    [graph] = drawn_with(drawn, id="answer-compared")
    customer = next(trace for trace in graph["figure"]["data"] if trace["name"] == "This customer")
    income = dict(zip(customer["y"], zip(customer["x"], customer["customdata"], strict=True), strict=True))[
        "Income"
    ]
    known = table["Income"]
    assert income[0] == pytest.approx((known.median() - known.mean()) / known.std(ddof=0))
    assert income[1] == f"{known.median():,.0f}"


def test_everything_may_be_left_empty(viewer):
    assert segment(answered(viewer, dict.fromkeys(BASIS, ""))) == segment(answered(viewer, TYPICAL))
    assert segment(answered(viewer, {})) == segment(answered(viewer, TYPICAL))


def test_who_stands_out_in_nothing_is_said_to_be_near_the_average_in_how_many_figures(viewer, table):
    near = {name: f"{table[name].mean():.0f}" for name in BASIS}
    shown = text(answered(viewer, near))
    assert "within half a standard deviation of everyone's average in all seven figures" in shown


def test_a_value_outside_the_data_is_a_warning_and_still_answered(viewer):
    response = told(viewer, TYPICAL | {"Recency": "400"})
    assert said(response, "Recency").startswith("Outside the data, which runs from 0 to 99")
    assert invalid(response) == set()
    assert segment(response["predict-answer"])


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("Age", "200", "Age can only be 0 to 120"),
        ("Age", "-1", "Age can only be 0 to 120"),
        ("Age", "old", "Expected a number, such as 44"),
        ("Income", "1e13", "Found “1e13”. Expected a number"),
        ("Income", "99999999999999", "Income can only be"),
        ("NumWebPurchases", "2.5", "counted in whole numbers"),
        ("Recency", "12-14", "Expected a number"),
        ("Total_Spending", "<b>1</b>", "Found “<b>1</b>”"),
    ],
)
def test_an_impossible_value_is_an_error_at_its_field_and_nothing_is_predicted(viewer, name, typed, words):
    response = told(viewer, TYPICAL | {name: typed})
    assert words in said(response, name)
    assert invalid(response) == {name}
    assert "One value can't be used" in text(response["predict-answer"])
    assert response["predict-details"] is None


def test_what_was_typed_is_not_touched(viewer):
    assert "values" not in told(viewer, TYPICAL | {"Age": "200", "Income": "$ 51,290"})


@pytest.mark.parametrize("typed", ["51,290", " 51290 ", "$51,290", "51 290", "51'290.00", 51290, 51290.0])
def test_a_number_may_be_written_as_people_do(viewer, typed):
    assert text(answered(viewer, TYPICAL | {"Income": typed})) == text(answered(viewer, TYPICAL))


GARBAGE = [
    [],
    {},
    [44],
    {"Age": 44},
    [[[]]],
    True,
    False,
    "NaN",
    "Infinity",
    "-inf",
    "1e999",
    10**400,
    -(10**30),
    1e308,
    "9" * 1_000_000,
    "0x1F",
    "1_000",
    "٤٤",
    "\x00",
    "\ud800",
    "4" + "\u0301" * 50,
    "'; DROP TABLE users; --",
    "=1+1",
    "{{7*7}}",
]


@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: ascii(value)[:24])
@pytest.mark.parametrize("name", ["Age", "Income", "NumWebPurchases"])
def test_garbage_gets_words_at_its_field(viewer, name, value):
    response = told(viewer, TYPICAL | {name: value})
    assert 0 < len(said(response, name)) < 250
    assert invalid(response) == {name}
    assert "can't be used" in text(response["predict-answer"])


ODD = [None, 7, "x", [], {}, {"do": []}, {"do": "erase", "settled": "no"}, {"values": [1]}, {"values": "Age"}]


@pytest.mark.parametrize("given", ODD, ids=ascii)
def test_a_forged_question_is_one_about_a_customer_of_whom_nothing_is_known(viewer, given):
    answer = viewer.call("predict-answer.children", {ASKED: given}, ASKED)
    assert answer.status_code == 200, answer.text
    assert segment(answer.json["response"]["predict-answer"]["children"])
    assert set(answer.json["response"]["predict-told"]["data"]["lines"]) == set(BASIS)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_a_bad_request(viewer, constant):
    body = viewer.body("predict-answer.children", question(TYPICAL | {"Age": 123456789}), ASKED)
    answer = viewer.client.post(
        UPDATE,
        data=json.dumps(body).replace("123456789", constant),
        content_type="application/json",
        headers={"X-CSRFToken": viewer.token},
    )
    assert answer.status_code == 400
    assert "Reload the page" in answer.json["error"]


def test_the_page_opens_with_the_answer_for_the_typical_customer(viewer, table):
    found = opened(viewer)
    assert found["values"] == TYPICAL
    assert {name: float(value) for name, value in TYPICAL.items()} == table[list(BASIS)].median().to_dict()
    assert text(found["predict-answer"]) == text(answered(viewer, TYPICAL))
    assert loader(found).startswith("The typical customer")
    assert not found.get("typed")


def test_clearing_empties_every_field(viewer):
    found = told(viewer, TYPICAL, "clear")
    assert found["values"] == dict.fromkeys(BASIS, "")
    assert (found["lines"], found["predict-details"]) == ({}, None)
    assert "The answer appears here" in text(found["predict-answer"])


def test_the_answer_says_how_firmly_and_which_is_next(viewer):
    said = text(answered(viewer, TYPICAL))
    assert "% firm: made again from other customers like these, the segments kept this customer" in said
    assert "What stands out" in said
    assert "For marketing:" in said


def test_an_old_address_with_figures_opens_with_them_and_mistakes_are_said_at_their_field(viewer):
    found = opened(viewer, "?Age=old&Income=1&Total_Spending=1250.5")
    assert {name: value for name, value in found["values"].items() if value} == {
        "Age": "old",
        "Income": "1",
        "Total_Spending": "1250.5",
    }
    assert "Expected a number" in said(found, "Age")
    assert invalid(found) == {"Age"}
    mended = opened(viewer, "?Age=33&Income=1&Total_Spending=1250.5")
    typed = {"Age": "33", "Income": "1", "Total_Spending": "1250.5"}
    assert text(mended["predict-answer"]) == text(answered(viewer, typed))


def test_the_form_is_made_of_the_basis_with_the_ranges_of_the_data(viewer, table):
    form = opened(viewer)["form"]
    assert [(one["name"], one["label"]) for one in form] == [(name, FIELDS[name].label) for name in BASIS]
    for one in form:
        values = table[one["name"]]
        assert f"In the data: {values.min():,.0f} to {values.max():,.0f}." in one["hint"]
        low, high, step = (one[end] for end in ("low", "high", "step"))
        assert low <= values.min() < low + step
        assert high - step < values.max() <= high
        assert step >= 1
        assert (high - low) % step == 0


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer, administrator):
    body = administrator.body("predict-answer.children", question(TYPICAL), ASKED)
    assert viewer.post(body).status_code == 403
    assert "error" in viewer.post(body).json
    assert administrator.post(body).status_code == 200


def test_who_is_like_nobody_here_is_said_to_be_so_at_the_answer(viewer):
    drawn = answered(viewer, TYPICAL | {"Income": "700000"})
    words = text(drawn)
    assert f"Unlike nearly all customers here, and nearest to the {segment(drawn)[1][0].lower()}" in words
    assert "% firm" not in words
    assert "Clearly" not in words


@pytest.mark.parametrize("far", [{"Income": "110000"}, {"Total_Spending": "2500", "Income": "51290"}])
def test_who_is_far_from_every_centre_is_not_said_to_be_at_one_and_one_border_is_named(viewer, far):
    drawn = answered(viewer, TYPICAL | far)
    words = text(drawn)
    assert "is at the centre" not in words
    near = re.search(
        r"(?:The nearest border is that with|It could as well be one of) the (.+?)\.", words
    ).group(1)
    told = re.search(r"the nearest border, that with (.+?), is", words).group(1)
    assert told.casefold() == near.casefold()
    assert "next nearest is" not in words
