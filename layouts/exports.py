"""Links to files of the customers that a page shows."""

from __future__ import annotations

from typing import Any, Literal

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import aria, data, page

Columns = Literal["shown", "all"]

CSV, XLSX = "/export/customers.csv", "/export/customers.xlsx"
TABLE_CSV, TABLE_PARQUET = "/export/table.csv", "/export/table.parquet"


def export_links(
    query: str = "", *, columns: Columns = "all", what: str = "the customers shown"
) -> Component:
    """CSV and Excel of the customers that `query` (filters, as in the address) selects.

    The browser keeps the links in step with the filters.
    """
    return html.Span(
        [_following(CSV, "CSV", query, columns, what), _following(XLSX, "Excel", query, columns, what)],
        className="p-exports",
    )


def table_links() -> Component:
    """CSV and Parquet of everyone, cleaned and with all derived columns."""
    what = "everyone, cleaned and with features"
    return html.Span(
        [_link(TABLE_CSV, "CSV", what), _link(TABLE_PARQUET, "Parquet", what)], className="p-exports"
    )


def _following(path: str, form: str, query: str, columns: Columns, what: str) -> Component:
    follows = data(export=path, export_columns=columns)
    return _link(f"{path}?{query}" if query else path, form, what, **follows)


def _link(href: str, form: str, what: str, **more: Any) -> Component:
    return html.A(
        form, href=href, className="btn p-button-quiet p-export", **aria(label=f"{form}: {what}"), **more
    )


def workbook_under_way(panel: Component) -> Component:
    """A page that shows how far a workbook is; it is drawn anew when it is there."""
    return page(
        "Your workbook",
        "Many customers take a minute or two. You can go on elsewhere, and come back to this address.",
        panel,
        _back(),
    )


def workbook_ready(rows: str, href: str) -> Component:
    """A page with the link to a workbook."""
    link = html.A("Download the workbook", href=href, className="btn p-button", download="")
    return page(
        "Your workbook",
        f"{rows} customers, as they were filtered, sorted and chosen. Only you can download it; it is deleted "
        "after an hour.",
        html.P(link),
        _back(),
    )


def no_workbook() -> Component:
    """A page that says that there is none."""
    return page(
        "This workbook is no longer kept",
        "Workbooks are deleted after an hour, and are for the one who asked. Ask for it again from the list.",
        _back(),
    )


def _back() -> Component:
    return html.P(dcc.Link("Back to the customers", href="/customers"))
