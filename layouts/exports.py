"""Links to files of the customers that a page shows."""

from __future__ import annotations

from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from layouts.components import aria

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
    follows: dict[str, Any] = {"data-export": path, "data-export-columns": columns}
    return _link(f"{path}?{query}" if query else path, form, what, **follows)


def _link(href: str, form: str, what: str, **more: Any) -> Component:
    return html.A(
        form, href=href, className="btn p-button-quiet p-export", **aria(label=f"{form}: {what}"), **more
    )
