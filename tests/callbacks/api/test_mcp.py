"""Models that ask by the Model Context Protocol: what their token may read, and nothing else."""

from __future__ import annotations

import pytest

from app import create_app
from callbacks.api import mcp
from tests.callbacks.api.conftest import Program


@pytest.fixture(scope="module")
def asked(settings, vera):
    """The same home where it is set, asked as Vera."""
    server = create_app(settings.model_copy(update={"mcp": True})).server
    return Program(server.test_client(), vera.secret)


def say(program, method, params=None, *, below="", **more):
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}} | more
    return program.ask("/mcp", "POST", json=message, below=below)


def result(program, method, params=None, **more):
    answer = say(program, method, params, **more)
    assert (answer.status_code, answer.json.get("id")) == (200, 7), answer.text
    return answer.json["result"]


def test_it_is_off_unless_set(vera):
    assert say(vera, "ping").status_code == 404


def test_it_begins_and_lists_what_reads(asked):
    begun = result(asked, "initialize", {"protocolVersion": "2025-06-18"})
    assert begun["protocolVersion"] == "2025-06-18"
    tools = {one["name"]: one for one in result(asked, "tools/list")["tools"]}
    assert {"counts", "segments", "predict", "campaign"} <= set(tools)
    assert not {"score", "add-dataset", "add-version", "job-cancel", "job-again"} & set(tools)
    assert {mcp.TOOLS[name].method for name in tools if name != "predict"} == {"GET"}
    assert tools["segment"]["inputSchema"]["required"] == ["number"]
    assert (
        asked.ask("/mcp", "POST", json={"jsonrpc": "2.0", "method": "notifications/initialized"}).status_code
        == 202
    )


@pytest.mark.parametrize("below", ["", "/d/default"])
def test_a_tool_answers_what_the_api_does(asked, vera, below):
    called = {"name": "counts", "arguments": {"filters": {"Children": "0"}, "by": ["Segment"]}}
    found = result(asked, "tools/call", called, below=below)
    assert found["structuredContent"] == vera.found("/counts?Children=0&by=Segment")
    assert found["isError"] is False
    customers = {"customers": [{"Age": 44}]}
    told = result(asked, "tools/call", {"name": "predict", "arguments": customers})
    assert told["structuredContent"] == vera.ask("/predict", "POST", json=customers).json


@pytest.mark.parametrize(
    ("called", "words"),
    [
        ({"name": "segment", "arguments": {"number": 99}}, "no such segment"),
        ({"name": "segment", "arguments": {"number": "../models"}}, "no such page"),
        ({"name": "counts", "arguments": {"Agee": "1"}}, "found 'Agee'"),
        ({"name": "versions", "arguments": {"limit": 0}}, "greater than or equal to 1"),
        ({"name": "predict", "arguments": {}}, "no list of customers"),
    ],
)
def test_what_is_refused_is_told_to_the_model(asked, called, words):
    found = result(asked, "tools/call", called)
    assert found["isError"] is True
    assert words in found["structuredContent"]["words"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"method": "tools/call", "params": {"name": "add-dataset", "arguments": {}}}, mcp.NO_PARAMETERS),
        ({"method": "tools/call", "params": {"name": "counts", "arguments": []}}, mcp.NO_PARAMETERS),
        ({"method": "resources/list"}, mcp.NO_METHOD),
        ({"method": 7}, mcp.NO_REQUEST),
    ],
)
def test_what_is_no_message_or_no_tool_is_an_error(asked, message, code):
    answer = asked.ask("/mcp", "POST", json={"jsonrpc": "2.0", "id": 1} | message)
    assert (answer.status_code, answer.json["error"]["code"]) == (200, code)
    assert asked.ask("/mcp", "POST", json=[message]).json["error"]["code"] == mcp.NO_REQUEST


@pytest.mark.parametrize("half", [b"\\ud800", b"\\uDFFF", b"\xed\xa0\x80"])
def test_half_of_a_character_is_no_message(asked, half):
    called = b'{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "segment", "arguments": {"number": "%s"}}}'
    answer = asked.ask("/mcp", "POST", data=called % half, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (200, mcp.NO_REQUEST)
    whole = called % "한 \\ud83d\\ude00".encode()
    assert "result" in asked.ask("/mcp", "POST", data=whole, content_type="application/json").json


def test_without_a_token_and_with_one_of_another_dataset_nothing_is_read(asked, program):
    assert Program(asked.client, "x").ask("/mcp", "POST", json={}).status_code == 401
    elsewhere = Program(asked.client, program("ada-admin", dataset="elsewhere").secret)
    found = result(elsewhere, "tools/call", {"name": "segments", "arguments": {}})
    assert found["isError"] is True
    assert found["structuredContent"]["code"] == "not-found"
    assert result(elsewhere, "tools/call", {"name": "datasets"})["structuredContent"]["datasets"] == []
