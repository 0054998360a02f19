"""A segment in full: name, trust, figures, words, advice, note; and the form that names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts import cards as card_scope
from layouts.components import Table, aria, chooses, data_table, disclosure, swatch
from layouts.segments import page as segments
from layouts.theme import segment_style
from layouts.trust import Trust, badge


@dataclass(frozen=True)
class FullCard:
    """What the card of a segment says; `named` and `noted` tell who said so, and when."""

    number: int
    name: str
    texts: Mapping[str, str]
    suggestion: tuple[str, str]
    figures: Table
    trust: Trust | None
    named: str
    note: str
    noted: str


def card(content: FullCard, *, may_name: bool) -> Component:
    """A segment in full; its name filters, its parts open on demand."""
    title, text = content.suggestion
    return html.Article(
        [
            html.H3(
                [
                    swatch(content.number),
                    html.Button(
                        content.name, type="button", className="p-card-name", **aria(pressed="false")
                    ),
                ],
                className="p-card-title",
            ),
            card_scope.size(segments.PAGE, content.number, content.texts),
            badge(content.trust) if content.trust else None,
            card_scope.few(segments.PAGE, content.number, content.texts),
            card_scope.phrases(segments.PAGE, content.number, content.texts),
            _note(content),
            card_scope.in_words(segments.PAGE, content.number, content.texts),
            disclosure("For marketing", html.P([html.Strong(f"{title}. "), text])),
            disclosure(
                "In figures",
                html.P("All of the segment, whatever the filters.", className="p-hint"),
                data_table(content.figures, caption=f"{content.name} in figures"),
            ),
            _ways_on(content, may_name),
        ],
        className="p-card p-segment-card",
        style=segment_style(content.number),
        **chooses("Segment", content.number - 1),
    )


def _note(content: FullCard) -> Component | None:
    if not (content.note or content.named):
        return None
    return html.Div(
        [
            html.P(content.note, className="p-note") if content.note else None,
            html.P(" ".join(filter(None, (content.noted, content.named))), className="p-hint"),
        ]
    )


def _ways_on(content: FullCard, may_name: bool) -> Component:
    rename: dict[str, Any] = {"data-rename": str(content.number)}
    button = html.Button("Rename, or add a note", type="button", className="btn p-button-quiet", **rename)
    return html.Div(
        [
            *card_scope.ways_on(segments.PAGE, content.number, content.name, content.texts),
            button if may_name else None,
        ],
        className="p-ways-on",
    )


@dataclass(frozen=True)
class Naming:
    """What the form that names segments starts with."""

    names: Sequence[str]
    number: int
    name: str
    note: str
    suggested: str


def naming(content: Naming, *, may_name: bool) -> Component:
    """The form that names segments; others than administrators read who does."""
    if not may_name:
        return html.Section(
            [
                html.P("Administrators name segments and write notes about them.", className="p-source"),
                html.Div(_form(content), hidden=True),
                *segments.stores(),
            ],
            id=segments.ids.NAMING,
            **aria(label="Names and notes"),
        )
    return html.Section(
        [html.H2("Names and notes"), html.P(LEAD, className="p-hint"), _form(content), *segments.stores()],
        id=segments.ids.NAMING,
        className="p-card p-naming",
        **aria(label="Names and notes"),
    )


LEAD = (
    "A name is used at once on every page, in charts, filters and downloads, by everybody. It stays with this "
    "model, with your name and the time."
)


def _form(content: Naming) -> Component:
    options = [
        {"label": f"{number} {name}", "value": str(number)}
        for number, name in enumerate(content.names, start=1)
    ]
    which = dbc.Select(id=segments.ids.WHICH, options=options, value=str(content.number))
    name = dbc.Input(
        id=segments.ids.NAME, value=content.name, type="text", autocomplete="off", maxlength="80"
    )
    note = dbc.Textarea(id=segments.ids.NOTE, value=content.note, rows=3)
    save = dbc.Button("Save", id=segments.ids.SAVE, type="submit", class_name="p-button")
    reset = dbc.Button("Back to the suggested name", id=segments.ids.RESET, type="button", color="link")
    return dbc.Form(
        [
            _field("Segment", segments.ids.WHICH, which),
            _field("Name", segments.ids.NAME, name, hint(content.suggested), segments.ids.NAME_SAID),
            _field(
                "Note",
                segments.ids.NOTE,
                note,
                note_hint(),
                segments.ids.NOTE_SAID,
            ),
            html.Div([save, reset], className="p-form-actions"),
        ],
        id=segments.ids.FORM,
        class_name="p-form",
        prevent_default_on_submit=True,
    )


def _field(
    label: str, id: str, box: Component, said: Component | None = None, said_id: str = ""
) -> Component:
    under = html.Div(said, id=said_id, className="p-said") if said_id else None
    return html.Div([html.Label(label, htmlFor=id), box, under], className="p-field")


def hint(suggested: str) -> Component:
    """Which name is suggested, and how long one may be."""
    return html.Span(f"Suggested: {suggested}. Up to 40 characters.", className="p-hint")


def error(text: str) -> Component:
    """Why a text can't be used."""
    return html.Span(text, className="p-error", role="alert")


def note_hint() -> Component:
    """What a note is for."""
    return html.Span("What colleagues should know of the segment. Up to 500 characters.", className="p-hint")
