"""The page of one segment: a portrait, what sets it apart, answers, how sure, the rule, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import filters
from layouts.cards import PHRASES, Card, card_id
from layouts.components import Shown, aria, chart, grid, kpi, kpis, page, section, swatch, way
from layouts.theme import segment_style
from layouts.trust import badge

PAGE = "portrait"
VALUES = (("actual", "Actual"), ("index", "Index"), ("standardised", "Standardised"))


class ids:
    LEAD = "portrait-lead"
    CUSTOMERS = "portrait-customers"
    RATES = "portrait-rates"


def fact_id(name: str) -> str:
    """Id of a key figure."""
    return f"portrait-fact-{name.lower()}"


def group_id(place: int) -> str:
    """Id of the chart of a group of fields."""
    return f"portrait-group-{place}"


def part_id(number: int, part: str) -> str:
    """Id of what follows the filters of what is said of a segment."""
    return card_id(PAGE, number, part)


@dataclass(frozen=True)
class Portrait:
    """Everything that the page says; `texts` of the card follow the filters."""

    card: Card
    names: Sequence[str]
    lead: str
    facts: Sequence[tuple[str, str, str, str]]  # id, label, value, note
    charts: Sequence[tuple[str, str, Shown]]
    chosen: str
    everyone: str
    crowd: str
    trust: Sequence[Component]  # while it is measured, how far that is; then what a badge does not say
    moved: Sequence[str]
    rule: Component | None
    opened: Component


def layout(content: Portrait) -> Component:
    """Who they are in a sentence and five figures, what sets them apart, then how sure, the rule and the ways on."""
    card = content.card
    drawn: Any = page(
        [swatch(card.number), html.Span(card.name)],
        html.Span(content.lead, id=ids.LEAD),
        _others(content),
        filters.empty(),
        kpis(*(kpi(*fact) for fact in content.facts)),
        grid(_said(content), _next(content)),
        _apart(content),
        grid(*filter(None, [_sure(content), _rule(content), _moved(content)])),
        content.opened,
        above=filters.bar(),
    )
    drawn.style = segment_style(card.number)
    return drawn


def back() -> Component:
    """To all segments."""
    return way("See all segments", "/segments", filtered="yes", className="btn p-button")


def _others(content: Portrait) -> Component:
    """The pages of the other segments; the filters travel along."""
    links = [
        way(
            [swatch(number), html.Span(name)],
            f"/segments/{number}",
            filtered="others",
            className="p-legend-entry" + " is-current" * (number == content.card.number),
            **(aria(current="page") if number == content.card.number else {}),
        )
        for number, name in enumerate(content.names, start=1)
    ]
    all_ = way("All segments", "/segments", filtered="yes", className="p-legend-entry")
    return html.Nav([all_, *links], className="p-legend", **aria(label="Segments"))


def _text(content: Portrait, part: str) -> dict[str, Any]:
    id = part_id(content.card.number, part)
    return {"id": id, "children": content.card.texts.get(id, "")}


def _said(content: Portrait) -> Component:
    phrases = [html.Li(**_text(content, f"phrase-{n}")) for n in range(1, PHRASES + 1)]
    note = content.card.note
    return section(
        "What sets them apart",
        html.P(**_text(content, "few"), className="p-warning"),
        html.Ul(phrases, className="p-phrases"),
        html.P(note, className="p-note") if note else None,
        html.P(" ".join(filter(None, (content.card.noted, content.card.named))), className="p-hint"),
        className="p-card p-of-some",
    )


def _next(content: Portrait) -> Component:
    title, text = content.card.suggestion
    own, see = f"Segment={content.card.number}", _text(content, "see")
    ways = [
        way(see["children"], "/customers", own, filtered="others", className="btn p-button", id=see["id"]),
        way("Plan a test", "/campaigns", own, filtered="others", className="btn p-button-quiet")
        if content.card.answers
        else None,
        html.A("Copy the rule", href="#rule", className="btn p-button-quiet") if content.rule else None,
        way(
            "Compare with everyone",
            "/segments",
            f"show=compare&compare={content.card.number},everyone",
            filtered="yes",
            className="p-way",
        ),
    ]
    return section(
        "Do next",
        html.P([html.Strong(f"{title}. "), text]),
        html.Div(list(filter(None, ways)), className="p-ways-on"),
        className="p-card",
    )


def _apart(content: Portrait) -> Component:
    values = filters.option("values", "Values", VALUES, content.chosen)
    charts = [
        chart(
            id,
            name,
            "their mean and everyone's"
            if id != ids.RATES
            else "dots: theirs, with a 95% interval; rings: everyone",
            shown,
            height=60 + 36 * len(shown.table.rows),
        )
        for id, name, shown in content.charts
    ]
    return section(
        "Against everyone",
        html.Div([values, filters.everyone(content.everyone)], className="p-options"),
        grid(*charts),
    )


def _sure(content: Portrait) -> Component:
    trust = content.card.trust
    return section(
        "How sure",
        badge(trust) if trust else None,
        html.Div(list(content.trust)),
        html.P(content.crowd) if content.crowd else None,
        className="p-card p-sure",
    )


def _rule(content: Portrait) -> Component | None:
    return section("The rule to copy", content.rule, className="p-card", id="rule") if content.rule else None


def _moved(content: Portrait) -> Component | None:
    if not content.moved:
        return None
    return section("Who moved", *(html.P(text) for text in content.moved), className="p-card")
