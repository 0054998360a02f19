"""Files on shared storage that a cluster can make datasets of: one is chosen, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import section


class ids:
    PLACE = "cluster-place"


def layout(addresses: Sequence[str], panel: Component | None, *, is_busy: bool) -> Component:
    """The addresses, with a press for the chosen one unless work on one is under way, and how far that is."""
    options = [html.Option(one, value=str(place)) for place, one in enumerate(addresses)]
    form = html.Form(
        [
            html.Label("Files", htmlFor=ids.PLACE, className="p-option-name"),
            html.Select(options, id=ids.PLACE, name="place", className="form-select p-select"),
            dcc.Input(type="hidden", name="csrf_token"),
            html.Button("Make a dataset of them", type="submit", className="btn p-button-quiet"),
        ],
        action="/d/default/data/cluster",
        method="POST",
    )
    hint = "Parquet files with one row per customer, read by several machines, and cut into segments there."
    return section(
        "Customers on shared storage",
        html.P(hint, className="p-hint"),
        panel,
        None if is_busy else form,
        className="p-card p-cluster",
    )
