"""Categories that are bought together: how often, how surely, by whom."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, data_table, section

_HOW = (
    "A purchase is all that a customer bought on one day. Lift is how many times as often two categories are in one "
    "purchase as they would be in purchases of as many categories if one had nothing to do with the other: above 1 they go together, below 1 one stands for "
    "the other. Only pairs are listed whose interval leaves out 1, surest first, at most five of each: of those said at "
    "all one in twenty is expected to be chance (false discovery rate over all pairs), and intervals are widened for "
    "it. Purchases of one customer count as alike. Pairs that chance would put in fewer than ten purchases, that "
    "nobody bought together, and categories past the fifteen in most purchases are not looked at. Everyone is counted, whatever the filters."
)


def section_of(lead: str, table: Table | None) -> Component:
    """The sentence, and a row for each pair."""
    rows = (
        [data_table(table, caption="Categories bought together"), html.P(_HOW, className="p-source")]
        if table
        else []
    )
    return section("Bought together", html.P(lead), *rows, className="p-compare p-together")
