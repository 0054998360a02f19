"""Saved views: the menu beside the chips."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import aria

# What the script in assets/views.js looks for.
LIST: dict[str, Any] = {"data-views": "list"}
EMPTY: dict[str, Any] = {"data-views": "empty"}
SAVE: dict[str, Any] = {"data-views": "save"}
COPY: dict[str, Any] = {"data-views": "copy"}
COPIED: dict[str, Any] = {"data-views": "copied"}


class ids:
    MENU = "views-menu"
    NAME = "views-name"
    SAID = "views-name-said"


def menu() -> Component:
    """The user's views, filled in the browser, and a form that saves what is shown now."""
    return html.Details(
        [
            html.Summary("Saved views", className="p-views-summary"),
            html.Div([_form(), *_views()], className="p-menu-panel p-views-panel"),
        ],
        id=ids.MENU,
        className="p-menu p-views",
    )


def _views() -> list[Component]:
    return [
        html.Ul([], className="p-views-list", **LIST, **aria(label="Saved views")),
        html.P(
            "No saved views yet. Filter the page, give what you see a name, and open it again from here, "
            "on any device. Its link shows a colleague the same.",
            className="p-hint",
            hidden=True,
            **EMPTY,
        ),
    ]


def _form() -> Component:
    return html.Form(
        [
            html.Label("Save this view as", htmlFor=ids.NAME),
            html.Div(
                [
                    dbc.Input(id=ids.NAME, type="text", autoComplete="off", value=""),
                    html.Button("Save", type="submit", className="btn p-button"),
                ],
                className="p-views-row",
            ),
            html.P("", id=ids.SAID, className="p-error p-said"),
            html.Button("Copy link to what is shown", type="button", className="p-views-do", **COPY),
            html.P("", className="p-views-note", **COPIED),
        ],
        className="p-views-form",
        **SAVE,
    )
