"""How far a segment can be trusted: a badge, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from core.numbers import Numbers
from layouts.components import aria, disclosure, drawn_table
from layouts.progress import Panel, quietly

CUT_OFFS = (
    ("0.85 and more", "Highly stable", "nearly the same people come out again"),
    ("0.75 and more", "Comes back as in a crowd", "but crowds without groups, cut alike, come back as well"),
    ("0.75 to 0.85", "Stable", "the segment is there, at its edges people change"),
    ("0.6 to 0.75", "Doubtful", "there is a pattern, but who belongs to it is open"),
    (
        "0.5 to 0.6",
        "Not to be trusted",
        "it could as well have come out otherwise: don't build a campaign on it",
    ),
    (
        "0.5 and less",
        "Dissolves",
        "other customers like these would not form it: don't build a campaign on it",
    ),
    ("any", "Too few customers to say", "of so few it could come back, or not be there at all"),
)


@dataclass(frozen=True)
class Trust:
    """What the badge of a segment says."""

    grade: str  # `high`, `good`, `doubtful` or `low`
    # The verdict and its figure.
    words: str
    value: str
    # The figure beside its bound, how often the segment came back, and what a badge does not say.
    details: Sequence[str]
    crowd: str = ""  # what a crowd without groups gets, in short; nothing where that isn't known


MARKS = {"high": "●●●", "good": "●●○", "doubtful": "●○○", "low": "○○○"}
IN_SHORT = {"high": "Very", "good": "Fairly", "doubtful": "Doubtful", "low": "Not at all"}


def badge(trust: Trust) -> Component:
    """The verdict in words, with its figure; it opens, by mouse, keys and touch, to what they mean."""
    mark = html.Span(MARKS[trust.grade], className="p-trust-mark", **aria(hidden="true"))
    value = html.Span(trust.value, className="p-trust-value")
    crowd = html.Span(trust.crowd, className="p-trust-crowd") if trust.crowd else None
    said = [html.P(text) for text in trust.details]
    look = f"p-trust p-trust-{trust.grade}"
    return html.Details([html.Summary([mark, html.Span(trust.words), value, crowd]), *said], className=look)


def explained(caution: str, tried: str, numbers: Numbers) -> list[Component]:
    """What badges do not say, in view; what they measure and where their cut-offs are, on demand."""
    rows = [
        html.Tr([html.Th(numbers.anew(jaccard), scope="row"), html.Td(words), html.Td(meaning)])
        for jaccard, words, meaning in CUT_OFFS
    ]
    table = drawn_table("Cut-offs of badges", ("Mean Jaccard", "Badge", "Meaning"), rows, " p-trust-table")
    useful = (
        "Stable is not the same as true or useful: a segment can come back every time because of how it is made. The "
        "cut-offs are those of Hennig (2007)."
    )
    meaning = html.Div([html.P(tried), table, html.P(useful)], className="p-trust-explained")
    return [
        html.P([f"{BADGES} {caution} ", html.A("How many segments?", href="/choose-k")], className="p-hint"),
        disclosure("What the trust badges mean", meaning),
    ]


def measured(shown: Panel) -> Component:
    """A quiet line while trust is measured."""
    about = "How far each segment can be trusted"
    return quietly(shown, about, show="Show the badges", failed="The page Segments says why.")


BADGES = "A badge says how much of a segment comes back when other customers like these are drawn."
