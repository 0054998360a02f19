"""Bodies that Dash's renderer would never send: 400 for users, 401 for nobody, 500 for no one."""

import json

import pytest

from tests.callbacks.door import Visitor, appoint, build, open_page

OUTPUT = {"id": "page", "property": "children"}
PATHNAME = {"id": "address", "property": "pathname", "value": "/"}
SEARCH = {"id": "address", "property": "search", "value": ""}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    return build(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def user(server):
    return Visitor.signed_up(server, "anna")


RAW = {
    "nothing": b"",
    "no json": b"not json",
    "half a json": b'{"output": "page.chil',
    "not utf-8": b'{"output": "\xff\xfe"}',
    "nested without end": b"[" * 100_000,
    "nested in an object": b'{"output":' * 50_000,
    "not a number": b'{"output": NaN}',
    "infinity": json.dumps(open_page(), allow_nan=True).replace('"/"', "Infinity").encode(),
    "an endless number": b'{"output": ' + b"9" * 10_000 + b"}",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"page.children"',
    "a number": b"7",
    "true": b"true",
    "nothing in it": b"{}",
}


@pytest.mark.parametrize("content", RAW.values(), ids=RAW.keys())
def test_what_is_not_a_body_at_all(server, user, content):
    answer = user.send(content)
    assert answer.status_code == 400
    assert "Reload the page" in answer.json["error"]
    assert Visitor(server).send(content).status_code == 401


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_of_another_kind(server, user, kind):
    content = json.dumps(open_page()).encode()
    assert user.send(content, content_type=kind).status_code == 400
    assert Visitor(server).send(content, content_type=kind).status_code == 401


CHANGES = {
    "no output": {"output": None},
    "output a list": {"output": ["page.children"]},
    "output an object": {"output": {"id": "page"}},
    "an unknown output": {"output": "nowhere.children"},
    "a callback of the browser": {
        "output": "light.children",
        "outputs": {"id": "light", "property": "children"},
        "inputs": [{"id": "light", "property": "value"}],
        "state": [],
    },
    "outputs of another callback": {"outputs": {"id": "appointed", "property": "children"}},
    "outputs missing": {"outputs": None},
    "outputs a list": {"outputs": [OUTPUT]},
    "outputs empty": {"outputs": []},
    "outputs without a property": {"outputs": {"id": "page"}},
    "outputs without an id": {"outputs": {"property": "children"}},
    "outputs with numbers": {"outputs": {"id": 7, "property": 8}},
    "outputs a text": {"outputs": "page.children"},
    "outputs with an object for an id": {"outputs": {"id": {"page": 1}, "property": "children"}},
    "no inputs": {"inputs": []},
    "inputs null": {"inputs": None},
    "inputs an object": {"inputs": PATHNAME},
    "inputs of texts": {"inputs": ["/"]},
    "too many inputs": {"inputs": [PATHNAME, PATHNAME]},
    "inputs in a list": {"inputs": [[PATHNAME]]},
    "an input of another name": {"inputs": [{"id": "elsewhere", "property": "pathname", "value": "/"}]},
    "an input of another property": {"inputs": [{"id": "address", "property": "href", "value": "/"}]},
    "an input without a property": {"inputs": [{"id": "address", "value": "/"}]},
    "an input with an object for an id": {"inputs": [{"id": {"a": 1}, "property": "pathname"}]},
    "a pathname that is a number": {"inputs": [PATHNAME | {"value": 7}]},
    "a pathname that is an object": {"inputs": [PATHNAME | {"value": {"$gt": ""}}]},
    "a pathname that is a list": {"inputs": [PATHNAME | {"value": ["/"]}]},
    "a search that is a list": {"state": [SEARCH | {"value": ["?x=1"]}]},
    "no state": {"state": []},
    "state null": {"state": None},
    "state of another name": {"state": [PATHNAME]},
    "changes that are an object": {"changedPropIds": {"address.pathname": 1}},
    "changes that are objects": {"changedPropIds": [{"address": 1}]},
    "changes that are lists": {"changedPropIds": [["address.pathname"]]},
    "changes null": {"changedPropIds": None},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_body_that_fits_no_callback(server, user, change):
    assert user.ask(open_page(**change)).status_code == 400
    assert Visitor(server).ask(open_page(**change)).status_code == 401


@pytest.mark.parametrize("missing", ["output", "outputs", "inputs", "state"])
def test_a_body_with_something_missing(user, missing):
    body = open_page()
    del body[missing]
    assert user.ask(body).status_code == 400


@pytest.mark.parametrize("change", [{}, {"changedPropIds": []}, {"parsedChangedPropsIds": 7}, {"more": [1]}])
def test_what_the_renderer_sends_is_answered(user, change):
    answer = user.ask(open_page(**change))
    assert answer.status_code == 200
    assert answer.json["response"]["page"]["children"] == "protected data of /"


def test_nothing_typed_yet_is_a_value_too(user):
    inputs = [{"id": "address", "property": "pathname"}]
    assert user.ask(open_page(inputs=inputs, state=[SEARCH | {"value": None}])).status_code == 200


def test_several_outputs_come_in_their_order_or_not_at_all(user):
    body = appoint()
    assert user.ask(body).status_code == 200
    for outputs in (body["outputs"][::-1], body["outputs"][:1], body["outputs"] * 2, body["outputs"][0]):
        assert user.ask(body | {"outputs": outputs}).status_code == 400


@pytest.mark.parametrize("clicks", ["1", [1], {"a": 1}])
def test_a_count_is_a_number(user, clicks):
    inputs = [{"id": "appoint", "property": "n_clicks", "value": clicks}]
    assert user.ask(appoint() | {"inputs": inputs}).status_code == 400


@pytest.mark.parametrize("content", [b"NaN", b"[" * 100_000, b'{"a": -Infinity}', b"\xff"])
def test_routes_of_ours_get_400_for_what_is_not_json(user, content):
    answer = user.client.post(
        "/api/v1/echo",
        data=content,
        content_type="application/json",
        headers={"X-CSRFToken": user.token()},
    )
    assert answer.status_code == 400
