"""Overview: who are our customers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import cards as card_scope
from layouts import filters
from layouts.components import aria, chooses, disclosure, grid, kpi, kpis, page, swatch
from layouts.theme import segment_colour


class ids:
    LEAD = "overview-lead"
    SIZES = "overview-sizes"
    SPENDING = "overview-spending"
    BOTH = "overview-both"
    CUSTOMERS = "overview-customers"
    TOTAL = "overview-total"
    EACH = "overview-each"


def mean_id(field: str) -> str:
    """Id of the mean of a field among the key figures."""
    return f"overview-mean-{field.lower()}"


def chart_id(field: str) -> str:
    """Id of the distribution of a field."""
    return f"overview-{field.lower()}"


PAGE = "overview"
ACROSS = (ids.SIZES, ids.SPENDING)


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
    both: Component | None
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
        grid(*(drawn[id] for id in ACROSS if id in drawn)),
        grid(*(chart for id, chart in drawn.items() if id not in ACROSS), columns="three"),
        content.both,
        content.lacking,
        html.P(content.source, className="p-source"),
        content.opened,
    )
