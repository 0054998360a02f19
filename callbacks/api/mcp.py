"""/api/v1/mcp: what reads of the API as tools of the Model Context Protocol, with the token's rights; off unless set.

Streamable HTTP without sessions and streams: each message is answered by itself, and a call of a tool is the request
to the API that it stands for, guard and all. The SDK of the protocol wants a server of its own kind around it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.test import Client
from werkzeug.test import TestResponse as Answered

from callbacks.api.described import operation, place
from callbacks.api.endpoint import ROOT, Endpoint
from callbacks.api.table import TABLE
from callbacks.web.guard import DATASET, requires
from core.accounts.permissions import Action
from core.services import Services

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
ABOUT = "Segments of customers, what they are like, how many pass filters, campaigns, and the segment of a new customer."
NO_REQUEST, NO_METHOD, NO_PARAMETERS = -32600, -32601, -32602
TOOLS: Mapping[str, Endpoint] = {
    one.name.removeprefix("api-").removeprefix("api_"): one
    for one in TABLE
    if one.answer is not None and (one.method == "GET" or one.body is not None)
}


class _NotAnswerableError(Exception):
    """A message that can't be answered: a code of JSON-RPC, and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def register(server: Flask, services: Services) -> None:
    """Add the route, where it is set."""
    if services.settings.mcp:
        view = requires(Action.ENTER)(partial(_answer, services))
        server.add_url_rule(f"{ROOT}/mcp", "api-mcp", view, methods=["POST"], provide_automatic_options=False)


def _answer(services: Services) -> ResponseReturnValue:
    if "bearer" not in g:
        abort(401, "Send a token in the header Authorization.")
    asked: Any = request.get_json(silent=True)
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
        return _refused(None, NO_REQUEST, "Found no message of JSON-RPC. Expected an object with a method.")
    if "id" not in asked:
        return Response(status=202)
    given = asked.get("params")
    try:
        does = METHODS.get(asked["method"])
        if does is None:
            raise _NotAnswerableError(
                NO_METHOD, f"Found {asked['method'][:40]!r}. Expected one of {', '.join(METHODS)}."
            )
        result = does(services, given if isinstance(given, dict) else {})
    except _NotAnswerableError as error:
        return _refused(asked["id"], error.code, str(error))
    return jsonify(jsonrpc="2.0", id=asked["id"], result=result)


def _refused(id: object, code: int, words: str) -> Response:
    return jsonify(jsonrpc="2.0", id=id, error={"code": code, "message": words})


def _begin(_services: Services, given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "Parterre", "version": "1"},
        "instructions": ABOUT,
    }


def _list(services: Services, _given: Mapping[str, Any]) -> dict[str, Any]:
    return {"tools": [_tool(name, one, services) for name, one in TOOLS.items()]}


def _tool(name: str, one: Endpoint, services: Services) -> dict[str, Any]:
    told = operation(one, services, {})
    fields = {
        each["name"]: each["schema"] | ({"description": each["description"]} if "description" in each else {})
        for each in told["parameters"]
    }
    needed = [each["name"] for each in told["parameters"] if each.get("required")]
    body = one.body(services) if one.body else {"properties": {}, "required": []}
    schema = {
        "type": "object",
        "properties": fields | body["properties"],
        "required": [*needed, *body["required"]],
        "additionalProperties": False,
    }
    return {
        "name": name,
        "description": one.summary,
        "inputSchema": schema,
        "annotations": {"readOnlyHint": True},
    }


def _call(_services: Services, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the API answers to the request that a tool stands for."""
    one, arguments = TOOLS.get(str(given.get("name"))), given.get("arguments", {})
    if one is None or not isinstance(arguments, dict):
        raise _NotAnswerableError(
            NO_PARAMETERS, f"Expected the name of a tool, one of {', '.join(TOOLS)}, and its arguments."
        )
    answer = _ask(one, dict(arguments))
    told: Any = json.loads(answer.get_data())
    return {
        "content": [{"type": "text", "text": json.dumps(told, ensure_ascii=False)}],
        "structuredContent": told,
        "isError": answer.status_code != 200,
    }


def _ask(one: Endpoint, arguments: dict[str, Any]) -> Answered:
    path = place(one.path, lambda name: quote(str(arguments.pop(name, "")), safe="") or "-")
    body = {"customers": arguments.pop("customers", None)} if one.body else None
    filters = arguments.pop("filters", {})
    query = {**arguments, **(filters if isinstance(filters, dict) else {"filters": filters})}
    dataset = request.environ.get(DATASET, "")
    return Client(current_app.wsgi_app).open(
        (f"/d/{dataset}" if dataset else "") + ROOT + path,
        method=one.method,
        base_url=request.host_url,
        query_string={
            name: ",".join(map(str, v)) if isinstance(v, list) else str(v) for name, v in query.items()
        },
        headers={"Authorization": request.headers["Authorization"]},
        environ_base={"REMOTE_ADDR": request.remote_addr or ""},
        json=body,
    )


METHODS: Mapping[str, Callable[[Services, Mapping[str, Any]], dict[str, Any]]] = {
    "initialize": _begin,
    "ping": lambda _services, _given: {},
    "tools/list": _list,
    "tools/call": _call,
}
