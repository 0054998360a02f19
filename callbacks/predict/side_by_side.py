"""Customers side by side: kept from the form, added by ID, removed; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.frame.view import Query, mode
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.schema.current import BASIS, FIELDS
from core.scoring.customer_input import CustomerInput, of_file, read
from core.scoring.prediction import Prediction, predict
from core.scoring.side_by_side import MOST, widest
from core.services import Services
from layouts import theme
from layouts.components import Table
from layouts.predict import page as form
from layouts.predict import side_by_side as layout
from layouts.predict.side_by_side import DROPS, LETTERS, Marks, ids

PARAMETERS = ("a", "b", "c")
_LONGEST = 1000  # of an ID or seven numbers in an address
Values = Mapping[str, float | None]


def draw(services: Services, query: Query) -> Component:
    """The customers of the address; who is unknown is left out."""
    kept = tokens(services, [query[name] for name in PARAMETERS if name in query])
    customers = _customers(services, kept)
    return layout.layout(kept, [name for name, _ in customers], _content(services, customers))


def register(app: Dash, services: Services) -> None:
    """Keep, add and remove."""

    @app.callback(
        Output(ids.KEPT, "data"),
        Output(ids.CONTENT, "children"),
        Output(ids.SAID, "children"),
        Output(ids.CUSTOMER, "value"),
        *(Output(drop, "children") for drop in DROPS),
        *(Output(drop, "hidden") for drop in DROPS),
        Input(form.ids.KEEP, "n_clicks"),
        Input(ids.ADD, "n_clicks"),
        Input(ids.CUSTOMER, "n_submit"),
        *(Input(drop, "n_clicks") for drop in DROPS),
        State(ids.KEPT, "data"),
        State(ids.CUSTOMER, "value"),
        State(form.ids.CUSTOMER, "value"),
        *(State(form.field_id(name), "value") for name in BASIS),
        prevent_initial_call=True,
    )
    @requires(Action.PREDICT)
    def change_comparison(*given: object) -> Any:
        kept, typed, loaded, *values = given[3 + len(DROPS) :]
        before = tokens(services, kept)
        if ctx.triggered_id in DROPS:
            place = DROPS.index(ctx.triggered_id)
            return _say(services, [one for at, one in enumerate(before) if at != place], "")
        if ctx.triggered_id == form.ids.KEEP:
            return _add(services, before, _from_form(services, dict(zip(BASIS, values, strict=True)), loaded))
        return _add(services, before, _by_id(services, typed))


def tokens(services: Services, given: object) -> list[str]:
    """Customers as the address and the store write them, checked: an ID, or `~` and seven numbers."""
    texts = given if isinstance(given, list) else []
    known = [
        text
        for text in texts[: 2 * MOST]
        if isinstance(text, str) and len(text) <= _LONGEST and values_of(services, text) is not None
    ]
    return list(dict.fromkeys(known))[:MOST]


def values_of(services: Services, token: str) -> CustomerInput | None:
    """A kept customer; None if the token means nobody."""
    if not token.startswith("~"):
        return of_file(services.model, token)
    parts = token[1:].split("~")
    if len(parts) != len(BASIS):
        return None
    try:
        texts = {name: float(part) if part else None for name, part in zip(BASIS, parts, strict=True)}
    except ValueError:
        return None
    customer = read(texts, services.model, services.numbers)
    return None if customer.errors else customer


def _from_form(services: Services, typed: Mapping[str, object], loaded: object) -> str | None:
    """The customer in the form: by ID if it is one of the file, unchanged; None if a value can't be used."""
    question = read(typed, services.model, services.numbers)
    if question.errors:
        return None
    if isinstance(loaded, str) and loaded.strip() and not loaded.strip().startswith("~"):
        known = of_file(services.model, loaded)
        if known is not None and _alike(known.values, question.values):
            return loaded.strip()
    return "~" + "~".join(
        "" if value is None else f"{value:.10g}" for value in (question.values[name] for name in BASIS)
    )


def _alike(one: Values, other: Values) -> bool:
    """The same to the cent: that is how the form shows a customer of the file."""
    return all(
        (one[name] is None) == (other[name] is None) and abs((one[name] or 0) - (other[name] or 0)) <= 0.005
        for name in BASIS
    )


def _by_id(services: Services, typed: object) -> str | None:
    text = typed.strip() if isinstance(typed, str) else ""
    return text if text and not text.startswith("~") and of_file(services.model, text) is not None else None


def _add(services: Services, before: list[str], token: str | None) -> list[Any]:
    if token is None:
        by_form = ctx.triggered_id == form.ids.KEEP
        said = (
            "A value of the form can't be used: see the lines in red after “Predict segment”."
            if by_form
            else "No customer has this ID. Look it up in your file."
        )
        return _refuse(said)
    if token in before:
        return _refuse("This customer is there already.")
    if len(before) == MOST:
        return _refuse("Three customers are there. Remove one first.")
    return _say(services, [*before, token], f"{LETTERS[len(before)]} is added.")


def _refuse(said: str) -> list[Any]:
    return [no_update, no_update, form.error(said), no_update, *[no_update] * (2 * len(DROPS))]


def _say(services: Services, kept: list[str], said: str) -> list[Any]:
    customers = _customers(services, kept)
    names = [name for name, _ in customers]
    return [
        kept,
        _content(services, customers),
        form.hint(said) if said else "",
        "",
        *(layout.chip(names, place) for place in range(len(DROPS))),
        *(place >= len(names) for place in range(len(DROPS))),
    ]


def _customers(services: Services, kept: Sequence[str]) -> list[tuple[str, Prediction]]:
    named = [
        (f"{letter}: {'from the form' if token.startswith('~') else f'customer {token}'}", known)
        for letter, token in zip(LETTERS, kept, strict=False)
        if (known := values_of(services, token)) is not None
    ]
    found = predict(services.model, [known for _, known in named])
    return list(zip([name for name, _ in named], found, strict=True))


def _content(services: Services, customers: Sequence[tuple[str, Prediction]]) -> Component | None:
    if not customers:
        return None
    profile, numbers = services.model.card.profile, services.numbers
    averages = [profile.segment(number) for number in sorted({one.segment.number for _, one in customers})]
    labels = [FIELDS[name].label for name in BASIS]
    marks = [
        Marks(
            called,
            one.segment.number,
            [profile.standardised(name, one.values[name]) for name in BASIS],
            [numbers.of(FIELDS[name], one.values[name]) for name in BASIS],
        )
        for called, one in customers
    ]
    ticks = [
        Marks(
            f"Average of {one.name.lower()}",
            one.number,
            [one.effects[name] for name in BASIS],
            [numbers.of(FIELDS[name], one.averages[name].mean) for name in BASIS],
        )
        for one in averages
    ]
    plotly = theme.template(mode(), numbers.separators)
    figure = layout.figure(labels, marks, ticks, plotly)
    return layout.content(figure, _table(services, customers, ticks), _finding(services, customers))


def _table(
    services: Services, customers: Sequence[tuple[str, Prediction]], averages: Sequence[Marks]
) -> Table:
    profile, numbers = services.model.card.profile, services.numbers
    blank = [""] * (len(averages) + 1)
    rows = [
        ["Segment", *(one.segment.name for _, one in customers), *blank],
        ["Firmness", *(numbers.percent(one.firmness) for _, one in customers), *blank],
    ]
    for place, name in enumerate(BASIS):
        own = [
            numbers.of(FIELDS[name], one.values[name])
            + (" (assumed)" if name in one.customer.assumed else "")
            for _, one in customers
        ]
        everyone = numbers.of(FIELDS[name], profile.averages[name].mean)
        rows.append([FIELDS[name].label, *own, *(one.texts[place] for one in averages), everyone])
    head = ["Field", *(name for name, _ in customers), *(one.name for one in averages), "Everyone"]
    return Table(head, rows)


def _finding(services: Services, customers: Sequence[tuple[str, Prediction]]) -> str:
    profile, numbers = services.model.card.profile, services.numbers
    where = "; ".join(f"{name[0]}: {one.segment.name.lower()}" for name, one in customers)
    far = widest([one for _, one in customers], profile)
    if far is None:
        return f"{where}."
    field, *places = far
    known = FIELDS[field]
    high, low = (
        f"{numbers.of(known, customers[at][1].values[field])} for {customers[at][0][0]}" for at in places
    )
    return f"{where}. They differ most in {known.label.lower()}: {high}, {low}."
