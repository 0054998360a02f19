"""What the page says of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import Table, aria, chart, disclosure, grid, meter, notice, swatch
from layouts.figures import Figure
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
    firmness_share: float
    assumed: str
    phrases: Sequence[str]
    segment_text: str
    suggestion: tuple[str, str]


def answer(content: Answer, *charts: Component) -> Component:
    """The segment, how firmly, the customer against averages, what to do."""
    return html.Div([_verdict(content), grid(*charts, columns="one")], className="p-answer-parts")


def welcome() -> Component:
    """Nothing is known of the customer."""
    return notice("The answer appears here", "Type what you know of a customer, or load one by ID.")


def refused(count: int) -> Component:
    """There is no answer while a value is impossible."""
    values = "One value" if count == 1 else f"{count} values"
    return notice(
        f"{values} can't be used", "See the lines in red, change them, and predict again.", kind="error"
    )


def compared(figure: Figure, table: Table, finding: str) -> Component:
    """The customer and the segment, each field in standard deviations from everyone."""
    name = "This customer against averages"
    return chart(ids.COMPARED, name, "standard deviations", figure, table, finding=finding, height=360)


def distances(figure: Figure, table: Table, finding: str) -> Component:
    """How far each segment is."""
    name = "Distance to each segment"
    return chart(ids.NEAREST, name, "standard deviations", figure, table, finding=finding, height=360)


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
