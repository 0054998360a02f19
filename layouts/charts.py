"""Charts that answer a click: everyone as a shadow, the selection before it, one bar a code."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from core.crossfilter.binning import NOT_KNOWN, Axis, Scale, Side, in_percent
from core.numbers import Numbers
from core.schema.fields import SEGMENT, Field, Kind
from layouts.figures import Figure, against_everyone, as_text, dragged, room, rows_axis
from layouts.theme import ACCENT, EVERYONE, FADED, GHOST, Template, segment_colour

TICKS, FEW_TICKS, MANY_TICKS = (
    7,
    3,
    14,
)  # about as many numbers as fit under a chart, one of many, and a large one
GROWN = 360  # height of one of many that has been made large
NAME_GAP = 0.5  # of a row of horizontal bars: room for the name above its bar, apart from the bar before
MOST_LETTERS = 44  # of all labels under a small chart, beside one another on a phone


@dataclass(frozen=True)
class Chart:
    """What is drawn: customers, or the sum of `value`, by the codes of `field`."""

    id: str
    name: str
    field: str
    value: Field | None = None
    across: bool = False
    height: int = 240
    log: bool = False
    scale: str = ""  # unit of the codes, where the name does not say it
    percent: bool = False  # whether the codes are read as percent
    small: bool = False  # one of many, which grows on demand

    @property
    def unit(self) -> str:
        """What the bars measure, and in which unit they are told apart."""
        measured = self.value.unit if self.value else "customers"
        return f"{measured}, by {self.scale}" if self.scale else measured

    @property
    def measures(self) -> str:
        """What the value axis is called."""
        return self.value.within if self.value else "customers"

    def over(self, field: str) -> Chart:
        """The same chart over the logarithmic twin of its axis, where it has one."""
        return self if field == self.field else replace(self, field=field, log=True)


def distribution(id: str, field: Field) -> Chart:
    """Customers by the values of a field; its scale says what the numbers along it are."""
    scale = f"amount {field.unit}".strip() if field.kind is Kind.AMOUNT else field.unit
    if field.unit.startswith(("of ", "at ")):
        scale = f"{'number' if field.kind is Kind.COUNT else 'fraction'} {field.unit}"
    return Chart(id, field.label, field.name, scale=scale, percent=field.in_percent)


def tall(chart: Chart, bars: int) -> Chart:
    """The same with horizontal bars, each with room for its name."""
    return replace(chart, across=True, height=60 + 44 * bars)


def small(chart: Chart, bars: int = 0) -> Chart:
    """The same as one of many; with horizontal bars where it is said how many."""
    return replace(chart, small=True, across=bool(bars), height=max(132, 36 * bars + 8))


@dataclass(frozen=True)
class Form:
    """How the bars of a page are drawn: each in the parts of its segments, in percent rather than counts."""

    split: bool = False
    shares: bool = False

    def __str__(self) -> str:
        return "split" * self.split + "shares" * self.shares

    def splits(self, chart: Chart) -> bool:
        """Whether the bars of `chart` have parts; those of the segments themselves do not."""
        return self.split and chart.field != SEGMENT


PLAIN = Form()


@dataclass(frozen=True)
class Drawn:
    """The numbers of a chart: everyone's, the selection's, and the codes that the chart itself selects."""

    everyone: Sequence[float]
    selected: Sequence[float]
    own: frozenset[int] = frozenset()
    split: Sequence[Sequence[float]] | None = None  # by segment
    names: Sequence[str] = ()  # of the segments
    all_split: Sequence[Sequence[float]] = ()  # everyone's, by segment


def in_shares(drawn: Drawn) -> Drawn:
    """In percent: of all bars together, or, split, of each bar."""
    if drawn.split is None:
        return replace(drawn, everyone=_percent(drawn.everyone), selected=_percent(drawn.selected))
    sums = [sum(parts) or 1.0 for parts in zip(*drawn.split, strict=True)]
    split = [[100 * value / all_ for value, all_ in zip(part, sums, strict=True)] for part in drawn.split]
    return replace(drawn, everyone=[0.0] * len(drawn.everyone), split=split)


def _percent(values: Sequence[float]) -> list[float]:
    total = sum(values) or 1.0
    return [100 * value / total for value in values]


def measures(chart: Chart, form: Form) -> str:
    """What the value axis says."""
    if not form.shares:
        return chart.measures
    return "% of each bar" if form.splits(chart) else f"% of {chart.measures}"


def figure(
    chart: Chart, axis: Axis, drawn: Drawn, template: Template, numbers: Numbers, form: Form = PLAIN
) -> Figure:
    """The chart as Plotly draws it first; later answers only restyle it."""
    axis = replace(axis, labels=tuple(map(as_text, axis.labels)))
    drawn = replace(drawn, names=tuple(map(as_text, drawn.names)))
    data = [_everyone(chart, axis, drawn, form)]
    if drawn.split is None:
        data.append(_selected(chart, axis, drawn, numbers, form))
    else:
        data += [_part(chart, axis, drawn, place, form) for place in range(len(drawn.split))]
    across = chart.across
    layout: dict[str, Any] = {
        "template": template,
        "barmode": "overlay",
        "bargap": NAME_GAP if across else 0.08,
        "hovermode": "y" if across else "x",
        "hoverdistance": -1,
        **({} if axis.scale is Scale.CATEGORY else dragged(Side.of_codes(axis))),
        "margin": room(16),  # room for a tick label at the very top
        "annotations": _names(axis) if across else [],
    }
    values, codes = ("xaxis", "yaxis") if across else ("yaxis", "xaxis")
    layout[values] = {"range": reach(drawn, chart, form), "fixedrange": True, **_measured(chart, form)}
    layout[codes] = _codes(chart, axis, numbers, FEW_TICKS if chart.small else TICKS)
    if chart.log:
        layout[codes]["title"] = {"text": "logarithmic bins"}
    return {"data": data, "layout": layout}


def _measured(chart: Chart, form: Form) -> dict[str, Any]:
    """What the value axis writes: of one of many next to nothing."""
    if not chart.small:
        return {"title": {"text": measures(chart, form)}}
    return {"showticklabels": False, "showgrid": False} if chart.across else {"nticks": 3}


def _grown(chart: Chart, axis: Axis, numbers: Numbers, form: Form) -> dict[str, Any]:
    """What one of many has when it is large, for the browser: its height, and what its layout has then."""
    values, codes = ("xaxis", "yaxis") if chart.across else ("yaxis", "xaxis")
    large = replace(chart, small=False)
    written = {"showticklabels": True, "showgrid": True, "nticks": 0, **_measured(large, form)}
    changes = {f"{values}.{name}": value for name, value in written.items()}
    if not chart.across:
        ticks = _codes(large, axis, numbers, MANY_TICKS)
        changes |= {f"{codes}.{name}": value for name, value in ticks.items()}
    height = tall(chart, len(axis)).height if chart.across else GROWN
    return {"grown": {"height": height, "layout": changes}}


def reach(drawn: Drawn, chart: Chart, form: Form = PLAIN) -> list[float]:
    """Range of the value axis: all of everyone, and room for the texts of horizontal bars."""
    if form.shares and drawn.split is not None:
        return [0, 100]
    highest = max([*drawn.everyone, *(drawn.selected if form.shares else ())], default=0) or 1
    return [0, highest * _room(chart)]


def _room(chart: Chart) -> float:
    """Length of the value axis by the longest bar: texts stand after horizontal bars."""
    if chart.across:
        return 2.2 if chart.small else 1.38
    return 1.06


def for_browser(chart: Chart, axis: Axis, numbers: Numbers, form: Form = PLAIN) -> dict[str, Any]:
    """What the browser must know to read clicks on the chart, to restyle it and to let it grow."""
    return (_grown(chart, axis, numbers, form) if chart.small else {}) | {
        "field": chart.field,
        "name": chart.name,
        "codes": list(range(len(axis))),
        "labels": list(axis.labels),
        "across": chart.across,
        "room": _room(chart),
        "form": f"money.{chart.value.decimals}" if chart.value else "whole",
    }


def _bars(chart: Chart, axis: Axis, values: Sequence[float], colour: str) -> dict[str, Any]:
    places, numbers = ("y", "x") if chart.across else ("x", "y")
    return {
        "type": "bar",
        "orientation": "h" if chart.across else "v",
        places: list(range(len(axis))),
        numbers: list(values),
        "marker": {"color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _everyone(chart: Chart, axis: Axis, drawn: Drawn, form: Form) -> dict[str, Any]:
    """A shadow behind the selection; in percent an outline before it, for either can be the higher."""
    trace = _bars(chart, axis, drawn.everyone, GHOST)
    if form.shares and drawn.split is None:
        trace["marker"] = {"color": "rgba(0, 0, 0, 0)", "line": {"color": EVERYONE, "width": 1.5}}
        trace["zorder"] = 1
    return trace


def _selected(chart: Chart, axis: Axis, drawn: Drawn, numbers: Numbers, form: Form) -> dict[str, Any]:
    colours: Any = ACCENT
    if chart.field == "Segment":
        colours = [segment_colour(code + 1) for code in range(len(axis))]
    trace = _bars(chart, axis, drawn.selected, "")
    trace["marker"] = {"color": colours, "opacity": _opacities(axis, drawn.own)}
    name = f"{as_text(chart.name)}: %{{hovertext}}"
    trace |= _told(axis, against_everyone(name, chart.measures, shares=form.shares))
    if chart.across:
        trace |= {
            "text": texts(chart, drawn.selected, numbers, form),
            "textposition": "outside",
            "textfont": {"size": 11 if chart.small else 12},
            "constraintext": "none",
            "cliponaxis": False,
        }
    return trace


def _part(chart: Chart, axis: Axis, drawn: Drawn, place: int, form: Form) -> dict[str, Any]:
    """One segment's part of every bar, on top of the parts before it; stacked here, for a stack of Plotly's
    would take the shadow of everyone in."""
    parts = drawn.split or []
    name = f"{as_text(chart.name)}: %{{hovertext}}<br>{drawn.names[place]}"
    return _bars(chart, axis, parts[place], segment_colour(place + 1)) | {
        "base": [sum(below) for below in zip([0.0] * len(axis), *parts[:place], strict=True)],
        "marker": {"color": segment_colour(place + 1), "opacity": _opacities(axis, drawn.own)},
        "name": drawn.names[place],
        "meta": list(drawn.all_split[place]),
        **_told(axis, against_everyone(name, chart.measures, shares=form.shares, of="the bar")),
    }


def _told(axis: Axis, template: str) -> dict[str, Any]:
    """What bars say under the pointer; Plotly tells of no more than what it has found at first."""
    texts = {"customdata": [[]] * len(axis), "hovertext": list(axis.labels), "hoverinfo": "text"}
    return texts | {"hovertemplate": template}


def _opacities(axis: Axis, own: frozenset[int]) -> list[float]:
    return [1.0 if not own or code in own else FADED for code in range(len(axis))]


def amounts_of(chart: Chart, numbers: Numbers) -> Callable[[float], str]:
    """How the lengths of its bars are written."""
    return partial(numbers.money, decimals=chart.value.decimals) if chart.value else numbers.whole


def texts(chart: Chart, values: Sequence[float], numbers: Numbers, form: Form = PLAIN) -> list[str]:
    """At the end of each horizontal bar: how much, and which part of all."""
    if form.shares:
        return [numbers.percent(value / 100) for value in values]
    total = sum(values) or 1
    write = amounts_of(chart, numbers)
    return [f"{write(value)} ({numbers.percent(value / total)})" for value in values]


def _names(axis: Axis) -> list[dict[str, Any]]:
    """Names stand above horizontal bars, so that long ones fit on a phone."""
    shared = {"x": 0, "showarrow": False, "xanchor": "left", "yanchor": "bottom", "xshift": -4}
    return [
        {**shared, "y": code - (1 - NAME_GAP) / 2, "yshift": -2, "text": label, "font": {"size": 12}}
        for code, label in enumerate(axis.labels)
    ]


def _codes(chart: Chart, axis: Axis, numbers: Numbers, most: int) -> dict[str, Any]:
    if chart.across:
        return rows_axis(len(axis) - 0.5, -0.72)
    ticks = ticks_of(axis, numbers, percent=chart.percent, most=most)
    slanted = -40 * (sum(len(text) for _, text in ticks) > MOST_LETTERS)
    return {
        "range": [-0.6, len(axis) - 0.4],
        "showgrid": False,
        "fixedrange": True,
        "ticklabelstandoff": 6,  # apart from the nought of the other axis
        "tickvals": [place for place, _ in ticks],
        "ticktext": [text for _, text in ticks],
        **({"tickangle": slanted} if most == TICKS else {"tickangle": "auto", "autotickangles": [0, -40]}),
    }


def ticks_of(
    axis: Axis, numbers: Numbers, *, percent: bool = False, most: int = TICKS
) -> list[tuple[float, str]]:
    """Where along the codes something is written, and what: a few edges, or labels."""
    if axis.scale is not Scale.INTERVAL:
        return _code_ticks(axis, numbers, most)
    return _edge_ticks(
        axis, (lambda edge: numbers.anew(in_percent(edge))) if percent else numbers.compact, most
    )


def _edge_ticks(axis: Axis, write: Callable[[float], str], most: int) -> list[tuple[float, str]]:
    finite = [(code - 0.5, edge) for code, edge in enumerate(axis.edges) if math.isfinite(edge)]
    step = max(1, math.ceil(len(finite) / most))
    return _with_gap(axis, [(place, write(edge)) for place, edge in finite[::step]])


def _code_ticks(axis: Axis, numbers: Numbers, most: int) -> list[tuple[float, str]]:
    if axis.scale is Scale.WHOLE:
        most += 3 if most == FEW_TICKS else 5  # codes are shorter than edges
    else:
        most = 4 if most == FEW_TICKS else axis.known
    step = max(1, math.ceil(axis.known / most))
    ticks = [(float(code), axis.labels[code]) for code in range(0, axis.known, step)]
    last = axis.known - 1
    if axis.scale is Scale.WHOLE and axis.edges and math.isinf(axis.edges[-1]):
        # An open bin says that it is open.
        ticks = [
            *((place, text) for place, text in ticks if place <= last - step),
            (last, f"{numbers.typed(axis.edges[-2])}+"),
        ]
    return _with_gap(axis, ticks)


def _with_gap(axis: Axis, ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The bar of those whose value is not known says so, and has room for it."""
    if axis.missing is None:
        return list(ticks)
    room = len(axis) / 5
    near = axis.scale is not Scale.CATEGORY
    kept = [tick for tick in ticks if not near or tick[0] < axis.missing - room]
    return [*kept, (axis.missing, NOT_KNOWN)]
