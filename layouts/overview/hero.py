"""The chart that the overview opens with: who the customers are, beside what they bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.schema.fields import SEGMENT
from layouts.figures import Figure, as_text, note, plot
from layouts.theme import FADED, Template, segment_colour

ROW = 53  # pixels: a name, and a bar or two under it
LIGHT = 0.45  # opacity of the bar of customers, beside that of what they bring
NAME, BAR = 0.42, 0.25  # parts of a row
ROOM = 1.6  # of the longest bar, for what is written at its end


@dataclass(frozen=True)
class Row:
    """A segment among those who pass the filters on other fields."""

    number: int
    name: str
    size: str
    # Parts of all of them, in [0, 1]; the value is None where nothing ranks customers.
    customers: float
    value: float | None
    written: Sequence[str]  # at the end of each bar
    told: str  # what the pointer and the keys say
    faded: bool = False


def height(rows: int) -> int:
    """In pixels."""
    return ROW * rows + 16


def figure(rows: Sequence[Row], template: Template) -> Figure:
    """Two bars a segment, in its colour; a click anywhere in its row filters."""
    values = [row.value for row in rows if row.value is not None]
    bars = [_bars(rows, [row.customers for row in rows], 0, LIGHT if values else 1.0)]
    bars[0] |= {
        "hovertext": [row.told for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "hoverinfo": "text",
        "width": BAR if values else 2 * BAR,
    }
    if values:
        bars.append(_bars(rows, values, 1, 1.0))
    longest = max([*values, *(row.customers for row in rows)], default=0) or 1
    return plot(
        bars,
        template,
        barmode="overlay",
        hovermode="y",
        hoverdistance=-1,
        xaxis={"range": [0, longest * ROOM], "visible": False, "fixedrange": True},
        yaxis={"range": [len(rows), 0], "visible": False, "fixedrange": True},
        annotations=[_name(place, row) for place, row in enumerate(rows)],
    )


def _bars(rows: Sequence[Row], values: Sequence[float], place: int, opacity: float) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(range(len(rows))),
        "offset": NAME + place * (BAR + 0.03),
        "width": BAR,
        "text": [row.written[place] for row in rows],
        "textposition": "outside",
        "textfont": {"size": 12},
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {
            "color": [segment_colour(row.number) for row in rows],
            "opacity": [opacity * (FADED if row.faded else 1) for row in rows],
        },
        "hoverinfo": "skip",
        "meta": {"field": SEGMENT, "codes": [row.number - 1 for row in rows], "axis": "y"},
    }


def _name(place: int, row: Row) -> dict[str, Any]:
    """Whole; assets/names.js shortens what is in bold where there is no room for it, and leaves the number."""
    words = f"<b>{row.number}  {as_text(row.name)}</b>  n = {row.size}"
    return note(0, place + NAME, words, xanchor="left", yanchor="bottom", xshift=-4, yshift=-1)
