"""The API described: OpenAPI 3.1 made from the table, for the dataset that the address is below, and a page of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from pydantic import TypeAdapter

from callbacks.api import answers
from callbacks.api.endpoint import ROOT, Endpoint
from callbacks.api.repeats import HEADER, LONGEST, SIGNS
from callbacks.api.table import TABLE
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import PERMISSIONS, Action
from core.crossfilter import typed
from core.crossfilter.binning import Axis, Scale
from core.crossfilter.selection import MOST_CLAUSES
from core.services import Services

REF = "#/components/schemas/{model}"
ABOUT = (
    "What the pages of Parterre know, for programs: the same calls, the same rights. Ask with the header "
    "`Authorization: Bearer parterre_...`. Below `/d/{dataset}/api/v1` it is about that dataset, else about the default one."
)
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_AMOUNTS = {
    "cost": r"^(\d{1,6}(\.\d{1,4})?)?$",
    "revenue": r"^(0{1,6}\.\d{0,3}[1-9]|[1-9]\d{0,5}(\.\d{1,4})?)?$",
}  # without one, as the file has it
_TYPED = {
    Scale.DATE: r"^last:[1-9]\d{0,3}$|^(over|under):20[0-2]\d-0[1-9]-[12]\d$",
    Scale.TEXT: r"^has:[A-Za-z0-9_.-]{1,20}$",
}
_NUMBERS = r"^-?\d{1,9}\.\.$|^\.\.-?\d{1,9}$|^(over|under):-?\d{1,9}$"


def describe(server: Flask, services: Services) -> None:
    """Add the description and its page."""

    @server.get(f"{ROOT}/openapi.json", endpoint="api-described")
    @requires(Action.VIEW)
    def openapi() -> Response:
        return jsonify(document(services))

    @server.get(f"{ROOT}/docs", endpoint="api-docs")
    @requires(Action.VIEW)
    def docs() -> str:
        told = document(services)
        asks = {f"{one.method} {_path(one)}": PERMISSIONS[one.action].help for one in TABLE}
        return render_template("api.html", user=visitor(), told=told, asks=asks, root=ROOT)


def document(services: Services) -> dict[str, Any]:
    """The API of the dataset that the address is below."""
    kinds = [(one.name, one.adapter) for one in TABLE] + [("error", TypeAdapter(answers.Error))]
    named, shared = TypeAdapter.json_schemas(
        [(name, "serialization", adapter) for name, adapter in kinds], ref_template=REF
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in TABLE:
        told = operation(one, services, named[(one.name, "serialization")])
        paths.setdefault(_path(one), {})[one.method.lower()] = told
    bearer = {"type": "http", "scheme": "bearer", "description": "Made by `parterre token create`."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parterre", "version": "1", "description": ABOUT},
        "servers": [{"url": f"{request.script_root}{ROOT}"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {"schemas": shared["$defs"], "securitySchemes": {"bearer": bearer}},
    }


def place(path: str, value: Callable[[str], str]) -> str:
    """A path with a value in each place that has a name."""
    return _PLACE.sub(lambda found: value(found[2]), path)


def _path(one: Endpoint) -> str:
    return place(one.path, "{{{}}}".format)


def operation(one: Endpoint, services: Services, answer: dict[str, Any]) -> dict[str, Any]:
    """What is asked and answered, as OpenAPI has it; `answer` is the schema of its answer."""
    kind = "text/csv" if one.answer is None else "application/json"
    found = {
        "description": one.summary,
        "content": {kind: {"schema": answer if one.answer else {"type": "string"}}},
    }
    refused = {"application/json": {"schema": {"$ref": REF.format(model="Error")}}}
    told: dict[str, Any] = {
        "operationId": one.name.replace("_", "-"),
        "summary": one.summary,
        "parameters": [*_parameters(one, services)],
        "responses": {str(one.status): found, "default": {"description": "Why not.", "content": refused}},
    }
    if one.most_mb is not None:
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _form(one)}}}
    if one.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": one.body(services)}},
        }
    return told


def _form(one: Endpoint) -> dict[str, Any]:
    fields = TypeAdapter(one.form).json_schema().get("properties", {})
    file = {
        "type": "string",
        "format": "binary",
        "minLength": 1,
        "description": "CSV, XLSX, or what else /data reads.",
    }
    return {
        "type": "object",
        "properties": {"file": file, **fields},
        "required": ["file"],
        "additionalProperties": False,
    }


def _parameters(one: Endpoint, services: Services) -> Iterator[dict[str, Any]]:
    for kind, name in _PLACE.findall(one.path):
        schema = {"type": "integer", "minimum": 1} if kind == "int" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in TypeAdapter(one.query).json_schema().get("properties", {}).items():
        yield {"name": name, "in": "query", "schema": schema}
    if one.clauses:
        yield from _filters(services, by=one.name == "api-counts")
    if one.most_mb is not None:
        yield {
            "name": HEADER,
            "in": "header",
            "description": "Sent again within a day, the same request is answered as the first time.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": f"^{SIGNS}$"},
        }


def _filters(services: Services, *, by: bool) -> Iterator[dict[str, Any]]:
    table = services.model.crossfilter
    if by:
        several = {"type": "array", "items": {"enum": [*table.axes]}, "maxItems": 8}
        yield {"name": "by", "in": "query", "style": "form", "explode": False, "schema": several}
    for name, pattern in () if by else _AMOUNTS.items():
        yield {"name": name, "in": "query", "schema": {"type": "string", "pattern": pattern}}
    fields = {
        name: _values(axis) | {"description": f"{services.label(name)}: {_said(axis)}."}
        for name, axis in table.fields.items()
    }
    whole = {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        "maxProperties": MOST_CLAUSES,
    }
    about = "Only customers whose fields are that, each a parameter of its own, as in addresses of pages."
    yield {
        "name": "filters",
        "in": "query",
        "description": about,
        "style": "form",
        "explode": True,
        "schema": whole,
    }


def _values(axis: Axis) -> dict[str, Any]:
    """One value, or what is typed of it; several, separated by commas, may stand in its place."""
    if axis.scale is Scale.CATEGORY:
        return {"type": "string", "enum": [*axis.slugs]}
    return {"type": "string", "pattern": _TYPED.get(axis.scale, _NUMBERS)}


def _said(axis: Axis) -> str:
    if axis.scale is Scale.CATEGORY:
        return f"one or more of {', '.join(axis.slugs[:12])}"
    return typed.EXPECTED.get(axis.scale, typed.NUMBERS)
