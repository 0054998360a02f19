"""Figures of relations: correlation heatmap, density with points, box plots by segment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.crossfilter.binning import Side
from core.schema.fields import SEGMENT
from layouts.figures import LINES, ROWS, Figure, Span, as_text, dragged, framed, names_axis, plot, tip
from layouts.theme import ACCENT, EVERYONE, FADED, POINTS, Template, segment_colour

Matrix = Sequence[Sequence[float]]
Quantiles = tuple[int, str, Sequence[float] | None]  # number, name, and the quantiles that a box shows


# Ticks that are not seen keep the numbers of a scale apart from it.
APART = {"ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0, 0, 0, 0)"}


def correlation(names: Sequence[str], labels: Sequence[str], values: Matrix, template: Template) -> Figure:
    """Each field with each; a click on a cell shows the two against one another."""
    shown = [[None if math.isnan(value) else round(value, 3) + 0.0 for value in row] for row in values]
    heatmap = {
        "type": "heatmap",
        "x": list(labels),
        "y": list(labels),
        "z": shown,
        "zmin": -1,
        "zmax": 1,
        "autocolorscale": True,
        "texttemplate": "%{z:.1f}",
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "hovertemplate": tip("%{y} and %{x}", "correlation: %{z:.2f}"),
        "colorbar": {"thickness": 12, "outlinewidth": 0, "tickvals": [-1, -0.5, 0, 0.5, 1], **APART},
        "meta": {"option": ["y", "x"], "rows": list(names), "columns": list(names)},
    }
    axes = {
        "xaxis": {**ROWS, "tickangle": -45},
        "yaxis": {**ROWS, "autorange": "reversed"},
    }
    return plot([heatmap], template, **axes)


def density(
    edges: tuple[Sequence[float], Sequence[float]],
    counts: Matrix,
    points: Sequence[dict[str, Any]],
    titles: tuple[str, str],
    template: Template,
    sides: Sequence[Side] = (),
    chosen: Sequence[Span] = (),
) -> Figure:
    """Customers by two binned fields (`edges` of x and of y; counts by row of y), and a sample as points; a drag over it
    chooses from `sides`, if there are, and what is `chosen` along them has a frame."""
    layout = {
        "template": template,
        "hovermode": "closest",
        "xaxis": _between(edges[0], titles[0]),
        "yaxis": _between(edges[1], titles[1]),
        "shapes": framed([(one[0], one[-1]) for one in edges], chosen),
        **dragged(*sides),
    }
    return {"data": [_shade(edges, counts), *points], "layout": layout}


def _shade(edges: tuple[Sequence[float], Sequence[float]], counts: Matrix) -> dict[str, Any]:
    peak = max((max(row, default=0) for row in counts), default=0)
    return {
        "type": "heatmap",
        "x": list(edges[0]),
        "y": list(edges[1]),
        # Roots, so that thin areas show beside crowded ones; the numbers themselves are in the hover.
        "z": [[math.sqrt(value) if value else None for value in row] for row in counts],
        "zmin": 0,
        "zmax": math.sqrt(peak) or 1,
        "customdata": [list(row) for row in counts],
        "colorscale": [[0, "rgba(59, 138, 102, 0.04)"], [1, ACCENT]],
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": tip("%{customdata:,} customers here"),
    }


def _between(edges: Sequence[float], title: str) -> dict[str, Any]:
    return {"title": {"text": title}, "range": [edges[0], edges[-1]], **ROWS}


def points(
    number: int, name: str, x: Sequence[float], y: Sequence[float], digits: tuple[int, int]
) -> dict[str, Any]:
    """A sample of one segment's customers; `digits` are the decimals along both axes."""
    at = [f"%{{{axis}:,.{decimals}f}}" for axis, decimals in zip("xy", digits, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": as_text(name),
        # A trace without any point would be left out, and a drag could not draw in it.
        "x": list(x) or [None],
        "y": list(y) or [None],
        "marker": {"color": segment_colour(number), "size": 5, "opacity": POINTS},
        "hovertemplate": tip(as_text(name), ", ".join(at)),
        "meta": {"field": "Segment", "codes": [number - 1] * len(x)},
    }


def boxes(
    groups: Sequence[Quantiles], template: Template, *, axis: str, chosen: Sequence[int] = ()
) -> Figure:
    """Half of a group lies in its box, nine tenths between the ends of its line; a click filters."""
    data = [
        _box(place, *group, strong=not chosen or group[0] in chosen) for place, group in enumerate(groups)
    ]
    names = [name for _, name, _ in groups]
    return plot(
        [box for box in data if box],
        template,
        xaxis={"title": {"text": axis}, "fixedrange": True, "rangemode": "tozero"},
        yaxis=names_axis(names, letters=16, most=LINES)
        | {"range": [len(groups) - 0.4, -0.6], "tickangle": 0},
    )


def _box(
    place: int, number: int, name: str, five: Sequence[float] | None, *, strong: bool
) -> dict[str, Any] | None:
    """A box of a segment, or of everyone, who are number 0; none where nobody is."""
    if not five:
        return None
    ends = ("lowerfence", "q1", "median", "q3", "upperfence")
    return {
        "type": "box",
        "name": as_text(name),
        "orientation": "h",
        "y": [place],
        **{end: [value] for end, value in zip(ends, five, strict=True)},
        "line": {"color": segment_colour(number) if number else EVERYONE},
        "opacity": 1.0 if strong or not number else FADED,
        "width": 0.6,
        "hoverinfo": "x",
        **({"meta": {"field": SEGMENT, "codes": [number - 1]}} if number else {}),
    }
