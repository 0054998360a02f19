"""What the next year is expected to bring, by segment, and how the same would have been right before."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, data_table, section, way

_HOW = (
    "BG/NBD: customers buy in rhythms of their own and stop after some purchase (Fader, Hardie and Lee 2005); "
    "Gamma-Gamma: what a purchase brings lies around a mean of each customer (Fader and Hardie 2013). Both are fitted "
    "by maximum likelihood to all orders, of many customers to those of some drawn at random. Ranges hold 95 of 100 outcomes: what customers do by chance, drawn from the "
    "model, and how sure its parameters are (delta method). That customers may come to do otherwise is not in them. "
    "These figures are reckoned from recency, purchases, tenure and spending, so they never build segments."
)


def section_of(
    lead: str,
    figures: Table | None = None,
    checked: str = "",
    check: Table | None = None,
    most: tuple[str, str] | None = None,
) -> Component:
    """The sentence, a row for each segment, and the check."""
    parts: Sequence[Component | None] = (
        html.P(lead),
        data_table(figures, caption="Expected next year, by segment") if figures else None,
        html.P(way("Customers by expected value", *most)) if most else None,
        html.P(checked) if checked else None,
        data_table(check, caption="Forecast and what happened") if check else None,
        html.P(_HOW, className="p-source") if check else None,
    )
    return section("Expected over the next year", *parts, className="p-compare p-expected")
