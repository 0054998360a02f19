"""What orders tell: what the next year is expected to bring, and which categories are bought together."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from core.forecast.bg_nbd import Stops
from layouts.components import Table, data_table, section, way

_BY_STOPS: Mapping[Stops, str] = {
    "once back": "BG/NBD: customers buy in rhythms of their own and stop after some purchase, though never before they "
    "came back, so that all who bought once count as active (Fader, Hardie and Lee 2005)",
    "after any purchase": "Modified BG/NBD: customers buy in rhythms of their own and stop after some purchase, perhaps "
    "the first (Batislam, Denizel and Filiztekin 2007)",
    "at any time": "Pareto/NBD: customers buy in rhythms of their own and stop at some time, whether they buy then or "
    "not (Schmittlein, Morrison and Colombo 1987)",
}
_MODELS = (
    ", the likeliest of three such models; Gamma-Gamma: what a purchase brings lies around a mean of each customer (Fader and Hardie 2013). Both are fitted "
    "by maximum likelihood to all orders, of many customers to those of some drawn at random. Ranges hold 95 of 100 outcomes: what customers do by chance, drawn from the "
    "model, and how sure its parameters are (delta method). That customers may come to do otherwise is not in them; a chance "
    "to be active is told in whole percent, and never as none or all, since no check could tell it finer. "
    "These figures are reckoned from recency, purchases, tenure and spending, so they never build segments."
)
_LIFT = (
    "A purchase is all that a customer bought on one day. Lift is how many times as often two categories are in one "
    "purchase as they would be in purchases of as many categories if one had nothing to do with the other: above 1 they go together, below 1 one stands for "
    "the other. Only pairs are listed whose interval leaves out 1, surest first, at most five of each: of those said at "
    "all one in twenty is expected to be chance (false discovery rate over all pairs), and intervals are widened for "
    "it. Purchases of one customer count as alike. Pairs that chance would put in fewer than ten purchases, that "
    "nobody bought together, and categories past the fifteen in most purchases are not looked at. Everyone is counted, whatever the filters."
)


def expected(
    lead: str,
    figures: Table | None = None,
    checked: str = "",
    check: Table | None = None,
    most: tuple[str, str] | None = None,
    *,
    stops: Stops = "once back",
) -> Component:
    """The sentence, a row for each segment, and how the same would have been right before.

    `stops`: when customers can, by the model.
    """
    models = f"{_BY_STOPS[stops]}{_MODELS}"
    return section(
        "Expected over the next year",
        html.P(lead),
        data_table(figures, caption="Expected next year, by segment") if figures else None,
        html.P(way("Customers by expected value", *most)) if most else None,
        html.P(checked) if checked else None,
        data_table(check, caption="Forecast and what happened") if check else None,
        html.P(models, className="p-source") if check else None,
        className="p-compare",
    )


def together(lead: str, table: Table | None = None) -> Component:
    """The sentence, and a row for each pair."""
    return section(
        "Bought together",
        html.P(lead),
        data_table(table, caption="Categories bought together") if table else None,
        html.P(_LIFT, className="p-source") if table else None,
        className="p-compare p-together",
    )
