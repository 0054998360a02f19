"""Reports: a menu that asks for one, shows how far it is, and hands out those of the last week."""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.components import aria, data
from layouts.progress import Panel, panel


class ids:
    MENU = "reports-menu"
    FORM = "reports-form"
    WHAT = "reports-what"
    SAID = "reports-said"
    EMAIL = "reports-email"
    EMAIL_SAID = "reports-email-said"


FORMS = (("pdf", "PDF"), ("pptx", "PowerPoint"), ("xlsx", "Excel"), ("html", "Web page"))
WHAT = (("page", "This page, as it is filtered"), ("whole", "The whole segmentation, all customers"))
IDLE = Panel("", "none", "Your report", "", "", 0.0, "", "", False, False, False, "Try again")
KEPT = "Reports are kept for a week, for you alone. Each has a link that shows its figures again, to all who have an account."


def menu() -> Component:
    """The form, how far a report is, and the last week's, filled in the browser by assets/reports.js."""
    parts = [
        _form(),
        html.Div(panel(IDLE), hidden=True, **data(reports="progress")),
        html.Ul(
            [], className="p-views-list", **data(reports="list"), **aria(label="Reports of the last week")
        ),
        html.P(KEPT, className="p-hint"),
        html.Div([_weekly()], hidden=True, **data(reports="weekly")),
    ]
    return html.Details(
        [
            html.Summary("Report", className="p-views-summary"),
            html.Div(parts, className="p-menu-panel p-views-panel"),
        ],
        id=ids.MENU,
        className="p-menu p-views",
    )


def _form() -> Component:
    parts = [
        *_choice(ids.WHAT, "Report on", WHAT),
        *_choice(ids.FORM, "As", FORMS),
        html.P("", id=ids.SAID, className="p-error p-said", role="alert"),
        html.Div(
            html.Button("Make the report", type="submit", className="btn p-button"), className="p-views-row"
        ),
    ]
    return html.Form(parts, className="p-views-form", **data(reports="ask"))


def _weekly() -> Component:
    """Where a mail server is set: the same every Monday, and what is sent already."""
    address = dbc.Input(id=ids.EMAIL, type="email", autoComplete="email", value="")
    send = html.Button("Send it every Monday", type="submit", className="btn p-button")
    parts = [
        html.Label("The same by e-mail, to", htmlFor=ids.EMAIL),
        html.Div([address, send], className="p-views-row"),
        html.P("", id=ids.EMAIL_SAID, className="p-error p-said", role="alert"),
    ]
    sent = html.Ul([], className="p-views-list", **data(reports="sent"), **aria(label="Weekly reports"))
    return html.Div([html.Form(parts, className="p-views-form", **data(reports="weekly-ask")), sent])


def _choice(id: str, label: str, options: Sequence[tuple[str, str]]) -> list[Component]:
    known = [{"value": value, "label": words} for value, words in options]
    return [html.Label(label, htmlFor=id), dbc.Select(id=id, options=known, value=options[0][0])]
