"""Erasing a customer: what it would do, how far it is, and what it has done."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import notice, page, posts, submit
from layouts.older import moment

PATH = "/customers/erase"


class ids:
    TYPED = "erasing-typed"


def ask(id: str, said: Sequence[str], model: str, back: str) -> Component:
    """What would be done, and the form that has it done once the ID is typed."""
    leave = html.A("Leave everything as it is", href=back, className="btn p-button-quiet")
    form = posts(
        PATH,
        html.Label("Type the ID of the customer to erase them", htmlFor=ids.TYPED),
        dcc.Input(id=ids.TYPED, name="typed", required=True, autoComplete="off", className="form-control"),
        html.P([submit("Erase this customer"), leave], className="p-form-actions"),
        look="p-form",
        customer=id,
        model=model,
    )
    return page(
        f"Erase customer {id}?",
        "Nothing brings them back, and no later file does, unless an operator allows it.",
        _list(said),
        form,
    )


def under_way(panel: Component) -> Component:
    """How far it is."""
    lead = "Everybody sees the customers as they are until all of it is ready; then it is done at one moment."
    return page("Erasing a customer", lead, panel)


def done(number: int, said: Sequence[str], who: str, at: str) -> Component:
    """What was done."""
    when = html.P(["Begun ", *moment(at)[1:], f", {who}."], className="p-hint")
    return page(f"Erasure {number} is done", "The customer is no longer here.", _list(said), when, _on())


def refused(words: str, back: str) -> Component:
    """Why that can't be."""
    return page(
        "Nobody is erased",
        words,
        notice("Nothing was changed", "Look the customer up in the list.", _on(back), kind="error"),
    )


def _list(said: Sequence[str]) -> Component:
    return html.Ul([html.Li(one) for one in said], className="p-card p-erasing")


def _on(href: str = "/customers") -> Component:
    return html.P(html.A("To the customers", href=href, className="btn p-button"))
