"""Files that belong together: what was found of them, and the button that makes one table of them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components import aria, button, data, section


class ids:
    SAID = "together-said"


def layout(words: Sequence[str], found: str, panel: Component | None) -> Component:
    """What belongs together, with a press for it; and one for what is ticked."""
    proposed = [
        *(html.P(one) for one in words),
        button("Put these together", "btn p-button", **data(together=found)),
    ]
    return section(
        "Files that belong together",
        html.Div(proposed, className="p-together-found") if words else None,
        panel,
        html.P(
            "Customers and their orders, addresses and scores of the same customers, or months with the same headings: "
            "tick them above, and they are joined as one table.",
            className="p-hint",
        ),
        button("Put what is ticked together", "btn p-button-quiet", **data(together="")),
        html.Div(id=ids.SAID, className="p-said", **aria(live="polite")),
        className="p-card p-together",
    )


def tick(identity: str, name: str) -> Component:
    """Whether a file belongs to others; assets/data.js makes the box."""
    return html.Div(className="p-tick-field", **data(tick=identity, called=name))
