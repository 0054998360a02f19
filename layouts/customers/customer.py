"""One customer: everything that is known, the segment, and who is most alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, aria, data_table, drawn_table, grid, notice, page, section, swatch, way
from layouts.theme import segment_style


def layout(
    id: str,
    sentence: str,
    links: Sequence[Component],
    verdict: Component,
    alike: Component,
    groups: Mapping[str, Sequence[Sequence[str]]],
    year: str,
) -> Component:
    """The page of one customer; `year` is what such a customer may buy over the next one, where that is known."""
    return page(
        f"Customer {id}",
        sentence,
        html.P(list(links), className="p-customer-links"),
        grid(verdict, alike),
        grid(*(_group(name, rows) for name, rows in groups.items())),
        html.P(year) if year else None,
    )


def links(back: tuple[str, str], predict: str, held: str, erase: str) -> list[Component]:
    """Back to the list, on to a prediction, a copy of all that is held for those who may take files, and erasing it."""
    href, words = back
    copy = html.A("Everything held of this customer (JSON)", href=held, className="p-file-link", download="")
    return [
        html.A(["← ", words], href=href),
        way("Change a value and predict again", "/predict", predict),
        *([copy] if held else []),
        *([html.A("Erase this customer", href=erase)] if erase else []),
    ]


def unknown(id: str, where: str, back: tuple[str, str]) -> Component:
    """There is no such customer; `where` is it written what there are."""
    href, words = back
    return page(
        "Customers",
        f"No customer has the ID “{id}”.",
        notice(
            "Look the ID up in your file",
            where,
            html.P(html.A(words, href=href, className="btn p-button")),
            kind="error",
        ),
    )


def verdict(
    number: int, name: str, firmly: Component, neighbour: tuple[int, str, str], advice: tuple[str, str]
) -> Component:
    """The segment, how firmly, which one is next and how far that is, and what to do."""
    other, called, how = neighbour
    title, text = advice
    return html.Section(
        [
            html.H2([swatch(number), html.Span(name)], className="p-answer-name"),
            firmly,
            html.H3("Nearest alternative"),
            html.P([swatch(other), html.Span(called)], className="p-segment-line"),
            html.P(how, className="p-hint"),
            html.H3(f"For marketing: {title}"),
            html.P(text),
        ],
        className="p-card p-stack p-customer-verdict",
        style=segment_style(number),
        **aria(label="Segment"),
    )


def alike(head: Sequence[str], rows: Sequence[Component]) -> Component:
    """Who is most like this customer."""
    title = "Most similar customers"
    lead = html.P("Nearest in the figures that segments are built from.", className="p-finding")
    return section(title, lead, drawn_table(title, head, rows), className="p-card p-stack p-customer-alike")


def similar(id: str, href: str, segment: int, name: str, figures: Sequence[str]) -> Component:
    """A similar customer: where the link goes, the segment, and some figures."""
    where = html.Span([swatch(segment), html.Span(name)], className="p-segment-line")
    return html.Tr(
        [
            html.Th(html.A(id, href=href), scope="row"),
            html.Td(where, className="p-text-cell"),
            *(html.Td(text) for text in figures),
        ]
    )


def _group(name: str, rows: Sequence[Sequence[str]]) -> Component:
    table = Table(("Field", "This customer", "Average", "Unit"), rows)
    return html.Section(
        [html.H2(name), data_table(table, caption=name)], className="p-card p-stack p-customer-group"
    )
