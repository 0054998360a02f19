"""Small table in, figure out. Figures are plain dicts: building them takes half a millisecond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from textwrap import wrap
from typing import Any

from core.crossfilter.binning import Side
from core.numbers import Numbers
from layouts.theme import ACCENT, EVERYONE, POINTS, Template, segment_colour

Figure = dict[str, Any]
Span = tuple[float, float] | None
WHISKERS = "box: the middle half; line: nine tenths"  # what every box plot shows, as its caption says


def as_text(words: str) -> str:
    """Words of people for a figure, where Plotly reads a few tags and `%{...}`: shown as they were written."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("%", "&#37;")


STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # from one percent of an axis to the next that is written
MOST_TICKS = 6
LINES = 2  # what a row of a chart has room for


def in_lines(words: str, letters: int = 14, most: int = 9) -> str:
    """Words of people for an axis: as they were written, in lines of about so many letters, of more if these are many."""
    widths = range(letters, max(letters, len(words)) + 1)
    lines = (wrap(words, width, break_long_words=False) for width in widths)
    return "<br>".join(map(as_text, next(found for found in lines if len(found) <= most)))


def names_axis(names: Sequence[str], *, letters: int = 14, most: int = 9) -> dict[str, Any]:
    """An axis of places 0, 1, 2 ... that says who stands there; names stand upright where there is no room."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [in_lines(name, letters, most) for name in names],
        "tickangle": "auto",
        "autotickangles": [0, -90],
        "showgrid": False,
        "fixedrange": True,
    }


def percent_axis(numbers: Numbers, low: float, high: float, *, of: float = 1) -> dict[str, Any]:
    """An axis from `low` to `high` parts of all, which is drawn `of` long; Plotly would write the sign as in English."""
    step = next(step for step in STEPS if (high - low) / step <= MOST_TICKS)
    places = [round(place * step, 4) for place in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return {
        "range": [low * of, high * of],
        "tickvals": [place * of for place in places],
        "ticktext": [numbers.percent(place) for place in places],
    }


def plot(data: Sequence[dict[str, Any]], template: Template, **layout: Any) -> Figure:
    """A figure of these traces, in the look of the theme."""
    return {"data": list(data), "layout": {"template": template, **layout}}


def dragged(*sides: Side) -> dict[str, Any]:
    """Of a layout what a drag chooses from, along x or along both axes; assets/drag.js reads it."""
    return {"meta": {axis: asdict(side) for axis, side in zip("xy", sides, strict=False)}} if sides else {}


def room(top: int = 8, right: int = 8) -> dict[str, int]:
    """The margin of a figure, in pixels, where another one than the theme's is needed."""
    return {"l": 8, "r": right, "t": top, "b": 8}


def rows_axis(last: float, first: float) -> dict[str, Any]:
    """An axis of rows from the top down, which says nothing itself: names stand over what they name."""
    return {"range": [last, first], "showgrid": False, "showticklabels": False, "fixedrange": True}


def note(x: float, y: float | str, text: str, **more: Any) -> dict[str, Any]:
    """Words at a place of a figure; `more` says how they stand there."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 12}, **more}


def rule(width: float = 1, dash: str = "solid", **ends: Any) -> dict[str, Any]:
    """A straight line of a figure, from x0, y0 to x1, y1."""
    return {"type": "line", "line": {"color": EVERYONE, "width": width, "dash": dash}, **ends}


def level(y: float, **more: Any) -> dict[str, Any]:
    """A dashed line over all the width of a figure."""
    return rule(dash="dash", xref="paper", x0=0, x1=1, y0=y, y1=y, **more)


def around(row: int, last: float, *, down: bool) -> dict[str, Any]:
    """The frame of a chosen row of a heatmap, or of a column; it begins at -0.5 and ends at `last`."""
    along: dict[str, Any] = {"x0": -0.5, "x1": last, "y0": row - 0.5, "y1": row + 0.5}
    if down:
        along = {"x0": row - 0.5, "x1": row + 0.5, "y0": 0, "y1": last, "xref": "x", "yref": "paper"}
    return {"type": "rect", "line": {"color": ACCENT, "width": 3}, **along}


def framed(ranges: Sequence[Sequence[float]], chosen: Sequence[Span]) -> list[dict[str, Any]]:
    """The frame of what is chosen along x and along y, which go over these ranges; of an axis that nothing is, all of it."""
    ends: dict[str, float] = {}
    for name, (low, high), span in zip("xy", ranges, chosen, strict=False):
        first, last = span or (low, high)
        ends |= {f"{name}0": max(first, low), f"{name}1": min(last, high)}
    return [{"type": "rect", "line": {"color": ACCENT, "width": 2}, **ends}] if any(chosen) else []


def scattered(mode: str, x: Sequence[Any], y: Sequence[Any], **more: Any) -> dict[str, Any]:
    """A trace of points, lines or words."""
    return {"type": "scatter", "mode": mode, "x": list(x), "y": list(y), **more}


def written_heat(z: Sequence[Any], texts: Sequence[Sequence[str]], **more: Any) -> dict[str, Any]:
    """A heatmap in the colours of the theme that says in each cell what it is."""
    look = {"autocolorscale": True, "xgap": 2, "ygap": 2, "showscale": False}
    return {"type": "heatmap", "z": z, "text": texts, "texttemplate": "%{text}", **look, **more}


def away_from_zero(title: str, reach: float, **more: Any) -> dict[str, Any]:
    """An axis as far to one side of zero as to the other, and a line at zero."""
    return {"title": {"text": title}, "range": [-reach, reach], **AT_ZERO, **more}


ROWS = {
    "showgrid": False,
    "fixedrange": True,
    "ticklabelstandoff": 6,
}  # of a heatmap, whose names stand apart from its cells
AT_ZERO = {"zeroline": True, "zerolinecolor": EVERYONE, "zerolinewidth": 2}
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}  # above a figure


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and the text at its end."""

    name: str
    value: float
    text: str
    colour: str = EVERYONE


def bars(rows: Sequence[Bar], template: Template, *, axis: str) -> Figure:
    """Horizontal bars, first row on top, each with its name above it and its text at its end.

    Names stand above the bars, not beside them, so that long ones fit on a phone.
    """
    rows = [replace(row, name=as_text(row.name)) for row in rows]
    longest = max((row.value for row in rows), default=0) or 1
    return plot(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": [row.value for row in rows],
                "y": [row.name for row in rows],
                "text": [row.text for row in rows],
                "textposition": "outside",
                "cliponaxis": False,
                "width": 0.44,
                "marker": {"color": [row.colour for row in rows]},
                "hovertemplate": tip("%{y}", "%{text}"),
            }
        ],
        template,
        xaxis={"title": {"text": axis}, "range": [0, longest * 1.42], "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "showgrid": False, "showticklabels": False},
        annotations=[
            note(0, row.name, row.name, xanchor="left", yanchor="bottom", yshift=9, xshift=-4) for row in rows
        ],
        margin=room(16),
    )


@dataclass(frozen=True)
class Measure:
    """What an axis shows: its title, the range of everyone, whoever is selected, and in how many decimals."""

    title: str
    reach: tuple[float, float]
    decimals: int

    def of(self, axis: str) -> str:
        """What is said of a point along it."""
        return f"{self.title}: %{{{axis}:,.{self.decimals}f}}"


def scatter(
    groups: Sequence[tuple[int, str, Sequence[float], Sequence[float]]],
    template: Template,
    *,
    x: Measure,
    y: Measure,
    sides: Sequence[Side] = (),
    chosen: Sequence[Span] = (),
) -> Figure:
    """Points per segment: (number, name, x values, y values) each; the axes stay where they are. A drag over it chooses
    from `sides`, if there are; what is `chosen` along them has a frame."""
    axes = _steady(x), _steady(y)
    return plot(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "name": as_text(name),
                # A trace without any point would be left out, and all be laid out anew when it comes back.
                "x": list(xs) or [None],
                "y": list(ys) or [None],
                "marker": {"color": segment_colour(number), "size": 6, "opacity": POINTS},
                "hovertemplate": tip(as_text(name), x.of("x"), y.of("y")),
            }
            for number, name, xs, ys in groups
        ],
        template,
        hovermode="closest",
        xaxis=axes[0],
        yaxis=axes[1],
        shapes=framed([axis["range"] for axis in axes], chosen),
        **dragged(*sides),
    )


def _steady(measure: Measure) -> dict[str, Any]:
    low, high = measure.reach
    room = (high - low) * 0.03 or 1
    return {
        "title": {"text": measure.title},
        "range": [low - room, high + room],
        "tickformat": f",.{measure.decimals}{'~' if measure.decimals else ''}f",
        "fixedrange": True,
        "ticklabelstandoff": 6,
    }


def distances(
    rows: Sequence[tuple[int, str, float]], template: Template, numbers: Numbers, unit: str
) -> Figure:
    """Distance to each centre, nearest on top."""
    ordered = sorted(rows, key=lambda row: row[2])
    return bars(
        [
            Bar(name, value, numbers.fixed(value, 1), segment_colour(number))
            for number, name, value in ordered
        ],
        template,
        axis=f"distance to the centre, in {unit}",
    )


def tip(name: str, *lines: str) -> str:
    """A template for Plotly, which fills in what stands in `%{...}`; words of people come as text of a figure."""
    return "<br>".join((name, *lines)) + "<extra></extra>"


def against_everyone(name: str, measure: str, *, shares: bool, of: str = "") -> str:
    """Of a bar: how much, which part of all bars, the same of everyone, and the difference of the parts.

    Of a part of a bar the same, as part `of` its bar. assets/filtercharts.js keeps the five in `customdata`, for they
    follow the filters.
    """
    lines = (
        (f"%{{customdata[1]}} of {of or measure}", "everyone: %{customdata[3]}")
        if shares
        else (
            f"%{{customdata[0]}} {measure}, %{{customdata[1]}}{f' of {of}' if of else ''}",
            "everyone: %{customdata[2]}, %{customdata[3]}",
        )
    )
    return tip(name, *lines, "difference: %{customdata[4]} points")
