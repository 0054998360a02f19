"""Explore: what does our base look like?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from layouts import filters
from layouts.components import Table, data_table, grid, page, section


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


def layout(
    *,
    lead: str,
    section: str,
    sections: Mapping[str, str],  # by address, what they are called
    options: Mapping[str, str],
    segments: Sequence[str],
    charts: Sequence[Component],
    opened: Component,
    lacking: Component | None = None,
    known: Sequence[tuple[str, str]] = (),  # fields that can be related, and what they are called
    skewed: bool = False,
    cohorts: Component | None = None,
) -> Component:
    """The section's distributions, each a filter for all the others, or its relations, or its findings."""
    distributions = section not in OTHERS
    controls = [_option(options, *one) for one in ((BARS, COUNT, BINS) if skewed else (BARS, COUNT))]
    return page(
        "Explore",
        html.Span(lead, id=ids.LEAD),
        filters.sections("/explore", sections, section, *(controls if distributions else [])),
        lacking,
        filters.empty(),
        _pair_controls(known, options) if section == RELATIONS else None,
        filters.legend(segments) if section != QUALITY else None,
        grid(*charts, columns="small" if distributions else "one"),
        cohorts,
        opened,
        question="What does our base look like?",
        above=filters.bar() if section != QUALITY else None,
        look="p-close" if distributions else "",
    )


def cohorts_of(step: str, told: str, table: Table) -> Component:
    """Who came back of those who first ordered at one time, everyone whatever the filters."""
    return section(
        f"Cohorts by {step} of the first order",
        html.P(told),
        data_table(
            table,
            caption=f"Part of each cohort that ordered again, by {step}s after the first one, then or later",
        ),
        html.P(
            f"Everyone, whatever the filters. The last {step} may not be over, and who has not come back yet still can.",
            className="p-source",
        ),
    )


# Options of distributions: name, words, and choices.
BARS = ("split", "Bars", (("none", "Whole"), ("segments", "Split by segment")))
COUNT = ("as", "Count", (("counts", "Customers"), ("shares", "Percent")))
BINS = ("axis", "Bins of amounts", (("plain", "Equal width"), ("log", "Logarithmic")))
METHOD = ("method", "Correlation", (("pearson", "Pearson (straight line)"), ("spearman", "Spearman (rank)")))


def _option(
    options: Mapping[str, str], name: str, words: str, choices: Sequence[tuple[str, str]]
) -> Component:
    return filters.option(name, words, choices, options[name])


def _pair_controls(known: Sequence[tuple[str, str]], options: Mapping[str, str]) -> Component:
    x = filters.select("x", "X axis", known, options["x"])
    y = filters.select("y", "Y axis and box plots", known, options["y"])
    return html.Div([_option(options, *METHOD), x, y], className="p-options")
