"""Segments as ranked rows of figures, each of which opens to its story in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.cards import PHRASES, WORDS, Card, card_id, said, ways_on
from layouts.components import aria, button, chooses, data, swatch
from layouts.theme import segment_style
from layouts.trust import IN_SHORT, MARKS, badge

PAGE = "overview"


@dataclass(frozen=True)
class Column:
    """A figure of every segment: what its cells go by, its head, and what is said under that."""

    part: str
    head: str
    unit: str = ""


SURE = Column("sure", "How sure", "it comes back")


def under(part: str) -> str:
    """What goes by it: the small words under a figure."""
    return f"{part}-note"


def table(columns: Sequence[Column], cards: Sequence[Card]) -> Component:
    """A row for each, in the order given; its name filters, its last button opens it."""
    heads = [_head(one) for one in columns]
    first, last = html.Th("Segment", scope="col"), html.Td(html.Span("Ways on", className="visually-hidden"))
    caption = html.Caption("The segments, ranked", className="visually-hidden")
    head = html.Thead(html.Tr([first, *heads, last]))
    return html.Table([caption, head, *(_segment(columns, one) for one in cards)], className="p-ranked")


def _head(column: Column) -> Component:
    unit = html.Span(column.unit, className="p-ranked-note")
    return html.Th([column.head, unit], scope="col", className=f"p-ranked-{column.part}")


def _segment(columns: Sequence[Column], card: Card) -> Component:
    name = button(card.name, "p-card-name", **aria(pressed="false"))
    words = html.Div([name, html.Span(**said(PAGE, card, "who"), className="p-ranked-note")])
    first = html.Th(html.Div([swatch(card.number), words], className="p-ranked-name"), scope="row")
    row = html.Tr(
        [first, *(_cell(one, card) for one in columns), html.Td(_ways(card), className="p-ranked-ways")],
        className="p-ranked-row",
        **chooses("Segment", card.number - 1),
    )
    story = html.Td(_story(card), colSpan=len(columns) + 2)
    opened = html.Tr(story, id=_story_id(card), hidden=True, className="p-ranked-story")
    return html.Tbody([row, opened], style=segment_style(card.number))


def _story_id(card: Card) -> str:
    return card_id(PAGE, card.number, "story")


def _cell(column: Column, card: Card) -> Component:
    figure = html.Span(
        **said(PAGE, card, column.part),
        className="p-ranked-figure",
        **data(says=card.texts.get(card_id(PAGE, card.number, column.part), "")),
    )
    note = html.Span(**said(PAGE, card, under(column.part)), className="p-ranked-note")
    parts: list[Component] = [figure, note]
    if column is SURE:
        parts = [_sure(card)]
    return html.Td(parts, className=f"p-ranked-{column.part}", **data(head=column.head))


def _sure(card: Card) -> Component:
    if card.trust is None:
        return html.Span("–")
    mark = html.Span(MARKS[card.trust.grade], className="p-trust-mark", **aria(hidden="true"))
    words = html.Span(IN_SHORT[card.trust.grade], className="p-ranked-note")
    return html.Div([mark, words], className=f"p-ranked-grade p-trust-{card.trust.grade}")


def _ways(card: Card) -> list[Component]:
    """A menu of the ways on, and what opens the story."""
    name = f"Ways on: {card.name}"
    menu = html.Details(
        [
            html.Summary("⋯", className="p-ranked-do", **aria(label=name)),
            html.Div(ways_on(PAGE, card), className="p-menu-panel p-ranked-menu"),
        ],
        className="p-menu",
    )
    words = html.Span(f"The story of {card.name}", className="visually-hidden")
    opens = button(
        words,
        "p-ranked-do p-ranked-opens",
        **data(unfolds=_story_id(card)),
        **aria(expanded="false", controls=_story_id(card)),
    )
    return [html.Div([menu, opens])]


def _story(card: Card) -> Component:
    """Who they are, what marketing could try, and how sure that is."""
    title, advice = card.suggestion
    phrases = [html.Li(**said(PAGE, card, f"phrase-{place}")) for place in range(1, PHRASES + 1)]
    who = [
        html.P(**said(PAGE, card, "size"), className="p-card-size"),
        html.P(**said(PAGE, card, "few"), className="p-warning"),
        html.Ul(phrases, className="p-phrases"),
        html.P(**said(PAGE, card, WORDS), **data(on_demand="true")),
    ]
    tried = [html.P(html.Strong(title)), html.P(advice)]
    sure = (
        [badge(card.trust)] if card.trust else [html.P("This has not been measured yet.", className="p-hint")]
    )
    if card.note:
        sure += [html.H4("Note"), html.P(card.note, className="p-note")]
    parts = (
        ("Who they are", who),
        ("For marketing, whatever the filters", tried),
        ("How sure that is", sure),
    )
    return html.Div([html.Div([html.H4(name), *shown]) for name, shown in parts], className="p-ranked-parts")
