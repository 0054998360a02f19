"""Customers: who exactly? The list behind the filters, its columns, and its downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.components import aria, button, data, group, page
from layouts.theme import segment_style

PAGE_ROWS = 50
PAGE_SIZES = (25, 50, 100)


class ids:
    LEAD = "customers-lead"
    GRID = "customers-grid"
    ASKED = "customers-asked"
    COUNT = "customers-count"


@dataclass(frozen=True)
class Column:
    """A column that the grid can show; `token` is its name in the address."""

    name: str
    token: str
    label: str
    unit: str
    help: str
    text: bool
    shown: bool
    usual: bool


@dataclass(frozen=True)
class Customers:
    """What the page says and shows at first; `address` is all that is asked."""

    lead: str
    groups: Mapping[str, Sequence[Column]]
    segments: Sequence[tuple[int, str]]
    rows: int
    sort: tuple[str, bool] | None
    address: str
    separators: str
    opened: Component


def layout(content: Customers) -> Component:
    """The page."""
    columns = [column for group in content.groups.values() for column in group]
    return page(
        "Customers",
        html.Span(content.lead, id=ids.LEAD),
        html.Div(
            [
                filters.legend([name for _, name in content.segments]),
                filters.empty(),
                _chooser(content, columns),
                html.Section(_grid(content, columns), className="p-list", **aria(label="The customers")),
            ],
            className="p-customers",
        ),
        content.opened,
        dcc.Store(id=ids.ASKED, data=content.address),
        question="Who exactly?",
        above=filters.bar(columns=True),
    )


def _chooser(content: Customers, columns: Sequence[Column]) -> Component:
    usual = data(usual=",".join(column.token for column in columns if column.usual))
    shown = sum(column.shown for column in columns)
    return html.Details(
        [
            html.Summary(["Columns ", html.Span(f"({shown} of {len(columns)})", id=ids.COUNT)]),
            html.Div(
                [
                    *(_group(name, group) for name, group in content.groups.items()),
                    html.P([_shortcut("", "The usual columns"), _shortcut("all", "All columns")]),
                ],
                className="p-columns",
                **usual,
            ),
        ],
        className="p-card p-list-tool",
    )


def _group(name: str, columns: Sequence[Column]) -> Component:
    boxes = html.Div([_box(column) for column in columns], className="p-column-boxes")
    return html.Div([html.H3(name), boxes], **group(f"Columns: {name}"))


def _box(column: Column) -> Component:
    """A check box; the ID can't be taken away, since it leads to the customer."""
    return button(
        column.label,
        "p-column-box",
        role="checkbox",
        title=column.help,
        disabled=column.name == "ID",
        **data(column=column.token),
        **aria(checked=str(column.shown).lower()),
    )


def _shortcut(columns: str, words: str) -> Component:
    return button(words, "p-column-shortcut", **data(columns=columns))


def _grid(content: Customers, columns: Sequence[Column]) -> Component:
    return dag.AgGrid(
        id=ids.GRID,
        rowModelType="infinite",
        columnDefs=[_column(column, content) for column in columns],
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "flex": 1,
            "minWidth": 106,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "suppressHeaderMenuButton": True,
        },
        dashGridOptions=_options(content),
        eventListeners={
            "firstDataRendered": ["gridShown(params)"],
            "sortChanged": ["gridSorted(params)"],
            "cellKeyDown": ["gridKey(params)"],
        },
        className="p-grid-frame",
        style={"height": None, "--rows": content.rows},
    )


def _column(column: Column, content: Customers) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "field": column.name,
        "headerName": column.label,
        "headerTooltip": " ".join(filter(None, [column.help, f"({column.unit})" if column.unit else ""])),
        "hide": not column.shown,
        "context": column.token,
    }
    spec |= {"minWidth": 128} if column.text else {"type": "rightAligned"}
    if content.sort and content.sort[0] == column.name:
        spec["initialSort"] = "desc" if content.sort[1] else "asc"
    if column.name == "ID":
        spec |= {
            "cellRenderer": "CustomerLink",
            "pinned": "left",
            "lockPinned": True,
            "flex": 0,
            "width": 110,
            "minWidth": 88,
        }
    if column.name == "Segment":
        names = {
            str(number): {"name": name, "style": segment_style(number)} for number, name in content.segments
        }
        spec |= {
            "cellRenderer": "CustomerSegment",
            "cellRendererParams": {"segments": names},
            "flex": 0,
            "width": 300,
            "minWidth": 88,
        }
    return spec


def _options(content: Customers) -> dict[str, Any]:
    return {
        "theme": {"function": f"themeQuartz.withParams({_THEME})"},
        "pagination": True,
        "paginationPageSize": PAGE_ROWS,
        "paginationPageSizeSelector": list(PAGE_SIZES),
        "cacheBlockSize": PAGE_ROWS,
        "maxBlocksInCache": 20,
        # The component keeps one request at a time; two at once would take each other's rows.
        "maxConcurrentDatasourceRequests": 1,
        "infiniteInitialRowCount": max(content.rows, 1),
        "suppressFieldDotNotation": True,
        "suppressMovableColumns": True,
        "suppressMultiSort": True,
        "ensureDomOrder": True,
        "tooltipShowDelay": 400,
        "localeText": {
            "noRowsToShow": "No customer matches.",
            "decimalSeparator": content.separators[0],
            "thousandSeparator": content.separators[1:],
        },
    }


# Tokens of parterre.css, so that the grid follows the theme without being asked.
_THEME = (
    '{"backgroundColor": "var(--p-surface)", "foregroundColor": "var(--p-ink)", "accentColor": "var(--p-accent)",'
    ' "borderColor": "var(--p-border)", "headerBackgroundColor": "var(--p-ground)",'
    ' "headerTextColor": "var(--p-muted)", "headerFontWeight": 600, "fontFamily": "inherit", "fontSize": 14,'
    ' "browserColorScheme": "inherit", "wrapperBorderRadius": "var(--p-radius)",'
    ' "rowHoverColor": "var(--p-accent-soft)", "rowHeight": "var(--row)", "spacing": 8}'
)
