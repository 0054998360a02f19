"""Notes on what a page shows: a menu with those that are there, and a form for one more."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data


class ids:
    MENU = "notes-menu"
    TEXT = "notes-text"
    ABOUT = "notes-about"
    SAID = "notes-said"


def menu() -> Component:
    """The notes, filled in the browser by assets/notes.js, and the form."""
    hint = "For whoever opens this page with these filters, and in its reports."
    form = [
        # Filled with the bars that are chosen; hidden while there are none.
        html.Div(
            [
                html.Label("On", htmlFor=ids.ABOUT),
                html.Select(id=ids.ABOUT, className="form-select p-select"),
            ],
            hidden=True,
        ),
        html.Label("A note", htmlFor=ids.TEXT),
        dbc.Textarea(id=ids.TEXT, value="", rows=3),
        html.P("", id=ids.SAID, className="p-error p-said", role="alert"),
        html.Div(
            [
                html.Button("Leave the note", type="submit", className="btn p-button"),
                button("Cancel the answer", "btn p-button-quiet", hidden=True, **data(notes="cancel")),
            ],
            className="p-views-row",
        ),
        html.P(hint, className="p-hint"),
    ]
    parts = [
        html.Ul([], className="p-views-list", **data(notes="list"), **aria(label="Notes on what is shown")),
        html.Form(form, className="p-views-form", **data(notes="add")),
    ]
    return html.Details(
        [
            html.Summary(html.Span("Notes", **data(notes="count")), className="p-views-summary"),
            html.Div(parts, className="p-menu-panel p-views-panel"),
        ],
        id=ids.MENU,
        className="p-menu p-views",
    )
