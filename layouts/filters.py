"""What pages that can be filtered share: the filter bar, the empty state, the switch, the frame of a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import components, exports, menus
from layouts.charts import Chart
from layouts.components import Shown, aria, button, chooses, data, group, swatch, way


class ids:
    ASK = "filters-ask"
    ANSWER = "filters-answer"
    PAGE = "filters-page"
    OPENED = "filters-opened"
    COUNT = "filters-count"
    CHIPS = "filters-chips"
    SHEET = "filters-sheet"
    ADD = "filters-add"
    EMPTY = "filters-empty"
    LIVE = "filters-live"


EVERYONE = (("sample", "a sample of customers"), ("all", "all customers there are"))
# What the last column of a chart's table holds: the selected, or also others where it is filtered by itself.
HEADS = ("Selected", "Without its own filter")


def channel() -> list[Component]:
    """What is asked and answered, by the callback that assets/browser.js asks; one of each in the frame."""
    return [
        dcc.Store(id=ids.ASK),
        dcc.Store(id=ids.ANSWER),
        html.Div(id=ids.LIVE, className="visually-hidden", **aria(live="polite")),
    ]


def bar(*, columns: bool = False) -> Component:
    """What is filtered and how many that leaves, always in sight; filled by assets/filterbar.js.

    On a phone a pill that opens it as a sheet. `columns` is whether the page is a list of columns to be chosen.
    """
    count = html.Span(id=ids.COUNT, className="p-count")
    size = html.Div([count, html.Div(className="p-filter-part")], className="p-filter-size")
    pill = button(
        "", "p-filter-pill", **data(filter_pill="true"), **aria(expanded="false", controls=ids.SHEET)
    )
    chips = html.Div(id=ids.CHIPS, **group("Active filters", className="p-chips"))
    parts = html.Div([size, chips, *_changes(), *_ways_on(columns)], id=ids.SHEET, className="p-filter-parts")
    return html.Div([pill, parts], **group("Filters", className="p-filter-bar"))


def _changes() -> list[Component]:
    """What changes the filters besides charts and chips."""
    add = [
        html.Summary("+ Filter", className="p-views-summary"),
        html.Div(className="p-menu-panel p-filter-panel"),
    ]
    return [
        html.Details(add, id=ids.ADD, className="p-menu p-views"),
        button("Undo", "p-filter-do", disabled=True, **data(filter_undo="true")),
    ]


def _ways_on(columns: bool) -> list[Component]:
    """What is done with what is shown."""
    name = "Copy link to what is shown"
    copy = button("Copy link", "p-filter-do", **data(views="copy"), **aria(label=name))
    said = html.Span("", className="p-filter-copied", role="status", **data(views="copied"))
    copied = html.Div([copy, said], className="p-filter-copy")
    return [copied, exports.menu(columns=columns), menus.notes(), menus.reports(), menus.saved_views()]


def empty() -> Component:
    """What is said when nobody matches."""
    clear = button("Clear the filters", "btn p-button", **data(clear_filters="true"))
    words = "Remove or change a filter, or clear them all."
    return components.notice("No customer matches these filters", words, clear, id=ids.EMPTY, hidden=True)


def opened(spec: dict[str, Any]) -> Component:
    """What the browser must know of the page: its charts and its first answer."""
    stores = [dcc.Store(id=ids.PAGE, data=spec), dcc.Store(id=ids.OPENED)]
    return html.Div(stores, **data(filters=spec["page"]))


def chart(drawn: Chart, shown: Shown) -> Component:
    """A chart of bars in its frame."""
    return components.chart(
        drawn.id, drawn.name, drawn.unit, shown, height=drawn.height, walks="bar", grows=drawn.small
    )


def option(name: str, words: str, choices: Sequence[tuple[str, str]], chosen: str) -> Component:
    """A few choices side by side, (value, words) each; one click asks for the page in another form."""
    buttons = [
        button(said, "p-choice", **data(option=name, value=value), **_pressed(value == chosen))
        for value, said in choices
    ]
    return choices_of(words, buttons)


def choices_of(words: str, buttons: Sequence[Component], *more: Component) -> Component:
    """Buttons side by side, under what they are a choice of."""
    parts = [html.Span(words, className="p-option-name"), html.Div(list(buttons), className="p-choices")]
    return html.Div([*parts, *more], **group(words, className="p-option"))


def select(name: str, words: str, choices: Sequence[tuple[str, str]], chosen: str) -> Component:
    """One of many choices, (value, words) each."""
    return components.choice(words, choices, chosen, **data(option=name))


def everyone(chosen: str, *more: Component) -> Component:
    """Whether the file holds everyone there is, and what else is kept when going from page to page."""
    box = select("everyone", "The file holds", EVERYONE, chosen)
    return html.Div([box, *more], className="p-options")


def sections(path: str, named: Mapping[str, str], current: str, *options: Component) -> Component:
    """Links to the sections of a page, with which the filters travel along; and the options of the one that is open."""
    links = [
        way(
            name,
            path,
            f"show={section}",
            filtered="yes",
            className="p-section" + " is-current" * (section == current),
            **(aria(current="true") if section == current else {}),
        )
        for section, name in named.items()
    ]
    links_row = html.Nav(links, className="p-sections", **aria(label="Sections"))
    return html.Div([links_row, html.Div(list(options), className="p-options")], className="p-sections-row")


def _pressed(is_so: bool) -> dict[str, Any]:
    return aria(pressed=str(is_so).lower())


def legend(names: Sequence[str]) -> Component:
    """The segments by colour and number; a click filters."""
    title = html.Span("Filter by segment", className="p-option-name p-legend-name")
    entries = [
        button(
            [swatch(place + 1), html.Span(name)],
            "p-legend-entry",
            **chooses("Segment", place),
            **_pressed(False),
        )
        for place, name in enumerate(names)
    ]
    return html.Div([title, *entries], **group("Segments", className="p-legend"))
