"""Who goes where, as a Sankey diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts.figures import Figure, as_text, in_lines, note, plot, tip
from layouts.theme import Template


@dataclass(frozen=True)
class Node:
    """A segment in a flow: what stands beside it, what a pointer is told, its colour."""

    label: str
    name: str
    colour: str


@dataclass(frozen=True)
class Link:
    """Customers from one node to another."""

    source: int
    target: int
    customers: int
    colour: str


def flows(nodes: Sequence[Node], links: Sequence[Link], columns: Sequence[str], template: Template) -> Figure:
    """A Sankey diagram from left to right, with the names of its columns on top."""
    letters, lines, apart = (16, 3, 30) if len(columns) < 3 else (13, 4, 14)
    return plot(
        [
            {
                "type": "sankey",
                "arrangement": "snap",
                "node": {
                    "label": [in_lines(node.label, letters, lines) for node in nodes],
                    "customdata": [as_text(node.name) for node in nodes],
                    "color": [node.colour for node in nodes],
                    "pad": apart,
                    "thickness": 14,
                    "line": {"width": 0},
                    "hovertemplate": tip("%{customdata}", "%{value:,.0f} customers"),
                },
                "link": {
                    "source": [link.source for link in links],
                    "target": [link.target for link in links],
                    "value": [link.customers for link in links],
                    "color": [link.colour for link in links],
                    "hovertemplate": tip(
                        "%{source.customdata} to %{target.customdata}", "%{value:,.0f} customers"
                    ),
                },
                "textfont": {"size": 12, "shadow": "none"},
            }
        ],
        template,
        annotations=[_column(text, place, len(columns)) for place, text in enumerate(columns)],
        margin={"l": 8, "r": 8, "t": 44, "b": 12},
    )


@dataclass(frozen=True)
class Side:
    """Segments on one side of a flow, from the first number on: their names, what time it is, a colour each."""

    names: Sequence[str]
    when: str
    colours: Sequence[str]

    @property
    def nodes(self) -> list[Node]:
        """A node for each."""
        return [
            Node(f"{number} {name}", f"{name}, {self.when}", colour)
            for number, (name, colour) in enumerate(zip(self.names, self.colours, strict=True), start=1)
        ]


def between(before: Side, after: Side, counts: Sequence[Sequence[int]]) -> tuple[list[Node], list[Link]]:
    """The segments of before and after, and who goes where: customers by segment before and after."""
    links = [
        Link(row, len(counts) + column, count, faint(before.colours[row]))
        for row, goes in enumerate(counts)
        for column, count in enumerate(goes)
        if count
    ]
    return [*before.nodes, *after.nodes], links


def height(names: int) -> int:
    """Pixels of a diagram with room for as many names on a side."""
    return max(420, 72 * names)


def _column(text: str, place: int, of: int) -> dict[str, Any]:
    side = "left" if place == 0 else "right" if place == of - 1 else "center"
    where = {"xref": "paper", "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": 18}
    return note(place / max(of - 1, 1), 1, text, **where)


def faint(colour: str) -> str:
    """A colour such as #0077BB, transparent."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.35)"
