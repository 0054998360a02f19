"""POST /api/v1/predict: the page's answer, for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NoReturn

from flask import Response, abort, request
from pydantic_core import from_json, to_json

from callbacks.api.answers import refuse
from callbacks.api.endpoint import Asked
from core.model.artefacts import Model
from core.numbers import to_tell
from core.schema.fields import Field, Kind
from core.scoring import many
from core.scoring.customer_input import asked, plainly, read
from core.services import Services

MOST_CUSTOMERS = 10_000
MOST_SAID = 10  # mistakes told at once
_NO_NUMBER = re.compile(rb":\s*(NaN|-?Infinity)\b")


def answer(services: Services, _asked: Asked) -> Response:
    """The segment of each customer in the body: by columns, and one by one only to say what is wrong."""
    model, sent = services.model, _listed(_body(), services.model)
    values = many.columns(sent, model)
    if values is None:
        _refuse(_mistakes(sent, services))
    told = many.answers(values, model, services.numbers, services.grouped)
    return Response(to_json({"predictions": told, "model": model.card.key}), content_type="application/json")


def described(services: Services) -> dict[str, Any]:
    """What the body looks like, as JSON Schema: the figures that this dataset's segments are built from."""
    fields = {name: _described(field) for name, field in asked(services.model).items()}
    customer = {"type": "object", "properties": fields, "additionalProperties": False}
    listed = {"type": "array", "items": customer, "minItems": 1, "maxItems": MOST_CUSTOMERS}
    return {"type": "object", "properties": {"customers": listed}, "required": ["customers"]}


def _described(field: Field) -> dict[str, Any]:
    low, high = field.ends
    kind = "integer" if field.kind is Kind.COUNT else "number"
    described = {"type": [kind, "null"], "minimum": low, "maximum": high, "title": field.label}
    return described | ({"description": field.help} if field.help else {})


def _body() -> Any:
    """The JSON of the request; nothing if it is none."""
    try:
        return from_json(request.get_data(), allow_inf_nan=False) if request.is_json else None
    except ValueError:
        found = _NO_NUMBER.search(request.get_data())
    if found:
        abort(400, f"Found {found[1].decode()}, which is no JSON. Expected a number, or null for a gap.")
    return None


def _listed(body: Any, model: Model) -> list[Any]:
    """What is listed as customers."""
    customers = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(customers, list) or not customers:
        known = list(asked(model).items())[:2]
        example = ", ".join(f'"{name}": {plainly(of, model.space.typical[name])}' for name, of in known)
        abort(
            400, f'Found no list of customers. Expected JSON such as {{"customers": [{{{example}, ...}}]}}.'
        )
    if len(customers) > MOST_CUSTOMERS:
        abort(
            400,
            f"Found {to_tell(len(customers))} customers. Expected at most {to_tell(MOST_CUSTOMERS)}. Send them in parts, or as a "
            "file on the Predict page.",
        )
    return customers


def _mistakes(customers: Sequence[Any], services: Services) -> list[str]:
    """What is wrong with the shape of customers; if nothing, with their values."""
    basis = list(services.model.space.basis)
    shapes = [
        f"customers[{place}]: {words}"
        for place, one in enumerate(customers)
        if (words := _mistake(one, basis))
    ]
    return shapes or [
        f"customers[{place}].{name}: {words}"
        for place, one in enumerate(customers)
        for name, words in read(one, services.model, services.numbers).errors.items()
    ]


def _mistake(customer: object, basis: Sequence[str]) -> str:
    """What is wrong with the shape of one customer; nothing if it is right."""
    if not isinstance(customer, dict):
        return f"found {_kind(customer)}. Expected an object with fields of {', '.join(basis)}."
    unknown = [name for name in customer if name not in basis]
    if unknown:
        return f"found the field {unknown[0][:40]!r}. Expected only {', '.join(basis)}."
    for name, value in customer.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            return f"found {_kind(value)} in {name}. Expected a number, or null for a gap."
    return ""


def _kind(value: object) -> str:
    kinds = {
        "str": "a text",
        "bool": "true or false",
        "list": "a list",
        "dict": "an object",
        "NoneType": "null",
    }
    return kinds.get(type(value).__name__, "a number")


def _refuse(mistakes: list[str]) -> NoReturn:
    more = len(mistakes) - MOST_SAID
    said = mistakes[:MOST_SAID] + ([f"and {to_tell(more)} more"] if more > 0 else [])
    refuse(400, " ".join(said), mistakes[0].partition(": ")[0][:80])
