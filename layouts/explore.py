"""Explore: what does our base look like?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import filters
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


# Sections that are no groups of fields.
RELATIONS, QUALITY = "relations", "quality"
OTHERS = {RELATIONS: "Relations", QUALITY: "Data quality"}


@dataclass(frozen=True)
class Explore:
    """Everything that the page says."""

    lead: str
    section: str
    sections: Mapping[str, str]  # by address, what they are called
    options: Mapping[str, str]
    segments: Sequence[str]
    charts: Sequence[Component]
    opened: Component
    lacking: Component | None = None
    known: Sequence[tuple[str, str]] = ()  # fields that can be related, and what they are called
    skewed: bool = False


def layout(content: Explore) -> Component:
    """The section's distributions, each a filter for all the others, or its relations, or its findings."""
    distributions = content.section not in OTHERS
    return page(
        "What does our base look like?",
        html.Span(content.lead, id=ids.LEAD),
        sections(content.sections, content.section),
        content.lacking,
        filters.bar() if content.section != QUALITY else None,
        filters.empty(),
        _controls(content) if distributions else None,
        _pair_controls(content) if content.section == RELATIONS else None,
        filters.legend(content.segments) if content.section != QUALITY else None,
        grid(*content.charts, columns="three" if distributions else "one"),
        content.opened,
    )


def sections(named: Mapping[str, str], current: str) -> Component:
    """Links to the sections; the filters travel along."""
    links = [
        html.A(
            name,
            href=f"/explore?show={section}",
            className="p-section" + (" is-current" if section == current else ""),
            **_travels(section),
            **(aria(current="true") if section == current else {}),
        )
        for section, name in named.items()
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
    return html.Div(
        [
            filters.option(
                "method",
                "Correlation",
                [("pearson", "Pearson (straight line)"), ("spearman", "Spearman (rank)")],
                options["method"],
            ),
            filters.select("x", "X axis", content.known, options["x"]),
            filters.select("y", "Y axis and box plots", content.known, options["y"]),
        ],
        className="p-options",
    )
