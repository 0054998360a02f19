"""The currency of a dataset and the language of its numbers, to be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import disclosure

CURRENCY, LOCALE = "currency", "locale"


@dataclass(frozen=True)
class Offered:
    """Currencies and languages, (value, words) each, those that are chosen, and the currency that the file names."""

    currencies: Sequence[tuple[str, str]]
    currency: str
    locales: Sequence[tuple[str, str]]
    locale: str
    named: str = ""


def boxes(offered: Offered) -> Component:
    """Both lists."""
    money = [("", "None: plain amounts"), *offered.currencies]
    languages = [("", "That of each reader"), *offered.locales]
    said = f"The file names {offered.named}." if offered.named else None
    return html.Div(
        [
            _box("Currency", CURRENCY, money, offered.currency),
            _box("Language of numbers", LOCALE, languages, offered.locale),
            html.P(said, className="p-hint") if said else None,
        ],
        className="p-writing",
    )


def form(offered: Offered, slug: str) -> Component:
    """The lists of a dataset that is there, and what keeps them."""
    parts = [
        boxes(offered),
        dcc.Input(type="hidden", name="csrf_token"),
        html.Button("Keep", type="submit", className="btn p-button-quiet"),
    ]
    action = f"/d/default/data/datasets/{slug}/writing"
    return disclosure("Currency and numbers", html.Form(parts, action=action, method="POST"))


def _box(words: str, name: str, values: Sequence[tuple[str, str]], chosen: str) -> Component:
    options = [html.Option(said, value=value, selected=value == chosen) for value, said in values]
    box = html.Select(options, name=name, className="form-select p-select")
    return html.Label([html.Span(words, className="p-option-name"), box], className="p-option")
