"""Predict: where does this customer belong?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import aria, page
from layouts.predict import nudges


class ids:
    FORM = "predict-form"
    CUSTOMER = "predict-customer"
    LOAD = "predict-load"
    LOAD_SAID = "predict-load-said"
    BUTTON = "predict-button"
    CLEAR = "predict-clear"
    KEEP = "predict-keep"
    LIVE = "predict-live"
    FOLLOWED = "predict-followed"
    ANSWER = "predict-answer"
    SHARED = "predict-shared"
    SHARED_DONE = "predict-shared-done"


def field_id(name: str) -> str:
    """Id of the input of a basis field."""
    return f"predict-{name}"


def said_id(name: str) -> str:
    """Id of the line under the input."""
    return f"predict-{name}-said"


@dataclass(frozen=True)
class Slider:
    """What a slider runs over: the range of the data, in whole steps; where it stands for a gap."""

    low: int
    high: int
    step: int
    assumed: float
    decimal: str = "."


@dataclass(frozen=True)
class Input:
    """One input: label, unit, the line under it, what it starts with."""

    name: str
    label: str
    unit: str
    hint: Component
    value: str
    slider: Slider
    invalid: bool = False


def layout(
    inputs: Sequence[Input],
    answer: Component,
    said: Mapping[str, Component],
    customer: str,
    who: str,
    shared: Mapping[str, str],
    *more: Component,
) -> Component:
    """The form beside its answer, then `more` sections; `who` it is of, `shared` is what the address holds of it."""
    form = html.Section(
        [_loader(customer, who), _form(inputs, said)],
        className="p-card p-predict-form",
        **aria(label="The customer"),
    )
    return page(
        "Where does this customer belong?",
        "Seven figures place a customer in a segment, and say how firmly. Change a value or move its slider, and "
        "the answer follows; leave a field empty if you don't know it.",
        html.Div(
            [
                form,
                html.Div(
                    [
                        html.Div(answer, id=ids.ANSWER, className="p-answer", role="status"),
                        html.Div(id=nudges.ids.DETAILS, className="p-details"),
                    ],
                    className="p-answer-column",
                ),
            ],
            className="p-predict",
        ),
        *more,
        dcc.Store(id=ids.SHARED, data=dict(shared)),
        dcc.Store(id=ids.SHARED_DONE),
        dcc.Store(id=ids.LIVE),
        dcc.Store(id=ids.FOLLOWED),
    )


def _form(inputs: Sequence[Input], said: Mapping[str, Component]) -> Component:
    predict = dbc.Button("Predict segment", id=ids.BUTTON, type="submit", class_name="p-button")
    keep = dbc.Button("Keep to compare", id=ids.KEEP, type="button", class_name="p-button-quiet")
    clear = dbc.Button("Clear all fields", id=ids.CLEAR, type="button", color="link")
    return dbc.Form(
        [
            *(_field(item, said.get(item.name)) for item in inputs),
            html.Div([predict, keep, clear], className="p-form-actions"),
        ],
        id=ids.FORM,
        class_name="p-form",
        prevent_default_on_submit=True,
    )


def _loader(customer: str, who: str) -> Component:
    return html.Div(
        [
            html.Label("Customer ID", htmlFor=ids.CUSTOMER),
            html.Div(
                [
                    dbc.Input(id=ids.CUSTOMER, value=customer, autocomplete="off", maxlength="64"),
                    dbc.Button("Load", id=ids.LOAD, type="button", class_name="p-button-quiet"),
                ],
                className="p-loader-row",
            ),
            html.Div(hint(who), id=ids.LOAD_SAID, className="p-said", **aria(live="polite")),
        ],
        className="p-loader",
    )


def _field(item: Input, said: Component | None) -> Component:
    return html.Div(
        [
            html.Label(item.label, htmlFor=field_id(item.name)),
            html.Span(item.unit, className="p-field-unit"),
            dbc.Input(
                id=field_id(item.name),
                name=item.name,
                value=item.value,
                invalid=item.invalid,
                type="text",
                inputmode="decimal",
                autocomplete="off",
                maxlength="40",
            ),
            html.Div(said or item.hint, id=said_id(item.name), className="p-said"),
            _slider(item),
        ],
        className="p-field",
    )


def _slider(item: Input) -> Component:
    """The place of a slider; predict.js puts a native one there, since Dash has none that is labelled."""
    runs: dict[str, Any] = {
        "data-for": field_id(item.name),
        "data-label": f"{item.label}, slider",
        "data-unit": item.unit,
        "data-low": str(item.slider.low),
        "data-high": str(item.slider.high),
        "data-step": str(item.slider.step),
        "data-assumed": str(item.slider.assumed),
        "data-decimal": item.slider.decimal,
    }
    return html.Div(className="p-slider", **runs)


def hint(text: str) -> Component:
    """What a field means, and what the data holds."""
    return html.Span(text, className="p-hint")


def error(text: str) -> Component:
    """Why a value can't be used."""
    return html.Span(text, className="p-error", role="alert")


def warning(text: str) -> Component:
    """A value that is used, with a caution."""
    return html.Span(text, className="p-warning")


def assumed(text: str) -> Component:
    """What stands in for a gap."""
    return html.Span(text, className="p-assumed")
