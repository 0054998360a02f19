"""Figures of the campaigns page: the board, the heatmap, response by a field, gains and profit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.numbers import Numbers
from layouts.figures import (
    AT_ZERO,
    LEGEND,
    Figure,
    around,
    as_text,
    level,
    note,
    percent_axis,
    plot,
    room,
    rows_axis,
    rule,
    scattered,
    tip,
)
from layouts.theme import ACCENT, EVERYONE, FADED, Template

ROW = 46  # pixels of a row on the board
NAME = 20  # pixels between the rows of the heatmap, where the name of each stands
LABELS = 44  # pixels for percents beside an axis
LEAST_REACH = 0.05  # of rates: whole percents need room to differ
# The rate is written over the cell in the theme's ink, so that no cell may be darker than this.
HEAT = ((0.0, "rgba(59, 138, 102, 0)"), (1.0, "rgba(59, 138, 102, 0.6)"))


@dataclass(frozen=True)
class Bar:
    """A row of the board: its interval, its verdict in words, the segment's code if it is one.

    `text` is the lines of its tooltip, which begins with the name.
    """

    name: str
    rate: float | None
    low: float
    high: float
    said: str
    text: str
    colour: str
    code: int | None = None


def board(
    rows: Sequence[Bar],
    break_even: float,
    line: str,
    chosen: frozenset[int],
    template: Template,
    numbers: Numbers,
) -> Figure:
    """A bar from the lower to the upper bound of each rate, a point at the rate, the break-even line."""
    reach = max([LEAST_REACH, *(row.high for row in rows)])
    # A line far off the scale would squeeze all rates into a corner: it is said instead of drawn.
    shown = break_even <= max(4 * reach, 0.05)
    reach = max(reach, break_even if shown else 0.0) * 1.06
    return plot(
        [
            *(_bar(row, place, chosen) for place, row in enumerate(rows) if row.rate is not None),
            _texts([as_text(row.name) for row in rows], 0.0, "top right"),
            _texts([f"<b>{row.said}</b>" for row in rows], reach, "top left"),
        ],
        template,
        xaxis=percent_axis(numbers, 0, reach) | {"title": {"text": "acceptance rate"}},
        yaxis=rows_axis(len(rows) - 0.5, -0.85),
        hovermode="closest",
        hoverdistance=40,
        margin=room(24),
        shapes=[_beside(break_even, place) for place in range(len(rows))] if shown else [],
        annotations=[_line_name(break_even if shown else reach, line, reach)],
    )


def _bar(row: Bar, place: int, chosen: frozenset[int]) -> dict[str, Any]:
    faded = bool(chosen) and row.code is not None and row.code not in chosen
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": _short([row.low, row.rate or 0.0, row.high]),
        "y": [place] * 3,
        "line": {"color": row.colour, "width": 6},
        "marker": {"color": row.colour, "size": [6, 15, 6], "line": {"width": 0}, "opacity": 1},
        "opacity": FADED if faded else 1.0,
        "cliponaxis": False,
        "hovertemplate": tip(as_text(row.name), row.text),
        "showlegend": False,
    }
    if row.code is not None:
        trace["meta"] = {"field": "Segment", "codes": [row.code] * 3}
    return trace


def _texts(texts: Sequence[str], x: float, position: str) -> dict[str, Any]:
    """The name above each bar on the left, its verdict on the right, in the theme's ink."""
    return _words([x] * len(texts), [place - 0.18 for place in range(len(texts))], texts) | {
        "textposition": position,
        "cliponaxis": False,
        "showlegend": False,
    }


def _words(x: Sequence[float], y: Sequence[float], texts: Sequence[str]) -> dict[str, Any]:
    return scattered("text", x, y, text=list(texts), textfont={"size": 12}, hoverinfo="skip")


def _line_name(x: float, text: str, reach: float) -> dict[str, Any]:
    side = "right" if x > reach / 2 else "left"
    return note(x, 1, text, yref="paper", xanchor=side, yanchor="bottom")


def _beside(x: float, place: int) -> dict[str, Any]:
    """The line at `x` beside the bar of a row, which leaves out the name over it."""
    return rule(2, x0=x, x1=x, y0=place - 0.14, y1=place + 0.44, layer="below")


@dataclass(frozen=True)
class Heat:
    """A cell of the heatmap: the rate, as written in it with its mark, and what a pointer is told."""

    rate: float
    written: str
    text: str
    marked: bool


def heatmap(
    cells: Sequence[Sequence[Heat]],
    names: Sequence[str],
    columns: Sequence[str],
    chosen: frozenset[int],
    template: Template,
) -> Figure:
    """Segments down, by name; campaigns across; each cell is coloured by its rate, which it holds in words."""
    rows = range(len(cells))
    across = _ticks(list(enumerate(columns))) | {"title": {"text": "campaign"}, "side": "top"}
    across |= {"range": [-0.5, len(columns) - 0.5]}
    down = _ticks([]) | {"range": [len(cells) - 0.5, -0.8]}
    return plot(
        [_cells(cells, names, len(columns)), _written(cells)],
        template,
        xaxis=across,
        yaxis=down,
        shapes=[around(row, len(columns) - 0.5, down=False) for row in rows if row in chosen],
        annotations=[_row_name(row, name) for row, name in enumerate(names)],
    )


def _cells(cells: Sequence[Sequence[Heat]], names: Sequence[str], columns: int) -> dict[str, Any]:
    rates = [[None if math.isnan(cell.rate) else round(cell.rate, 4) for cell in row] for row in cells]
    rows = list(range(len(cells)))
    return {
        "type": "heatmap",
        "z": rates,
        "x": list(range(columns)),
        "y": rows,
        "zmin": 0,
        "zmax": max([0.01, *(rate for row in rates for rate in row if rate is not None)]),
        "colorscale": [list(stop) for stop in HEAT],
        "showscale": False,
        "xgap": 2,
        "ygap": NAME,
        "hovertext": [
            [f"{as_text(name)}<br>{cell.text}" for cell in row]
            for name, row in zip(names, cells, strict=True)
        ],
        "hovertemplate": tip("%{hovertext}"),
        "meta": {"field": "Segment", "codes": rows, "axis": "y"},
    }


def _ticks(ticks: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """An axis of places, some of them named."""
    return {
        "tickvals": [place for place, _ in ticks],
        "ticktext": [text for _, text in ticks],
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
    }


def _row_name(row: int, name: str) -> dict[str, Any]:
    """Above its row, so that cells are as wide as a phone lets them be."""
    words = f"<b>{row + 1}</b> {as_text(name)}"
    return note(-0.5, row - 0.5, words, xanchor="left", xshift=-4)


def _written(cells: Sequence[Sequence[Heat]]) -> dict[str, Any]:
    """The rates in the cells, in the theme's ink: the heatmap's own text would be black or white."""
    placed = [(x, y, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    words = [f"<b>{cell.written}</b>" if cell.marked else cell.written for _, _, cell in placed]
    return _words([x for x, _, _ in placed], [y for _, y, _ in placed], words)


@dataclass(frozen=True)
class Point:
    """Response in one bin: where it stands, rate with interval, the code that a click chooses, if any."""

    place: int
    rate: float
    low: float
    high: float
    text: str
    small: bool
    code: int | None


def response(
    points: Sequence[Point],
    *,
    field: str,
    ticks: Sequence[tuple[float, str]],
    average: float,
    chosen: frozenset[int],
    template: Template,
    numbers: Numbers,
) -> Figure:
    """A point per bin with its interval; small bins are hollow; the dashed line is everyone selected."""
    rates = [] if math.isnan(average) else [average]
    top = min(1.05, max([LEAST_REACH, *rates, *(point.high for point in points)]) * 1.1)
    last = max((point.place for point in points), default=0)
    return plot(
        [_points(points, field, chosen)],
        template,
        xaxis=_ticks(ticks) | {"range": [-0.6, last + 0.6]},
        # A little room below, so that points at nothing are seen; as much for labels whatever they say.
        yaxis=percent_axis(numbers, -top / 30, top) | {"fixedrange": True, "automargin": False},
        margin=room() | {"l": LABELS},
        hovermode="closest",
        hoverdistance=40,
        shapes=[] if math.isnan(average) else [level(average, layer="below")],
    )


def _points(points: Sequence[Point], field: str, chosen: frozenset[int]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point.place for point in points],
        "y": _short([point.rate for point in points]),
        "error_y": {
            "type": "data",
            "array": _short([point.high - point.rate for point in points]),
            "arrayminus": _short([point.rate - point.low for point in points]),
            "color": ACCENT,
            "thickness": 1.5,
            "width": 3,
        },
        "marker": {
            "color": ACCENT,
            "size": 9,
            "symbol": ["circle-open" if point.small else "circle" for point in points],
            "opacity": [FADED if chosen and point.code not in chosen else 1.0 for point in points],
        },
        "hovertext": [point.text for point in points],
        "hovertemplate": tip("%{hovertext}"),
        "showlegend": False,
        "meta": {"field": field, "codes": [point.code for point in points]},
    }


@dataclass(frozen=True)
class Curve:
    """A line over the depth of contact."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str = ACCENT
    dash: str = "solid"


def gains(curves: Sequence[Curve], template: Template, numbers: Numbers) -> Figure:
    """Share of all acceptances reached by share of customers contacted, beside contacting at random."""
    chance = Curve("At random", [0, 1], [0, 1], EVERYONE, "dot")
    reached = percent_axis(numbers, 0, 1.02, of=100) | {"title": {"text": "acceptances reached"}}
    told = f"{numbers.with_percent('%{y:.1f}')} of acceptances"
    in_percent = [replace(curve, y=[round(100 * y, 2) for y in curve.y]) for curve in (*curves, chance)]
    return {
        "data": [_line(curve, told, numbers) for curve in in_percent],
        "layout": _over_depth(template, numbers) | {"yaxis": reached},
    }


def profit(
    curves: Sequence[Curve],
    noise: float,
    best: tuple[float, float, str],
    template: Template,
    numbers: Numbers,
    cents: int = 0,
) -> Figure:
    """Profit by share of customers contacted; the best depth is named, beside that of an order that says nothing."""
    luck = Curve("Best of an order that says nothing", [0, 1], [noise, noise], EVERYONE, "dot")
    layout = _over_depth(template, numbers) | {
        "yaxis": {"tickformat": f",.{cents}{'~' * bool(cents)}f", "title": {"text": "profit"}, **AT_ZERO},
        "annotations": [_best(*best)],
    }
    data = [_line(curve, f"profit %{{y:,.{cents}f}}", numbers) for curve in (*curves, luck)]
    return {"data": data, "layout": layout}


def _best(x: float, y: float, text: str) -> dict[str, Any]:
    """What stands beside the best depth, at the end of an arrow, on the side that has room."""
    right = x < 0.6
    side = {"ax": 36, "xanchor": "left"} if right else {"ax": -36, "xanchor": "right"}
    return note(100 * x, y, text, ay=-26, arrowcolor=EVERYONE, **side) | {"showarrow": True}


def _line(curve: Curve, told: str, numbers: Numbers) -> dict[str, Any]:
    contacted = f"{numbers.with_percent('%{x:.1f}')} of customers"
    return scattered(
        "lines",
        [round(100 * x, 2) for x in curve.x],
        _short(curve.y),
        name=curve.name,
        hovertemplate=tip(curve.name, contacted, told),
        line={"color": curve.colour, "width": 2.5, "dash": curve.dash},
    )


def _over_depth(template: Template, numbers: Numbers) -> dict[str, Any]:
    return {
        "template": template,
        "xaxis": percent_axis(numbers, 0, 1, of=100) | {"title": {"text": "customers contacted"}},
        "showlegend": True,
        "legend": LEGEND,
        "hovermode": "closest",
        "hoverdistance": 40,
        "margin": room(40, 16),
    }


def _short(values: Sequence[float]) -> list[float]:
    """As many digits as a screen can show."""
    return [round(value, 4) for value in values]
