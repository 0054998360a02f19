"""Up to three customers side by side, with the averages of their segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import Shown, chart, data, group, section
from layouts.figures import LEGEND, Figure, away_from_zero, in_lines, room, scattered, tip
from layouts.predict.page import asks, button, by_id
from layouts.theme import Template, segment_colour


class ids:
    CUSTOMER = "compare-customer"
    SAID = "compare-customer-said"
    CONTENT = "compare-content"
    ASKED = "compare-asked"
    TOLD = "compare-told"
    CHART = "compare-chart"


LETTERS = ("A", "B", "C")
_SYMBOLS = ("diamond", "circle", "square")


@dataclass(frozen=True)
class Marks:
    """One customer or one segment's average in the chart: a mark per field, in standard deviations."""

    name: str
    number: int
    values: Sequence[float]
    texts: Sequence[str]


def layout(told: Mapping[str, Any], content: Sequence[Component]) -> Component:
    """The section, with who is compared."""
    hint = "Up to three: add one by ID, or press “Keep to compare” in the form above. The address holds those who have an ID."
    return section(
        "Compare customers",
        html.P(hint, className="p-hint"),
        asks("add", by_id(ids.CUSTOMER, "Add customer ID", "Add"), "p-adder"),
        html.Div(list(content), id=ids.CONTENT, className="p-stack"),
        dcc.Store(id=ids.TOLD, data=dict(told)),
        dcc.Store(id=ids.ASKED),
        className="p-card p-stack p-comparison",
    )


def chips(names: Sequence[str]) -> Component:
    """Who is compared; pressing removes them."""
    buttons = [
        button(f"Remove {name} ×", "drop", "p-chip", **data(place=str(place)))
        for place, name in enumerate(names)
    ]
    return html.Div(buttons, **group("Customers compared", className="p-compared-chips"))


def content(shown: Shown) -> Component:
    """Chart and table."""
    name = "Customers beside the averages of their segments"
    return chart(ids.CHART, name, "standard deviations", shown, height=440)


def figure(
    labels: Sequence[str], customers: Sequence[Marks], averages: Sequence[Marks], template: Template
) -> Figure:
    """A row per field: customers as marks of different shapes, their segments' averages as ticks."""
    ticks = [
        _trace(one, labels, {"symbol": "line-ns-open", "size": 18, "line": {"width": 3}}) for one in averages
    ]
    edge = {"color": template["layout"]["font"]["color"], "width": 1.5}
    marks = [
        _trace(one, labels, {"symbol": _SYMBOLS[place], "size": 14, "line": edge})
        for place, one in enumerate(customers)
    ]
    reach = 1.1 * max([2.0, *(abs(value) for one in (*customers, *averages) for value in one.values)])
    layout = {
        "template": template,
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": away_from_zero("from everyone's average", reach),
        "yaxis": {"autorange": "reversed", "showgrid": False},
        "margin": room(72, 16),
    }
    return {"data": [*ticks, *marks], "layout": layout}


def _trace(one: Marks, labels: Sequence[str], marker: dict[str, Any]) -> dict[str, Any]:
    return scattered(
        "markers",
        one.values,
        labels,
        name=in_lines(one.name, 40),
        customdata=list(one.texts),
        marker={"color": segment_colour(one.number)} | marker,
        hovertemplate=tip("%{fullData.name}", "%{y}: %{customdata}"),
    )
