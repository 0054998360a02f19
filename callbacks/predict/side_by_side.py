"""Customers side by side: kept from the form, added by ID, removed. The address holds those who have an ID."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output, no_update
from dash.development.base_component import Component

from callbacks.frame.view import Query, mode
from callbacks.predict.question import Line, Question, Told
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.schema.fields import Field
from core.scoring.customer_input import CENTS, CustomerInput, asked, of_file, read, scale_of
from core.scoring.prediction import MOST_COMPARED, Prediction, predict, widest
from core.services import Services
from layouts import theme
from layouts.components import Shown, Table
from layouts.figures import Figure
from layouts.predict import side_by_side as layout
from layouts.predict.side_by_side import LETTERS, Marks, ids

Token = str | dict[str, float | None]  # who is kept: an ID, or the values of one who was typed
Named = Sequence[tuple[str, Prediction]]
_UNKNOWN: Mapping[str, str] = {
    "keep": "A value of the form can't be used: see the lines in red after “Predict segment”.",
    "add": "No customer has this ID. Look it up in your file.",
}


def draw(services: Services, query: Query) -> Component:
    """The customers of the address; who is unknown is left out."""
    kept = there(services, [query[letter.lower()] for letter in LETTERS if letter.lower() in query])
    return layout.layout({"kept": kept, "n": secrets.token_hex(4)}, content(services, kept))


def register(app: Dash, services: Services) -> None:
    """Keep, add and remove; one question, one answer."""

    @app.callback(
        Output(ids.CONTENT, "children"),
        Output(ids.TOLD, "data"),
        Input(ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    @requires(Action.PREDICT)
    def change_comparison(given: object) -> Any:
        question = Question.of(given)
        kept, said = change(services, question)
        told: Told = {"said": {ids.SAID: said}, "do": question.do, "n": question.n}
        if kept is None:
            return no_update, told
        return content(services, kept), told | {"kept": kept}


def there(services: Services, given: Sequence[object]) -> list[Token]:
    """Of those that a browser or an address names, the ones that there are."""
    found: list[Token] = []
    for one in given[: 2 * MOST_COMPARED]:
        customer = _customer(services, one)
        token = one if isinstance(one, str) else customer and customer.values
        if customer and token and token not in found:
            found.append(token)
    return found[:MOST_COMPARED]


def change(services: Services, question: Question) -> tuple[list[Token] | None, Line]:
    """Who is compared once one is kept from the form, added by ID or removed; None where nothing changes, and why."""
    kept = there(services, question.kept)
    if question.do not in ("keep", "add"):
        return [one for at, one in enumerate(kept) if question.do != "drop" or at != question.place], (
            "hint",
            "",
        )
    token = _in_form(services, question) if question.do == "keep" else question.other
    if not token or not _customer(services, token):
        return None, ("error", _UNKNOWN[question.do])
    if token in kept:
        return None, ("error", "This customer is there already.")
    if len(kept) == MOST_COMPARED:
        return None, ("error", "Three customers are there. Remove one first.")
    return [*kept, token], ("hint", f"{LETTERS[len(kept)]} is added.")


def content(services: Services, kept: Sequence[Token]) -> list[Component]:
    """Who is compared, each to be removed; then chart and table."""
    customers = _named(services, kept)
    if not customers:
        return []
    figure, table = beside_averages(services, customers)
    shown = Shown(figure, _finding(services, customers), table)
    return [layout.chips([name for name, _ in customers]), layout.content(shown)]


def _customer(services: Services, token: object) -> CustomerInput | None:
    """A kept customer; None if the token means nobody."""
    if isinstance(token, str):
        return of_file(services.model, token)
    customer = read(token, services.model, services.numbers) if isinstance(token, Mapping) else None
    return customer if customer and not customer.errors else None


def _in_form(services: Services, question: Question) -> Token | None:
    """The customer in the form: by ID if it is one of the file, unchanged; None if a value can't be used."""
    customer = read(question.values, services.model, services.numbers)
    if customer.errors:
        return None
    loaded = of_file(services.model, question.customer)
    return (
        question.customer if loaded and _alike(loaded, customer, asked(services.model)) else customer.values
    )


def _alike(one: CustomerInput, other: CustomerInput, fields: Mapping[str, Field]) -> bool:
    """The same but for what is rounded: that is how the form shows a customer of the file."""
    return one.assumed == other.assumed and all(
        abs(value - other.filled[name])
        <= 0.5 * 10.0 ** -(fields[name].decimals + CENTS) / scale_of(fields[name])
        for name, value in one.filled.items()
    )


def _named(services: Services, kept: Sequence[Token]) -> Named:
    names = [
        f"{letter}: {f'customer {token}' if isinstance(token, str) else 'from the form'}"
        for letter, token in zip(LETTERS, kept, strict=False)
    ]
    customers = [one for token in kept if (one := _customer(services, token))]
    return list(zip(names, predict(services.model, customers, services.grouped), strict=True))


def beside_averages(services: Services, customers: Named) -> tuple[Figure, Table]:
    """Customers with the averages of their segments, as a chart and as a table."""
    profile, numbers, fields = services.model.card.profile, services.numbers, asked(services.model)
    averages = [profile.segment(number) for number in sorted({one.segment.number for _, one in customers})]
    marks = [
        Marks(
            called,
            one.segment.number,
            [profile.standardised(name, one.values[name]) for name in fields],
            [numbers.of(known, one.values[name]) for name, known in fields.items()],
        )
        for called, one in customers
    ]
    ticks = [
        Marks(
            f"Average of {one.called}",
            one.number,
            [one.effects[name] for name in fields],
            [numbers.of(known, one.averages[name].mean) for name, known in fields.items()],
        )
        for one in averages
    ]
    plotly = theme.template(mode(), numbers.separators)
    figure = layout.figure([known.label for known in fields.values()], marks, ticks, plotly)
    return figure, _table(services, customers, ticks)


def _table(services: Services, customers: Named, averages: Sequence[Marks]) -> Table:
    profile, numbers = services.model.card.profile, services.numbers
    blank = [""] * (len(averages) + 1)
    rows = [
        ["Segment", *(one.segment.name for _, one in customers), *blank],
        ["Firmness", *(numbers.percent(one.firmness) for _, one in customers), *blank],
    ]
    for place, (name, known) in enumerate(asked(services.model).items()):
        own = [
            numbers.of(known, one.values[name]) + (" (assumed)" if name in one.customer.assumed else "")
            for _, one in customers
        ]
        everyone = numbers.of(known, profile.averages[name].mean)
        rows.append([known.label, *own, *(one.texts[place] for one in averages), everyone])
    head = ["Field", *(name for name, _ in customers), *(one.name for one in averages), "Everyone"]
    return Table(head, rows)


def _finding(services: Services, customers: Named) -> str:
    where = "; ".join(f"{name[0]}: {one.segment.called}" for name, one in customers)
    far = widest([one for _, one in customers], services.model.card.profile)
    if far is None:
        return f"{where}."
    name, *places = far
    field, written = asked(services.model)[name], services.numbers.of
    high, low = (
        f"{written(field, customers[at][1].values[name])} for {customers[at][0][0]}" for at in places
    )
    return f"{where}. They differ most in {field.within}: {high}, {low}."
