from __future__ import annotations

import json
import re

import pytest

from core.schema.current import BASIS, FIELDS
from tests.callbacks.dash_client import UPDATE, drawn_with, text

TYPICAL = {
    "Age": "44",
    "Income": "51290",
    "Total_Spending": "393.5",
    "NumWebPurchases": "4",
    "NumStorePurchases": "5",
    "NumWebVisitsMonth": "6",
    "Recency": "50",
}
FORM, LOAD, CLEAR = "predict-form.n_submit", "predict-load.n_clicks", "predict-clear.n_clicks"


def asked(typed, customer=None, triggered=FORM):
    fields = {f"predict-{name}.value": value for name, value in typed.items()}
    return fields | {"predict-customer.value": customer, triggered: 1}


def answered(visitor, typed, customer=None, triggered=FORM):
    answer = visitor.call("predict-answer.children", asked(typed, customer, triggered), triggered)
    assert answer.status_code == 200, answer.text
    return answer.json["response"]


def segment(drawn):
    """Number and name of the segment that an answer names."""
    [name] = drawn_with(drawn, className="p-answer-name")
    number, words = name["children"]
    return int(text(number)), text(words)


def said(response, name):
    return text(response[f"predict-{name}-said"]["children"])


def line_under(drawn, name):
    [line] = drawn_with(drawn, id=f"predict-{name}-said")
    return text(line["children"])


@pytest.fixture(scope="session")
def known(table):
    """Ten customers of each segment, with every figure known."""
    whole = table.dropna(subset=list(BASIS))
    return whole.groupby("Segment").head(10)


def test_a_customer_of_the_file_is_predicted_into_the_segment_that_the_model_gave_it(viewer, known):
    predicted = {
        row["ID"]: segment(
            answered(viewer, {name: str(row[name]) for name in BASIS})["predict-answer"]["children"]
        )[0]
        for _, row in known.iterrows()
    }
    assert predicted == dict(zip(known["ID"], known["Segment"], strict=True))


def test_loading_a_customer_fills_the_form_and_answers(viewer, known):
    for _, row in known.groupby("Segment").head(1).iterrows():
        response = answered(viewer, TYPICAL, customer=str(row["ID"]), triggered=LOAD)
        shown = {name: float(response[f"predict-{name}"]["value"]) for name in BASIS}
        assert shown == {name: pytest.approx(row[name], abs=0.005) for name in BASIS}
        assert segment(response["predict-answer"]["children"])[0] == row["Segment"]
        assert str(row["ID"]) in text(response["predict-load-said"]["children"])


def test_a_gap_in_the_file_is_an_empty_field_that_says_what_is_assumed(viewer, table):
    gap = table[table["Income"].isna()].iloc[0]
    response = answered(viewer, TYPICAL, customer=str(gap["ID"]), triggered=LOAD)
    assert response["predict-Income"]["value"] == ""
    assert said(response, "Income") == f"Left empty: the median, {table['Income'].median():,.0f}, is assumed."
    assert segment(response["predict-answer"]["children"])[0] == gap["Segment"]


@pytest.mark.parametrize(
    "identifier", ["0", "999999999", "-1", "1.0", "1e3", "abc", "٣", "x" * 10_000, "9" * 40]
)
def test_an_unknown_customer_is_said_and_nothing_else_changes(viewer, identifier):
    response = answered(viewer, TYPICAL, customer=identifier, triggered=LOAD)
    assert set(response) == {"predict-load-said"}
    assert identifier[:40] in text(response["predict-load-said"]["children"])
    assert "x" * 50 not in text(response["predict-load-said"]["children"])


@pytest.mark.parametrize("identifier", [None, "", "   ", [], {}, False])
def test_no_customer_id_is_asked_for(viewer, identifier):
    response = answered(viewer, TYPICAL, customer=identifier, triggered=LOAD)
    assert "Enter the ID of a customer" in text(response["predict-load-said"]["children"])


@pytest.mark.parametrize("name", BASIS)
def test_an_empty_field_says_the_median_that_is_assumed(viewer, table, name):
    response = answered(viewer, TYPICAL | {name: " "})
    median = f"{table[name].median():,.1f}".removesuffix(".0")
    amounts = f"{table[name].median():,.0f}"
    assert said(response, name) in {
        f"Left empty: the median, {one}, is assumed." for one in (median, amounts)
    }
    assert FIELDS[name].label.lower() in text(response["predict-answer"]["children"])
    assert name not in response["predict-shared"]["data"]


def test_a_gap_is_drawn_where_the_assumed_value_is(viewer, table):
    drawn = answered(viewer, TYPICAL | {"Income": ""})["predict-answer"]["children"]
    [graph] = drawn_with(drawn, id="answer-compared")
    customer = next(trace for trace in graph["figure"]["data"] if trace["name"] == "This customer")
    income = dict(zip(customer["y"], zip(customer["x"], customer["customdata"], strict=True), strict=True))[
        "Income"
    ]
    known = table["Income"]
    assert income[0] == pytest.approx((known.median() - known.mean()) / known.std(ddof=0))
    assert income[1][0] == f"{known.median():,.0f}"


def test_everything_may_be_left_empty(viewer):
    response = answered(viewer, dict.fromkeys(BASIS, ""))
    typical = answered(viewer, TYPICAL)
    assert segment(response["predict-answer"]["children"]) == segment(typical["predict-answer"]["children"])


def test_who_stands_out_in_nothing_is_said_to_be_near_the_average_in_how_many_figures(viewer, table):
    near = {name: f"{table[name].mean():.0f}" for name in BASIS}
    shown = text(answered(viewer, near)["predict-answer"]["children"])
    assert "within half a standard deviation of everyone's average in all seven figures" in shown


def test_a_value_outside_the_data_is_a_warning_and_still_answered(viewer, table):
    response = answered(viewer, TYPICAL | {"Recency": "400"})
    assert said(response, "Recency").startswith("Outside the data, which runs from 0 to 99")
    assert response["predict-Recency"]["invalid"] is False
    assert segment(response["predict-answer"]["children"])


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
    response = answered(viewer, TYPICAL | {name: typed})
    assert words in said(response, name)
    assert {one for one in BASIS if response[f"predict-{one}"]["invalid"]} == {name}
    assert "One value can't be used" in text(response["predict-answer"]["children"])


def test_what_was_typed_is_not_touched(viewer):
    response = answered(viewer, TYPICAL | {"Age": "200", "Income": "$ 51,290"})
    assert all("value" not in response[f"predict-{name}"] for name in BASIS)


@pytest.mark.parametrize("typed", ["51,290", " 51290 ", "$51,290", "51 290", "51'290.00", 51290, 51290.0])
def test_a_number_may_be_written_as_people_do(viewer, typed):
    response = answered(viewer, TYPICAL | {"Income": typed})
    assert response["predict-shared"]["data"]["Income"] == "51290"


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
    response = answered(viewer, TYPICAL | {name: value})
    assert said(response, name)
    assert len(said(response, name)) < 250
    assert response[f"predict-{name}"]["invalid"] is True
    assert "can't be used" in text(response["predict-answer"]["children"])


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_a_bad_request(viewer, constant):
    body = viewer.body("predict-answer.children", asked(TYPICAL | {"Age": 123456789}), FORM)
    answer = viewer.client.post(
        UPDATE,
        data=json.dumps(body).replace("123456789", constant),
        content_type="application/json",
        headers={"X-CSRFToken": viewer.token},
    )
    assert answer.status_code == 400
    assert "Reload the page" in answer.json["error"]


def test_the_page_opens_with_the_answer_for_the_typical_customer_and_a_plain_address(viewer):
    drawn = viewer.page("/predict", "")
    [shown] = drawn_with(drawn, id="predict-answer")
    typed = {name: drawn_with(drawn, id=f"predict-{name}")[0]["value"] for name in BASIS}
    assert text(shown["children"]) == text(answered(viewer, typed)["predict-answer"]["children"])
    assert drawn_with(drawn, id="predict-shared")[0]["data"] == {}
    assert text(drawn_with(drawn, id="predict-load-said")[0]["children"]).startswith("The typical customer")


def test_clearing_empties_every_field(viewer):
    response = answered(viewer, TYPICAL, triggered=CLEAR)
    assert {response[f"predict-{name}"]["value"] for name in BASIS} == {""}
    assert response["predict-shared"]["data"] == {}
    assert "The answer appears here" in text(response["predict-answer"]["children"])


def test_the_answer_says_how_firmly_and_which_is_next(viewer):
    said = text(answered(viewer, TYPICAL)["predict-answer"]["children"])
    assert "0% is on the border with" in said
    assert "What stands out" in said
    assert "For marketing:" in said


def test_what_is_shared_opens_with_the_same_answer(viewer):
    typed = TYPICAL | {"Age": "33", "Income": "", "Total_Spending": "1,250.5"}
    response = answered(viewer, typed)
    search = "?" + "&".join(f"{name}={value}" for name, value in response["predict-shared"]["data"].items())
    drawn = viewer.page("/predict", search)
    [shown] = drawn_with(drawn, id="predict-answer")
    assert text(shown["children"]) == text(response["predict-answer"]["children"])
    values = {name: drawn_with(drawn, id=f"predict-{name}")[0]["value"] for name in BASIS}
    assert values == typed | {"Total_Spending": "1250.5"}


def test_an_address_with_a_mistake_says_it_at_the_field(viewer):
    drawn = viewer.page("/predict", "?Age=old&Income=1")
    [field] = drawn_with(drawn, id="predict-Age")
    assert (field["value"], field["invalid"]) == ("old", True)
    assert "Expected a number" in line_under(drawn, "Age")
    assert drawn_with(drawn, id="predict-shared")[0]["data"] == {"Age": "old", "Income": "1"}


def test_the_form_starts_with_the_typical_customer(viewer, table):
    drawn = viewer.page("/predict")
    values = {name: drawn_with(drawn, id=f"predict-{name}")[0]["value"] for name in BASIS}
    assert {name: float(value) for name, value in values.items()} == table[list(BASIS)].median().to_dict()


def test_ranges_under_the_fields_are_those_of_the_data(viewer, table):
    drawn = viewer.page("/predict")
    for name in BASIS:
        words = line_under(drawn, name)
        assert f"In the data: {table[name].min():,.0f} to {table[name].max():,.0f}." in words


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer, administrator):
    body = administrator.body("predict-answer.children", asked(TYPICAL), FORM)
    assert viewer.post(body).status_code == 403
    assert "error" in viewer.post(body).json
    assert administrator.post(body).status_code == 200


@pytest.mark.parametrize("far", [{"Income": "700000"}, {"Total_Spending": "2500", "Income": "51290"}])
def test_who_is_far_from_every_centre_is_not_said_to_be_at_one_and_one_border_is_named(viewer, far):
    drawn = answered(viewer, TYPICAL | far)["predict-answer"]["children"]
    words = text(drawn)
    assert "is at the centre" not in words
    assert f"100% is as far from it as the centre of {segment(drawn)[1]}, or further." in words
    border = re.search(r"0% is on the border with (.+?), 100%", words).group(1)
    assert f"the nearest border, that with {border}, is" in words
    assert "next nearest is" not in words
