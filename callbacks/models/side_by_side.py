"""Two models side by side: versions of the customers, or numbers of segments, that were live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component
from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.frame.view import Query
from callbacks.web.guard import allows
from callbacks.web.sessions import visitor
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.datasets.deployments import Fit
from core.datasets.in_common import Two, agreement
from core.datasets.marks import Mark
from core.datasets.versions import Version
from core.errors import ModelError
from core.evidence import evidence, recommendation
from core.model.artefacts import Model
from core.profiles.summary import moment, rules_told, story
from core.services import Services
from layouts import models as layout
from layouts.components import Table

NOTHING_SAID = Mark("", False, "", "")
_LONGEST_HASH = 12


@dataclass(frozen=True)
class _Side:
    """A model that is compared, and when it was chosen."""

    fit: Fit
    model: Model


def section(services: Services, query: Query) -> Component | None:
    """What is the same of two models and what differs; nothing where there was only one."""
    fits = {one.key: one for one in services.live.fits()}
    live = services.model.card.key
    if fits.keys() <= {live}:
        return layout.side_by_side(_models(services, list(fits.values())), [])
    last = [key for key in fits if key != live][-1]
    chosen = query.get("one", live), query.get("other", last)
    newest = list(reversed(fits.values()))
    shown = _models(services, newest), [(one.key, _called(services, one)) for one in newest]
    if any(key not in fits for key in chosen):
        return layout.side_by_side(*shown, (live, last), "One of these models is not kept here.")
    try:
        one, other = (_side(services, fits[key]) for key in chosen)
    except ModelError as error:
        return layout.side_by_side(*shown, chosen, str(error))
    names = [_called(services, side.fit) for side in (one, other)]
    differing, same = _rows(services, one, other)
    tables = Table(("", *names), differing), Table(("", "Both"), same)
    return layout.side_by_side(*shown, chosen, _agreement(services, one, other), *tables)


def say(services: Services, key: str) -> ResponseReturnValue:
    """Keep a note of a model, and whether it is retired."""
    if key not in {one.key for one in services.live.fits()}:
        abort(404, "There is no such model. Look at those on the Models page.")
    retired = request.form.get("retired") == "yes"
    if retired and key == services.model.card.key:
        abort(409, "This model is live. Make another one live, then retire it.")
    services.live.mark(key, request.form.get("note", ""), retired=retired, by=visitor().username)
    return redirect("/models")


def _models(services: Services, fits: Sequence[Fit]) -> list[Component]:
    said, may, live = services.live.marks.all(), allows(Action.CHOOSE_MODEL), services.model.card.key
    return [
        layout.listed(
            _called(services, one),
            _made_live(services, one),
            mark.note,
            "Live" if one.key == live else _retired(mark),
            layout.saying(one.key, mark.note, is_retired=mark.retired) if may else "",
        )
        for one in fits
        for mark in (said.get(one.key, NOTHING_SAID),)
    ]


def _retired(mark: Mark) -> str:
    return f"Retired {by_whom(mark.who)} on {mark.at[:10]}" if mark.retired else ""


def _called(services: Services, fit: Fit) -> str:
    k, live = fit.chosen.parameters.k, fit.key == services.model.card.key
    version = f"Version {fit.version}, " if fit.version else ""
    words = f"{version}{k} segments, {fit.key[:6]}"
    return f"{words} (live)" if live else words


def _side(services: Services, fit: Fit) -> _Side:
    with services.live.pinned(fit.key):
        return _Side(fit, services.model)


def _agreement(services: Services, one: _Side, other: _Side) -> str:
    found, numbers = agreement(Two(one.model, other.model)), services.numbers
    if found is None:
        return "The two have no customers in common, so nobody can be said to sit elsewhere."
    return (
        f"Of {numbers.whole(found.both)} customers in both, {numbers.whole(found.elsewhere)} sit in another segment "
        f"({numbers.percent(found.elsewhere / found.both)}), each segment matched with the one that it shares most with. "
        f"Adjusted Rand index {numbers.fixed(found.rand)}: 1 is the same segments, 0 no more alike than by chance."
    )


def _rows(
    services: Services, one: _Side, other: _Side
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """What differs, and what is the same."""
    first, second = dict(_told(services, one)), dict(_told(services, other))
    rows = [(label, first.get(label, "–"), second.get(label, "–")) for label in {**first, **second}]
    same: list[tuple[str, ...]] = [(label, was) for label, was, now in rows if was == now]
    return [row for row in rows if row[1] != row[2]], same


def _told(services: Services, side: _Side) -> Iterator[tuple[str, str]]:
    card, numbers = side.model.card, services.numbers
    if side.fit.version:
        yield "Version of the customers", str(side.fit.version)
    yield "Made live", _made_live(services, side.fit)
    for label, words in story(card, numbers):
        yield label, words[:_LONGEST_HASH] if words == card.data.sha256 else words
    yield "Cleaning rules that were on", " ".join(catches for catches, *_ in rules_told(card, numbers))
    yield "Note", services.live.marks.all().get(card.key, NOTHING_SAID).note or "–"
    found = evidence.find(services.findings, card)
    lead = recommendation.opening(found, card.parameters.k, numbers) if found else "not measured"
    yield "Evidence", lead


def _made_live(services: Services, fit: Fit) -> str:
    """Who chose it and when; of what nobody chose, who brought the version."""
    who, when = fit.chosen.by, fit.chosen.when
    came = _version(services, fit.version)
    if not who and came:
        who, when = came.who, came.at
    return " ".join(filter(None, (moment(when) if when else "", by_whom(who)))) or "at the start"


def _version(services: Services, number: int) -> Version | None:
    kept = services.workspaces.catalogue.versions(services.dataset).all() if number else ()
    return next((one for one in kept if one.number == number), None)
