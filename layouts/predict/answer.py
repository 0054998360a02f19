"""What the page says of one customer."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import Shown, aria, chart, disclosure, grid, notice, section, swatch
from layouts.theme import segment_style


class ids:
    NEAREST = "answer-nearest"
    COMPARED = "answer-compared"


def answer(verdict: Component, unit: str, compared: Shown, nearest: Shown) -> Component:
    """The segment, how firmly, the customer against averages, what to do; `unit` is that of distances."""
    charts = grid(
        chart(ids.COMPARED, "This customer against averages", "standard deviations", compared, height=360),
        chart(ids.NEAREST, "Distance to each segment", unit, nearest, height=360),
        columns="one",
    )
    return html.Div([verdict, charts], className="p-answer-parts")


def welcome() -> Component:
    """Nothing is known of the customer."""
    return notice("The answer appears here", "Type what you know of a customer, or load one by ID.")


def refused(count: int) -> Component:
    """There is no answer while a value is impossible."""
    values = "One value" if count == 1 else f"{count} values"
    return notice(
        f"{values} can't be used", "See the lines in red, change them, and predict again.", kind="error"
    )


def verdict(
    *,
    number: int,
    name: str,
    sentence: str,
    firmly: Component,
    assumed: str,
    phrases: Sequence[str],
    advice: tuple[str, str],
    segment: str,
) -> Component:
    """The segment, how firmly, what stands out and what to do; what its customers are on demand."""
    title, text = advice
    return html.Section(
        [
            html.P("Segment", className="p-eyebrow"),
            html.H2([swatch(number), html.Span(name)], className="p-answer-name"),
            html.P(sentence, className="p-lead"),
            firmly,
            html.P(assumed, className="p-assumed") if assumed else None,
            html.H3("What stands out"),
            html.Ul([html.Li(phrase) for phrase in phrases], className="p-phrases"),
            html.H3(f"For marketing: {title}"),
            html.P(text),
            disclosure("About this segment", html.P(segment)),
        ],
        className="p-card",
        style=segment_style(number),
        **aria(label="The answer"),
    )


def details(
    opening: str, moves: Sequence[Component], stay: Sequence[str], rule: Component | None, unit: str
) -> Component:
    """The card of changes, measured in `unit`, with the fields that `stay`, and the segment's rule behind a disclosure."""
    kept = f"{' and '.join(stay).capitalize()} {'stay' if len(stay) > 1 else 'stays'}. " if stay else ""
    hint = (
        f"The smallest change in whole steps (of small amounts in decimals), all figures measured in {unit}, within the range of the data; "
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
