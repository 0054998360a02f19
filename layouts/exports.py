"""Links to files of the customers that a page shows."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from layouts import components
from layouts.components import aria, data, page

HINT = (
    "Filters and model are in the file's name, and on a sheet of their own in Excel. A CSV of a million customers "
    "takes seconds, an Excel file minutes."
)
CSV, XLSX = "/export/customers.csv", "/export/customers.xlsx"
TABLE_CSV, TABLE_PARQUET = "/export/table.csv", "/export/table.parquet"
FILES, TABLES = {"CSV": CSV, "Excel": XLSX}, {"CSV": TABLE_CSV, "Parquet": TABLE_PARQUET}


def menu(*, columns: bool = False) -> Component:
    """The customers behind the filters as files, also in the `columns` that a list shows; for those who may.

    The browser has the links lead to what is shown; until it knows the filters they lead nowhere.
    """
    shown = [_row("These customers, these columns", FILES, "these columns", "shown")] if columns else []
    rows = [
        *shown,
        _row("These customers, all columns", FILES, "all columns", "all"),
        _row("Everyone, cleaned and with features", TABLES, "everyone, cleaned and with features"),
    ]
    return components.menu("Export", *rows, html.P(HINT, className="p-hint"), look=" p-export-menu")


def _row(words: str, files: Mapping[str, str], what: str, columns: str = "") -> Component:
    """Links to the same as different files; of those which follow the filters, which `columns`."""
    links = [
        html.A(
            form,
            className="btn p-button-quiet p-export",
            **aria(label=f"{form}: {what}"),
            **(data(export=href, export_columns=columns) if columns else {"href": href}),
        )
        for form, href in files.items()
    ]
    shown = [html.Span(words), html.Span(links, className="p-exports")]
    return html.Div(shown, className="p-download-row" + " p-follows" * bool(columns))


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
