"""Campaigns: what works with whom?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.campaigns.figures import ROW
from layouts.components import (
    Table,
    aria,
    chart_foot,
    chart_head,
    chooses,
    disclosure,
    download,
    grid,
    kpi,
    kpis,
    page,
    picture,
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
RESET: dict[str, Any] = {"data-reset-amounts": "true"}


def response_id(field: str) -> str:
    """Id of the answers by a field."""
    return f"campaigns-{field.lower()}"


def cell_id(row: str, column: str) -> str:
    """Id of a cell of the board's table."""
    return f"campaigns-board-{row}-{column}"


@dataclass(frozen=True)
class Input:
    """An amount: what it starts with, and the line under it."""

    value: str
    said: str


@dataclass(frozen=True)
class Campaigns:
    """Everything that the page says."""

    texts: Mapping[str, str]
    figures: Mapping[str, Figure]
    tables: Mapping[str, Table]
    campaigns: Sequence[tuple[str, str]]
    campaign: str
    cost: Input
    revenue: Input
    segments: Sequence[tuple[int, str]]
    groups: Sequence[tuple[str, str]]  # the other rows of the board, and what they are called; everyone first
    responses: Sequence[tuple[str, str]]  # by which fields answers are shown, and under which heading
    opened: Component


def layout(content: Campaigns) -> Component:
    """Opening sentence, key figures, the board, all campaigns, gains, response by what is known."""
    texts = content.texts
    return page(
        "What works with whom?",
        html.Span(texts[ids.LEAD], id=ids.LEAD),
        filters.bar(),
        filters.empty(),
        html.P(texts[ids.LEFT_OUT], id=ids.LEFT_OUT, className="p-warning p-campaigns-left-out"),
        kpis(*(kpi(id, label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in FIGURES)),
        _board(content),
        grid(_gains(content), _returns(content)),
        _heatmap(content),
        html.Section(
            [
                html.H2("Response by what is known of a customer"),
                html.P(
                    "Each point is a group with its 95% interval; hollow points are groups of fewer than 30 "
                    "customers; the dashed line is the average of the selection. A click on a point filters.",
                    className="p-finding",
                ),
                grid(
                    *(
                        _chart(content, response_id(field), name, "acceptance rate", 240, steered=True)
                        for field, name in content.responses
                    ),
                    _unknowable(texts[ids.UNKNOWABLE]),
                    columns="three",
                ),
            ],
            className="p-campaigns-response",
            **aria(label="Response by what is known of a customer"),
        ),
        dcc.Store(id=ids.AMOUNTS),
        dcc.Store(id=ids.AMOUNTS_USED),
        content.opened,
    )


def _board(content: Campaigns) -> Component:
    rows = len(content.segments) + len(content.groups)
    drawn = _graph(ids.BOARD, content.figures[ids.BOARD], rows * ROW + 76)
    return html.Section(
        [
            chart_head(ids.BOARD, BOARD, "acceptance rate, 95% interval"),
            html.P(content.texts[f"{ids.BOARD}-finding"], id=f"{ids.BOARD}-finding", className="p-finding"),
            _controls(content),
            html.P(content.texts[ids.ASSUMED], id=ids.ASSUMED, className="p-finding"),
            html.Div([drawn, _board_table(content)], className="p-campaigns-board"),
            _board_foot(),
        ],
        className="p-card p-chart p-campaigns",
        role="region",
        **aria(label=BOARD, describedby=f"{ids.BOARD}-finding"),
    )


def _board_foot() -> Component:
    kinds = {"png": "PNG", "svg": "SVG", "csv": "CSV"}
    files = [download(kind, text, f"Download {BOARD} as {text}") for kind, text in kinds.items()]
    return html.Div(
        [
            disclosure("How the verdict is found", *(html.P(text) for text in VERDICT)),
            html.Div(files, className="p-chart-tools", role="group", **aria(label=f"{BOARD} as a file")),
        ],
        className="p-chart-foot",
    )


VERDICT = (
    "A contact pays if the customer accepts more often than the break-even rate: the cost of a contact by the "
    "revenue of an acceptance. The observed rate is uncertain, so each group gets a probability that its true "
    "rate is above break-even. From 95% the verdict is Send, up to 5% it is Skip, in between it is Test more.",
    "How segments differ is learnt from all of them, and a small segment's rate is drawn towards the others' "
    "(beta-binomial, empirical Bayes). Of fewer than 40 customers the own counts have to give the same verdict. "
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
            html.Button("Back to the file's amounts", type="button", className="btn p-button-quiet", **RESET),
        ],
        className="p-campaigns-controls",
    )


def _amount(label: str, id: str, said: str, given: Input) -> Component:
    return html.Div(
        [
            html.Label(label, htmlFor=id, className="p-option-name"),
            dbc.Input(
                id=id,
                value=given.value,
                type="text",
                inputmode="decimal",
                autocomplete="off",
                maxlength="40",
                debounce=True,
            ),
            html.Div(given.said, id=said, className="p-said", role="status"),
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
    return html.Div(
        html.Table(
            [
                html.Caption(BOARD, className="visually-hidden"),
                html.Thead(html.Tr([html.Th(text, scope="col") for text in HEAD])),
                html.Tbody(rows),
            ],
            className="p-table p-campaigns-table",
        ),
        className="p-table-frame",
        tabIndex="0",
        role="group",
        **aria(label=f"{BOARD}, as a table"),
    )


def _segment(number: int, name: str) -> list[Component]:
    button = html.Button(name, type="button", className="p-card-name", **aria(pressed="false"))
    return [swatch(number), button]


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


def _gains(content: Campaigns) -> Component:
    return _chart(content, ids.GAINS, "Cumulative gains", "share of all acceptances reached", 360)


def _returns(content: Campaigns) -> Component:
    return _chart(content, ids.RETURNS, "Profit at each depth", "profit if the campaign ends there", 360)


def _heatmap(content: Campaigns) -> Component:
    height = len(content.segments) * 52 + 72
    legend = filters.legend([name for _, name in content.segments])
    return _chart(content, ids.HEATMAP, "All campaigns by segment", "acceptance rate", height, legend)


def _chart(
    content: Campaigns, id: str, name: str, unit: str, height: int, *above: Component, steered: bool = False
) -> Component:
    """A chart with its finding, what belongs above it, and its table."""
    return html.Section(
        [
            chart_head(id, name, unit),
            html.P(content.texts[f"{id}-finding"], id=f"{id}-finding", className="p-finding"),
            *above,
            _graph(id, content.figures[id], height, name if steered else ""),
            chart_foot(name, content.tables[id]),
        ],
        className="p-card p-chart",
        role="region",
        **aria(label=name, describedby=f"{id}-finding"),
    )


def _graph(id: str, figure: Figure, height: int, steered: str = "") -> Component:
    graph = picture(
        id,
        dcc.Graph(
            id=id,
            figure=figure,
            responsive=True,
            config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
            style={"height": f"{height}px"},
            className="p-graph",
        ),
    )
    if not steered:
        return graph
    keys: dict[str, Any] = {"data-steer": id}
    words = f"{steered}: arrow keys choose a point, Enter selects it, Shift and arrows a range"
    return html.Div(graph, className="p-keys", tabIndex="0", role="group", **aria(label=words), **keys)


def _unknowable(text: str) -> Component:
    return html.Section(
        [
            html.H3("What this can't tell"),
            html.P(text, id=ids.UNKNOWABLE),
            html.P(
                "So read every figure here as response against the average. To learn what a contact adds, leave "
                "a random part of the customers uncontacted next time, and compare."
            ),
        ],
        className="p-card p-campaigns-note",
        **aria(label="What this can't tell"),
    )
