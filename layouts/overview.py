"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import cards as card_scope
from layouts import filters
from layouts.charts import Chart
from layouts.components import aria, chooses, disclosure, grid, kpi, kpis, page, swatch
from layouts.theme import segment_colour


class ids:
    LEAD = "overview-lead"
    SIZES = "overview-sizes"
    SPENDING = "overview-spending"
    AGE = "overview-age"
    INCOME = "overview-income"
    AMOUNT = "overview-amount"
    CHANNEL = "overview-channel"
    RECENCY = "overview-recency"
    CHILDREN = "overview-children"
    BOTH = "overview-both"
    CUSTOMERS = "overview-customers"
    TOTAL = "overview-total"
    EACH = "overview-each"
    EARN = "overview-earn"
    RESPONSE = "overview-response"


FIGURES = (
    (ids.CUSTOMERS, "Customers"),
    (ids.TOTAL, "Total spending"),
    (ids.EACH, "Spending per customer"),
    (ids.EARN, "Mean income"),
    (ids.RESPONSE, "Accepted the last campaign"),
)


CHARTS = (
    Chart(ids.SIZES, "Customers by segment", "Segment", across=True, height=340),
    Chart(ids.SPENDING, "Spending by segment", "Segment", value="Total_Spending", across=True, height=340),
    Chart(ids.AGE, "Age", "Age"),
    Chart(ids.INCOME, "Income", "Income"),
    Chart(ids.AMOUNT, "Total spending", "Total_Spending"),
    Chart(ids.CHANNEL, "Main channel", "Main_Channel"),
    Chart(ids.RECENCY, "Days since the last purchase", "Recency"),
    Chart(ids.CHILDREN, "Children at home", "Children"),
)


PAGE = "overview"


@dataclass(frozen=True)
class SegmentCard:
    """What the card of a segment says; `texts` follow the filters."""

    number: int
    name: str
    texts: Mapping[str, str]
    suggestion: tuple[str, str]
    note: str
    trust: Component | None


@dataclass(frozen=True)
class Overview:
    """Everything that the page says."""

    lead: str
    source: str
    figures: Sequence[tuple[str, str, str, str]]  # id, label, value, note
    cards: Sequence[SegmentCard]
    trust: Sequence[Component]
    charts: Mapping[str, Component]
    income: Component
    opened: Component
    lacking: Component | None = None


def segment_card(card: SegmentCard) -> Component:
    """A segment at a glance; description and suggestion open on demand."""
    (title, text), number = card.suggestion, card.number
    return html.Article(
        [
            html.H3(
                [
                    swatch(number),
                    html.Button(card.name, type="button", className="p-card-name", **aria(pressed="false")),
                ],
                className="p-card-title",
            ),
            card_scope.size(PAGE, number, card.texts),
            card.trust,
            card_scope.few(PAGE, number, card.texts),
            card_scope.phrases(PAGE, number, card.texts),
            html.P(card.note, className="p-note") if card.note else None,
            card_scope.in_words(PAGE, number, card.texts),
            disclosure("For marketing", html.P([html.Strong(f"{title}. "), text])),
            html.Div(card_scope.ways_on(PAGE, number, card.name, card.texts), className="p-ways-on"),
        ],
        className="p-card p-segment-card",
        style={"borderTopColor": segment_colour(number)},
        **chooses("Segment", number - 1),
    )


def layout(content: Overview) -> Component:
    """Opening sentence, key figures, a card per segment, eight charts that answer a click, income against spending."""
    drawn = content.charts
    return page(
        "Who are our customers?",
        html.Span(content.lead, id=ids.LEAD),
        filters.bar(),
        filters.empty(),
        kpis(*(kpi(*figure) for figure in content.figures)),
        html.Section(
            [
                html.H2("The segments"),
                html.Div(list(content.trust), className="p-trust-panel"),
                grid(*(segment_card(card) for card in content.cards), columns="three"),
            ],
            **aria(label="The segments"),
        ),
        grid(drawn[ids.SIZES], drawn[ids.SPENDING]),
        grid(*(drawn[chart.id] for chart in CHARTS[2:] if chart.id in drawn), columns="three"),
        content.income,
        content.lacking,
        html.P(content.source, className="p-source"),
        content.opened,
    )
