"""What would take a customer into another segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.components import disclosure, section, swatch


@dataclass(frozen=True)
class Move:
    """A segment, whether it lies up or down, and the change that reaches it: all figures together, or one alone."""

    number: int
    name: str
    way: str
    together: str
    alone: str


def details(
    opening: str, moves: Sequence[Move], stay: Sequence[str], rule: Component | None, unit: str
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
        html.Ul([_move(one) for one in moves], className="p-moves"),
        html.P(hint, className="p-hint"),
        disclosure("This segment as a rule to copy", rule) if rule else None,
        className="p-card p-nudges",
    )


def _move(one: Move) -> Component:
    return html.Li(
        [
            html.Div([swatch(one.number), html.Strong(one.name)], className="p-move-name"),
            html.P([html.Strong(f"{one.way} ") if one.way else None, one.together]),
            html.P(one.alone, className="p-hint") if one.alone else None,
        ]
    )
