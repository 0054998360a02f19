"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import filters
from layouts.cards import Card, card, on_demand
from layouts.components import grid, kpi, kpis, page, section


class ids:
    LEAD = "overview-lead"
    SIZES = "overview-sizes"
    SPENDING = "overview-spending"
    BOTH = "overview-both"
    CUSTOMERS = "overview-customers"
    TOTAL = "overview-total"
    EACH = "overview-each"


def mean_id(field: str) -> str:
    """Id of the mean of a field among the key figures."""
    return f"overview-mean-{field.lower()}"


def chart_id(field: str) -> str:
    """Id of the distribution of a field."""
    return f"overview-{field.lower()}"


PAGE = "overview"
ACROSS = (ids.SIZES, ids.SPENDING)


@dataclass(frozen=True)
class Overview:
    """Everything that the page says."""

    lead: str
    source: str
    options: Component  # whose figures these are, and beside which
    figures: Sequence[tuple[str, str, str, str]]  # id, label, value, note
    cards: Sequence[Card]
    trust: Sequence[Component]
    charts: Mapping[str, Component]
    both: Component | None
    opened: Component
    lacking: Component | None = None
    beside: Component | None = None


def segment_card(content: Card) -> Component:
    """A segment at a glance."""
    note = html.P(content.note, className="p-note") if content.note else None
    return card(PAGE, content, *on_demand(PAGE, content), note=note)


def layout(content: Overview) -> Component:
    """Opening sentence, key figures, a card per segment, eight charts that answer a click, income against spending."""
    drawn = content.charts
    return page(
        "Overview",
        html.Span(content.lead, id=ids.LEAD),
        filters.empty(),
        kpis(*(kpi(*figure) for figure in content.figures)),
        content.options,
        content.beside,
        section(
            "The segments",
            html.Div(list(content.trust), className="p-trust-panel"),
            grid(*(segment_card(one) for one in content.cards), columns="three"),
        ),
        grid(*(drawn[id] for id in ACROSS if id in drawn)),
        grid(*(chart for id, chart in drawn.items() if id not in ACROSS), columns="three"),
        content.both,
        content.lacking,
        html.P(content.source, className="p-source"),
        content.opened,
        question="Who are our customers?",
        above=filters.bar(),
    )
