"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Sequence

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


def layout(
    *,
    lead: str,
    source: str,
    options: Component,  # whose figures these are, and beside which
    hero: Component,
    figures: Sequence[tuple[str, str, str, str]],  # id, label, value, note
    columns: Sequence[rows.Column],
    ranked: str,
    cards: Sequence[Card],
    trust: Sequence[Component],
    charts: Sequence[Component] | None,
    opened: Component,
    lacking: Component | None = None,
    beside: Component | None = None,
) -> Component:
    """Opening sentence, the chart of segments beside key figures, a row for each segment, more charts on demand."""
    return page(
        "Overview",
        html.Span(lead, id=ids.LEAD),
        filters.empty(),
        html.Div([hero, kpis(*(kpi(*one) for one in figures))], className="p-hero"),
        section(
            "The segments",
            html.P(f"Ranked {ranked}.", className="p-hint"),
            options,
            rows.table(columns, cards),
            html.Div([*trust, *_ways_on(source, charts)], className="p-trust-panel p-ranking-foot"),
            className="p-ranking",
        ),
        beside,
        section("Charts to filter by", grid(*charts, columns="three")) if charts else None,
        lacking,
        opened,
        question="Who are our customers?",
        above=filters.bar(),
        look="p-close",
    )


def _ways_on(source: str, charts: Sequence[Component] | None) -> list[Component]:
    """Where figures come from, and the way to charts of fields, each of which filters everything."""
    words, asked = (
        ("Hide the charts", "") if charts is not None else ("Show charts to filter by", f"show={CHARTS}")
    )
    where = disclosure("Where these figures come from", html.P(source, className="p-source"))
    return [where, way(words, "/", asked, filtered="yes", className="btn p-button-quiet")]
