"""Where an address is about segments that are no longer live: what they have become, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import page, swatch, way


@dataclass(frozen=True)
class Way:
    """A link that leads on: its words, its page, and what is asked of that."""

    words: str
    path: str
    text: str


def around(strip: Component, drawn: Component) -> Component:
    """A page under the strip that says which model it shows."""
    return html.Div([strip, drawn])


def strip(words: str, when: str, how: str, leads: Way) -> Component:
    """What is said over a page that shows an older model."""
    said = html.Span([words, *moment(when), f" ({how}). "])
    return html.Div([said, link(leads, quiet=True)], className="p-older", role="status")


def choice(who: str, when: str, how: str, became: Sequence[Component], ways: Sequence[Way]) -> Component:
    """What has become of the segments that an address names; no figure of the page until one is chosen."""
    lead = html.Span(
        ["This address names segments that are no longer live. ", who, *moment(when), f" ({how})."]
    )
    parts = [html.Ul(list(became)), _ways(ways)]
    return page("The segments have changed", lead, html.Div(parts, className="p-card p-notice"))


def became(number: int, name: str, where: str) -> Component:
    """A segment of before, and where its customers are now."""
    return html.Li([swatch(number), html.Strong(name), f": {where}"], className="p-became")


def unknown(leads: Way) -> Component:
    """What is said of an address whose model is none that is kept."""
    words = (
        "This address names segments of a model that is not kept here: its customers, settings or software were "
        "others. Nobody can say who is meant, so nothing is shown."
    )
    return page("These segments are not known", words, html.Div(_ways([leads]), className="p-card p-notice"))


def link(leads: Way, *, quiet: bool = False) -> Component:
    """A way on, as a button."""
    look = "btn p-button-quiet" if quiet else "btn p-button"
    return way(leads.words, leads.path, leads.text, className=look)


def moment(when: str) -> list[Component | str]:
    """A time, which assets/model.js writes in the reader's own."""
    if not when:
        return []
    return [" at ", html.Time(f"{when[:16].replace('T', ' ')} UTC", dateTime=when)]


def _ways(ways: Sequence[Way]) -> Component:
    first, *others = ways
    return html.Div([link(first), *(link(one, quiet=True) for one in others)], className="p-ways-on")
