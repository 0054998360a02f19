"""Up to three customers side by side, with the averages of their segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import Table, aria, chart
from layouts.figures import Figure, as_text
from layouts.theme import EVERYONE, Template, segment_colour


class ids:
    CUSTOMER = "compare-customer"
    ADD = "compare-add"
    SAID = "compare-said"
    KEPT = "compare-kept"
    CONTENT = "compare-content"
    CHART = "compare-chart"
    DROP_A = "compare-drop-a"
    DROP_B = "compare-drop-b"
    DROP_C = "compare-drop-c"


DROPS = (ids.DROP_A, ids.DROP_B, ids.DROP_C)
LETTERS = ("A", "B", "C")
_SYMBOLS = ("diamond", "circle", "square")


@dataclass(frozen=True)
class Marks:
    """One customer or one segment's average in the chart: a mark per field, in standard deviations."""

    name: str
    number: int
    values: Sequence[float]
    texts: Sequence[str]


def layout(kept: Sequence[str], names: Sequence[str], content: Component | None) -> Component:
    """The section; its buttons are always there, hidden while they have nothing to remove."""
    return html.Section(
        [
            html.H2("Compare customers"),
            html.P(
                "Up to three: add one by ID, or press “Keep to compare” in the form above. "
                "The address holds them.",
                className="p-hint",
            ),
            _adder(),
            html.Div(
                [
                    html.Button(
                        chip(names, place),
                        id=drop,
                        type="button",
                        className="p-chip",
                        hidden=place >= len(names),
                    )
                    for place, drop in enumerate(DROPS)
                ],
                className="p-compared-chips",
                role="group",
                **aria(label="Customers compared"),
            ),
            html.Div(content, id=ids.CONTENT),
            dcc.Store(id=ids.KEPT, data=list(kept)),
        ],
        className="p-card p-comparison",
        **aria(label="Compare customers"),
    )


def chip(names: Sequence[str], place: int) -> str:
    """What a chip says: who it is, and that pressing removes them."""
    return f"Remove {names[place]} ×" if place < len(names) else ""


def _adder() -> Component:
    return html.Div(
        [
            html.Label("Add customer ID", htmlFor=ids.CUSTOMER),
            html.Div(
                [
                    dbc.Input(id=ids.CUSTOMER, value="", autocomplete="off", maxlength="64"),
                    dbc.Button("Add", id=ids.ADD, type="button", class_name="p-button-quiet"),
                ],
                className="p-loader-row",
            ),
            html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
        ],
        className="p-adder",
    )


def content(figure: Figure, table: Table, finding: str) -> Component:
    """Chart and table."""
    return chart(
        ids.CHART,
        "Customers beside the averages of their segments",
        "standard deviations",
        figure,
        table,
        finding=finding,
        height=440,
    )


def figure(
    labels: Sequence[str], customers: Sequence[Marks], averages: Sequence[Marks], template: Template
) -> Figure:
    """A row per field: customers as marks of different shapes, their segments' averages as ticks."""
    ticks = [
        _trace(one, labels, {"symbol": "line-ns-open", "size": 24, "line": {"width": 3}}) for one in averages
    ]
    edge = {"color": template["layout"]["font"]["color"], "width": 1.5}
    marks = [
        _trace(one, labels, {"symbol": _SYMBOLS[place], "size": 14, "line": edge})
        for place, one in enumerate(customers)
    ]
    reach = max([2.0, *(abs(value) for one in (*customers, *averages) for value in one.values)]) * 1.1
    return {
        "data": [*ticks, *marks],
        "layout": {
            "template": template,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": {
                "title": {"text": "away from everyone's average"},
                "range": [-reach, reach],
                "zeroline": True,
                "zerolinecolor": EVERYONE,
                "zerolinewidth": 2,
            },
            "yaxis": {"autorange": "reversed"},
            "margin": {"l": 8, "r": 16, "t": 72, "b": 8},
        },
    }


def _trace(one: Marks, labels: Sequence[str], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": as_text(one.name),
        "x": list(one.values),
        "y": list(labels),
        "customdata": list(one.texts),
        "marker": {"color": segment_colour(one.number)} | marker,
        "hovertemplate": "%{y}: %{customdata}<extra>%{fullData.name}</extra>",
    }
