"""What the page says of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import Shown, aria, chart, disclosure, grid, meter, notice, section, swatch
from layouts.theme import segment_style


class ids:
    NEAREST = "answer-nearest"
    COMPARED = "answer-compared"


@dataclass(frozen=True)
class Answer:
    """What is said of a prediction."""

    number: int
    name: str
    sentence: str
    firmness: str
    firmness_share: float | None
    assumed: str
    phrases: Sequence[str]
    segment_text: str
    suggestion: tuple[str, str]
    unit: str


def answer(content: Answer, compared: Shown, nearest: Shown) -> Component:
    """The segment, how firmly, the customer against averages, what to do."""
    unit = "standard deviations"
    charts = grid(
        chart(ids.COMPARED, "This customer against averages", unit, compared, height=360),
        chart(ids.NEAREST, "Distance to each segment", content.unit, nearest, height=360),
        columns="one",
    )
    return html.Div([_verdict(content), charts], className="p-answer-parts")


def welcome() -> Component:
    """Nothing is known of the customer."""
    return notice("The answer appears here", "Type what you know of a customer, or load one by ID.")


def refused(count: int) -> Component:
    """There is no answer while a value is impossible."""
    values = "One value" if count == 1 else f"{count} values"
    return notice(
        f"{values} can't be used", "See the lines in red, change them, and predict again.", kind="error"
    )


def _verdict(content: Answer) -> Component:
    title, text = content.suggestion
    return html.Section(
        [
            html.P("Segment", className="p-eyebrow"),
            html.H2([swatch(content.number), html.Span(content.name)], className="p-answer-name"),
            html.P(content.sentence, className="p-lead"),
            meter(content.number, content.firmness_share, content.firmness),
            html.P(content.assumed, className="p-assumed") if content.assumed else None,
            html.H3("What stands out"),
            html.Ul([html.Li(phrase) for phrase in content.phrases], className="p-phrases"),
            html.H3(f"For marketing: {title}"),
            html.P(text),
            disclosure("About this segment", html.P(content.segment_text)),
        ],
        className="p-card",
        style=segment_style(content.number),
        **aria(label="The answer"),
    )


def details(
    opening: str, moves: Sequence[Component], stay: Sequence[str], rule: Component | None, unit: str
) -> Component:
    """The card of changes, measured in `unit`, with the fields that `stay`, and the segment's rule behind a disclosure."""
    kept = f"{' and '.join(stay).capitalize()} {'stay' if len(stay) > 1 else 'stays'}. " if stay else ""
    hint = (
        f"The smallest change in whole steps, all figures measured in {unit}, within the range of the data; "
        f"each was scored again to be sure. {kept}It says where the border runs, not that a customer will cross it."
    )
    return section(
        "What would move this customer?",
        html.P(opening),
        html.Ul(list(moves), className="p-moves"),
        html.P(hint, className="p-hint"),
        disclosure("This segment as a rule to copy", rule) if rule else None,
        className="p-card p-stack p-nudges",
    )


def move(number: int, name: str, way: str, together: str, alone: str) -> Component:
    """A segment, whether it lies up or down, and the change that reaches it: all figures together, or one alone."""
    return html.Li(
        [
            html.Div([swatch(number), html.Strong(name)], className="p-move-name"),
            html.P([html.Strong(f"{way} ") if way else None, together]),
            html.P(alone, className="p-hint") if alone else None,
        ]
    )
