"""How segments are made: what may be chosen, what that would change, and making it live."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts import components
from layouts.components import Table, data_table, disclosure, posts, submit


class ids:
    FLOWS = "making-flows"
    OPEN = "making-open"
    FORM = "making-form"


FIELD, WEIGHT, RULE, SCALING, FAR_OUT = "field", "weight", "rule", "scaling", "far-out"
LEFT_OUT, AS_IT_IS, OFF, ON = "out", "as-it-is", "off", "on"


def section(form: Component | None, shown: Component | None, flips: Component) -> Component:
    """The choices, left out until they are opened; what the last ones would change, and each flipped by itself."""
    words = "Choose otherwise"
    return components.section(
        "How segments are made",
        html.P(
            "Nothing changes before you have seen what would: the worker makes the segments so, beside those that are live.",
            className="p-hint",
        ),
        shown,
        html.Details(
            [
                html.Summary(words) if form else html.Summary(words, id=ids.OPEN),
                html.Div(form or html.P("Loading.", className="p-hint"), id=ids.FORM),
            ]
        ),
        flips,
        className="p-card p-stack p-making",
    )


def choices(
    fields: Sequence[tuple[Component, Component]],
    others: Sequence[Component],
    rules: Sequence[Component],
    *,
    again: bool,
) -> Component:
    """What may be chosen; `again` where what that would change is shown already."""
    built = [html.Div([*pair], className="p-options p-figure") for pair in fields]
    form = [
        html.H3("What builds segments, and how it counts"),
        *built,
        html.Div([*others], className="p-options"),
        disclosure("Cleaning rules", *(html.Div(one, className="p-options") for one in rules)),
        submit("See what would change", quiet=again),
    ]
    return posts("/models/making", *form)


def tried(name: str, said: str, flows: Component | None, segments: Table, live: str, stale: str) -> Component:
    """What a trial found, and the way to make it live."""
    make_live = posts(f"/models/making/{name}", submit("Make these live"), live=live)
    return html.Div(
        [
            html.P(said),
            flows,
            data_table(segments, caption="Segments then"),
            html.P(stale, className="p-hint") if stale else make_live,
        ],
        className="p-stack p-tried",
    )


def flips(table: Table | None) -> Component:
    """Each choice flipped by itself."""
    if table is None:
        return html.P(
            "What flipping any one choice changes is measured when the page that chooses the number of segments opens.",
            className="p-hint",
        )
    return disclosure("Any one choice flipped", data_table(table, caption="Any one choice flipped"))
