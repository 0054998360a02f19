"""Explore: what does our base look like?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from core.schema.current import CHANNELS, EARLIER_CAMPAIGNS, FIELDS, PRODUCTS
from core.schema.fields import Kind
from layouts import filters
from layouts.charts import Chart
from layouts.components import aria, grid, page


class ids:
    LEAD = "explore-lead"
    HEATMAP = "explore-heatmap"
    PAIR = "explore-pair"
    BOX = "explore-box"
    GAPS = "explore-gaps"
    RULES = "explore-rules"
    REPORT = "explore-report"


def chart_id(field: str) -> str:
    """Id of the distribution of a field."""
    return f"explore-{field}"


def _chart(field: str, height: int = 240, *, across: bool = False) -> Chart:
    known = FIELDS[field]
    scale = f"amount {known.unit}".strip() if known.kind is Kind.AMOUNT else known.unit
    if known.unit.startswith(("of ", "at ")):
        scale = f"{'number' if known.kind is Kind.COUNT else 'fraction'} {known.unit}"
    return Chart(chart_id(field), known.label, field, across=across, height=height, scale=scale)


def _tall(field: str, bars: int) -> Chart:
    return _chart(field, 60 + 44 * bars, across=True)


# Sections: address, name, distributions. The last two are drawn otherwise.
SECTIONS: Mapping[str, tuple[str, tuple[Chart, ...]]] = {
    "people": (
        "People",
        (
            *map(_chart, ("Age", "Income", "Customer_Tenure", "Children", "Kidhome", "Teenhome")),
            *map(_chart, ("Household_Size", "Enrolment_Season", "Enrolment_Month", "Enrolment_Quarter")),
            _tall("Education", 5),
            _tall("Marital_Status", 6),
        ),
    ),
    "money": (
        "Money",
        (
            *map(_chart, ("Total_Spending", "Average_Basket", *PRODUCTS.values())),
            *(_chart(f"Share_{product}") for product in PRODUCTS),
        ),
    ),
    "buying": (
        "Buying",
        (
            *map(_chart, ("Total_Purchases", *CHANNELS.values(), "NumDealsPurchases", "Recency")),
            *map(_chart, ("NumWebVisitsMonth", "Web_Conversion", "Deal_Rate")),
            *(_chart(f"Share_{channel}") for channel in CHANNELS),
            _tall("Main_Channel", 5),
        ),
    ),
    "campaigns": (
        "Answers",
        tuple(
            map(
                _chart,
                ("Campaign_Acceptance", "Earlier_Acceptance", *EARLIER_CAMPAIGNS, "Response", "Complain"),
            )
        ),
    ),
    "relations": ("Relations", ()),
    "quality": ("Data quality", ()),
}

NUMERIC = (
    "Age",
    "Income",
    "Customer_Tenure",
    "Children",
    "Recency",
    "Total_Spending",
    *PRODUCTS.values(),
    "Average_Basket",
    *CHANNELS.values(),
    "NumDealsPurchases",
    "NumWebVisitsMonth",
    "Campaign_Acceptance",
)


@dataclass(frozen=True)
class Explore:
    """Everything that the page says."""

    lead: str
    section: str
    options: Mapping[str, str]
    segments: Sequence[str]
    charts: Sequence[Component]
    opened: Component
    lacking: Component | None = None
    known: Sequence[str] = NUMERIC
    skewed: bool = False


def layout(content: Explore) -> Component:
    """The section's distributions, each a filter for all the others, or its relations, or its findings."""
    distributions = content.section not in ("relations", "quality")
    return page(
        "What does our base look like?",
        html.Span(content.lead, id=ids.LEAD),
        sections(content.section),
        content.lacking,
        filters.bar() if content.section != "quality" else None,
        filters.empty(),
        _controls(content) if distributions else None,
        _pair_controls(content) if content.section == "relations" else None,
        filters.legend(content.segments) if content.section != "quality" else None,
        grid(*content.charts, columns="three" if distributions else "one"),
        content.opened,
    )


def sections(current: str) -> Component:
    """Links to the sections; the filters travel along."""
    links = [
        html.A(
            name,
            href=f"/explore?show={section}",
            className="p-section" + (" is-current" if section == current else ""),
            **_travels(section),
            **(aria(current="true") if section == current else {}),
        )
        for section, (name, _) in SECTIONS.items()
    ]
    return html.Nav(links, className="p-sections", **aria(label="Sections"))


def _travels(section: str) -> dict[str, Any]:
    return {"data-page": "/explore", "data-filtered": "yes", "data-extra": f"show={section}"}


def _controls(content: Explore) -> Component:
    options = content.options
    return html.Div(
        [
            filters.option(
                "split", "Bars", [("none", "Whole"), ("segments", "Split by segment")], options["split"]
            ),
            filters.option("as", "Count", [("counts", "Customers"), ("shares", "Percent")], options["as"]),
            filters.option(
                "axis", "Bins of amounts", [("plain", "Equal width"), ("log", "Logarithmic")], options["axis"]
            )
            if content.skewed
            else None,
        ],
        className="p-options",
    )


def _pair_controls(content: Explore) -> Component:
    options = content.options
    named = [(name, FIELDS[name].label) for name in content.known]
    return html.Div(
        [
            filters.option(
                "method",
                "Correlation",
                [("pearson", "Pearson (straight line)"), ("spearman", "Spearman (rank)")],
                options["method"],
            ),
            filters.select("x", "X axis", named, options["x"]),
            filters.select("y", "Y axis and box plots", named, options["y"]),
        ],
        className="p-options",
    )
