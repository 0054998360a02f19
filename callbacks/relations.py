"""One field against another, for the customers that pass the filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from callbacks.filters import Asked, More
from core.segments import words
from core.services import Services
from layouts import figures
from layouts.components import Table
from layouts.figures import Measure
from layouts.theme import Template

POINTS = 400  # enough to see the shape; each costs a click a few hundredths of a millisecond in the browser
Group = tuple[int, str, npt.NDArray[np.float64]]  # number and name of a segment, and its customers

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
    has no more than 20,000 customers. Both axes take everyone in, so that a filter moves no tick.
    """
    table = services.model.crossfilter
    columns = list(dict.fromkeys([pair.x, pair.y, "Segment"]))
    rows = services.model.people.rows(table.sample(asked.selection, len(table)), columns).dropna()
    x, y = (_measure(services, name) for name in (pair.x, pair.y))
    groups = _groups(services, rows, pair)
    shown = [(number, name, *points[:, points[2] < POINTS][:2].tolist()) for number, name, points in groups]
    return More(
        {pair.id: figures.scatter(shown, plotly, x=x, y=y)},
        {f"{pair.id}-finding": _finding(services, rows, pair)},
        {pair.id: Table(HEAD, _averages(services, groups))},
    )


def _measure(services: Services, name: str) -> Measure:
    span = services.model.people.span(name)
    reach = (0.0, 1.0) if math.isnan(span.least) else (min(span.least, 0.0), span.greatest)
    return Measure(services.label(name), reach)


def _groups(services: Services, rows: pd.DataFrame, pair: Pair) -> list[Group]:
    """By segment: x, y and place among the rows, shape (3, customers)."""
    points = np.array([rows[pair.x], rows[pair.y], np.arange(len(rows))], dtype=np.float64)
    segments = rows["Segment"].to_numpy()
    return [
        (segment.number, segment.name, points[:, segments == segment.number])
        for segment in services.model.card.profile.segments
    ]


def _averages(services: Services, groups: Sequence[Group]) -> list[tuple[str, ...]]:
    write = services.numbers.decimal
    return [
        (name, services.numbers.whole(points.shape[1]), *map(write, _means(points)))
        for _, name, points in groups
    ]


def _means(points: npt.NDArray[np.float64]) -> tuple[float, float]:
    if not points.shape[1]:
        return math.nan, math.nan
    return float(points[0].mean()), float(points[1].mean())


def _finding(services: Services, rows: pd.DataFrame, pair: Pair) -> str:
    strength = rows[pair.x].corr(rows[pair.y]) if len(rows) > 2 else math.nan
    if math.isnan(strength):
        return "Too few customers, or too alike, to say whether the two are related."
    said = words.relation(services.label(pair.x), services.label(pair.y).lower(), strength)
    points = services.numbers.whole(min(POINTS, len(rows)))
    return f"{said} (r = {strength:.2f}). {points} of the selected customers are shown."
