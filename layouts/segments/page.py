"""Segments: how do they differ?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts import filters
from layouts.components import Shown, aria, button, chart, data, grid, page, section, swatch
from layouts.figures import WHISKERS
from layouts.segments.figures import heat_height
from layouts.segments.portrait import VALUES
from layouts.theme import NEUTRAL, segment_style

BOX = 44  # px of a segment and its name, on two lines, in the box plot


class ids:
    LEAD = "segments-lead"
    COMPARED = "segments-compared"
    HEAT = "segments-heat"
    GAPS = "segments-gaps"
    BASIS = "segments-basis"
    BOXES = "segments-boxes"
    MAP = "segments-map"
    CENTRES = "segments-centres"
    FORM = "segments-form"
    NAMING = "segments-naming"
    FORMS = "segments-forms"
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


# Sections, by address, and what they are called.
ALL, COMPARE, SURE, ORDERS = "all", "compare", "sure", "orders"
SECTIONS = {ALL: "All segments", COMPARE: "Compare", SURE: "How sure", ORDERS: "What they order"}


def layout(
    *,
    section: str,
    sections: Mapping[str, str],
    lead: str,
    names: Sequence[str],
    values: str,
    parts: Sequence[Component | None],
    opened: Component,
) -> Component:
    """Opening sentence, sections, and what the open one has."""
    switch = [filters.option("values", "Values", VALUES, values)] if section == ALL else []
    return page(
        "Segments",
        html.Span(lead, id=ids.LEAD),
        filters.sections("/segments", sections, section, *switch),
        filters.empty(),
        # Cards are a legend themselves.
        filters.legend(names) if section != ALL else None,
        *parts,
        opened,
        question="How do segments differ?",
        above=filters.bar(),
        look="p-close p-compact" if section == ALL else "",
    )


def all_of_them(
    *, profile: Shown, trust: Sequence[Component], cards: Sequence[Component], naming: Component
) -> list[Component]:
    """The profile of every segment, and a card for each."""
    unit = "means; colours: standard deviations from everyone's average"
    heat = chart(ids.HEAT, "Profile of every segment", unit, profile, height=heat_height(profile.figure))
    return [
        heat,
        section(
            "The segments", html.Div(list(trust), className="p-trust-panel"), grid(*cards, columns="three")
        ),
        naming,
    ]


def compared(
    *,
    names: Sequence[str],
    chosen: Sequence[int],
    shown: Mapping[str, Shown],
    fields: Sequence[tuple[str, str]],
    field: str,
    basis: str,
    options: Component,  # whose figures these are, and beside which
    beside: Component | None,
) -> list[Component | None]:
    """Who is compared, how they differ, and how one field is spread."""
    unit = "standard deviations; lines: 95% intervals of a sample, in fields that segments were not made from"
    high = len(fields) * 32 + 60
    gaps = chart(ids.GAPS, "Differences, largest first", unit, shown[ids.GAPS], height=high)
    choose = filters.select("field", "Field", fields, field)
    boxes = max(high - 60, (len(names) + 1) * BOX + 60)
    spread = chart(ids.BOXES, "Spread by segment", WHISKERS, shown[ids.BOXES], choose, height=boxes)
    how = html.P(basis, id=ids.BASIS, className="p-source")
    drawn = [_toggles(names, chosen), options, grid(gaps, spread), how]
    return [html.Section(drawn, className="p-compare", **aria(label="Compare")), beside]


def sure(trust: Sequence[Component], shown: Mapping[str, Shown], unit: str) -> list[Component]:
    """How far badges can be trusted, and where segments lie."""
    whole = "everyone, whatever the filters"
    flat = chart(ids.MAP, "Map of customers", whole, shown[ids.MAP], height=600)
    centres = chart(
        ids.CENTRES, "Distances between segments", f"{unit}; {whole}", shown[ids.CENTRES], height=540
    )
    return [
        section("What a badge says", html.Div(list(trust), className="p-trust-panel")),
        html.Div(grid(flat, centres), className="p-compare"),
    ]


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
