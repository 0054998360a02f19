"""The API as it is described: every line of the table, asked by schemathesis, and what is no request at all."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from callbacks.api.endpoint import ROOT
from callbacks.api.table import TABLE

# What is made of a file stays, and is in other tests' way: `make fuzz` sends files as well.
FILES = ("POST /score", "POST /datasets", "POST /versions")
QUIET = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def told(ada) -> dict:
    return ada.found("/openapi.json")


@pytest.mark.parametrize("mode", GenerationMode, ids=["as described", "otherwise"])
def test_every_answer_is_as_described_and_no_request_breaks_the_server(ada, app, mode):
    headers = {"Authorization": f"Bearer {ada.secret}", "Accept-Encoding": "identity"}
    described = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app.server, headers=headers)
    for found in described.get_all_operations():
        if found.ok().label in FILES:
            continue

        def agrees(case):
            case.call_and_validate(headers=headers)

        QUIET(given(case=found.ok().as_strategy(generation_mode=mode))(agrees))()


def test_the_description_has_every_line_of_the_table_and_no_other(told):
    described = {one["operationId"] for methods in told["paths"].values() for one in methods.values()}
    assert described == {one.name.replace("_", "-") for one in TABLE}
    assert told["openapi"] == "3.1.0"
    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_it_describes_the_customers_of_the_dataset_that_it_is_below(ada):
    told = ada.found("/openapi.json", below="/d/default")
    assert told["servers"] == [{"url": f"/d/default{ROOT}"}]
    body = told["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    age = body["properties"]["customers"]["items"]["properties"]["Age"]
    assert (age["type"], age["minimum"]) == (["number", "null"], 0)


def test_the_page_of_it_names_every_line_and_what_it_needs(viewer, ada):
    page = viewer.client.get(f"{ROOT}/docs")
    assert page.status_code == 200
    for one in TABLE:
        assert f"<code>{one.method} {ROOT}" not in page.text
        assert one.summary.replace("'", "&#39;") in page.text
    assert "Set-Cookie" not in ada.ask("/docs").headers


@pytest.mark.parametrize("path", ["/nothing", "/jobs/x/stop", "/predict/", "/../", "/datasets/x"])
def test_what_is_not_there_is_no_page(ada, path):
    answer = ada.ask(path)
    assert answer.status_code == 404
    assert set(answer.json) == {"code", "words", "field"}


def test_what_is_asked_the_wrong_way_is_told_which_ways_there_are(ada):
    answer = ada.ask("/predict")
    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]
    assert "GET" not in answer.headers["Allow"]
    assert ada.ask("/predict", "OPTIONS").headers["Allow"] == answer.headers["Allow"]
