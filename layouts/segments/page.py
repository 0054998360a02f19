"""Segments: how do they differ?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.charts import Chart
from layouts.components import Shown, aria, button, chart, data, grid, page, section, swatch
from layouts.figures import WHISKERS
from layouts.theme import NEUTRAL, segment_style


class ids:
    LEAD = "segments-lead"
    COMPARED = "segments-compared"
    SIZES = "segments-sizes"
    HEAT = "segments-heat"
    GAPS = "segments-gaps"
    BASIS = "segments-basis"
    LINES = "segments-lines"
    RADAR = "segments-radar"
    BOXES = "segments-boxes"
    MAP = "segments-map"
    CENTRES = "segments-centres"
    FORM = "segments-form"
    NAMING = "segments-naming"
    WHICH = "segments-which"
    NAME = "segments-name"
    NAME_SAID = "segments-name-said"
    NOTE = "segments-note"
    NOTE_SAID = "segments-note-said"
    SAVE = "segments-save"
    RESET = "segments-reset"
    SAVED = "segments-saved"
    REDRAWN = "segments-redrawn"


PAGE = "segments"
CHARTS = (Chart(ids.SIZES, "Customers by segment", "Segment", across=True, height=340),)


@dataclass(frozen=True)
class Segments:
    """Everything that the page says."""

    lead: str
    names: Sequence[str]
    chosen: Sequence[int]
    fields: Sequence[tuple[str, str]]
    chosen_field: str
    sizes: Component
    shown: Mapping[str, Shown]
    cards: Sequence[Component]
    trust: Sequence[Component]
    naming: Component
    opened: Component
    basis: str
    options: Component  # whose figures these are, and beside which
    unit: str  # of distances
    rfm: Component | None = None
    beside: Component | None = None
    expected: Component | None = None
    together: Component | None = None


def layout(content: Segments) -> Component:
    """Opening sentence, what is compared, differences, the space they lie in, a card for each segment."""
    return page(
        "How do segments differ?",
        html.Span(content.lead, id=ids.LEAD),
        filters.bar(),
        filters.empty(),
        filters.legend(content.names),
        _differences(content),
        _compared(content),
        _values(content),
        _space(content),
        content.rfm,
        content.expected,
        content.together,
        section(
            "The segments",
            html.Div(list(content.trust), className="p-trust-panel"),
            grid(*content.cards, columns="two"),
        ),
        content.naming,
        content.opened,
    )


def _differences(content: Segments) -> Component:
    unit = "standard deviations from everyone's average"
    return _chart(content, ids.HEAT, "Profile of every segment", unit, height=_rows(content, 26, 60))


def _compared(content: Segments) -> Component:
    high = _rows(content, 32, 60)
    unit = "standard deviations; lines: 95% intervals of a sample, in fields that segments were not made from"
    gaps = _chart(content, ids.GAPS, "Differences, largest first", unit, height=high)
    lines = _chart(content, ids.LINES, "Profiles side by side", "standard deviations", height=high)
    basis = html.P(content.basis, id=ids.BASIS, className="p-source")
    toggles = _toggles(content.names, content.chosen)
    return section(
        "Compare",
        toggles,
        content.options,
        grid(gaps, lines),
        basis,
        content.beside,
        className="p-compare",
    )


def _values(content: Segments) -> Component:
    boxes = _chart(content, ids.BOXES, "Spread by segment", WHISKERS, height=400)
    radar = _chart(content, ids.RADAR, "Radar of the basis", "standard deviations", height=400)
    choose = filters.select("field", "Field", content.fields, content.chosen_field)
    parts = [html.Div([choose], className="p-options"), grid(boxes, radar)]
    return html.Section(parts, className="p-compare", **aria(label="Values by segment"))


def _space(content: Segments) -> Component:
    whole = "everyone, whatever the filters"
    flat = _chart(content, ids.MAP, "The segments on a flat picture", whole, height=600)
    unit = f"{content.unit}; {whole}"
    centres = _chart(content, ids.CENTRES, "Distances between segments", unit, height=300)
    drawn = grid(flat, html.Div([content.sizes, centres], className="p-column"))
    return html.Div(drawn, className="p-compare")


def _chart(content: Segments, id: str, name: str, unit: str, *, height: int) -> Component:
    return chart(id, name, unit, content.shown[id], height=height)


def _rows(content: Segments, each: int, around: int) -> int:
    return len(content.fields) * each + around


def _toggles(names: Sequence[str], chosen: Sequence[int]) -> Component:
    """Who is compared; any two or more."""
    buttons = [
        button(
            [swatch(number), html.Span(name)] if number else [html.Span(name)],
            "p-choice",
            style=segment_style(number) if number else NEUTRAL,
            **data(compare=str(number) if number else "everyone"),
            **aria(pressed=str(number in chosen).lower()),
        )
        for number, name in [*enumerate(names, start=1), (0, "Everyone")]
    ]
    said = html.Span(id=ids.COMPARED, className="p-hint", role="status")
    return filters.choices_of("Compare two or more, in the two charts below", buttons, said)


def stores() -> list[Component]:
    """Where the naming form says that names have changed."""
    return [dcc.Store(id=ids.SAVED), dcc.Store(id=ids.REDRAWN)]
