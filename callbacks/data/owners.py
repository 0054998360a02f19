"""What owners say of a dataset, on its card: who may see it, which columns are theirs alone, how numbers are written."""

from __future__ import annotations

from dash.development.base_component import Component
from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts import audit, sharing
from core.accounts.audit import Event, by_whom
from core.accounts.members import EVERYBODY
from core.accounts.permissions import Action
from core.datasets.catalogue import Dataset, slug_of
from core.datasets.personal import PersonalColumns
from core.datasets.served import markable
from core.datasets.writing import Writing, currencies, locales
from core.services import Services
from layouts.data import owners as layout
from layouts.data.owners import COLUMN, NAME, ROLE, Offered


def shown(services: Services, dataset: Dataset) -> Component | None:
    """Who is what in it, for those who may say so."""
    if not allows(Action.SHARE, of=dataset.slug):
        return None
    found = services.access.members.of(dataset.slug)
    people = []
    for one in found:
        user = services.users.get(one.key) if one.key else None
        if user:
            since = " ".join(filter(None, ("since", one.at[:10], by_whom(one.who))))
            people.append((user.username, one.standing.word, f", {since}" if one.at else ""))
    is_shared = any(one.key == EVERYBODY for one in found)
    return layout.sharing(dataset.slug or "default", people, sharing.CALLED, is_shared=is_shared)


def columns(services: Services, dataset: Dataset) -> Component | None:
    """Of the dataset whose page it is, the columns that can be personal, for those who may say so."""
    if dataset.slug != services.dataset.slug or not allows(Action.SHARE):
        return None
    served = services.live.served
    personal = served.personal(PersonalColumns(services.database, dataset.slug).marks())
    known = [(one, one in personal) for one in markable(served.fitted.people)]
    return layout.personal(known) if known else None


def mark(services: Services) -> ResponseReturnValue:
    """Keep which of the columns are personal; what the form does not say stays."""
    known = markable(services.live.served.fitted.people)
    given = {name: request.form.get(f"{COLUMN}{name}") for name in known}
    said = {name: value == "yes" for name, value in given.items() if value in ("yes", "no")}
    PersonalColumns(services.database, services.dataset.slug).mark(said, by=visitor().username)
    return redirect("/data")


def share(services: Services, slug: str) -> ResponseReturnValue:
    """Make somebody what the form says; 400 in words for what can't be."""
    demand(Action.SHARE, of=slug)
    dataset = slug_of(slug)
    if dataset not in [one.slug for one in services.workspaces.catalogue.all()]:
        abort(404)
    name, role = (request.form.get(name, "").strip() for name in (NAME, ROLE))
    sharing.share(services.access, dataset, name, role, by=visitor())
    # Who has given their own role away may not see the page any more.
    return redirect("/data" if allows(Action.ADD_DATASETS) else "/")


def offered(services: Services, chosen: Writing, guess: str = "") -> Offered:
    """Currencies and languages, with those that are chosen; else what the file says, else what the house has."""
    currency = chosen.currency if chosen.currency is not None else guess or services.settings.currency
    return Offered(currencies(currency), currency, locales(), chosen.locale, guess)


def writing(services: Services, dataset: Dataset) -> Component | None:
    """How its numbers are written, for those who may say so."""
    if not allows(Action.UPDATE_DATASET, of=dataset.slug):
        return None
    return layout.writing(offered(services, dataset.writing), dataset.slug or "default")


def write(services: Services, slug: str) -> ResponseReturnValue:
    """Write the numbers of a dataset as a form says from now on."""
    demand(Action.UPDATE_DATASET, of=slug)
    dataset = services.workspaces.dataset(slug)
    how = {name: request.form.get(name, "") for name in ("currency", "locale")}
    services.workspaces.catalogue.write(dataset, Writing(**how))
    audit.record(Event.DATASET_WRITING, by=visitor().username, dataset=slug, **how)
    return redirect("/data")
