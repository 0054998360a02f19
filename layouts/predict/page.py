"""Predict: where does this customer belong?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import aria, data, page
from layouts.components import button as plain_button


class ids:
    FORM = "predict-form"
    FIELDS = "predict-fields"
    CUSTOMER = "predict-customer"
    LOAD_SAID = "predict-customer-said"
    ANSWER = "predict-answer"
    DETAILS = "predict-details"
    ASKED = "predict-asked"
    TOLD = "predict-told"
    SHOWN = "predict-shown"


def layout(
    figures: str, told: Mapping[str, Any], answer: Component, details: Component | None, *more: Component
) -> Component:
    """The form beside its answer, then `more` sections; assets/predict.js writes `told` into the form."""
    column = [
        html.Div(answer, id=ids.ANSWER, className="p-answer", role="status"),
        html.Div(details, id=ids.DETAILS, className="p-details"),
    ]
    return page(
        "Predict",
        f"{figures} figures place a customer in a segment, and say how firmly. Change a value or move its slider, "
        "and the answer follows; leave a field empty if you don't know it.",
        html.Div([_form(), html.Div(column, className="p-answer-column")], className="p-predict"),
        *more,
        dcc.Store(id=ids.TOLD, data=dict(told)),
        dcc.Store(id=ids.ASKED),
        dcc.Store(id=ids.SHOWN),
        question="Where does this customer belong?",
    )


def asks(do: str, parts: Sequence[Component], look: str, **more: Any) -> Component:
    """A form that asks to `do` something when it is sent, by its button or by Enter."""
    return html.Form(list(parts), className=look, **data(do=do), **more)


def button(text: str, do: str, look: str, **more: Any) -> Component:
    """A button that asks to `do` something."""
    return plain_button(text, look, **data(do=do), **more)


def send(text: str, look: str) -> Component:
    """The button that sends a form."""
    return html.Button(text, type="submit", className=f"btn {look}")


def by_id(id: str, label: str, verb: str) -> list[Component]:
    """A field for the ID of a customer, its button, and the line that says what came of it."""
    field = dbc.Input(id=id, value="", autocomplete="off", maxlength="64")
    return [
        html.Label(label, htmlFor=id),
        html.Div([field, send(verb, "btn-primary p-button-quiet")], className="p-loader-row"),
        html.Div(id=f"{id}-said", className="p-said", **aria(live="polite")),
    ]


def _form() -> Component:
    actions = [
        send("Predict segment", "btn-primary p-button"),
        button("Keep to compare", "keep", "btn btn-primary p-button-quiet"),
        button("Clear all fields", "clear", "btn btn-link"),
    ]
    fields = html.Div(id=ids.FIELDS, className="p-fields")
    parts = [fields, html.Div(actions, className="p-form-actions")]
    load = asks("load", by_id(ids.CUSTOMER, "Customer ID", "Load"), "p-loader")
    return html.Section(
        [load, asks("predict", parts, "p-form", id=ids.FORM)],
        className="p-card p-predict-form",
        **aria(label="The customer"),
    )
