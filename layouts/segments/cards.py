"""A segment in short: name, trust, what sets it apart, note; and the form that names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import cards
from layouts.cards import Card
from layouts.components import aria, button, data, field
from layouts.segments import page as segments


def card(content: Card, *, may_name: bool) -> Component:
    """A segment in short; the rest is on its page."""
    rename = button("Rename, or add a note", "btn p-button-quiet", **data(rename=str(content.number)))
    return cards.card(segments.PAGE, content, note=_note(content), ways=rename if may_name else None)


def _note(content: Card) -> Component | None:
    if not (content.note or content.named):
        return None
    said = html.P(content.note, className="p-note") if content.note else None
    return html.Div(
        [said, html.P(" ".join(filter(None, (content.noted, content.named))), className="p-hint")]
    )


@dataclass(frozen=True)
class Naming:
    """What the form that names segments holds for one of them."""

    number: int
    name: str
    note: str
    suggested: str


def naming(content: Sequence[Naming], *, may_name: bool) -> Component:
    """The form that names segments; who may not reads who may."""
    title, parts = "Names and notes", [_form(content), *segments.stores()]
    if may_name:
        lead = html.P(LEAD, className="p-hint")
        summary = html.Summary(html.H2(title))
        return html.Details([summary, lead, *parts], id=segments.ids.NAMING, className="p-card p-naming")
    who = html.P(
        "Analysts and the owners of this dataset name segments and write notes about them.",
        className="p-source",
    )
    form, *stores = parts
    return html.Section(
        [who, html.Div(form, hidden=True), *stores], id=segments.ids.NAMING, **aria(label=title)
    )


LEAD = (
    "A name is used at once on every page, in charts, filters and downloads, by everybody. It stays with this "
    "model, with your name and the time."
)


def _form(content: Sequence[Naming]) -> Component:
    options = [{"label": f"{one.number} {one.name}", "value": str(one.number)} for one in content]
    ids, first = segments.ids, content[0]
    which = dbc.Select(id=ids.WHICH, options=options, value=str(first.number))
    name = dbc.Input(id=ids.NAME, value=first.name, type="text", autocomplete="off", maxlength="80")
    note = dbc.Textarea(id=ids.NOTE, value=first.note, rows=3)
    forms = {str(one.number): [one.name, one.note, hint(one.suggested), note_hint()] for one in content}
    save = dbc.Button("Save", id=ids.SAVE, type="submit", class_name="p-button")
    reset = dbc.Button("Back to the suggested name", id=ids.RESET, type="button", color="link")
    parts = [
        field("Segment", which),
        field("Name", name, html.Div(hint(first.suggested), id=ids.NAME_SAID, className="p-said")),
        field("Note", note, html.Div(note_hint(), id=ids.NOTE_SAID, className="p-said")),
        html.Div([save, reset], className="p-form-actions"),
        dcc.Store(id=ids.FORMS, data=forms),
    ]
    return dbc.Form(parts, id=ids.FORM, class_name="p-form", prevent_default_on_submit=True)


def hint(suggested: str) -> Component:
    """Which name is suggested, and how long one may be."""
    return html.Span(f"Suggested: {suggested}. Up to 40 characters.", className="p-hint")


def note_hint() -> Component:
    """What a note is for."""
    return html.Span("What colleagues should know of the segment. Up to 500 characters.", className="p-hint")
