"""Pictures of where customers and segments lie: the flat picture, distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from core.numbers import Numbers
from layouts.figures import (
    LINES,
    ROWS,
    Figure,
    as_text,
    in_lines,
    names_axis,
    note,
    plot,
    scattered,
    tip,
    written_heat,
)
from layouts.segments.figures import Trace
from layouts.theme import EVERYONE, ON_SEGMENT, POINTS, Template

_SIDES = (-4.6, 4.6)  # as far as names of arrows reach on a phone
LABEL_ROOM = 0.55  # between the names of two arrows, in standard deviations


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
        scattered(
            "markers",
            group.values[0::2],
            group.values[1::2],
            name=as_text(group.name),
            marker={"color": group.colour, "size": 5, "opacity": POINTS},
            hoverinfo="skip",
        )
        for group in points
    ]
    traces.append(_centres(points, centres))
    return plot(
        traces,
        template,
        xaxis=_axis(axes[0], [*_SIDES, *(value for group in points for value in group.values[0::2])]),
        yaxis=_axis(axes[1], [value for group in points for value in group.values[1::2]]),
        annotations=[part for arrow, y in _apart(arrows) for part in _arrow(arrow, y)],
    )


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
    refs = {"ax": 0, "ay": 0, "xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
    drawn = {"showarrow": True, "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": EVERYONE}
    side, shift = ("left", 6) if x >= 0 else ("right", -6)
    name = note(x, height, in_lines(arrow.label, 12), xanchor=side, xshift=shift, align=side)
    return [{"x": x, "y": y, "text": "", **refs, **drawn}, name]


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
    cells = written_heat(
        z,
        [["" if value is None else numbers.fixed(value, 1) for value in row] for row in z],
        x=places,
        y=places,
        textfont={"size": 13},
        hovertext=[[f"{one} to {other}" for other in called] for one in called],
        hovertemplate=tip("%{hovertext}", "distance: %{text}"),
    )
    return plot(
        [cells],
        template,
        xaxis=names_axis([str(place + 1) for place in places]) | {"side": "top"},
        yaxis=names_axis([f"{place + 1} {name}" for place, name in enumerate(names)], letters=16, most=LINES)
        | ROWS
        | {"autorange": "reversed", "tickangle": 0},
    )
