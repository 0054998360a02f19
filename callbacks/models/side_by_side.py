"""Two models side by side: versions of the customers, or numbers of segments, that were live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dash.development.base_component import Component

from callbacks.frame.view import Query
from core.accounts.audit import by_whom
from core.datasets.deployments import Fit
from core.datasets.in_common import Two, agreement
from core.datasets.versions import Version
from core.errors import ModelError
from core.evidence import evidence, recommendation
from core.model.artefacts import Model
from core.profiles.summary import moment, rules_told, story
from core.services import Services
from layouts import models as layout
from layouts.components import Table

_LONGEST_HASH = 12


@dataclass(frozen=True)
class _Side:
    """A model that is compared, and when it was chosen."""

    fit: Fit
    model: Model


def section(services: Services, query: Query) -> Component | None:
    """What is the same of two models and what differs; nothing where there was only one."""
    fits = {one.key: one for one in services.live.fits()}
    if len(fits) < 2:
        return None
    live = services.model.card.key
    last = [key for key in fits if key != live][-1]
    chosen = query.get("one", live), query.get("other", last)
    choices = [layout.Choice(key, _called(services, one)) for key, one in reversed(fits.items())]
    if any(key not in fits for key in chosen):
        return layout.side_by_side(choices, (live, last), "One of these models is not kept here.")
    try:
        one, other = (_side(services, fits[key]) for key in chosen)
    except ModelError as error:
        return layout.side_by_side(choices, chosen, str(error))
    names = [_called(services, side.fit) for side in (one, other)]
    differing, same = _rows(services, one, other)
    tables = Table(("", *names), differing), Table(("", "Both"), same)
    return layout.side_by_side(choices, chosen, _agreement(services, one, other), *tables)


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
    yield "Cleaning rules that were on", ", ".join(catches for catches, *_ in rules_told(card, numbers))
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
