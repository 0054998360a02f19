"""POST /api/v1/predict: the page's answer, for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.numbers import to_tell
from core.scoring.customer_input import asked, read
from core.scoring.prediction import CROWD, UNLIKE, Prediction, predict
from core.services import Services

MOST_CUSTOMERS = 10_000
MOST_SAID = 10  # mistakes told at once
_NO_NUMBER = re.compile(rb":\s*(NaN|-?Infinity)\b")


def register(server: Flask, services: Services) -> None:
    """Add the route."""
    view = requires(Action.PREDICT)(partial(_predict, services))
    server.add_url_rule("/api/v1/predict", "api-predict", view, methods=["POST"])


def _predict(services: Services) -> ResponseReturnValue:
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
        {
            "segment": one.segment.number,
            "name": one.segment.name,
            "firmness": None if one.firmness is None else round(one.firmness, 4),
            "distances": [round(distance, 4) for distance in one.distances],
            "warnings": _warnings(one, labels),
        }
        for one in predict(model, customers, services.grouped)
    ]
    return jsonify(predictions=predictions, model=model.card.key)


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


def _refuse(mistakes: list[str]) -> None:
    more = len(mistakes) - MOST_SAID
    said = mistakes[:MOST_SAID] + ([f"and {to_tell(more)} more"] if more > 0 else [])
    abort(400, " ".join(said))


def _warnings(found: Prediction, labels: Mapping[str, str]) -> list[str]:
    far = [UNLIKE] if found.firmness is None else []
    gaps = [f"{labels[name]}: a gap, so the median is assumed" for name in found.customer.assumed]
    crowd = [CROWD] if found.grouped is False else []
    return (
        far + gaps + crowd + [f"{labels[name]}: {words}" for name, words in found.customer.warnings.items()]
    )
