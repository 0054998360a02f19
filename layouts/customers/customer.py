"""One customer: everything that is known, the segment, and who is most alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, aria, data_table, drawn_table, grid, meter, notice, page, swatch, way
from layouts.theme import segment_style


@dataclass(frozen=True)
class Customer:
    """What the page says about one customer."""

    id: str
    sentence: str
    number: int
    name: str
    firmness: str
    firmness_share: float | None
    neighbour: tuple[int, str, str]
    suggestion: tuple[str, str]
    groups: Mapping[str, Sequence[Sequence[str]]]
    year: str
    alike_head: Sequence[str]
    alike: Sequence[Component]
    back: tuple[str, str]
    predict: tuple[str, str]
    held: str = ""
    erase: str = ""


def layout(content: Customer) -> Component:
    """The page of one customer."""
    return page(
        f"Customer {content.id}",
        content.sentence,
        html.P([_back(content), _predict(content), *_held(content)], className="p-customer-links"),
        grid(_verdict(content), _alike(content)),
        grid(*(_group(name, rows) for name, rows in content.groups.items())),
        html.P(content.year) if content.year else None,
    )


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


def _back(content: Customer) -> Component:
    href, words = content.back
    return html.A(["← ", words], href=href)


def _predict(content: Customer) -> Component:
    return way("Change a value and predict again", *content.predict)


def _held(content: Customer) -> list[Component]:
    """A copy of all that is held, for those who may take files; and the way to erase it, for those who may."""
    copy = html.A(
        "Everything held of this customer (JSON)", href=content.held, className="p-file-link", download=""
    )
    erase = html.A("Erase this customer", href=content.erase)
    return [*([copy] if content.held else []), *([erase] if content.erase else [])]


def _verdict(content: Customer) -> Component:
    other, name, how = content.neighbour
    title, text = content.suggestion
    return html.Section(
        [
            html.H2([swatch(content.number), html.Span(content.name)], className="p-answer-name"),
            meter(content.number, content.firmness_share, content.firmness),
            html.H3("Nearest alternative"),
            html.P([swatch(other), html.Span(name)], className="p-segment-line"),
            html.P(how, className="p-hint"),
            html.H3(f"For marketing: {title}"),
            html.P(text),
        ],
        className="p-card p-stack p-customer-verdict",
        style=segment_style(content.number),
        **aria(label="Segment"),
    )


def _alike(content: Customer) -> Component:
    title = "Most similar customers"
    lead = html.P("Nearest in the figures that segments are built from.", className="p-finding")
    table = drawn_table(title, content.alike_head, content.alike)
    return html.Section([html.H2(title), lead, table], className="p-card p-stack p-customer-alike")


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
