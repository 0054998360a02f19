"""Pictures of where customers and segments lie: quantiles by segment, the flat picture, distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from core.numbers import Numbers
from layouts.figures import Figure, as_text, in_lines, names_axis
from layouts.segments.figures import Trace
from layouts.theme import EVERYONE, ON_SEGMENT, POINTS, Template, segment_colour

_SIDES = (-4.6, 4.6)  # as far as names of arrows reach on a phone
LABEL_ROOM = 0.55  # between the names of two arrows, in standard deviations


@dataclass(frozen=True)
class BoxDrawn:
    """Five quantiles of a group at 5, 25, 50, 75 and 95 %, or None."""

    number: int
    name: str
    quantiles: Sequence[float] | None
    texts: Sequence[str] = ()


def boxes(groups: Sequence[BoxDrawn], template: Template, *, axis: str, chosen: Sequence[int]) -> Figure:
    """Half of a group lies in its box, nine tenths between the ends of its line; a click filters."""
    return {
        "data": [
            _box(group, place, not chosen or group.number in chosen)
            for place, group in enumerate(groups)
            if group.quantiles
        ],
        "layout": {
            "template": template,
            "xaxis": {"title": {"text": axis}, "fixedrange": True, "rangemode": "tozero"},
            "yaxis": names_axis([_called(group) for group in groups], letters=16)
            | {"range": [len(groups) - 0.4, -0.6], "tickangle": 0},
        },
    }


def _called(group: BoxDrawn) -> str:
    return f"{group.number} {group.name}" if group.number else "Everyone"


def _box(group: BoxDrawn, place: int, strong: bool) -> dict[str, Any]:
    low, q1, median, q3, high = group.quantiles or ()
    colour = segment_colour(group.number) if group.number else EVERYONE
    found: dict[str, Any] = {
        "type": "box",
        "name": as_text(group.name),
        "orientation": "h",
        "y": [place],
        "lowerfence": [low],
        "q1": [q1],
        "median": [median],
        "q3": [q3],
        "upperfence": [high],
        "line": {"color": colour},
        "opacity": 1.0 if strong or not group.number else 0.3,
        "width": 0.6,
        "hoverinfo": "x",
    }
    if group.number:
        found["meta"] = {"field": "Segment", "codes": [group.number - 1]}
    return found


@dataclass(frozen=True)
class Arrow:
    """A field in the picture of the space: where it points, and its name."""

    label: str
    x: float
    y: float


def flat(
    points: Sequence[Trace],
    centres: Sequence[tuple[float, float]],
    arrows: Sequence[Arrow],
    template: Template,
    *,
    axes: tuple[str, str],
) -> Figure:
    """Biplot. `points` are groups whose values are x, y, x, y...; arrows are loadings, drawn three times as long."""
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": as_text(group.name),
            "x": list(group.values[0::2]),
            "y": list(group.values[1::2]),
            "marker": {"color": group.colour, "size": 5, "opacity": POINTS},
            "hoverinfo": "skip",
        }
        for group in points
    ]
    traces.append(_centres(points, centres))
    return {
        "data": traces,
        "layout": {
            "template": template,
            "xaxis": _axis(axes[0], [*_SIDES, *(value for group in points for value in group.values[0::2])]),
            "yaxis": _axis(axes[1], [value for group in points for value in group.values[1::2]]),
            "annotations": [part for arrow, y in _apart(arrows) for part in _arrow(arrow, y)],
        },
    }


def _axis(title: str, values: Sequence[float | None]) -> dict[str, Any]:
    """As far as the points reach: labels would stretch an automatic range on a narrow screen."""
    known = [value for value in values if value is not None]
    low, high = min([-3.2, *known]) - 0.2, max([3.2, *known]) + 0.2
    return {
        "title": {"text": title},
        "range": [low, high],
        "zeroline": True,
        "zerolinecolor": EVERYONE,
        "fixedrange": True,
    }


def _centres(points: Sequence[Trace], centres: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _ in centres],
        "y": [y for _, y in centres],
        "text": [str(group.number) for group in points],
        "textfont": {"size": 13, "color": ON_SEGMENT["light"], "weight": 700},
        "hovertext": [as_text(group.name) for group in points],
        "hoverinfo": "text",
        "marker": {
            "color": [group.colour for group in points],
            "size": 26,
            "line": {"color": ON_SEGMENT["light"], "width": 2},
        },
        "meta": {"field": "Segment", "codes": [group.number - 1 for group in points]},
    }


def _apart(arrows: Sequence[Arrow]) -> list[tuple[Arrow, float]]:
    """Each arrow with the height of its name: as near to its tip as the names on its side leave room for.

    Least squares under gaps of `LABEL_ROOM` is isotonic regression of the heights less the gaps.
    """
    placed: list[tuple[Arrow, float]] = []
    for right in (False, True):
        side = sorted((one for one in arrows if (one.x >= 0) is right), key=lambda one: one.y)
        if side:
            gaps = LABEL_ROOM * np.arange(len(side))
            heights = isotonic_regression([3 * one.y for one in side] - gaps).x + gaps
            placed += zip(side, heights.tolist(), strict=True)
    return placed


def _arrow(arrow: Arrow, height: float) -> list[dict[str, Any]]:
    """The arrow, and its name beside its tip, at `height`."""
    x, y = 3 * arrow.x, 3 * arrow.y
    shaft = {
        "x": x,
        "y": y,
        "ax": 0,
        "ay": 0,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 1.5,
        "arrowcolor": EVERYONE,
    }
    name = {
        "x": x,
        "y": height,
        "text": in_lines(arrow.label, 12),
        "showarrow": False,
        "font": {"size": 12},
        "xanchor": "left" if x >= 0 else "right",
        "xshift": 6 if x >= 0 else -6,
        "align": "left" if x >= 0 else "right",
    }
    return [shaft, name]


def distances(
    matrix: Sequence[Sequence[float]], names: Sequence[str], template: Template, numbers: Numbers
) -> Figure:
    """How far the centres of two segments are apart, in standard deviations; rows have names, columns numbers."""
    called = [as_text(name) for name in names]
    places = list(range(len(names)))
    z = [
        [None if row == column else value for column, value in enumerate(values)]
        for row, values in enumerate(matrix)
    ]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": z,
                "x": places,
                "y": places,
                "text": [["" if value is None else numbers.fixed(value, 1) for value in row] for row in z],
                "texttemplate": "%{text}",
                "textfont": {"size": 13},
                "hovertext": [[f"{one} to {other}" for other in called] for one in called],
                "hovertemplate": "%{hovertext}: %{text}<extra></extra>",
                "autocolorscale": True,
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        "layout": {
            "template": template,
            "xaxis": names_axis([str(place + 1) for place in places]) | {"side": "top"},
            "yaxis": names_axis([f"{place + 1} {name}" for place, name in enumerate(names)], letters=16)
            | {"autorange": "reversed", "tickangle": 0},
        },
    }
