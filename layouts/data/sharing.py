"""Who may see a dataset, and what each may do: to be read and changed by its owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import disclosure

NAME, ROLE, NONE, VIEWER = "name", "role", "none", "viewer"
ROLES = (
    (VIEWER, "Viewer: sees and predicts"),
    ("analyst", "Analyst: also names and chooses"),
    ("owner", "Owner: also shares and removes"),
)


@dataclass(frozen=True)
class Shared:
    """Those who are something in a dataset, (name, role, since when and by whom) each, and whether everybody sees it."""

    people: Sequence[tuple[str, str, str]]
    everybody: bool
    called: str


def form(shared: Shared, slug: str) -> Component:
    """What is so, and how to change it; administrators may do everything anyway."""
    action = f"/d/default/data/datasets/{slug}/sharing"
    rows = [_row(action, *one) for one in shared.people]
    now = (
        "Everybody who signs in here sees it."
        if shared.everybody
        else "Nobody else sees it but administrators."
    )
    does = "Let only those who are named see it" if shared.everybody else "Let everybody here see it"
    switch = [
        *_hidden(NAME, shared.called),
        *_hidden(ROLE, NONE if shared.everybody else VIEWER),
        html.P(now),
        html.Button(does, type="submit", className="btn p-button-quiet"),
    ]
    new = [
        html.Label(
            [
                html.Span("Username", className="p-option-name"),
                dcc.Input(name=NAME, className="form-control", required=True),
            ],
            className="p-option",
        ),
        _roles("Role", VIEWER, none=False),
        html.Button("Add", type="submit", className="btn p-button"),
    ]
    listed = html.Ul(rows, className="p-members") if rows else None
    parts = [listed, _form(new, action), _form(switch, action)]
    return disclosure(
        "Sharing", html.Div([part for part in parts if part is not None], className="p-sharing")
    )


def _row(action: str, name: str, role: str, since: str) -> Component:
    parts = [
        html.P([html.Strong(name), html.Span(since, className="p-hint")]),
        *_hidden(NAME, name),
        _roles(f"Role of {name}", role, none=True),
        html.Button("Change", type="submit", className="btn p-button-quiet"),
    ]
    return html.Li(_form(parts, action))


def _form(parts: Sequence[Component], action: str) -> Component:
    parts = [*parts, dcc.Input(type="hidden", name="csrf_token")]
    return html.Form(parts, action=action, method="POST", className="p-writing")


def _hidden(name: str, value: str) -> list[Component]:
    return [dcc.Input(type="hidden", name=name, value=value)]


def _roles(words: str, chosen: str, *, none: bool) -> Component:
    offered = [*ROLES, *([(NONE, "Nobody: take this away")] if none else [])]
    options = [html.Option(said, value=value, selected=value == chosen) for value, said in offered]
    box = html.Select(options, name=ROLE, className="form-select p-select")
    return html.Label([html.Span(words, className="p-option-name"), box], className="p-option")
