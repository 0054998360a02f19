"""Predict: from a few figures to a segment, and how firmly."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.frame.view import Query, mode
from callbacks.predict import batch, nudges, side_by_side
from callbacks.predict.question import Line, Question, Reply, Told
from callbacks.predict.side_by_side import beside_averages
from callbacks.web.guard import requires
from callbacks.web.routes import answer_in_browser
from core.accounts.permissions import Action
from core.model.profile import Profile
from core.numbers import Numbers, every, spell
from core.profiles import advice
from core.profiles import narrative as words
from core.schema.fields import Kind
from core.scoring.customer_input import CustomerInput, asked, of_file, read, scale_of, typed
from core.scoring.prediction import Prediction, predict
from core.services import Services
from layouts import figures, theme
from layouts.components import Shown, Table, meter
from layouts.predict import answer as said
from layouts.predict import batch as scored
from layouts.predict import page as layout
from layouts.predict.page import ids
from layouts.predict.side_by_side import ids as compared

_PARTS = (Kind.SHARE, Kind.RATIO)  # nothing of which comes whole


def draw(services: Services, query: Query) -> Component:
    """The form and its answer: of a customer of the file, or of the typical one."""
    opened = _opened(services, query)
    told: Told = {
        "form": _form(services),
        "decimal": services.numbers.separators[0],
        "n": secrets.token_hex(4),
    }
    return layout.layout(
        spell(len(asked(services.model))),
        opened.told | told,
        opened.answer,
        opened.details,
        side_by_side.draw(services, query),
        batch.draw(services, query),
    )


def register(app: Dash, services: Services) -> None:
    """One question, one answer, written into the form by one script."""
    side_by_side.register(app, services)
    batch.register(app, services)

    @app.callback(
        Output(ids.ANSWER, "children"),
        Output(ids.DETAILS, "children"),
        Output(ids.TOLD, "data"),
        Input(ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    @requires(Action.PREDICT)
    def answer_question(given: object) -> Any:
        question = Question.of(given)
        reply = _DOES.get(question.do, _predict)(services, question)
        return reply.answer, reply.details, reply.told | {"do": question.do, "n": question.n}

    heard = (Input(ids.TOLD, "data"), Input(compared.TOLD, "data"), Input(scored.ids.SCORED, "data"))
    answer_in_browser(app, "showPrediction", Output(ids.SHOWN, "data"), *heard)


def _opened(services: Services, query: Query) -> Reply:
    """What the page opens with. An address may hold figures, though none is written any more."""
    model = services.model
    given = {name: _number_or_text(query[name][:40]) for name in asked(model) if name in query}
    if given:
        reply = _answered(services, read(given, model, services.numbers))
        return replace(reply, told=reply.told | {"values": _written(given, services), "typed": True})
    who = ("hint", "The typical customer: the median of every field.")
    if query.get("customer"):
        loaded = _load(services, Question(customer=query["customer"].strip()))
        if "values" in loaded.told:
            return loaded
        who = loaded.told["said"][ids.LOAD_SAID]
    reply = _answered(services, CustomerInput(dict(model.space.typical)), settled=False)
    told: Told = {"values": _written(model.space.typical, services), "said": {ids.LOAD_SAID: who}}
    return Reply(reply.told | told, reply.answer, None)


def _predict(services: Services, question: Question) -> Reply:
    reply = _answered(services, read(question.values, services.model, services.numbers), question.settled)
    return replace(reply, told=reply.told | {"said": {ids.LOAD_SAID: ("hint", "")}})


def _load(services: Services, question: Question) -> Reply:
    found, shown = of_file(services.model, question.customer), question.customer[:40]
    if found is None:
        unknown = f"No customer has the ID “{shown}”. Look it up in your file."
        words = unknown if shown else "Enter the ID of a customer, as in your file."
        return Reply({"said": {ids.LOAD_SAID: ("error", words)}})
    reply = _answered(services, found)
    who = {ids.LOAD_SAID: ("hint", f"Customer {question.customer}, as in the file.")}
    told: Told = {"values": _written(found.values, services), "customer": question.customer, "said": who}
    return replace(reply, told=reply.told | told)


def _clear(services: Services, _question: Question) -> Reply:
    empty = dict.fromkeys(asked(services.model), "")
    told: Told = {"values": empty, "lines": {}, "said": {ids.LOAD_SAID: ("hint", "")}}
    return Reply(told, said.welcome(), None)


_DOES: Mapping[str, Callable[[Services, Question], Reply]] = {"load": _load, "clear": _clear}


def _answered(services: Services, customer: CustomerInput, settled: bool = True) -> Reply:
    """The answer for one customer, and the line under each field that needs one."""
    told: Told = {"lines": _lines(services, customer)}
    if customer.errors:
        return Reply(told, said.refused(len(customer.errors)), None)
    [found] = predict(services.model, [customer], services.grouped)
    reply = Reply(told, answer(services, found))
    return replace(reply, details=nudges.details(services, found)) if settled else reply


def _lines(services: Services, customer: CustomerInput) -> dict[str, Line]:
    fields, numbers = asked(services.model), services.numbers
    gaps: dict[str, Line] = {
        name: ("assumed", f"Left empty: the median, {numbers.of(fields[name], value)}, is assumed.")
        for name, value in customer.assumed.items()
    }
    warnings: dict[str, Line] = {name: ("warning", words) for name, words in customer.warnings.items()}
    return gaps | warnings | {name: ("error", words) for name, words in customer.errors.items()}


def _written(values: Mapping[str, object], services: Services) -> dict[str, str]:
    """Values as the form shows them; what is no number as it was given."""
    return {
        name: typed(known, value, services.numbers)
        if value is None or isinstance(value, float)
        else str(value)
        for name, known in asked(services.model).items()
        for value in (values.get(name),)
    }


def _form(services: Services) -> list[Told]:
    """The fields of the form: what the model's segments are built from."""
    return [
        {
            "name": name,
            "label": known.label,
            "unit": f"percent {known.unit}".strip() if scale_of(known) > 1 else known.unit,
            "hint": f"{known.help} In the data: {_range(services, name)}.",
            **_slider(services, name),
        }
        for name, known in asked(services.model).items()
    ]


def _range(services: Services, name: str) -> str:
    known, spread, numbers = (
        asked(services.model)[name],
        services.model.card.profile.spreads[name],
        services.numbers,
    )
    return f"{numbers.of(known, spread.low)} to {numbers.of(known, spread.high)}"


def _slider(services: Services, name: str) -> dict[str, float]:
    """The range of the data as it is typed, in about two hundred steps, a round number each, and where a gap stands."""
    spread, known = services.model.card.profile.spreads[name], asked(services.model)[name]
    scale = scale_of(known)
    least, most = scale * spread.low, scale * spread.high
    rough = (most - least if known.decimals else math.ceil(most) - math.floor(least)) / 200
    step = float(f"{rough if known.decimals or known.kind in _PARTS else max(1.0, rough):.0e}") or 1.0
    low, high = (math.floor(least / step) * step, math.ceil(most / step) * step)
    assumed = scale * services.model.space.typical[name]
    return {"low": round(low, 9), "high": round(high, 9), "step": step, "assumed": assumed}


def _number_or_text(text: str) -> object:
    """Addresses hold plain numbers, whatever the locale; anything else is told like a typing error."""
    try:
        return float(text) if math.isfinite(float(text)) else text
    except ValueError:
        return text


def answer(services: Services, found: Prediction) -> Component:
    """The segment, how firmly, what stands out, what to do, and two charts."""
    model, numbers = services.model, services.numbers
    plotly = theme.template(mode(), numbers.separators)
    suggestion = advice.of_customer(model, found.segment.number, found.values, numbers)
    verdict = said.verdict(
        number=found.segment.number,
        name=found.segment.name,
        sentence=found.sentence,
        firmly=meter(found.segment.number, found.firmness, found.firmly(numbers)),
        assumed=_assumed(services, found),
        phrases=_phrases(services, found),
        advice=(suggestion.title, suggestion.text),
        segment=words.description(found.segment, model.card.profile, numbers, model.schema),
    )
    nearest = _distances(model.card.profile, found, plotly, numbers)
    return said.answer(verdict, found.unit, _compared(services, found), nearest)


def _assumed(services: Services, found: Prediction) -> str:
    fields = asked(services.model)
    labels = ", ".join(fields[name].within for name in found.customer.assumed)
    return f"Not given, so taken as the median: {labels}." if labels else ""


def _phrases(services: Services, found: Prediction) -> list[str]:
    """The fields in which the customer is furthest from everyone, in words."""
    profile, fields = services.model.card.profile, asked(services.model)
    apart = {name: abs(profile.standardised(name, value)) for name, value in found.values.items()}
    far = sorted((name for name in apart if apart[name] >= 0.5), key=lambda name: -apart[name])
    phrases = [
        words.phrase(fields[name], found.values[name], profile.averages[name].mean, services.numbers)
        for name in far[:3]
    ]
    return phrases or [
        f"within half a standard deviation of everyone's average in {every(len(apart))} figures"
    ]


def _compared(services: Services, found: Prediction) -> Shown:
    profile, write = services.model.card.profile, services.numbers.of
    apart = {name: profile.standardised(name, value) for name, value in found.values.items()}
    name = max(apart, key=lambda name: abs(apart[name]))
    field, where = services.schema[name], "above" if apart[name] > 0 else "below"
    value, average = write(field, found.values[name]), write(field, profile.averages[name].mean)
    where = "at" if value == average else where
    furthest = f"This customer is furthest from everyone in {field.within}: {value}, {where} the average of {average}."
    figure, table = beside_averages(services, [("This customer", found)])
    return Shown(figure, furthest, table)


def _distances(profile: Profile, found: Prediction, plotly: theme.Template, numbers: Numbers) -> Shown:
    pairs = zip(profile.segments, found.distances, strict=True)
    rows = [(segment.number, segment.name, distance) for segment, distance in pairs]
    ordered = sorted(rows, key=lambda row: row[2])
    (_, first, near), (_, second, next_near), *_ = ordered
    fixed = numbers.fixed
    finding = (
        f"Nearest: {first} at {fixed(near, 1)}, then {second} at {fixed(next_near, 1)}; the nearest border, that with "
        f"{found.neighbour.name}, is {fixed(found.border)} away."
    )
    table = Table(("Segment", "Distance"), [(name, fixed(value)) for _, name, value in ordered])
    return Shown(figures.distances(rows, plotly, numbers, found.unit), finding, table)
