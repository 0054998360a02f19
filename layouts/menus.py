"""What is done with what a page shows, in menus of the filter bar: notes on it, reports of it, saved views."""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, menu, submit
from layouts.progress import Panel, panel

FORMS = (("pdf", "PDF"), ("pptx", "PowerPoint"), ("xlsx", "Excel"), ("html", "Web page"))
WHAT = (("page", "This page, as it is filtered"), ("whole", "The whole segmentation, all customers"))
IDLE = Panel("", "none", "Your report", "", "", 0.0, "", "", False, False, False, "Try again")
KEPT = "Reports are kept for a week, for you alone. Each has a link that shows its figures again, to all who have an account."
NO_VIEWS = (
    "No saved views yet. Filter the page, give what you see a name, and open it again from here, on any device. Its "
    "link shows a colleague the same."
)


def notes() -> Component:
    """The notes, filled in the browser by assets/notes.js, and the form for one more."""
    cancel = button("Cancel the answer", "btn p-button-quiet", hidden=True, **data(notes="cancel"))
    form = [
        # Filled with the bars that are chosen; hidden while there are none.
        html.Div(
            [
                html.Label("On", htmlFor="notes-about"),
                html.Select(id="notes-about", className="form-select p-select"),
            ],
            hidden=True,
        ),
        html.Label("A note", htmlFor="notes-text"),
        dbc.Textarea(id="notes-text", value="", rows=3),
        _said("notes-said"),
        _row(submit("Leave the note"), cancel),
        html.P("For whoever opens this page with these filters, and in its reports.", className="p-hint"),
    ]
    shown = _list("Notes on what is shown", notes="list")
    return menu(html.Span("Notes", **data(notes="count")), shown, _form(form, notes="add"), id="notes-menu")


def reports() -> Component:
    """The form, how far a report is, and the last week's, filled in the browser by assets/reports.js."""
    form = [
        *_choice("reports-what", "Report on", WHAT),
        *_choice("reports-form", "As", FORMS),
        _said("reports-said"),
        _row(submit("Make the report")),
    ]
    return menu(
        "Report",
        _form(form, reports="ask"),
        html.Div(panel(IDLE), hidden=True, **data(reports="progress")),
        _list("Reports of the last week", reports="list"),
        html.P(KEPT, className="p-hint"),
        html.Div([_weekly()], hidden=True, **data(reports="weekly")),
        id="reports-menu",
    )


def _weekly() -> Component:
    """Where a mail server is set: the same every Monday, and what is sent already."""
    address = dbc.Input(id="reports-email", type="email", autoComplete="email", value="")
    parts = [
        html.Label("The same by e-mail, to", htmlFor="reports-email"),
        _row(address, submit("Send it every Monday")),
        _said("reports-email-said"),
    ]
    return html.Div([_form(parts, reports="weekly-ask"), _list("Weekly reports", reports="sent")])


def saved_views() -> Component:
    """The user's views, filled in the browser by assets/views.js, and a form that saves what is shown now."""
    form = [
        html.Label("Save this view as", htmlFor="views-name"),
        _row(dbc.Input(id="views-name", type="text", autoComplete="off", value=""), submit("Save")),
        _said("views-name-said"),
    ]
    return menu(
        "Saved views",
        _form(form, views="save"),
        _list("Saved views", views="list"),
        html.P(NO_VIEWS, className="p-hint", hidden=True, **data(views="empty")),
        id="views-menu",
    )


def _form(parts: Sequence[Component], **marks: str) -> Component:
    return html.Form(list(parts), className="p-views-form", **data(**marks))


def _list(name: str, **marks: str) -> Component:
    return html.Ul([], className="p-views-list", **data(**marks), **aria(label=name))


def _row(*parts: Component) -> Component:
    return html.Div(list(parts), className="p-views-row")


def _said(id: str) -> Component:
    """Why something could not be done."""
    return html.P("", id=id, className="p-error p-said", role="alert")


def _choice(id: str, label: str, options: Sequence[tuple[str, str]]) -> list[Component]:
    known = [{"value": value, "label": words} for value, words in options]
    return [html.Label(label, htmlFor=id), dbc.Select(id=id, options=known, value=options[0][0])]
