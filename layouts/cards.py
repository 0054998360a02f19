"""What follows the filters on the card of a segment: how many, what stands out, in words, and the ways on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import disclosure

PHRASES = 5  # at most, on a card: a name has no more words
WORDS = "words"
ON_DEMAND: dict[str, Any] = {"data-on-demand": "true"}  # answers bring it while its disclosure is open
Texts = Mapping[str, str]


def card_id(page: str, number: int, part: str) -> str:
    """Id of a part of a segment's card: `size`, `few`, `phrase-1`, `words`, `see`."""
    return f"{page}-card-{number}-{part}"


def without_words(texts: Texts) -> dict[str, str]:
    """What of a page's texts is in sight while no card is open in words."""
    return {id: text for id, text in texts.items() if not id.endswith(f"-{WORDS}")}


def size(page: str, number: int, texts: Texts) -> Component:
    """How many, of whom."""
    return html.P(**_said(page, number, "size", texts), className="p-card-size")


def few(page: str, number: int, texts: Texts) -> Component:
    """A warning where averages are of a few; nothing where they are not."""
    return html.P(**_said(page, number, "few", texts), className="p-warning")


def phrases(page: str, number: int, texts: Texts) -> Component:
    """What stands out, each with its figure."""
    rows = [html.Li(**_said(page, number, f"phrase-{place}", texts)) for place in range(1, PHRASES + 1)]
    return html.Ul(rows, className="p-phrases")


def in_words(page: str, number: int, texts: Texts) -> Component:
    """The same as sentences, on demand."""
    return disclosure("In words", html.P(**_said(page, number, WORDS, texts), **ON_DEMAND))


def ways_on(page: str, number: int, name: str, texts: Texts) -> list[Component]:
    """To the customers that the card counts, to the verdict on contacting them, and to a comparison."""
    own = f"Segment={number}"
    compared = f"compare={number},everyone"
    return [
        _link("/customers", "others", own, html.Span(**_said(page, number, "see", texts)), name),
        _link("/campaigns", "others", own, "Campaign verdict", name),
        _link("/segments", "yes", compared, "Compare with everyone", name),
    ]


def _said(page: str, number: int, part: str, texts: Texts) -> dict[str, Any]:
    id = card_id(page, number, part)
    return {"id": id, "children": texts.get(id, "")}


def _link(path: str, filtered: str, extra: str, words: Component | str, name: str) -> Component:
    """A link that takes the filters along; `others` are those on other fields than segments."""
    travels: dict[str, Any] = {"data-page": path, "data-filtered": filtered, "data-extra": extra}
    whose = html.Span(f": {name}", className="visually-hidden")
    return html.A([words, whose], href=f"{path}?{extra}", className="p-way", **travels)
