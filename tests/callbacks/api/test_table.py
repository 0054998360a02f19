"""The API as it is described: every line of the table, drawn from its own schema, and what is no request at all."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callbacks.api.endpoint import ROOT
from callbacks.api.table import TABLE
from tests.callbacks.api.agreeing import disagreement, values

JUNK = st.text(max_size=12) | st.sampled_from(["..", "%00", "1e999", "-1", "null", "[]", "9" * 400, "a=b&c"])
QUIET = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def told(ada) -> dict:
    return ada.found("/openapi.json")


def operations(told):
    return [
        (method, path, one)
        for path, methods in told["paths"].items()
        for method, one in methods.items()
        if one["operationId"] not in ("api-add-dataset", "api-add-version", "api-score")
    ]


@st.composite
def requests(draw, method, path, one, *, junk):
    """A request that the description allows; with `junk`, one in which anything may stand."""
    query = {}
    for each in one["parameters"]:
        value = draw(JUNK if junk else values(each["schema"]))
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(str(value) or "x", safe=""))
        elif isinstance(value, dict):
            query |= value
        elif draw(st.booleans()):
            query[each["name"]] = ",".join(value) if isinstance(value, list) else value
    body = {}
    if "requestBody" in one:
        schema = one["requestBody"]["content"]["application/json"]["schema"]
        body = {"json": draw(st.dictionaries(JUNK, JUNK) | JUNK if junk else values(schema))}
    return path, {"method": method.upper(), "query_string": query, **body}


@pytest.mark.parametrize("junk", [False, True], ids=["as described", "anything"])
def test_every_answer_is_as_described_and_no_request_breaks_the_server(ada, told, junk):
    for method, path, one in operations(told):

        def agrees(request, said=one["responses"]):
            where, options = request
            answer = ada.ask(where, **options)
            good = str(answer.status_code) in said
            assert good or answer.status_code in ({400, 404, 405} if junk else {404}), (where, answer.text)
            content = said[str(answer.status_code) if good else "default"]["content"]
            if answer.mimetype == "application/json":
                schema = content["application/json"]["schema"]
                assert disagreement(answer.json, schema, told) == "", (where, options)

        QUIET(given(request=requests(method, path, one, junk=junk))(lambda request: agrees(request)))()


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
