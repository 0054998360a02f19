"""POST /api/v1/predict: the page's answer, for programs."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pandas as pd
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.schema.fields import BASIS, FIELDS
from core.scoring.customer_input import Question, ask
from core.scoring.prediction import score
from core.services import Services

MOST_CUSTOMERS = 10_000
MOST_SAID = 10  # mistakes told at once
_NO_NUMBER = re.compile(rb":\s*(NaN|-?Infinity)\b")
_EXAMPLE = '{"customers": [{"Age": 44, "Income": 51000, ...}]}'


def register(server: Flask, services: Services) -> None:
    """Add the route."""
    view = requires(Action.PREDICT)(partial(_predict, services))
    server.add_url_rule("/api/v1/predict", "api-predict", view, methods=["POST"])


def _predict(services: Services) -> ResponseReturnValue:
    customers = _customers(_body())
    model = services.model
    questions = [ask(one, model.pipeline, model.card.profile, services.numbers) for one in customers]
    mistakes = [
        f"customers[{place}].{name}: {words}"
        for place, question in enumerate(questions)
        for name, words in question.errors.items()
    ]
    if mistakes:
        _refuse(mistakes)
    table = pd.DataFrame([question.values for question in questions], columns=list(BASIS)).astype("float64")
    scores = score(model.pipeline, table)
    predictions = [
        {
            "segment": int(scores.segment[place]),
            "name": model.card.profile.segment(int(scores.segment[place])).name,
            "firmness": round(float(scores.firmness[place]), 4),
            "distances": [round(float(one), 4) for one in scores.distances[place]],
            "warnings": _warnings(question),
        }
        for place, question in enumerate(questions)
    ]
    return jsonify(predictions=predictions, model=model.card.key)


def _body() -> Any:
    """The JSON of the request; nothing if it is none."""
    body = request.get_json(silent=True)
    found = _NO_NUMBER.search(request.get_data()) if body is None else None
    if found:
        abort(400, f"Found {found[1].decode()}, which is no JSON. Expected a number, or null for a gap.")
    return body


def _customers(body: Any) -> list[dict[str, Any]]:
    """The customers of a request, if it has the shape of one."""
    customers = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(customers, list) or not customers:
        abort(400, f"Found no list of customers. Expected JSON such as {_EXAMPLE}.")
    if len(customers) > MOST_CUSTOMERS:
        abort(
            400,
            f"Found {len(customers):,} customers. Expected at most {MOST_CUSTOMERS:,}. Send them in parts, or as a "
            "file on the Predict page.",
        )
    mistakes = [
        f"customers[{place}]: {words}" for place, one in enumerate(customers) if (words := _mistake(one))
    ]
    if mistakes:
        _refuse(mistakes)
    return customers


def _mistake(customer: object) -> str:
    """What is wrong with the shape of one customer; nothing if it is right."""
    if not isinstance(customer, dict):
        return f"found {_kind(customer)}. Expected an object with fields of {', '.join(BASIS)}."
    unknown = [name for name in customer if name not in BASIS]
    if unknown:
        return f"found the field {unknown[0][:40]!r}. Expected only {', '.join(BASIS)}."
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
    said = mistakes[:MOST_SAID] + ([f"and {more:,} more"] if more > 0 else [])
    abort(400, " ".join(said))


def _warnings(question: Question) -> list[str]:
    gaps = [f"{FIELDS[name].label}: a gap, so the median is assumed" for name in question.assumed]
    return gaps + [f"{FIELDS[name].label}: {words}" for name, words in question.warnings.items()]
