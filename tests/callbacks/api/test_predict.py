from __future__ import annotations

import json

import pytest

from callbacks.api.predict import MOST_CUSTOMERS
from core.scoring.prediction import CROWD
from core.services import Services
from tests.support.personality import BASIS

ADDRESS = "/api/v1/predict"
TYPICAL = {
    "Age": 44,
    "Income": 51000,
    "Total_Spending": 400,
    "NumWebPurchases": 4,
    "NumStorePurchases": 5,
    "NumWebVisitsMonth": 6,
    "Recency": 50,
}


def ask(visitor, body, **options):
    return visitor.client.post(ADDRESS, json=body, headers={"X-CSRFToken": visitor.token}, **options)


def predictions(visitor, *customers):
    answer = ask(visitor, {"customers": list(customers)})
    assert answer.status_code == 200, answer.text
    return answer.json["predictions"]


def test_customers_of_the_file_get_the_segments_of_the_model(viewer, table):
    rows = table.head(300)
    customers = [
        {name: None if row[name] != row[name] else row[name] for name in BASIS} for _, row in rows.iterrows()
    ]
    assert [one["segment"] for one in predictions(viewer, *customers)] == rows["Segment"].tolist()


def test_an_answer_has_all_that_the_contract_names(viewer):
    answer = ask(viewer, {"customers": [TYPICAL]}).json
    [one] = answer["predictions"]
    assert set(one) == {"segment", "name", "firmness", "distances", "warnings"}
    assert len(one["distances"]) == 6
    assert one["distances"].index(min(one["distances"])) + 1 == one["segment"]
    assert 0 <= one["firmness"] <= 1
    assert one["warnings"] == []
    assert len(answer["model"]) == 16


def test_of_a_customer_like_nobody_here_no_firmness_is_said(viewer):
    [one] = predictions(viewer, TYPICAL | {"Income": 10_000_000})
    assert one["firmness"] is None
    assert "Unlike nearly all customers here" in one["warnings"]


@pytest.mark.parametrize("grouped", [True, False, None])
def test_in_a_crowd_without_groups_each_answer_says_so(viewer, grouped, monkeypatch):
    monkeypatch.setattr(Services, "grouped", grouped)
    [one] = predictions(viewer, TYPICAL)
    assert one["warnings"] == ([CROWD] if grouped is False else [])


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_is_named_not_the_list_that_is_there(viewer, word):
    body = f'{{"customers": [{{"Age": 44, "Income": {word}}}]}}'
    headers = {"X-CSRFToken": viewer.token}
    answer = viewer.client.post(ADDRESS, data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert f"Found {word}, which is no JSON. Expected a number, or null for a gap." in answer.text


def test_gaps_and_values_outside_the_data_are_warnings(viewer):
    [one] = predictions(viewer, {"Age": 44, "Income": None, "Recency": 400})
    assert "Income: a gap, so the median is assumed" in one["warnings"]
    assert any(words.startswith("Recency: Outside the data") for words in one["warnings"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "no list of customers"),
        ([], "no list of customers"),
        ({}, "no list of customers"),
        ({"customers": []}, "no list of customers"),
        ({"customers": {}}, "no list of customers"),
        ({"customers": "all"}, "no list of customers"),
        ({"customers": [None]}, "customers[0]: found null"),
        ({"customers": [TYPICAL, 7]}, "customers[1]: found a number"),
        ({"customers": [[1, 2]]}, "found a list"),
        ({"customers": [{"Agee": 1}]}, "found the field 'Agee'"),
        ({"customers": [{"x" * 10_000: 1}]}, "found the field 'xxxx"),
        ({"customers": [{"Age": "44"}]}, "found a text in Age"),
        ({"customers": [{"Age": True}]}, "found true or false in Age"),
        ({"customers": [{"Age": [44]}]}, "found a list in Age"),
        ({"customers": [{"Age": {"$gt": 0}}]}, "found an object in Age"),
        ({"customers": [TYPICAL | {"Age": 200}]}, "customers[0].Age: Found 200. Age can only be"),
        ({"customers": [TYPICAL | {"NumWebPurchases": 2.5}]}, "counted in whole numbers"),
        ({"customers": [TYPICAL | {"Income": 10**400}]}, "customers[0].Income"),
        ({"customers": [TYPICAL | {"Income": -1}]}, "Income can only be"),
    ],
    ids=lambda one: ascii(one)[:40],
)
def test_what_is_no_customer_is_a_bad_request_in_words(viewer, body, words):
    answer = ask(viewer, body)
    assert answer.status_code == 400
    assert words in answer.json["words"]
    assert len(answer.json["words"]) < 2500


def test_many_mistakes_are_told_ten_at_a_time(viewer):
    answer = ask(viewer, {"customers": [{"Age": 200}] * 50})
    assert answer.json["words"].count("Found 200") == 10
    assert "and 40 more" in answer.json["words"]


def test_more_than_the_limit_is_refused(viewer):
    answer = ask(viewer, {"customers": [{}] * (MOST_CUSTOMERS + 1)})
    assert answer.status_code == 400
    assert "Expected at most 10,000" in answer.json["words"]


@pytest.mark.parametrize(
    "text", ['{"customers": [{"Age": NaN}]}', "{", "[" * 50_000, '{"customers": [{"Age": 1e999}]}']
)
def test_what_is_no_json_is_a_bad_request(viewer, text):
    answer = viewer.client.post(
        ADDRESS, data=text, content_type="application/json", headers={"X-CSRFToken": viewer.token}
    )
    assert answer.status_code == 400
    assert json.loads(answer.text)["words"]


def test_another_kind_of_body_is_a_bad_request(viewer):
    answer = viewer.client.post(ADDRESS, data={"customers": "1"}, headers={"X-CSRFToken": viewer.token})
    assert answer.status_code == 400


def test_it_is_closed_without_session_and_without_token(app, viewer):
    assert app.server.test_client().post(ADDRESS, json={"customers": [TYPICAL]}).status_code == 401
    assert viewer.client.post(ADDRESS, json={"customers": [TYPICAL]}).status_code == 400


@pytest.mark.usefixtures("predicting_is_for_administrators")
def test_a_role_that_may_not_predict_is_refused(viewer):
    assert ask(viewer, {"customers": [TYPICAL]}).status_code == 403
