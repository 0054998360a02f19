"""Campaigns: what works with whom?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.campaigns.figures import ROW
from layouts.components import (
    Shown,
    Table,
    aria,
    button,
    chart,
    chart_frame,
    chooses,
    data,
    disclosure,
    drawn_table,
    graph,
    grid,
    kpi,
    kpis,
    page,
    section,
    swatch,
)
from layouts.figures import Figure


class ids:
    LEAD = "campaigns-lead"
    CONTACTED = "campaigns-contacted"
    ACCEPTED = "campaigns-accepted"
    PROFIT = "campaigns-profit"
    BREAK_EVEN = "campaigns-break-even"
    WORTH = "campaigns-worth"
    COST = "campaigns-cost"
    REVENUE = "campaigns-revenue"
    COST_SAID = "campaigns-cost-said"
    REVENUE_SAID = "campaigns-revenue-said"
    AMOUNTS = "campaigns-amounts"
    AMOUNTS_USED = "campaigns-amounts-used"
    BOARD = "campaigns-board"
    LEFT_OUT = "campaigns-left-out"
    ASSUMED = "campaigns-assumed"
    HEATMAP = "campaigns-heatmap"
    GAINS = "campaigns-gains"
    RETURNS = "campaigns-returns"
    UNKNOWABLE = "campaigns-unknowable"


FIGURES = (
    (ids.CONTACTED, "Contacted"),
    (ids.ACCEPTED, "Accepted"),
    (ids.PROFIT, "Profit"),
    (ids.BREAK_EVEN, "Break-even rate"),
    (ids.WORTH, "Segments worth contacting"),
)
HEAD = ("Group", "Verdict", "Accepted", "95% interval", "Profit", "Chance it pays", "Still needed")
COLUMNS = ("verdict", "accepted", "interval", "profit", "chance", "needed")
BOARD = "Break-even board"


def response_id(field: str) -> str:
    """Id of the answers by a field."""
    return f"campaigns-{field.lower()}"


def cell_id(row: str, column: str) -> str:
    """Id of a cell of the board's table."""
    return f"campaigns-board-{row}-{column}"


@dataclass(frozen=True)
class Campaigns:
    """Everything that the page says."""

    texts: Mapping[str, str]
    figures: Mapping[str, Figure]
    tables: Mapping[str, Table]
    campaigns: Sequence[tuple[str, str]]
    campaign: str
    everyone: str  # whether the file is everyone there is, or a sample
    cost: tuple[str, str]  # what it starts with, and the line under it
    revenue: tuple[str, str]
    segments: Sequence[tuple[int, str]]
    groups: Sequence[tuple[str, str]]  # the other rows of the board, and what they are called; everyone first
    responses: Sequence[tuple[str, str]]  # by which fields answers are shown, and under which heading
    opened: Component


def layout(content: Campaigns) -> Component:
    """Opening sentence, key figures, the board, all campaigns, gains, response by what is known."""
    texts = content.texts
    return page(
        "Campaigns",
        html.Span(texts[ids.LEAD], id=ids.LEAD),
        filters.empty(),
        html.P(texts[ids.LEFT_OUT], id=ids.LEFT_OUT, className="p-warning p-campaigns-left-out"),
        kpis(*(kpi(id, label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in FIGURES)),
        filters.everyone(content.everyone),
        _board(content),
        grid(
            _chart(content, ids.GAINS, "Cumulative gains", "share of all acceptances reached", 360),
            _chart(content, ids.RETURNS, "Profit at each depth", "profit if the campaign ends there", 360),
        ),
        _heatmap(content),
        _responses(content),
        dcc.Store(id=ids.AMOUNTS),
        dcc.Store(id=ids.AMOUNTS_USED),
        content.opened,
        question="What works with whom?",
        above=filters.bar(),
    )


def _responses(content: Campaigns) -> Component:
    lead = (
        "Each point is a group with its 95% interval; hollow points are groups of fewer than 30 customers; the dashed "
        "line is the average of the selection. A click on a point filters."
    )
    drawn = [
        _chart(content, response_id(field), name, "acceptance rate", 240, walks="point")
        for field, name in content.responses
    ]
    return section(
        "Response by what is known of a customer",
        html.P(lead, className="p-finding"),
        grid(*drawn, _unknowable(content.texts[ids.UNKNOWABLE]), columns="three"),
        className="p-stack",
    )


def _board(content: Campaigns) -> Component:
    rows = len(content.segments) + len(content.groups)
    drawn = graph(ids.BOARD, content.figures[ids.BOARD], rows * ROW + 76)
    how = disclosure("How the verdict is found", *(html.P(text) for text in VERDICT))
    return chart_frame(
        ids.BOARD,
        BOARD,
        "acceptance rate, 95% interval",
        content.texts[f"{ids.BOARD}-finding"],
        _controls(content),
        html.P(content.texts[ids.ASSUMED], id=ids.ASSUMED, className="p-finding"),
        html.Div([drawn, _board_table(content)], className="p-campaigns-board"),
        how,
        look=" p-campaigns",
    )


VERDICT = (
    "A contact pays if the customer accepts more often than the break-even rate: the cost of a contact by the "
    "revenue of an acceptance. The observed rate is uncertain, so each group gets a probability that its true "
    "rate is above break-even. From 95% the verdict is Send, up to 5% it is Skip, in between it is Test more.",
    "How segments differ is learnt from all of them, and a small segment's rate is drawn towards the others' "
    "(beta-binomial, empirical Bayes). Send and Skip are said only where its own counts alone say the same. "
    "Everyone and the two plain rules are judged by their own counts alone.",
    "Still needed: further contacts after which there is a verdict with a chance of 80%, whatever the true rate is "
    "among those that are likely now. Where everyone in the file was contacted, that takes customers who are not in it.",
)


def _controls(content: Campaigns) -> Component:
    return html.Div(
        [
            filters.select("campaign", "Campaign", content.campaigns, content.campaign),
            _amount("Cost of a contact", ids.COST, ids.COST_SAID, content.cost),
            _amount("Revenue per acceptance", ids.REVENUE, ids.REVENUE_SAID, content.revenue),
            button("Back to the file's amounts", "btn p-button-quiet", **data(reset_amounts="true")),
        ],
        className="p-campaigns-controls",
    )


def _amount(label: str, id: str, said: str, given: tuple[str, str]) -> Component:
    value, words = given
    return html.Div(
        [
            html.Label(label, htmlFor=id, className="p-option-name"),
            dbc.Input(
                id=id,
                value=value,
                type="text",
                inputmode="decimal",
                autocomplete="off",
                maxlength="40",
                debounce=True,
            ),
            html.Div(words, id=said, className="p-said", role="status"),
        ],
        className="p-campaigns-amount",
    )


def _board_table(content: Campaigns) -> Component:
    first, *others = content.groups
    rows = [
        _row(content, *first),
        *(_row(content, str(number), _segment(number, name), number) for number, name in content.segments),
        *(_row(content, row, name) for row, name in others),
    ]
    return drawn_table(BOARD, HEAD, rows, " p-campaigns-table")


def _segment(number: int, name: str) -> list[Component]:
    return [swatch(number), button(name, "p-card-name", **aria(pressed="false"))]


def _row(content: Campaigns, row: str, name: str | list[Component], number: int | None = None) -> Component:
    cells = [
        html.Td(
            content.texts[cell_id(row, column)], id=cell_id(row, column), className=f"p-campaigns-{column}"
        )
        for column in COLUMNS
    ]
    return html.Tr(
        [html.Th(html.Div(name, className="p-campaigns-group"), scope="row"), *cells],
        **(chooses("Segment", number - 1) if number else {}),
    )


def _heatmap(content: Campaigns) -> Component:
    height = len(content.segments) * 52 + 72
    legend = filters.legend([name for _, name in content.segments])
    return _chart(content, ids.HEATMAP, "All campaigns by segment", "acceptance rate", height, legend)


def _chart(
    content: Campaigns, id: str, name: str, unit: str, height: int, *above: Component, walks: str = ""
) -> Component:
    shown = Shown(content.figures[id], content.texts[f"{id}-finding"], content.tables[id])
    return chart(id, name, unit, shown, *above, height=height, walks=walks)


def _unknowable(text: str) -> Component:
    title = "What this can't tell"
    words = (
        "So read every figure here as response against the average. To learn what a contact adds, leave a random part "
        "of the customers uncontacted next time, and compare."
    )
    parts = [html.H3(title), html.P(text, id=ids.UNKNOWABLE), html.P(words)]
    return html.Section(parts, className="p-card p-stack", **aria(label=title))
