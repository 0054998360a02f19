"""A file of customers, scored at once."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import Table, aria, button, data, data_table, section


class ids:
    SCORED = "batch-scored"
    RESULT = "batch-result"
    FILE = "batch-file"
    SAID = "batch-said"


def layout(most_mb: int, basis: str, example: str, shown: str, content: Component | None) -> Component:
    """The form; predict.js puts the file field in its place and sends the file.

    `basis` names the columns that are needed; `example` is a file to begin with, as CSV; `content` the result of the file whose id is `shown`.
    """
    hint = (
        "CSV or Excel (XLSX), one row per customer, with the columns of your customer file or these "
        f"{basis}. An ID column helps to find them again. At most {most_mb} MB."
    )
    return section(
        "A file of customers",
        html.P(hint, className="p-hint"),
        button("Download an example", "p-download", **data(example=example)),
        _field(most_mb),
        html.Div(content, id=ids.RESULT, className="p-scored"),
        dcc.Store(id=ids.SCORED, data=shown or None),
        className="p-card p-stack p-batch",
    )


def _field(most_mb: int) -> Component:
    place = html.Div(className="p-file", **data(field=ids.FILE, most=str(most_mb * 1_000_000)))
    send = button("Score this file", "btn p-button", **data(score=ids.FILE))
    parts = [
        html.Label("Customer file", htmlFor=ids.FILE),
        html.Div([place, send], className="p-loader-row"),
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
    ]
    return html.Div(parts, className="p-file-form")


def result(
    *,
    finding: str,
    segments: Table,
    notes: Sequence[str],
    preview: Table,
    csv: str,
    workbook: str | None,
    kept: str,
) -> Component:
    """The finding, how many per segment, what was odd, the first rows, and the downloads."""
    downloads = [html.A("Download CSV", href=csv, className="p-file-link", download="")]
    if workbook:
        downloads.append(html.A("Download XLSX", href=workbook, className="p-file-link", download=""))
    return html.Div(
        [
            html.P(finding, className="p-lead"),
            html.Div(downloads, className="p-file-links"),
            html.P(kept, className="p-hint"),
            data_table(segments, caption="Customers per segment"),
            html.H3("What was odd"),
            html.Ul([html.Li(note) for note in notes], className="p-notes"),
            html.H3("The first customers"),
            data_table(preview, caption="The first customers"),
        ],
        className="p-stack p-scored-parts",
    )
