"""What the page says of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import Shown, aria, chart, disclosure, grid, meter, notice, swatch
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
