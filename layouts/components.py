"""Parts that several views use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.figures import Figure
from layouts.glossary import explains
from layouts.theme import segment_style, segment_token


def aria(**attributes: str) -> dict[str, Any]:
    """ARIA attributes as Dash wants them: `aria(label="Pages")`."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def data(**attributes: str) -> dict[str, Any]:
    """What our scripts read of an element: `data(page="/")`."""
    return {f"data-{name.replace('_', '-')}": value for name, value in attributes.items()}


def group(name: str, **more: Any) -> dict[str, Any]:
    """Properties of what belongs together under a name that screen readers say."""
    return {"role": "group", **more, **aria(label=name)}


def section(title: str, *children: Component | None, **more: Any) -> Component:
    """A part of a page, under its name."""
    words = explains(title, *children)
    head = html.Div([html.H2(title), *words], className="p-titled") if words else html.H2(title)
    return html.Section([head, *children], **more, **aria(label=title))


def button(content: Component | Sequence[Component] | str, look: str, **more: Any) -> Component:
    """A button that sends nothing by itself."""
    return html.Button(content, type="button", className=look, **more)


def submit(words: str, *, quiet: bool = False) -> Component:
    """The button that sends a form."""
    return html.Button(words, type="submit", className="btn p-button-quiet" if quiet else "btn p-button")


def posts(action: str, *parts: Component | None, look: str = "", **hidden: str) -> Component:
    """A form that goes to `action`, with what is `hidden` in it, and the token that the browser fills in."""
    sent = [dcc.Input(type="hidden", name=name, value=value) for name, value in hidden.items()]
    token = dcc.Input(type="hidden", name="csrf_token")
    shown = [part for part in parts if part is not None]
    dressed: dict[str, Any] = {"className": look} if look else {}
    return html.Form([*shown, *sent, token], action=action, method="POST", **dressed)


def labelled(words: str, field: Component) -> Component:
    """A field under what it is called."""
    return html.Label([html.Span(words, className="p-option-name"), field], className="p-option")


def field(words: str, box: Any, said: Component | None = None, **more: Any) -> Component:
    """A field of a form that Dash sends, and the line under it."""
    return html.Div([html.Label(words, htmlFor=box.id), box, said], className="p-field", **more)


def choice(words: str, choices: Iterable[tuple[str, str]], chosen: str, **more: Any) -> Component:
    """One of many choices, (value, words) each."""
    options = [html.Option(said, value=value, selected=value == chosen) for value, said in choices]
    return labelled(words, html.Select(options, className="form-select p-select", **more))


def menu(words: Component | str, *parts: Component, look: str = "", **more: Any) -> Component:
    """A menu of the filter bar, which opens on demand."""
    panel = html.Div(list(parts), className="p-menu-panel p-views-panel")
    return html.Details(
        [html.Summary(words, className="p-views-summary"), panel], className=f"p-menu p-views{look}", **more
    )


def way(
    words: Component | Sequence[Component | str] | str,
    path: str,
    query: str = "",
    *,
    filtered: str = "no",
    **more: Any,
) -> Component:
    """A link that is opened without loading everything anew.

    `filtered` says whether the filters travel along: `yes`, `no`, or `others` for those on other fields than segments.
    """
    href = f"{path}?{query}" if query else path
    return html.A(words, href=href, **more, **data(page=path, filtered=filtered, extra=query))


def page(
    title: str | Sequence[Component],
    lead: Component | str,
    *children: Component | None,
    question: str = "",
    above: Component | None = None,
    look: str = "",
) -> Component:
    """A view: what is always in sight above all, its name in the menu, its question, its answer as lead, the evidence.

    `look` are classes for how close its parts stand.
    """
    asked = [html.P(question, className="p-question")] if question else []
    named = html.Div([html.H1(title), *explains(lead, *children)], className="p-titled")
    return html.Div(
        [
            *([above] if above else []),
            html.Header([named, *asked, html.P(lead, className="p-lead")], className="p-page-head"),
            *(child for child in children if child is not None),
        ],
        className=" ".join(filter(None, ("p-page", look, "p-barred" if above else ""))),
    )


def kpi(id: str, label: str, value: str, note: str = "") -> Component:
    """A key figure: what, how much, against what."""
    return html.Div(
        [
            html.Dt(label),
            html.Dd(value, id=f"{id}-value", className="p-kpi-value"),
            html.Dd(note, id=f"{id}-note", className="p-kpi-note"),
        ],
        className="p-kpi",
    )


def kpis(*cards: Component) -> Component:
    """A row of key figures."""
    return html.Section(html.Dl(list(cards), className="p-kpis"), **aria(label="Key figures"))


def swatch(number: int) -> Component:
    """The mark of a segment: its colour and its number, never colour alone."""
    return html.Span(str(number), className="p-swatch", style=segment_style(number))


def meter(number: int, share: float | None, text: str) -> Component:
    """How firmly a customer is in segment `number`: a bar, and the same in words; words alone where it can't be said."""
    words = html.P(text, className="p-meter-text")
    if share is None:
        return html.Div(words, className="p-firmness")
    fill = {"width": f"{share:.0%}", "backgroundColor": segment_token(number)}
    bar = html.Div(html.Div(className="p-meter-fill", style=fill), className="p-meter", **aria(hidden="true"))
    return html.Div([bar, words], className="p-firmness")


def chooses(field: str, code: int) -> dict[str, Any]:
    """Makes an element filter by `code` of `field` when it is clicked."""
    return {"data-field": field, "data-code": str(code)}


def disclosure(summary: str, *children: Component, **more: Any) -> Component:
    """A part that opens on demand, by mouse and by keyboard."""
    return html.Details([html.Summary(summary), *children], **more)


@dataclass(frozen=True)
class Table:
    """A small table behind a chart."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """A chart as it is drawn: its figure, its finding, the same as a table."""

    figure: Figure
    finding: str
    table: Table


def chart(
    id: str,
    name: str,
    unit: str,
    shown: Shown,
    *above: Component,
    height: int,
    walks: str = "",
    grows: bool = False,
) -> Component:
    """A chart with its name, unit, main finding in words, what belongs above it, and the same as a table.

    The height is fixed, so that nothing jumps while it loads. Arrow keys walk along what `walks` names. One that
    `grows` is small until it is asked to be large.
    """
    drawn = graph(id, shown.figure, height)
    if walks:
        several = "a rectangle" if walks == "cell" else "a range"
        words = f"{name}: arrow keys choose a {walks}, Enter selects it, Shift and arrows {several}"
        words += "; Enter before that enlarges the chart" * grows
        drawn = html.Div(drawn, **group(words, className="p-keys", tabIndex="0"), **data(keys=id))
    head = chart_head(id, name, unit, *([_grow(name)] if grows else []), finding=shown.finding)
    parts = (*above, drawn, chart_table(name, shown.table))
    return _framed(id, name, head, shown.finding, *parts, look=" has-more" if above else "")


def _grow(name: str) -> Component:
    """The button that makes a small chart large and small again; assets/multiples.js does it."""
    return button("", "p-grow", **data(grow="yes"), **aria(label=f"Enlarge {name}", expanded="false"))


def chart_frame(id: str, name: str, unit: str, finding: str, *parts: Component, look: str = "") -> Component:
    """The card of a chart: name, unit and main finding over whatever else is on it."""
    return _framed(id, name, chart_head(id, name, unit, finding=finding), finding, *parts, look=look)


def _framed(
    id: str, name: str, head: Component, finding: str, *parts: Component, look: str = ""
) -> Component:
    said = html.P(finding, id=f"{id}-finding", className="p-finding")
    return html.Section(
        [head, said, *parts],
        className=f"p-card p-chart{look}",
        role="region",
        **aria(label=name, describedby=f"{id}-finding"),
    )


def chart_head(id: str, name: str, unit: str, *tools: Component, finding: str = "") -> Component:
    """What a chart shows, in what, what technical words there and in its finding mean, and the menu of what can be done
    with it; assets/chartmenu.js fills it.
    """
    opens = html.Summary("\u22ef", **aria(label=f"Tools of {name}"))
    menu = html.Details([opens, html.Div(className="p-menu-panel")], className="p-menu p-chart-menu")
    title, words = html.H2(name, id=f"{id}-name"), explains(name, unit, finding)
    return html.Header(
        [title, *words, html.Span(unit, className="p-unit"), *tools, menu], className="p-chart-head"
    )


def graph(id: str, figure: Figure, height: int) -> Component:
    """A graph that is read as one picture: its name and its finding, as both stand on the page."""
    drawn = dcc.Graph(
        id=id,
        figure=figure,
        responsive=True,
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        style={"height": f"{height}px"},
        className="p-graph",
    )
    # Browsers read out the ticks inside of a picture, too, unless they are told not to.
    inside = html.Div(drawn, style={"minHeight": f"{height}px"}, **aria(hidden="true"))
    return html.Div(inside, role="img", **aria(labelledby=f"{id}-name {id}-finding"))


def chart_table(name: str, table: Table) -> Component:
    """The same as a chart, as a table that is shown on demand."""
    return html.Div(data_table(table, caption=name), className="p-chart-table", hidden=True)


def data_table(table: Table, *, caption: str) -> Component:
    """A small HTML table; assets/tables.js writes what is in it.

    Dash asks every component of a page after every change of any: cells that are none leave a click quick.
    """
    content = {"caption": caption, "head": list(table.head), "rows": [list(row) for row in table.rows]}
    written = data(table=json.dumps(content, ensure_ascii=False))
    return _scrolling(html.Table(className="p-table", **written), caption)


def drawn_table(caption: str, head: Sequence[str], rows: Sequence[Component], look: str = "") -> Component:
    """A table whose rows hold more than words."""
    parts = [
        html.Caption(caption, className="visually-hidden"),
        html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
        html.Tbody(list(rows)),
    ]
    return _scrolling(html.Table(parts, className=f"p-table{look}"), caption)


def _scrolling(table: Component, caption: str) -> Component:
    return html.Div(table, **group(f"{caption}, as a table", className="p-table-frame", tabIndex="0"))


def notice(title: str, text: str, *children: Component, kind: str = "info", **more: Any) -> Component:
    """An empty state or an error: what is so, and the next step."""
    look = f"p-card p-notice p-notice-{kind}"
    return html.Div([html.H2(title), html.P(text), *children], className=look, **more)


def alert(text: str) -> Component:
    """Why something can't be used or shown, beside it."""
    return html.Span(text, className="p-error", role="alert")


def grid(*children: Component, columns: str = "two") -> Component:
    """Children side by side where there is room."""
    return html.Div(list(children), className=f"p-grid p-grid-{columns}")
