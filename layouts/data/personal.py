"""Which columns of a dataset only its owners see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import disclosure

COLUMN = "column:"  # how what a form says of one begins


@dataclass(frozen=True)
class Columns:
    """Those that can be personal, (name, whether it is) each."""

    columns: Sequence[tuple[str, bool]]


def form(shown: Columns) -> Component:
    """A choice for each column."""
    choices = [
        html.Label(
            [
                html.Span(name, className="p-option-name"),
                html.Select(
                    _options(is_personal=personal), name=f"{COLUMN}{name}", className="form-select p-select"
                ),
            ],
            className="p-option",
        )
        for name, personal in shown.columns
    ]
    parts = [
        html.P("Columns that build and describe no segments. What is for owners only, nobody else is given."),
        html.Div(choices, className="p-writing"),
        dcc.Input(type="hidden", name="csrf_token"),
        html.Button("Keep", type="submit", className="btn p-button-quiet"),
    ]
    return disclosure("Personal columns", html.Form(parts, action="/data/personal", method="POST"))


def _options(*, is_personal: bool) -> list[Component]:
    offered = (("yes", "For owners only", is_personal), ("no", "For everybody who sees it", not is_personal))
    return [html.Option(words, value=value, selected=chosen) for value, words, chosen in offered]
