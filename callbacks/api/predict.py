"""POST /api/v1/predict: the page's answer, for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from flask import abort, request

from callbacks.api import answers
from callbacks.api.endpoint import Asked
from callbacks.api.refusals import refuse
from core.numbers import to_tell
from core.schema.fields import Field, Kind
from core.scoring.customer_input import asked, possible, read
from core.scoring.prediction import CROWD, UNLIKE, Prediction, predict
from core.services import Services

MOST_CUSTOMERS = 10_000
MOST_SAID = 10  # mistakes told at once
_NO_NUMBER = re.compile(rb":\s*(NaN|-?Infinity)\b")


def answer(services: Services, _asked: Asked) -> answers.Predictions:
    """The segment of each customer in the body."""
    model = services.model
    sent = _customers(_body(), model.space.typical)
    customers = [read(one, model, services.numbers) for one in sent]
    mistakes = [
        f"customers[{place}].{name}: {words}"
        for place, customer in enumerate(customers)
        for name, words in customer.errors.items()
    ]
    if mistakes:
        _refuse(mistakes)
    labels = {name: field.label for name, field in asked(model).items()}
    predictions = [
        answers.Predicted(
            one.segment.number,
            one.segment.name,
            None if one.firmness is None else round(one.firmness, 4),
            [round(distance, 4) for distance in one.distances],
            _warnings(one, labels),
        )
        for one in predict(model, customers, services.grouped)
    ]
    return answers.Predictions(predictions, model.card.key)


def described(services: Services) -> dict[str, Any]:
    """What the body looks like, as JSON Schema: the figures that this dataset's segments are built from."""
    fields = {name: _described(field) for name, field in asked(services.model).items()}
    customer = {"type": "object", "properties": fields, "additionalProperties": False}
    many = {"type": "array", "items": customer, "minItems": 1, "maxItems": MOST_CUSTOMERS}
    return {"type": "object", "properties": {"customers": many}, "required": ["customers"]}


def _described(field: Field) -> dict[str, Any]:
    low, high = possible(field)
    kind = "integer" if field.kind is Kind.COUNT else "number"
    described = {"type": [kind, "null"], "minimum": low, "maximum": high, "title": field.label}
    return described | ({"description": field.help} if field.help else {})


def _body() -> Any:
    """The JSON of the request; nothing if it is none."""
    body = request.get_json(silent=True)
    found = _NO_NUMBER.search(request.get_data()) if body is None else None
    if found:
        abort(400, f"Found {found[1].decode()}, which is no JSON. Expected a number, or null for a gap.")
    return body


def _customers(body: Any, typical: Mapping[str, float]) -> list[dict[str, Any]]:
    """The customers of a request, if it has the shape of one."""
    customers = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(customers, list) or not customers:
        example = ", ".join(f'"{name}": {value:.0f}' for name, value in list(typical.items())[:2])
        abort(
            400, f'Found no list of customers. Expected JSON such as {{"customers": [{{{example}, ...}}]}}.'
        )
    if len(customers) > MOST_CUSTOMERS:
        abort(
            400,
            f"Found {to_tell(len(customers))} customers. Expected at most {to_tell(MOST_CUSTOMERS)}. Send them in parts, or as a "
            "file on the Predict page.",
        )
    mistakes = [
        f"customers[{place}]: {words}"
        for place, one in enumerate(customers)
        if (words := _mistake(one, list(typical)))
    ]
    if mistakes:
        _refuse(mistakes)
    return customers


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


def _warnings(found: Prediction, labels: Mapping[str, str]) -> list[str]:
    far = [UNLIKE] if found.firmness is None else []
    gaps = [f"{labels[name]}: a gap, so the median is assumed" for name in found.customer.assumed]
    crowd = [CROWD] if found.grouped is False else []
    return (
        far + gaps + crowd + [f"{labels[name]}: {words}" for name, words in found.customer.warnings.items()]
    )
