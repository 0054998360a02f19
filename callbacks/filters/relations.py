"""One field against another, for the customers that pass the filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from callbacks.filters.address import Asked
from callbacks.filters.moves import ByBins, Points
from callbacks.filters.page import More
from core.crossfilter.binning import Side
from core.crossfilter.table import LOOKED_AT, Selection
from core.model.axes import first_pair
from core.profiles import narrative as words
from core.schema.fields import SEGMENT, Field, Kind, in_sentence, plain
from core.services import Services
from core.statistics.describe import correlation
from layouts import figures
from layouts.components import Table
from layouts.figures import Measure, Span
from layouts.theme import Template

POINTS = 400  # enough to see the shape; each costs a click a few hundredths of a millisecond in the browser
MOST_POINTS = 3 * POINTS  # that travel with a tile, for any bins of a field
SegmentPoints = tuple[int, str, npt.NDArray[np.float64]]  # number and name of a segment, and its customers

HEAD = ("Segment", "Customers counted", "Mean across", "Mean up")


@dataclass(frozen=True)
class Pair:
    """Two fields and the chart that shows them."""

    id: str
    x: str
    y: str


def main_pair(services: Services) -> tuple[str, str]:
    """The two fields to show against each other first."""
    card = services.model.card
    return first_pair(services.schema, card.parameters.basis, card.profile)


def against(services: Services, asked: Asked, pair: Pair, plotly: Template) -> More:
    """Points in the colours of their segments, and in words how strongly the two are related.

    The correlation is Pearson's over the sample that the crossfilter draws: everyone selected, where a file
    has no more than 20,000 customers. The axes are everyone's, so that a filter moves no tick.
    """
    x, y = (_measure(services, name) for name in (pair.x, pair.y))
    about = ("against", asked.selection, pair, services.numbers)
    shown, finding, averages = services.model.once(about, lambda: _drawn(services, asked, pair, x, y))
    sides = services.model.crossfilter.sides(pair.x, pair.y)
    return More(
        {
            pair.id: figures.scatter(
                shown, plotly, x=x, y=y, sides=sides, chosen=chosen(services, asked.selection, sides)
            )
        },
        {f"{pair.id}-finding": finding},
        {pair.id: Table(HEAD, averages)},
    )


def chosen(services: Services, selection: Selection, sides: Sequence[Side]) -> list[Span]:
    """Between which values the bins lie that are chosen along each of these."""
    codes = {clause.source: clause.codes for clause in selection.clauses if not clause.typed}
    axes = services.model.crossfilter.axes
    return [axes[side.field].span(codes.get(side.field, ())) for side in sides]


def _drawn(
    services: Services, asked: Asked, pair: Pair, x: Measure, y: Measure
) -> tuple[list[Any], str, list[tuple[str, ...]]]:
    """The points by segment, the finding, and the rows of the table."""
    table = services.model.crossfilter
    columns = list(dict.fromkeys([pair.x, pair.y, "Segment"]))
    drawn = services.model.people.rows(table.sample(asked.selection, len(table)), columns)
    rows = drawn.dropna()
    groups = _groups(services, rows, pair)
    shown = [(number, name, *points[:, points[2] < POINTS][:2].tolist()) for number, name, points in groups]
    return (
        shown,
        _finding(services, drawn, pair, _beyond(rows.head(POINTS), pair, x, y)),
        _averages(services, groups, pair),
    )


def points(seen: ByBins, pair: Pair, first: int = 0) -> Points:
    """As `against` draws them of any bins, the traces of segments beginning at `first`: of few bins perhaps not all."""
    services, selection = seen.services, seen.others
    # By the cells of two fields more travels besides.
    table, most = seen.table, POINTS if len(seen.fields) > 1 else MOST_POINTS
    rows = services.model.people.rows(
        table.sample(selection, most), list(dict.fromkeys([pair.x, pair.y, SEGMENT]))
    )
    known = rows.notna().all(axis=1).to_numpy()
    x, y, trace = (rows[name].to_numpy(dtype=np.float64)[known] for name in (pair.x, pair.y, SEGMENT))
    return Points(x, y, trace - 1 + first, table.sampled(selection, most, seen.active)[known], POINTS)


def _measure(services: Services, name: str) -> Measure:
    """All known values but a few far out: the axis ends two bins past the last edge, where the field has bins."""
    ends = services.model.people.ends(name)
    if ends is None:
        return Measure(services.label(name), (0.0, 1.0), 0)
    edges = [edge for edge in services.model.crossfilter.axes[name].edges if math.isfinite(edge)]
    end = 3 * edges[-1] - 2 * edges[-2] if len(edges) > 1 else ends[1]
    reach = (min(ends[0], 0.0), min(ends[1], end))
    return Measure(services.label(name), reach, digits(services.schema[plain(name)]))


def digits(field: Field) -> int:
    """Of values as an axis has them: a percent has two more."""
    if field.in_percent:
        return field.decimals + 2
    return field.decimals or (2 if field.kind is Kind.RATIO else 0)


def _groups(services: Services, rows: pd.DataFrame, pair: Pair) -> list[SegmentPoints]:
    """By segment: x, y and place among the rows, shape (3, customers)."""
    points = np.array([rows[pair.x], rows[pair.y], np.arange(len(rows))], dtype=np.float64)
    segments = rows["Segment"].to_numpy()
    return [
        (segment.number, segment.name, points[:, segments == segment.number])
        for segment in services.model.card.profile.segments
    ]


def _averages(services: Services, groups: Sequence[SegmentPoints], pair: Pair) -> list[tuple[str, ...]]:
    numbers, fields = services.numbers, [services.schema[plain(name)] for name in (pair.x, pair.y)]
    return [
        (
            name,
            numbers.whole(points.shape[1]),
            *(numbers.of(one, mean) for one, mean in zip(fields, _means(points), strict=True)),
        )
        for _, name, points in groups
    ]


def _means(points: npt.NDArray[np.float64]) -> tuple[float, float]:
    if not points.shape[1]:
        return math.nan, math.nan
    return float(points[0].mean()), float(points[1].mean())


def _beyond(shown: pd.DataFrame, pair: Pair, x: Measure, y: Measure) -> int:
    return int(((shown[pair.x] > x.reach[1]) | (shown[pair.y] > y.reach[1])).sum())


def _finding(services: Services, drawn: pd.DataFrame, pair: Pair, beyond: int) -> str:
    said = related(services, drawn, pair.x, pair.y)
    if said is None:
        return "Too few customers, or too alike, to say whether the two are related."
    return f"{sentence(said)} {_pointed(services, drawn, beyond)}"


def _pointed(services: Services, drawn: pd.DataFrame, beyond: int) -> str:
    """Which customers the points are, and how many of these are out of sight."""
    numbers, known = services.numbers, len(drawn.dropna())
    whole = len(services.model.crossfilter) <= LOOKED_AT
    of = f"{numbers.whole(known)} selected customers" if whole else "selected customers"
    gaps = " of whom both are known" if known < len(drawn) else ""
    which = f"{numbers.whole(POINTS)} of the" if known > POINTS else "the"
    random = ", drawn at random" if known > POINTS else ""
    lie = f"{numbers.many(beyond, 'of these points lies', 'of these points lie')} beyond the axes"
    return f"The points are {which} {of}{gaps}{random}{f'; {lie}' if beyond else ''}."


def related(
    services: Services, rows: pd.DataFrame, x: str, y: str, names: tuple[str, str] | None = None
) -> str | None:
    """How two fields go together among customers, in words; None of a field with itself, or where it can't be said.

    `names` are what they are called, if not by their labels.
    """
    known = rows[list(dict.fromkeys([x, y]))].dropna()
    strength = correlation(known[x], known[y]) if x != y else None
    if strength is None:
        return None
    ranks = correlation(known[x], known[y], "spearman")
    one, other = names or (services.label(x), in_sentence(services.label(y)))
    return words.relation(one, other, strength, len(known), services.numbers, ranks)


def sentence(words: str) -> str:
    """Words with a capital at their begin and a stop at their end."""
    return f"{words[0].upper()}{words[1:]}."
