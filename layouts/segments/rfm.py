"""RFM groups beside the segments: how they are made, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, data_table, section

_HOW = (
    "R, F and M are the scores of recency, purchases and spending from 1 to 5, those of a value together; F and M "
    "count by their mean, halves upwards. The same groups can be filtered by on the overview."
)


def section_of(lead: str, scores: Sequence[str], table: Table) -> Component:
    """The sentence about both, the cut points, and a row for each group."""
    return section(
        "Beside the RFM groups",
        html.P(lead),
        html.Ul([html.Li(one) for one in scores]),
        data_table(table, caption="RFM groups and segments"),
        html.P(_HOW, className="p-source"),
        className="p-compare p-rfm",
    )
