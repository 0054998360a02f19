"""Sharing a dataset, on its card: who may see it, and what each may do."""

from __future__ import annotations

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts import sharing
from core.accounts.audit import by_whom
from core.accounts.members import EVERYBODY
from core.accounts.permissions import Action
from core.datasets.catalogue import Dataset, slug_of
from core.errors import AccountError
from core.services import Services
from layouts.data.sharing import NAME, ROLE, Shared


def shown(services: Services, dataset: Dataset) -> Shared | None:
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
    return Shared(people, any(one.key == EVERYBODY for one in found), sharing.CALLED)


def share(services: Services, slug: str) -> ResponseReturnValue:
    """Make somebody what the form says; 400 in words for what can't be."""
    demand(Action.SHARE, of=slug)
    dataset = slug_of(slug)
    if dataset not in [one.slug for one in services.workspaces.catalogue.all()]:
        abort(404)
    try:
        name, role = (request.form.get(name, "").strip() for name in (NAME, ROLE))
        sharing.share(services.access, dataset, name, role, by=visitor())
    except AccountError as error:
        abort(400, str(error))
    # Who has given their own role away may not see the page any more.
    return redirect("/data" if allows(Action.ADD_DATASETS) else "/")
