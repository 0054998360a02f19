"""Pictures of how segments differ. Colours and numbers of segments are in the legend of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.model.profile import SMALL
from core.numbers import Numbers
from core.statistics.rates import Interval
from layouts.figures import (
    ROWS,
    Figure,
    around,
    as_text,
    away_from_zero,
    in_lines,
    names_axis,
    note,
    percent_axis,
    plot,
    room,
    rule,
    scattered,
    tip,
    written_heat,
)
from layouts.theme import EVERYONE, ON_SEGMENT, Template, segment_colour

# Blue to brown (after ColorBrewer), told apart in every kind of colour blindness; light enough for dark
# values on every cell, in both themes.
DEVIATIONS = "standard deviations"
LEAST = 64  # pixels that Plotly leaves to what is drawn: margins get no more than the rest
HEAD = 13  # letters in a line of a head: six of them stand beside one another on a phone, and need no turning
LEAST_REACH = 0.05


@dataclass(frozen=True)
class Trace:
    """A segment, or everyone at number 0, with a value for each field; None where nothing is known."""

    number: int
    name: str
    values: Sequence[float | None]
    errors: Sequence[float] = ()
    size: int | None = None
    customers: str = ""

    @property
    def colour(self) -> str:
        """The one colour of the group."""
        return segment_colour(self.number) if self.number else EVERYONE

    @property
    def called(self) -> str:
        """Number and name, as axes have them."""
        return f"{self.number} {self.name}" if self.number else "Everyone"

    @property
    def small(self) -> bool:
        """Too few customers for their averages to be told in a sentence."""
        return self.size is not None and self.size < SMALL

    @property
    def head(self) -> str:
        """Number, name and how many they are, as a column is headed."""
        count = f"n = {self.customers}{', few' if self.small else ''}"
        called = in_lines(self.called, HEAD)
        return f"{called}<br>{count}" if self.customers else called

    @property
    def mark(self) -> str:
        """What stands in its markers."""
        return str(self.number) if self.number else "∗"


def heat(
    fields: Sequence[str],
    groups: Sequence[Trace],
    written: Sequence[Sequence[str]],
    everyone: Sequence[str],
    chosen: Sequence[int],
    template: Template,
) -> Figure:
    """What is written, coloured by how far it is from everyone's average; a click filters by the segment."""
    z = [[group.values[place] for group in groups] for place in range(len(fields))]
    cells = written_heat(
        z,
        written,
        x=[as_text(group.called) for group in groups],
        y=list(fields),
        textfont={"size": 12},
        hovertemplate=tip(
            "%{x}", "%{y}: %{text}", "everyone: %{customdata}", "difference: %{z:+.1f} standard deviations"
        ),
        customdata=[[said] * len(groups) for said in everyone],
        zmin=-2,
        zmid=0,
        zmax=2,
        meta={"field": "Segment", "codes": [group.number - 1 for group in groups], "axis": "x"},
    )
    heads = {
        "ticktext": [group.head for group in groups],
        "side": "top",
        "type": "category",
        "range": [-0.5, len(groups) - 0.5],
    }
    few = [_hatched(place) for place, group in enumerate(groups) if group.small]
    frames = [around(place, 1, down=True) for place, group in enumerate(groups) if group.number in chosen]
    return plot(
        [cells],
        template,
        xaxis=names_axis([group.called for group in groups]) | heads,
        yaxis=ROWS | {"range": [len(fields) - 0.5, -0.5]},
        shapes=[*few, *frames],
    )


def heat_height(figure: Figure) -> int:
    """In pixels: a row for each field, under the heads, however many lines the names of segments take."""
    heads = figure["layout"]["xaxis"]["ticktext"]
    lines = max((head.count("<br>") + 1 for head in heads), default=1)
    return max(22 * len(figure["data"][0]["y"]), LEAST) + 16 * lines + 22


def _hatched(column: int) -> dict[str, Any]:
    """Slanting lines over a column of few customers."""
    lines = 12
    starts = [place / lines for place in range(-1, lines)]
    path = "".join(
        f"M{column - 0.5},{max(low, 0):.2f}L{column + 0.5},{min(low + 1 / lines, 1):.2f}" for low in starts
    )
    line = {"color": EVERYONE, "width": 1}
    return {"type": "path", "xref": "x", "yref": "paper", "path": path, "line": line, "opacity": 0.8}


def spans(fields: Sequence[str], groups: Sequence[Trace], words: Sequence[str], template: Template) -> Figure:
    """Fields by the widest gap between two groups, widest on top; a bar spans each gap, its size beside it."""
    known = [
        [value for group in groups if (value := group.values[row]) is not None] for row in range(len(fields))
    ]
    low, high = [min(values, default=0.0) for values in known], [max(values, default=0.0) for values in known]
    span: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(fields))),
        "base": low,
        "x": [top - bottom for top, bottom in zip(high, low, strict=True)],
        "width": 0.16,
        "marker": {"color": EVERYONE, "opacity": 0.5},
        "hoverinfo": "skip",
    }
    rows = [_row_of(group, place, len(groups)) for place, group in enumerate(groups)]
    layout = _around_zero(groups, fields, template)
    layout["annotations"] = [
        note(1.01, row, word, xref="paper", xanchor="left") for row, word in enumerate(words)
    ]
    layout["margin"] = {"l": 8, "r": 72, "t": 8, "b": 8}
    return {"data": [span, *rows], "layout": layout}


def apart(
    fields: Sequence[str],
    groups: Sequence[Trace],
    words: Sequence[str],
    title: str,
    template: Template,
    *,
    at: float,
) -> Figure:
    """A segment and everyone, field by field, with both means at the end of each row; everyone is `at`."""
    figure = spans(fields, groups, words, template)
    known = [abs(value - at) for group in groups for value in group.values if value is not None]
    reach = max([1.0, *known]) * 1.15
    figure["layout"]["xaxis"] |= {"title": {"text": title}, "range": [at - reach, at + reach]}
    if not at:
        figure["layout"]["xaxis"] |= {"showticklabels": title == DEVIATIONS}
    longest = max(map(len, words), default=0)
    figure["layout"]["margin"] = {"l": 8, "r": 16 + 7 * longest, "t": 8, "b": 8}
    return figure


def _row_of(group: Trace, place: int, count: int) -> dict[str, Any]:
    """One group's markers, a little under those of the group before, so that equal values are both seen."""
    down = (place - (count - 1) / 2) * min(0.34, 0.7 / count)
    return _markers(group) | {
        "mode": "markers+text",
        "y0": down,
        "dy": 1,
        "error_x": {
            "type": "data",
            "array": list(group.errors),
            "color": group.colour,
            "thickness": 1.5,
            "width": 4,
        },
    }


def _markers(group: Trace) -> dict[str, Any]:
    """Round markers with the number of the segment in them."""
    return {
        "type": "scatter",
        "name": as_text(group.name),
        "x": list(group.values),
        "text": group.mark,
        "textposition": "middle center",
        "textfont": {"size": 11, "color": ON_SEGMENT["light"], "weight": 700},
        "marker": {"color": group.colour, "size": 16, "line": {"color": "rgba(0,0,0,0.35)", "width": 1}},
        "hovertemplate": tip(as_text(group.name), "%{y}: %{x:+.1f}"),
        "cliponaxis": False,
    }


def _around_zero(groups: Sequence[Trace], fields: Sequence[str], template: Template) -> dict[str, Any]:
    reach = max([1.0, *(abs(value) for group in groups for value in group.values if value is not None)]) + 0.2
    return {
        "template": template,
        "xaxis": away_from_zero(DEVIATIONS, reach, fixedrange=True),
        "yaxis": {
            "range": [len(fields) - 0.4, -0.6],
            "tickvals": list(range(len(fields))),
            "ticktext": list(fields),
            "fixedrange": True,
        },
        "hovermode": "closest",
    }


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
    return plot(
        [everyone, own],
        template,
        xaxis=percent_axis(numbers, 0, reach) | {"fixedrange": True},
        yaxis={"autorange": "reversed", "type": "category", "fixedrange": True},
        hovermode="closest",
        margin=room(24, 16),
        **{} if even is None else _pays_from(even, reach),
    )


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
    return {"shapes": [rule(dash="dash", x0=even, x1=even, y0=0, y1=1, yref="paper")], "annotations": [said]}
