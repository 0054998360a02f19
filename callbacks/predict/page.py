"""Predict: from seven figures to a segment, and how firmly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.frame.view import Query
from callbacks.predict import batch, nudges, side_by_side
from callbacks.predict.answer import answer as drawn
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.schema.current import BASIS, FIELDS
from core.scoring.customer_input import of_file, read
from core.scoring.prediction import predict
from core.services import Services
from layouts.predict import answer as said
from layouts.predict import batch as scored
from layouts.predict import page as layout
from layouts.predict import side_by_side as compared
from layouts.predict.page import field_id, ids, said_id

Texts = Mapping[str, object]


@dataclass(frozen=True)
class Reply:
    """The answer, the line under each field that needs one, the fields that can't be used."""

    answer: Component
    said: dict[str, Component] = field(default_factory=dict)
    invalid: frozenset[str] = frozenset()
    values: dict[str, float] = field(default_factory=dict)


def answer(services: Services, texts: Texts) -> Reply:
    """Check `texts`, score them, and say it."""
    numbers = services.numbers
    customer = read(texts, services.model, numbers)
    lines = {
        name: layout.assumed(f"Left empty: the median, {numbers.of(FIELDS[name], value)}, is assumed.")
        for name, value in customer.assumed.items()
    }
    lines |= {name: layout.warning(text) for name, text in customer.warnings.items()}
    lines |= {name: layout.error(text) for name, text in customer.errors.items()}
    if customer.errors:
        return Reply(said.refused(len(customer.errors)), lines, frozenset(customer.errors))
    [found] = predict(services.model, [customer])
    values = {name: value for name, value in customer.values.items() if value is not None}
    return Reply(drawn(services, found), lines, frozenset(), values)


def draw(services: Services, query: Query) -> Component:
    """The form and its answer: as the address says, or the typical customer, of whom the address says nothing."""
    if (known := of_file(services.model, query.get("customer", ""))) and not any(n in query for n in BASIS):
        query = query | {name: f"{value:.10g}" for name, value in known.values.items() if value is not None}
    asked = any(name in query for name in BASIS)
    given: Texts = {name: _number_or_text(query.get(name)) for name in BASIS}
    texts: Texts = given if asked else services.model.space.typical
    answered = answer(services, texts)
    inputs = [_input(services, name, texts[name], name in answered.invalid) for name in BASIS]
    customer = query.get("customer", "")
    return layout.layout(
        inputs,
        answered.answer,
        answered.said,
        customer,
        "" if asked else "The typical customer: the median of every field.",
        _shared(answered, customer) if asked and not answered.invalid else _as_asked(query),
        side_by_side.draw(services, query),
        batch.draw(services, query),
    )


def register(app: Dash, services: Services) -> None:
    """Answer the form and its sliders, load a customer, clear, and keep the address in step."""
    side_by_side.register(app, services)
    nudges.register(app, services)
    batch.register(app, services)
    _register_scripts(app)

    @app.callback(
        Output(ids.ANSWER, "children"),
        Output(ids.SHARED, "data"),
        Output(ids.LOAD_SAID, "children"),
        *(Output(field_id(name), "value") for name in BASIS),
        *(Output(said_id(name), "children") for name in BASIS),
        *(Output(field_id(name), "invalid") for name in BASIS),
        Input(ids.FORM, "n_submit"),
        Input(ids.LOAD, "n_clicks"),
        Input(ids.CUSTOMER, "n_submit"),
        Input(ids.CLEAR, "n_clicks"),
        Input(ids.LIVE, "data"),
        State(ids.CUSTOMER, "value"),
        *(State(field_id(name), "value") for name in BASIS),
        prevent_initial_call=True,
    )
    @requires(Action.PREDICT)
    def predict_segment(
        _s: object, _l: object, _e: object, _c: object, live: object, customer: object, *values: object
    ) -> Any:
        if ctx.triggered_id == ids.CLEAR:
            return _say(services, Reply(said.welcome()), dict.fromkeys(BASIS, ""))
        if ctx.triggered_id in (ids.FORM, ids.LIVE):
            told = _say(services, answer(services, dict(zip(BASIS, values, strict=True))))
            return told if ctx.triggered_id == ids.FORM or _has_settled(live) else _meanwhile(told)
        return _load(services, str(customer or ""))


def _register_scripts(app: Dash) -> None:
    app.clientside_callback(
        "function (values, kept, file) { return window.parterre.sharePrediction(values, kept, file); }",
        Output(ids.SHARED_DONE, "data"),
        Input(ids.SHARED, "data"),
        Input(compared.ids.KEPT, "data"),
        Input(scored.ids.SCORED, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "function () { return window.parterre.followFields(); }",
        Output(ids.FOLLOWED, "data"),
        *(Input(field_id(name), "value") for name in BASIS),
    )


def _has_settled(live: object) -> bool:
    """Whether the slider stands still: while it moves, the address and what depends on it wait."""
    return not (isinstance(live, Mapping) and live.get("settled") is False)


def _meanwhile(said: list[Any]) -> list[Any]:
    return [said[0], no_update, *said[2:]]


def _load(services: Services, customer: str) -> list[Any]:
    people = services.model.people
    place = people.place(customer)
    if place is None:
        words = (
            f"No customer has the ID “{customer[:40]}”. Look it up in your file."
            if customer.strip()
            else "Enter the ID of a customer, as in your file."
        )
        return [no_update, no_update, layout.error(words), *[no_update] * (3 * len(BASIS))]
    found = people.rows(np.array([place])).iloc[0]
    texts: Texts = {name: None if found[name] != found[name] else float(found[name]) for name in BASIS}
    shown = {name: services.numbers.typed(found[name]) for name in BASIS}
    return _say(services, answer(services, texts), shown, customer.strip())


def _say(
    services: Services, answered: Reply, shown: dict[str, str] | None = None, customer: str = ""
) -> list[Any]:
    return [
        answered.answer,
        _shared(answered, customer),
        layout.hint(f"Customer {customer}, as in the file.") if customer else "",
        *(shown[name] if shown else no_update for name in BASIS),
        *(answered.said.get(name) or _hint(services, name) for name in BASIS),
        *(name in answered.invalid for name in BASIS),
    ]


def _as_asked(query: Query) -> dict[str, str]:
    """An address with a mistake stays as it is, so that it can be mended there."""
    return {name: query[name][:40] for name in (*BASIS, "customer") if name in query}


def _shared(answered: Reply, customer: str) -> dict[str, str]:
    """What the address holds of an answer."""
    shared = {name: f"{value:.10g}" for name, value in answered.values.items()}
    return shared | {"customer": customer} if customer else shared


def _input(services: Services, name: str, given: object, invalid: bool) -> layout.Input:
    known = FIELDS[name]
    value = services.numbers.typed(given) if isinstance(given, float) else str(given or "")
    return layout.Input(
        name, known.label, known.unit, _hint(services, name), value, _slider(services, name), invalid
    )


def _slider(services: Services, name: str) -> layout.Slider:
    """The range of the data in about two hundred whole steps, a round number each."""
    profile = services.model.card.profile
    spread, typical = profile.spreads[name], profile.averages[name].median
    low, high = math.floor(spread.low), math.ceil(spread.high)
    rough = max(1.0, (high - low) / 200)
    step = int(float(f"{rough:.0e}"))
    return layout.Slider(
        low // step * step, -(-high // step) * step, step, typical or 0.0, services.numbers.separators[0]
    )


def _hint(services: Services, name: str) -> Component:
    known, spread = FIELDS[name], services.model.card.profile.spreads[name]
    low, high = services.numbers.of(known, spread.low), services.numbers.of(known, spread.high)
    return layout.hint(f"{known.help} In the data: {low} to {high}.")


def _number_or_text(text: str | None) -> object:
    """Addresses hold plain numbers, whatever the locale; anything else is told like a typing error."""
    try:
        number = float(text) if text else None
    except ValueError:
        return text
    return text if number is not None and not math.isfinite(number) else number
