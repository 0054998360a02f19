"""Which columns of a dataset only its owners see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import disclosure

COLUMN = "column:"  # how what a form says of one begins
ONLY = "Columns that build no segments. What is for owners only, nobody else is given."
_WORDS = {"yes": "For owners only", "no": "For everybody who sees it"}


@dataclass(frozen=True)
class Columns:
    """Those that can be personal, (name, whether it is) each."""

    columns: Sequence[tuple[str, bool]]


def form(shown: Columns) -> Component:
    """A choice for each column of a dataset."""
    parts = [
        *_choices(shown),
        dcc.Input(type="hidden", name="csrf_token"),
        html.Button("Keep", type="submit", className="btn p-button-quiet"),
    ]
    return disclosure("Personal columns", html.Form(parts, action="/data/personal", method="POST"))


def guessed(shown: Columns) -> Component:
    """A choice for each column of a file that waits; assets/data.js sends it along with the title."""
    return disclosure("Personal columns", *_choices(shown))


def _choices(shown: Columns) -> list[Component]:
    boxes = [_box(name, "yes" if is_personal else "no") for name, is_personal in shown.columns]
    return [html.P(ONLY), html.Div(boxes, className="p-writing")]


def _box(name: str, chosen: str) -> Component:
    options = [html.Option(words, value=value, selected=value == chosen) for value, words in _WORDS.items()]
    box = html.Select(options, name=f"{COLUMN}{name}", className="form-select p-select")
    return html.Label([html.Span(name, className="p-option-name"), box], className="p-option")
