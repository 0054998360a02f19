"""Choose k: how many segments are there really?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Option:
    """A number of segments to choose, and what speaks for it."""

    k: int
    note: str


@dataclass(frozen=True)
class Switch:
    """What can be done about the live model, and whether the reader may."""

    allowed: bool
    make: str
    can_make: bool
    restore: str
    notice: str = ""


@dataclass(frozen=True)
class ChooseK:
    """Everything that the page says."""

    lead: str
    known: Sequence[str]
    cost: str
    source: str
    leads: Component
    charts: Sequence[Component]
    options: Sequence[Option]
    chosen: int
    preview: Component
    details: Component
    hangs: Component | None
    steps: Table
    steps_finding: str
    practice: Table
    practice_finding: str
    algorithms: Table
    algorithms_finding: str
    switch: Switch
    changed_to: str = ""  # the key of the model, where it was made live from this very page


def _drawn_about(key: str) -> Component | None:
    """Whoever changes the model goes on with the new one: what the page asks from now on is about it."""
    return html.Span(hidden=True, **data(drawn_model=key)) if key else None


def layout(content: ChooseK) -> Component:
    """What the evidence says and how that is known, the criteria one by one, a preview of any k, other algorithms."""
    return page(
        TITLE,
        content.lead,
        disclosure("How we know", *map(html.P, content.known), html.P(content.cost), className="k-known"),
        _drawn_about(content.changed_to),
        section("All criteria on one scale", content.leads, className="p-stack"),
        section("The criteria, one by one", grid(*content.charts, columns="three"), className="p-stack"),
        section(
            "Try another number",
            _choices(content.options, content.chosen),
            html.Div(content.preview, id=ids.PREVIEW, **aria(live="polite")),
            switch(content.switch),
            html.Div(content.details, id=ids.DETAILS),
            className="p-stack",
        ),
        content.hangs,
        told("What each number means in practice", content.practice_finding, content.practice, "k-practice"),
        told("What each further segment buys", content.steps_finding, content.steps, "k-steps"),
        told(
            "Other ways to group the same customers",
            content.algorithms_finding,
            content.algorithms,
            "k-others",
        ),
        html.P(content.source, className="p-source"),
        *_stores(),
        question=QUESTION,
    )


def waiting(lead: str, panel: Component, *known: Component | None) -> Component:
    """While something long is done: how far it is, and what is known already. The controls are there, hidden, for the callbacks."""
    controls = [
        _choices([], 2),
        html.Div(id=ids.PREVIEW),
        html.Div(id=ids.DETAILS),
        switch(Switch(False, "", False, "")),
        *_stores(),
    ]
    return page(TITLE, lead, panel, *known, html.Div(controls, hidden=True), question=QUESTION)


def switch(content: Switch) -> Component:
    """The buttons of who may; for others, who to ask."""
    make = button(content.make, "btn p-button", id=ids.MAKE, disabled=not content.can_make)
    words = content.restore or "Restore the previous model"
    restore = button(words, "btn p-button-quiet", id=ids.RESTORE, hidden=not content.restore)
    return html.Div(
        [
            html.P(content.notice, className="p-card k-done", role="status") if content.notice else None,
            html.P(
                "Looking changes nothing. Only an analyst or an owner of this dataset can make another number of segments live.",
                className="p-hint",
                hidden=content.allowed,
            ),
            html.Div(
                [html.Div([make, restore], className="p-form-actions"), _question()],
                hidden=not content.allowed,
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


def _choices(options: Sequence[Option], chosen: int) -> Component:
    """A row of numbers; one radio button each, so that arrow keys walk along it."""
    return html.Fieldset(
        [
            html.Legend("Number of segments", className="visually-hidden"),
            dbc.RadioItems(
                id=ids.K,
                options=[{"value": one.k, "label": _option(one)} for one in options],
                value=chosen,
                className="k-row",
                input_class_name="k-input",
                label_class_name="k-label",
                label_checked_class_name="is-chosen",
            ),
        ],
        className="k-choices",
    )


def _option(one: Option) -> Component:
    return html.Span([html.Span(str(one.k), className="k-number"), html.Span(one.note, className="k-note")])


def told(title: str, finding: str, table: Table, kind: str, advice: str = "") -> Component:
    """A table, under what it says; below it what one could do."""
    said = html.P(finding, className="p-finding")
    below = html.P(advice, className="p-finding") if advice else None
    return section(
        title, said, data_table(table, caption=title), below, className=f"p-card p-stack k-told {kind}"
    )


def _stores() -> list[Component]:
    return [dcc.Store(id=ids.SHARED), dcc.Store(id=ids.SHARED_DONE), dcc.Store(id=ids.WANTED)]


@dataclass(frozen=True)
class Row:
    """A segment of the preview."""

    number: int
    name: str
    figures: Sequence[str]


def preview(title: str, moved: str, head: Sequence[str], rows: Sequence[Row], live: bool) -> Component:
    """The segments that a number makes, and how many would move, before anything is changed."""
    table = drawn_table(title, head, [_segment(row, live) for row in rows], " k-segments")
    parts = [html.H3(title, className="k-title"), html.P(moved), html.Div(table, className="p-card")]
    return html.Div(parts, className="p-stack")


def details(pair: Sequence[Component], wide: Component | None) -> Component:
    """The charts of the preview: two side by side, and one over all the width."""
    return html.Div([grid(*pair), wide], className="p-stack")


def _segment(row: Row, live: bool) -> Component:
    mark = swatch(row.number) if live else plain_swatch(row.number)
    name = html.Th(html.Span([mark, html.Span(row.name)], className="k-name"), scope="row")
    return html.Tr([name, *(html.Td(text) for text in row.figures)])


def plain_swatch(number: int) -> Component:
    """The number of a segment that is not live: the colours belong to those that are."""
    return html.Span(str(number), className="p-swatch", style=NEUTRAL)
