"""One field against another, for the customers that pass the filters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from callbacks.filters import Asked, More
from core.segments import words
from core.services import Services
from layouts import figures
from layouts.components import Table
from layouts.theme import Template

POINTS = 600  # enough to see the shape; each costs a click 0.04 ms in the browser
HEAD = ("Segment", "Customers shown", "Mean across", "Mean up")


@dataclass(frozen=True)
class Pair:
    """Two fields and the chart that shows them."""

    id: str
    x: str
    y: str


def against(services: Services, asked: Asked, pair: Pair, plotly: Template) -> More:
    """Points in the colours of their segments, and in words how strongly the two are related.

    The correlation is Pearson's over the sample that the crossfilter draws: everyone selected, where a file
    has no more than 20,000 customers.
    """
    table = services.model.crossfilter
    columns = list(dict.fromkeys([pair.x, pair.y, "Segment"]))
    rows = services.model.people.rows(table.sample(asked.selection, len(table)), columns).dropna()
    shown = rows.head(POINTS)
    x, y = services.label(pair.x), services.label(pair.y)
    return More(
        {pair.id: figures.scatter(_groups(services, shown, pair), plotly, x=x, y=y)},
        {f"{pair.id}-finding": _finding(services, rows, shown, pair)},
        {pair.id: Table(HEAD, _averages(services, rows, pair))},
    )


def _groups(
    services: Services, shown: pd.DataFrame, pair: Pair
) -> list[tuple[int, str, list[float], list[float]]]:
    return [
        (segment.number, segment.name, part[pair.x].tolist(), part[pair.y].tolist())
        for segment in services.model.card.profile.segments
        for part in (shown[shown["Segment"] == segment.number],)
    ]


def _averages(services: Services, rows: pd.DataFrame, pair: Pair) -> list[tuple[str, ...]]:
    write = services.numbers.decimal
    return [
        (
            segment.name,
            services.numbers.whole(len(part)),
            write(part[pair.x].mean()),
            write(part[pair.y].mean()),
        )
        for segment in services.model.card.profile.segments
        for part in (rows[rows["Segment"] == segment.number],)
    ]


def _finding(services: Services, rows: pd.DataFrame, shown: pd.DataFrame, pair: Pair) -> str:
    strength = rows[pair.x].corr(rows[pair.y]) if len(rows) > 2 else math.nan
    if math.isnan(strength):
        return "Too few customers, or too alike, to say whether the two are related."
    said = words.relation(services.label(pair.x), services.label(pair.y).lower(), strength)
    points = services.numbers.whole(len(shown))
    return f"{said} (r = {strength:.2f}). {points} of the selected customers are shown."
