"""How far a segment can be trusted: a badge, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, disclosure

CUT_OFFS = (
    ("0.85 and more", "Highly stable", "nearly the same people come out again"),
    ("0.75 to 0.85", "Stable", "the segment is there, at its edges people change"),
    ("0.6 to 0.75", "Doubtful", "there is a pattern, but who belongs to it is open"),
    ("0.5 to 0.6", "Not to be trusted", "it could as well have come out otherwise"),
    ("0.5 and less", "Dissolves", "other customers like these would not form it"),
)


@dataclass(frozen=True)
class Trust:
    """What the badge of a segment says: its grade (`high`, `good`, `doubtful`, `low`), in words and figures."""

    grade: str
    words: str
    value: str
    details: str


MARKS = {"high": "●●●", "good": "●●○", "doubtful": "●○○", "low": "○○○"}


def badge(trust: Trust) -> Component:
    """The verdict in words, with its figure; the dots repeat it, colour adds nothing."""
    return html.P(
        [
            html.Span(MARKS[trust.grade], className="p-trust-mark", **aria(hidden="true")),
            html.Span(trust.words),
            html.Span(trust.value, className="p-trust-value"),
        ],
        className=f"p-trust p-trust-{trust.grade}",
        title=trust.details,
    )


def explained(tried: str) -> Component:
    """What the badges measure and where their cut-offs are."""
    rows = [
        html.Tr([html.Th(jaccard, scope="row"), html.Td(words), html.Td(meaning)])
        for jaccard, words, meaning in CUT_OFFS
    ]
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in ("Mean Jaccard", "Badge", "Meaning")]))
    return disclosure(
        "What the trust badges mean",
        html.Div(
            [
                html.P(tried),
                html.Table([head, html.Tbody(rows)], className="p-table p-trust-table"),
                html.P(
                    "Stable is not the same as true or useful: a segment can come back every time because of how "
                    "it is made. The cut-offs are those of Hennig (2007)."
                ),
            ],
            className="p-trust-explained",
        ),
    )
