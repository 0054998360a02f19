"""This version of the customers beside another: two tables that follow the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, chart_frame, data_table


class ids:
    PARTS = "beside-parts"
    CHANGES = "beside-changes"


@dataclass(frozen=True)
class Told:
    """A table with its name and its finding."""

    id: str
    name: str
    unit: str
    finding: str
    table: Table


def section(told: Sequence[Told], note: str) -> Component:
    """The tables, and how sure they are."""
    if not told[0].table.rows:  # there is always a row for each segment, unless nothing can be compared
        return html.P(told[0].finding, className="p-hint")
    return html.Div([*map(_framed, told), html.P(note, className="p-source")], className="p-compare")


def _framed(one: Told) -> Component:
    table = html.Div(data_table(one.table, caption=one.name), id=one.id)
    return chart_frame(one.id, one.name, one.unit, one.finding, table)
