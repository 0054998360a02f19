"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import figures
from layouts.components import SegmentCard, Table, aria, chart, grid, kpi, kpis, page, segment_card


class ids:
    SIZES = "overview-sizes"
    SPENDING = "overview-spending"
    INCOME = "overview-income"


@dataclass(frozen=True)
class Chart:
    """A drawn chart: figure, table, finding, unit."""

    figure: figures.Figure
    table: Table
    finding: str
    unit: str


@dataclass(frozen=True)
class Overview:
    """Everything that the page says."""

    opening: str
    source: str
    figures: Sequence[tuple[str, str, str]]
    cards: Sequence[SegmentCard]
    sizes: Chart
    spending: Chart
    income: Chart


def layout(content: Overview) -> Component:
    """Opening sentence, key figures, a card per segment, three charts."""
    return page(
        "Who are our customers?",
        content.opening,
        kpis(*(kpi(*figure) for figure in content.figures)),
        html.Section(
            [html.H2("The segments"), grid(*(segment_card(card) for card in content.cards), columns="three")],
            **aria(label="The segments"),
        ),
        grid(
            _draw(ids.SIZES, "Customers by segment", content.sizes),
            _draw(ids.SPENDING, "Spending by segment", content.spending),
        ),
        _draw(ids.INCOME, "Income against spending", content.income, height=460),
        html.P(content.source, className="p-source"),
    )


def _draw(id: str, name: str, drawn: Chart, height: int = 320) -> Component:
    return chart(id, name, drawn.unit, drawn.figure, drawn.table, finding=drawn.finding, height=height)
