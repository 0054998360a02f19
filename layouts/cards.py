"""The card of a segment: what follows the filters on it, its trust, advice, and the ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, chooses, swatch, way
from layouts.theme import segment_style
from layouts.trust import Trust, badge

PHRASES = 5  # at most, on a card: a name has no more words
WORDS = "words"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """What the card of a segment says on any page; `texts` follow the filters, `named` and `noted` say by whom.

    `answers` is whether the table has answers to campaigns, which a verdict could be about.
    """

    number: int
    name: str
    texts: Texts
    suggestion: tuple[str, str]
    trust: Trust | None
    note: str
    named: str = ""
    noted: str = ""
    answers: bool = True


def card_id(page: str, number: int, part: str) -> str:
    """Id of a part of a segment's card: `size`, `few`, `phrase-1`, `words`, `see`."""
    return f"{page}-card-{number}-{part}"


def without_words(texts: Texts) -> dict[str, str]:
    """What of a page's texts is in sight while no card is open in words."""
    return {id: text for id, text in texts.items() if not id.endswith(f"-{WORDS}")}


def card(page: str, content: Card, *, note: Component | None, ways: Component | None = None) -> Component:
    """A segment at a glance: its name filters; `ways` on besides those of all cards are the page's."""
    number = content.number
    name = button(content.name, "p-card-name", **aria(pressed="false"))
    return html.Article(
        [
            html.H3([swatch(number), name], className="p-card-title"),
            html.P(**said(page, content, "size"), className="p-card-size"),
            badge(content.trust) if content.trust else None,
            html.P(**said(page, content, "few"), className="p-warning"),
            html.Ul(
                [html.Li(**said(page, content, f"phrase-{n}")) for n in range(1, PHRASES + 1)],
                className="p-phrases",
            ),
            note,
            html.Div([*ways_on(page, content), ways], className="p-ways-on"),
        ],
        className="p-card p-segment-card",
        style=segment_style(number),
        **chooses("Segment", number - 1),
    )


def ways_on(page: str, content: Card) -> list[Component]:
    """Links to the customers that the card counts, to the verdict on contacting them, and to their page."""
    own, see = f"Segment={content.number}", said(page, content, "see")
    whose = html.Span(f": {content.name}", className="visually-hidden")
    known = {"filtered": "others", "className": "p-way"}
    leads = [("Campaign verdict", "/campaigns", own)] if content.answers else []
    leads.append(("More about them", f"/segments/{content.number}", ""))
    return [
        way(see["children"], "/customers", own, id=see["id"], title=content.name, **known),
        *(way([words, whose], path, query, **known) for words, path, query in leads),
    ]


def said(page: str, content: Card, part: str) -> dict[str, Any]:
    """Properties of the element that says a part of a card, as the filters have it."""
    id = card_id(page, content.number, part)
    return {"id": id, "children": content.texts.get(id, "")}
