"""Saved views: the menu of the filter bar."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import aria, data


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
    nothing = (
        "No saved views yet. Filter the page, give what you see a name, and open it again from here, on any device. Its "
        "link shows a colleague the same."
    )
    return [
        html.Ul([], className="p-views-list", **data(views="list"), **aria(label="Saved views")),
        html.P(nothing, className="p-hint", hidden=True, **data(views="empty")),
    ]


def _form() -> Component:
    name = dbc.Input(id=ids.NAME, type="text", autoComplete="off", value="")
    save = html.Button("Save", type="submit", className="btn p-button")
    parts = [
        html.Label("Save this view as", htmlFor=ids.NAME),
        html.Div([name, save], className="p-views-row"),
        html.P("", id=ids.SAID, className="p-error p-said"),
    ]
    return html.Form(parts, className="p-views-form", **data(views="save"))
