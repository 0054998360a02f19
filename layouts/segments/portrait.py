"""The page of one segment: a portrait, what sets it apart, answers, how sure, the rule, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
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


def layout(
    *,
    card: Card,
    names: Sequence[str],
    lead: str,
    facts: Sequence[tuple[str, str, str, str]],  # id, label, value, note
    charts: Sequence[tuple[str, str, Shown]],
    chosen: str,
    everyone: str,
    crowd: str,
    trust: Sequence[Component],  # while it is measured, how far that is; then what a badge does not say
    moved: Sequence[str],
    rule: Component | None,
    opened: Component,
) -> Component:
    """Who they are in a sentence and five figures, what sets them apart, then how sure, the rule and the ways on."""
    to_copy = section("The rule to copy", rule, className="p-card", id="rule") if rule else None
    who_moved = section("Who moved", *(html.P(text) for text in moved), className="p-card") if moved else None
    drawn: Any = page(
        [swatch(card.number), html.Span(card.name)],
        html.Span(lead, id=ids.LEAD),
        _others(card, names),
        filters.empty(),
        kpis(*(kpi(*fact) for fact in facts)),
        grid(_said(card), _next(card, has_rule=rule is not None)),
        section(
            "Against everyone",
            html.Div(
                [filters.option("values", "Values", VALUES, chosen), filters.everyone(everyone)],
                className="p-options",
            ),
            grid(*(_chart(*one) for one in charts)),
        ),
        grid(*(one for one in (_sure(card, trust, crowd), to_copy, who_moved) if one)),
        opened,
        above=filters.bar(),
    )
    drawn.style = segment_style(card.number)
    return drawn


def back() -> Component:
    """To all segments."""
    return way("See all segments", "/segments", filtered="yes", className="btn p-button")


def _others(card: Card, names: Sequence[str]) -> Component:
    """The pages of the other segments; the filters travel along."""
    links = [
        way(
            [swatch(number), html.Span(name)],
            f"/segments/{number}",
            filtered="others",
            className="p-legend-entry" + " is-current" * (number == card.number),
            **(aria(current="page") if number == card.number else {}),
        )
        for number, name in enumerate(names, start=1)
    ]
    all_ = way("All segments", "/segments", filtered="yes", className="p-legend-entry")
    return html.Nav([all_, *links], className="p-legend", **aria(label="Segments"))


def _text(card: Card, part: str) -> dict[str, Any]:
    id = part_id(card.number, part)
    return {"id": id, "children": card.texts.get(id, "")}


def _said(card: Card) -> Component:
    phrases = [html.Li(**_text(card, f"phrase-{n}")) for n in range(1, PHRASES + 1)]
    note = card.note
    return section(
        "What sets them apart",
        html.P(**_text(card, "few"), className="p-warning"),
        html.Ul(phrases, className="p-phrases"),
        html.P(note, className="p-note") if note else None,
        html.P(" ".join(filter(None, (card.noted, card.named))), className="p-hint"),
        className="p-card p-of-some",
    )


def _next(card: Card, *, has_rule: bool) -> Component:
    title, text = card.suggestion
    own, see = f"Segment={card.number}", _text(card, "see")
    ways = [
        way(see["children"], "/customers", own, filtered="others", className="btn p-button", id=see["id"]),
        way("Plan a test", "/campaigns", own, filtered="others", className="btn p-button-quiet")
        if card.answers
        else None,
        html.A("Copy the rule", href="#rule", className="btn p-button-quiet") if has_rule else None,
        way(
            "Compare with everyone",
            "/segments",
            f"show=compare&compare={card.number},everyone",
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


def _chart(id: str, name: str, shown: Shown) -> Component:
    unit = "their mean and everyone's"
    if id == ids.RATES:
        unit = "dots: theirs, with a 95% interval; rings: everyone"
    return chart(id, name, unit, shown, height=60 + 36 * len(shown.table.rows))


def _sure(card: Card, trust: Sequence[Component], crowd: str) -> Component:
    return section(
        "How sure",
        badge(card.trust) if card.trust else None,
        html.Div(list(trust)),
        html.P(crowd) if crowd else None,
        className="p-card p-sure",
    )
