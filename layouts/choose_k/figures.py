"""Figures about the number of segments: curves over k, silhouettes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts.figures import (
    LINES,
    ROWS,
    Figure,
    as_text,
    in_lines,
    level,
    note,
    plot,
    room,
    rule,
    scattered,
    tip,
    written_heat,
)
from layouts.theme import ACCENT, EVERYONE, Template

SHADE = "rgba(122, 131, 125, 0.22)"


@dataclass(frozen=True)
class Curve:
    """A criterion over k.

    `values[i]` is for `ks[i]`; `preferred` and `live` are marked; `errors` are drawn as whiskers; `crowd` is
    (mean, low, high) for each k; `bound` is a level that counts.
    """

    ks: Sequence[int]
    values: Sequence[float]
    live: int
    preferred: int | None
    axis: str
    mark: str = "preferred"
    errors: Sequence[float] | None = None
    crowd: Sequence[tuple[float, float, float]] | None = None
    bound: float | None = None
    digits: int = 2


def curve(drawn: Curve, template: Template) -> Figure:
    """The curve, with what it prefers and what is live marked by shape and word."""
    segments = {
        "title": {"text": "segments"},
        "dtick": 1,
        "range": [min(drawn.ks) - 0.6, max(drawn.ks) + 0.6],
        "showgrid": False,
        "tickangle": 0,
    }
    return plot(
        [*_crowd(drawn), _line(drawn)],
        template,
        shapes=[] if drawn.bound is None else [level(drawn.bound)],
        annotations=[_note(drawn, *one) for one in _marked(drawn)],
        xaxis=segments,
        yaxis={"title": {"text": drawn.axis}, "tickformat": f",.{drawn.digits}f", "nticks": 5},
        hovermode="closest",
        margin=room(28),
    )


def _marked(drawn: Curve) -> list[tuple[int, str, bool]]:
    """What is written at which k, above the point or below it: apart where the two are neighbours."""
    if drawn.preferred == drawn.live:
        return [(drawn.live, f"{drawn.mark}, live", True)]
    preferred = [] if drawn.preferred is None else [(drawn.preferred, drawn.mark, True)]
    near = drawn.preferred is not None and abs(drawn.preferred - drawn.live) < 3
    return [*preferred, (drawn.live, "live", not near)]


def _line(drawn: Curve) -> dict[str, Any]:
    sizes = [13 if k in (drawn.preferred, drawn.live) else 6 for k in drawn.ks]
    symbols = [
        "circle" if k == drawn.preferred else "diamond-open" if k == drawn.live else "circle"
        for k in drawn.ks
    ]
    line = {"color": ACCENT, "width": 2}
    trace = scattered(
        "lines+markers",
        drawn.ks,
        drawn.values,
        name="your customers",
        line=line,
        marker={"color": ACCENT, "size": sizes, "symbol": symbols, "opacity": 1, "line": line},
        hovertemplate=tip("%{x} segments", f"%{{y:,.{drawn.digits}f}}"),
    )
    if drawn.errors is not None:
        trace["error_y"] = {"array": list(drawn.errors), "color": EVERYONE, "thickness": 1, "width": 3}
    return trace


def _crowd(drawn: Curve) -> list[dict[str, Any]]:
    if drawn.crowd is None:
        return []
    ks = list(drawn.ks)
    high = [high for _, _, high in drawn.crowd]
    low = [low for _, low, _ in drawn.crowd]
    shade = {"fill": "toself", "fillcolor": SHADE, "line": {"width": 0}, "hoverinfo": "skip"}
    band = scattered("lines", ks + ks[::-1], high + low[::-1], **shade)
    middle = scattered(
        "lines",
        ks,
        [mean for mean, _, _ in drawn.crowd],
        name="crowds without groups",
        line={"color": EVERYONE, "width": 2, "dash": "dot"},
        hovertemplate=tip("%{x} segments", f"crowds without groups: %{{y:,.{drawn.digits}f}}"),
    )
    return [band, middle]


def _note(drawn: Curve, k: int, text: str, above: bool) -> dict[str, Any]:
    y = drawn.values[list(drawn.ks).index(k)]
    if above:
        return note(k, y, text, yshift=13, xshift=6, xanchor="left")
    return note(k, y, text, yshift=-16, xshift=0, xanchor="center")


def leads(
    ks: Sequence[int],
    names: Sequence[str],
    values: Sequence[Sequence[float]],
    texts: Sequence[Sequence[str]],
    template: Template,
) -> Figure:
    """A row for each criterion, a column for each number of segments, and in each cell the lead over random cuts."""
    hover = tip("%{y}, %{x} segments", "%{text} above random cuts")
    cells = written_heat(
        values, texts, x=list(map(str, ks)), y=[in_lines(name, 16) for name in names], hovertemplate=hover
    )
    return plot(
        [cells | {"zmid": 0}],
        template,
        xaxis={"title": {"text": "segments"}, "type": "category", "showgrid": False, "fixedrange": True},
        yaxis=ROWS | {"autorange": "reversed"},
        margin=room(),
    )


@dataclass(frozen=True)
class Outline:
    """Silhouettes of one segment as quantiles, smallest first, and the customers that they stand for."""

    label: str
    widths: Sequence[float]
    size: int
    colour: str


def silhouettes(outlines: Sequence[Outline], mean: float, template: Template) -> Figure:
    """One blade for each segment, as thick as it has customers; left of zero are those who fit elsewhere better."""
    gap = sum(one.size for one in outlines) * 0.02
    base, data, middles = 0.0, [], []
    for one in outlines:
        data.append(_blade(one, base))
        middles.append(base + one.size / 2)
        base += one.size + gap
    names = {"tickvals": middles, "ticktext": [in_lines(one.label, 16, LINES) for one in outlines]}
    lowest = min((one.widths[0] for one in outlines if one.widths), default=0.0)
    highest = max((one.widths[-1] for one in outlines if one.widths), default=1.0)
    return plot(
        data,
        template,
        shapes=[_upright(0.0, "solid"), _upright(mean, "dash")],
        xaxis={"title": {"text": "silhouette"}, "range": [min(lowest, 0) - 0.02, highest + 0.02]},
        yaxis={"range": [base, -gap], "showgrid": False, "zeroline": False, **names},
        hovermode="closest",
    )


def _blade(one: Outline, base: float) -> dict[str, Any]:
    steps = max(len(one.widths) - 1, 1)
    heights = [base + one.size * place / steps for place in range(len(one.widths))]
    falling = list(one.widths)[::-1]
    return scattered(
        "lines",
        [0, *falling, 0],
        [base, *heights, base + one.size],
        name=as_text(one.label),
        fill="toself",
        fillcolor=one.colour,
        line={"width": 0, "color": one.colour},
        text=as_text(one.label),
        hoverinfo="text",
        hoveron="fills",
    )


def _upright(x: float, dash: str) -> dict[str, Any]:
    return rule(dash=dash, yref="paper", x0=x, x1=x, y0=0, y1=1)
