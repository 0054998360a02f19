"""How often a segment answered campaigns, with intervals, beside everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.numbers import Numbers
from core.statistics.rates import Interval
from layouts.figures import Figure, as_text, note, percent_axis, rule, scattered
from layouts.theme import EVERYONE, Template, segment_colour
from layouts.tooltips import tip

LEAST_REACH = 0.05


@dataclass(frozen=True)
class Rate:
    """How often they answered, and how often everyone did, as a fraction."""

    name: str
    own: Interval
    everyone: float


def rates(
    rows: Sequence[Rate], number: int, name: str, even: float | None, template: Template, numbers: Numbers
) -> Figure:
    """A dot with its interval for each campaign, a ring for everyone; a contact pays from `even` on."""
    reach = 1.06 * max([LEAST_REACH, even or 0.0, *(max(one.own.high, one.everyone) for one in rows)])
    names = [as_text(one.name) for one in rows]
    ring = {"color": "rgba(0,0,0,0)", "size": 12, "line": {"color": EVERYONE, "width": 2}}
    everyone = _dots(names, [one.everyone for one in rows], "Everyone", numbers, marker=ring)
    own = _dots(names, [one.own.rate for one in rows], as_text(name), numbers, **_own(rows, number))
    return {
        "data": [everyone, own],
        "layout": {
            "template": template,
            "xaxis": percent_axis(numbers, 0, reach) | {"fixedrange": True},
            "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True},
            "hovermode": "closest",
            "margin": {"l": 8, "r": 16, "t": 24, "b": 8},
            **({} if even is None else _pays_from(even, reach)),
        },
    }


def _dots(
    names: Sequence[str], values: Sequence[float], name: str, numbers: Numbers, **look: Any
) -> dict[str, Any]:
    said = {"name": name, "text": [numbers.rate(value) for value in values], "cliponaxis": False}
    hover = {"hovertemplate": tip("%{y}", "%{fullData.name}: %{text}"), "showlegend": False}
    return scattered("markers", values, names, **said, **hover, **look)


def _own(rows: Sequence[Rate], number: int) -> dict[str, Any]:
    colour = segment_colour(number)
    above = [one.own.high - one.own.rate for one in rows]
    below = [one.own.rate - one.own.low for one in rows]
    ends = {"array": above, "arrayminus": below, "symmetric": False}
    return {"marker": {"color": colour, "size": 14}, "error_x": {"type": "data", "color": colour, **ends}}


def _pays_from(even: float, reach: float) -> dict[str, Any]:
    side = "right" if even > reach / 2 else "left"
    said = note(even, 1, "a contact pays from here", yref="paper", xanchor=side, yanchor="bottom")
    return {
        "shapes": [rule(dash="dash", x0=even, x1=even, y0=0, y1=1, yref="paper")],
        "annotations": [said],
    }
