"""What pages that can be filtered share: chips, the empty state, the switch, the frame of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import saved_views
from layouts.charts import Chart
from layouts.components import Table, aria, chart_foot, chart_head, chooses, picture, swatch
from layouts.figures import Figure


class ids:
    ASK = "filters-ask"
    ANSWER = "filters-answer"
    SHOWN = "filters-shown"
    PAGE = "filters-page"
    OPENED = "filters-opened"
    COUNT = "filters-count"
    CHIPS = "filters-chips"
    EMPTY = "filters-empty"
    LIVE = "filters-live"


# What the last column of a chart's table holds: the selected, or also others where it is filtered by itself.
HEADS = ("Selected", "Without its own filter")
CLEAR: dict[str, Any] = {"data-clear-filters": "true"}


def channel() -> list[Component]:
    """Where questions go and answers come from; one of each in the frame."""
    return [
        dcc.Store(id=ids.ASK),
        dcc.Store(id=ids.ANSWER),
        dcc.Store(id=ids.SHOWN),
        html.Div(id=ids.LIVE, className="visually-hidden", **aria(live="polite")),
    ]


def bar() -> Component:
    """How many are selected and by which filters, filled in the browser; beside them the saved views."""
    count = html.Span(id=ids.COUNT, className="p-count")
    chips = html.Div(id=ids.CHIPS, className="p-chips", role="group", **aria(label="Active filters"))
    return html.Div([count, chips, saved_views.menu()], className="p-filter-bar")


def empty() -> Component:
    """What is said when nobody matches."""
    return html.Div(
        [
            html.H2("No customer matches these filters"),
            html.P("Remove a filter above, or clear them all."),
            html.Button("Clear the filters", type="button", className="btn p-button", **CLEAR),
        ],
        id=ids.EMPTY,
        className="p-card p-notice",
        hidden=True,
    )


def opened(spec: dict[str, Any]) -> Component:
    """What the browser must know of the page: its charts and its first answer."""
    here: dict[str, Any] = {"data-filters": spec["page"]}
    return html.Div([dcc.Store(id=ids.PAGE, data=spec), dcc.Store(id=ids.OPENED)], **here)


def chart(drawn: Chart, figure: Figure, table: Table, *, finding: str = "") -> Component:
    """A chart in its frame; arrow keys walk along the bars, Enter selects."""
    keys: dict[str, Any] = {"data-keys": drawn.id}
    return html.Section(
        [
            chart_head(drawn.id, drawn.name, drawn.unit),
            html.P(finding, id=f"{drawn.id}-finding", className="p-finding"),
            html.Div(
                picture(
                    drawn.id,
                    dcc.Graph(
                        id=drawn.id,
                        figure=figure,
                        responsive=True,
                        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
                        style={"height": f"{drawn.height}px"},
                    ),
                ),
                className="p-keys",
                tabIndex="0",
                role="group",
                **aria(
                    label=f"{drawn.name}: arrow keys choose a bar, Enter selects it, Shift and arrows a range"
                ),
                **keys,
            ),
            chart_foot(drawn.name, table),
        ],
        className="p-card p-chart",
        role="region",
        **aria(label=drawn.name, describedby=f"{drawn.id}-finding"),
    )


def option(name: str, words: str, choices: Sequence[tuple[str, str]], chosen: str) -> Component:
    """A few choices side by side, (value, words) each; one click asks for the page in another form."""
    buttons = [
        html.Button(
            said,
            type="button",
            className="p-choice",
            **_sets(name, value),
            **aria(pressed=str(value == chosen).lower()),
        )
        for value, said in choices
    ]
    return html.Div(
        [html.Span(words, className="p-option-name"), html.Div(buttons, className="p-choices")],
        className="p-option",
        role="group",
        **aria(label=words),
    )


def select(name: str, words: str, choices: Sequence[tuple[str, str]], chosen: str) -> Component:
    """One of many choices, (value, words) each."""
    wanted: dict[str, Any] = {"data-option": name}
    return html.Label(
        [
            html.Span(words, className="p-option-name"),
            html.Select(
                [html.Option(said, value=value, selected=value == chosen) for value, said in choices],
                className="form-select p-select",
                **wanted,
            ),
        ],
        className="p-option",
    )


def _sets(name: str, value: str) -> dict[str, Any]:
    return {"data-option": name, "data-value": value}


def legend(names: Sequence[str]) -> Component:
    """The segments by colour and number; a click filters."""
    entries = [
        html.Button(
            [swatch(place + 1), html.Span(name)],
            type="button",
            className="p-legend-entry",
            **chooses("Segment", place),
            **aria(pressed="false"),
        )
        for place, name in enumerate(names)
    ]
    return html.Div(
        [html.Span("Filter by segment", className="p-option-name p-legend-name"), *entries],
        className="p-legend",
        role="group",
        **aria(label="Segments"),
    )
