"""Pictures of where customers and segments lie: quantiles by segment, the flat picture, distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts.figures import Figure, as_text
from layouts.segment_figures import Group
from layouts.theme import EVERYONE, Template, segment_colour


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
        "data": [_box(group, not chosen or group.number in chosen) for group in groups if group.quantiles],
        "layout": {
            "template": template,
            "xaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [_tick(group) for group in groups],
                "fixedrange": True,
                "showgrid": False,
            },
            "yaxis": {"title": {"text": axis}, "fixedrange": True, "rangemode": "tozero"},
        },
    }


def _tick(group: BoxDrawn) -> str:
    return str(group.number) if group.number else "All"


def _box(group: BoxDrawn, strong: bool) -> dict[str, Any]:
    low, q1, median, q3, high = group.quantiles or ()
    colour = segment_colour(group.number) if group.number else EVERYONE
    found: dict[str, Any] = {
        "type": "box",
        "name": as_text(group.name),
        "x": [_tick(group)],
        "lowerfence": [low],
        "q1": [q1],
        "median": [median],
        "q3": [q3],
        "upperfence": [high],
        "line": {"color": colour},
        "opacity": 1.0 if strong or not group.number else 0.3,
        "width": 0.6,
        "hoverinfo": "y",
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
    points: Sequence[Group],
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
            "marker": {"color": group.colour, "size": 5, "opacity": 0.4},
            "hoverinfo": "skip",
        }
        for group in points
    ]
    traces.append(_centres(points, centres))
    return {
        "data": traces,
        "layout": {
            "template": template,
            "xaxis": _axis(axes[0], [value for group in points for value in group.values[0::2]]),
            "yaxis": _axis(axes[1], [value for group in points for value in group.values[1::2]]),
            "annotations": [part for arrow in arrows for part in _arrow(arrow)],
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


def _centres(points: Sequence[Group], centres: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _ in centres],
        "y": [y for _, y in centres],
        "text": [str(group.number) for group in points],
        "textfont": {"size": 13, "color": "#FFFFFF", "weight": 700},
        "hovertext": [as_text(group.name) for group in points],
        "hoverinfo": "text",
        "marker": {
            "color": [group.colour for group in points],
            "size": 26,
            "line": {"color": "#FFFFFF", "width": 2},
        },
        "meta": {"field": "Segment", "codes": [group.number - 1 for group in points]},
    }


def _arrow(arrow: Arrow) -> list[dict[str, Any]]:
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
        "y": y,
        "text": arrow.label,
        "showarrow": False,
        "font": {"size": 12},
        "xanchor": "left" if x >= 0 else "right",
        "xshift": 6 if x >= 0 else -6,
        "yanchor": "bottom" if y >= 0 else "top",
    }
    return [shaft, name]


def distances(matrix: Sequence[Sequence[float]], template: Template) -> Figure:
    """How far the centres of two segments are apart, in standard deviations."""
    numbers = [str(place + 1) for place in range(len(matrix))]
    z = [
        [None if row == column else value for column, value in enumerate(values)]
        for row, values in enumerate(matrix)
    ]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": z,
                "x": numbers,
                "y": numbers,
                "text": [["" if value is None else f"{value:.1f}" for value in row] for row in z],
                "texttemplate": "%{text}",
                "textfont": {"size": 13},
                "hovertemplate": "%{y} to %{x}: %{text}<extra></extra>",
                "autocolorscale": True,
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        "layout": {
            "template": template,
            "xaxis": {"type": "category", "side": "top", "showgrid": False, "fixedrange": True},
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, "fixedrange": True},
        },
    }
