"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import filters
from layouts.cards import Card
from layouts.components import disclosure, grid, kpi, kpis, page, section, way
from layouts.overview import rows


class ids:
    LEAD = "overview-lead"
    HERO = "overview-hero"
    SIZES = "overview-sizes"
    SPENDING = "overview-spending"
    BOTH = "overview-both"
    CUSTOMERS = "overview-customers"
    TOTAL = "overview-total"
    EACH = "overview-each"


# What is shown under the rows, by address.
SEGMENTS, CHARTS = "segments", "charts"


def mean_id(field: str) -> str:
    """Id of the mean of a field among the key figures."""
    return f"overview-mean-{field.lower()}"


def chart_id(field: str) -> str:
    """Id of the distribution of a field."""
    return f"overview-{field.lower()}"


@dataclass(frozen=True)
class Overview:
    """Everything that the page says."""

    lead: str
    source: str
    options: Component  # whose figures these are, and beside which
    hero: Component
    figures: Sequence[tuple[str, str, str, str]]  # id, label, value, note
    columns: Sequence[rows.Column]
    ranked: str
    cards: Sequence[Card]
    trust: Sequence[Component]
    charts: Sequence[Component] | None
    opened: Component
    lacking: Component | None = None
    beside: Component | None = None


def layout(content: Overview) -> Component:
    """Opening sentence, the chart of segments beside key figures, a row for each segment, more charts on demand."""
    figures = kpis(*(kpi(*figure) for figure in content.figures))
    return page(
        "Overview",
        html.Span(content.lead, id=ids.LEAD),
        filters.empty(),
        html.Div([content.hero, figures], className="p-hero"),
        section(
            "The segments",
            html.P(f"Ranked {content.ranked}.", className="p-hint"),
            content.options,
            rows.table(content.columns, content.cards),
            _foot(content),
            className="p-ranking",
        ),
        content.beside,
        section("Charts to filter by", grid(*content.charts, columns="three")) if content.charts else None,
        content.lacking,
        content.opened,
        question="Who are our customers?",
        above=filters.bar(),
        look="p-close",
    )


def _foot(content: Overview) -> Component:
    """What badges say, where figures come from, and the way to charts of fields, each of which filters everything."""
    words, asked = (
        ("Show charts to filter by", f"show={CHARTS}") if content.charts is None else ("Hide the charts", "")
    )
    charts = way(words, "/", asked, filtered="yes", className="btn p-button-quiet")
    where = disclosure("Where these figures come from", html.P(content.source, className="p-source"))
    return html.Div([*content.trust, where, charts], className="p-trust-panel p-ranking-foot")
