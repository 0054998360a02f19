"""Choose k: how many segments are there really?"""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import (
    Table,
    aria,
    button,
    data,
    data_table,
    disclosure,
    drawn_table,
    grid,
    group,
    page,
    section,
    swatch,
)
from layouts.theme import NEUTRAL


class ids:
    BODY = "choose_k-body"
    WCSS = "choose_k-wcss"
    SILHOUETTE = "choose_k-silhouette"
    CALINSKI = "choose_k-calinski"
    DAVIES = "choose_k-davies"
    GAP = "choose_k-gap"
    STRENGTH = "choose_k-strength"
    ICL = "choose_k-icl"
    LEADS = "choose_k-leads"
    K = "choose_k-k"
    PREVIEW = "choose_k-preview"
    DETAILS = "choose_k-details"
    WIDTHS = "choose_k-widths"
    MOVES = "choose_k-moves"
    STEPS = "choose_k-steps"
    SHARED = "choose_k-shared"
    SHARED_DONE = "choose_k-shared-done"
    MAKE = "choose_k-make"
    RESTORE = "choose_k-restore"
    ASKED = "choose_k-asked"
    ASKED_SAID = "choose_k-asked-said"
    WANTED = "choose_k-wanted"
    YES = "choose_k-yes"
    NO = "choose_k-no"


def frame(body: Component) -> Component:
    """The page, where what it shows can be replaced by what its own button changed."""
    return html.Div(body, id=ids.BODY)


TITLE = "How many"
QUESTION = "How many segments are there really?"


def layout(
    lead: str,
    known: Sequence[str],
    source: str,
    leads: Component,
    charts: Sequence[Component],
    trying: Component,
    *told: Component | None,
    changed_to: str,
) -> Component:
    """What the evidence says and how that is known, the criteria one by one, a preview of any k, and what is `told` of it.

    Whoever changed the model here goes on with the one that is `changed_to`: what the page asks is about that.
    """
    return page(
        TITLE,
        lead,
        disclosure("How we know", *map(html.P, known), className="k-known"),
        html.Span(hidden=True, **data(drawn_model=changed_to)) if changed_to else None,
        section("All criteria on one scale", leads, className="p-stack"),
        section("The criteria, one by one", grid(*charts, columns="three"), className="p-stack"),
        trying,
        *told,
        html.P(source, className="p-source"),
        *_stores(),
        question=QUESTION,
    )


def trying(
    options: Sequence[tuple[int, str]], chosen: int, preview: Component, switch: Component, details: Component
) -> Component:
    """Another number: those that there are, with what speaks for each, and what the one that is `chosen` makes."""
    return section(
        "Try another number",
        _choices(options, chosen),
        html.Div(preview, id=ids.PREVIEW, **aria(live="polite")),
        switch,
        html.Div(details, id=ids.DETAILS),
        className="p-stack",
    )


def waiting(lead: str, panel: Component, *known: Component | None) -> Component:
    """While something long is done: how far it is, and what is known already. The controls are there, hidden, for the callbacks."""
    controls = [_choices([], 2), html.Div(id=ids.PREVIEW), html.Div(id=ids.DETAILS), switch(), *_stores()]
    return page(TITLE, lead, panel, *known, html.Div(controls, hidden=True), question=QUESTION)


def switch(
    *, allowed: bool = False, make: str = "", can_make: bool = False, restores: str = "", done: str = ""
) -> Component:
    """The buttons of who may; for others, who to ask."""
    makes = button(make, "btn p-button", id=ids.MAKE, disabled=not can_make)
    words = restores or "Restore the previous model"
    restore = button(words, "btn p-button-quiet", id=ids.RESTORE, hidden=not restores)
    return html.Div(
        [
            html.P(done, className="p-card k-done", role="status") if done else None,
            html.P(
                "Looking changes nothing. Only an analyst or an owner of this dataset can make another number of segments live.",
                className="p-hint",
                hidden=allowed,
            ),
            html.Div(
                [html.Div([makes, restore], className="p-form-actions"), _question()], hidden=not allowed
            ),
        ],
        className="p-stack k-switch",
    )


def _question() -> Component:
    yes = button("Yes, change it for everyone", "btn p-button", id=ids.YES)
    no = button("No, keep it", "btn p-button-quiet", id=ids.NO)
    said = html.P(id=ids.ASKED_SAID, **aria(live="polite"))
    about = group("Change the live model", id=ids.ASKED, className="p-card p-stack k-asked", hidden=True)
    return html.Div([said, html.Div([yes, no], className="p-form-actions")], **about)


def _choices(options: Sequence[tuple[int, str]], chosen: int) -> Component:
    """A row of numbers; one radio button each, so that arrow keys walk along it."""
    return html.Fieldset(
        [
            html.Legend("Number of segments", className="visually-hidden"),
            dbc.RadioItems(
                id=ids.K,
                options=[{"value": k, "label": _option(k, note)} for k, note in options],
                value=chosen,
                className="k-row",
                input_class_name="k-input",
                label_class_name="k-label",
                label_checked_class_name="is-chosen",
            ),
        ],
        className="k-choices",
    )


def _option(k: int, note: str) -> Component:
    return html.Span([html.Span(str(k), className="k-number"), html.Span(note, className="k-note")])


def told(title: str, finding: str, table: Table, kind: str, advice: str = "") -> Component:
    """A table, under what it says; below it what one could do."""
    said = html.P(finding, className="p-finding")
    below = html.P(advice, className="p-finding") if advice else None
    return section(
        title, said, data_table(table, caption=title), below, className=f"p-card p-stack k-told {kind}"
    )


def _stores() -> list[Component]:
    return [dcc.Store(id=ids.SHARED), dcc.Store(id=ids.SHARED_DONE), dcc.Store(id=ids.WANTED)]


def preview(title: str, moved: str, head: Sequence[str], rows: Sequence[Component]) -> Component:
    """The segments that a number makes, and how many would move, before anything is changed."""
    table = drawn_table(title, head, rows, " k-segments")
    parts = [html.H3(title, className="k-title"), html.P(moved), html.Div(table, className="p-card")]
    return html.Div(parts, className="p-stack")


def details(pair: Sequence[Component], wide: Component | None) -> Component:
    """The charts of the preview: two side by side, and one over all the width."""
    return html.Div([grid(*pair), wide], className="p-stack")


def segment(number: int, name: str, figures: Sequence[str], *, live: bool) -> Component:
    """A segment of the preview; colours belong to those that are live."""
    mark = swatch(number) if live else html.Span(str(number), className="p-swatch", style=NEUTRAL)
    named = html.Th(html.Span([mark, html.Span(name)], className="k-name"), scope="row")
    return html.Tr([named, *(html.Td(text) for text in figures)])
