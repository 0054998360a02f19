"""Customers that are elsewhere, on the page: files that a cluster reads, and tables of the warehouse."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component
from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.datasets.catalogue import DEFAULT, Dataset, slug_of
from core.datasets.offered import What, offered, table_of, tables_offered
from core.jobs.queue import UNDER_WAY, Job, State
from core.services import Services
from layouts.data import outside as layout

CLUSTER, SOURCE = "cluster", "source"  # the kinds of work
_LOOKED_AT = 20  # of the visitor's jobs, the newest
_GONE = "Found no such {}. Expected one that the page lists. Reload it, and choose again."


def parts(services: Services, datasets: Sequence[Dataset]) -> list[Component]:
    """What is offered, and how far the visitor's work on it is; nothing where nothing is."""
    found = []
    if addresses := offered(services.settings):
        panel, is_busy, _ = _work(services, CLUSTER)
        found.append(layout.cluster(addresses, panel, is_busy=is_busy))
    if tables := tables_offered(services.settings):
        panel, is_busy, done = _work(services, SOURCE)
        found.append(layout.source(tables, _asked(datasets), panel, _told(services, done), is_busy=is_busy))
    return found


def _asked(datasets: Sequence[Dataset]) -> list[tuple[str, str]]:
    """What may be asked of a table, as it is sent and in words."""
    mine = [one for one in datasets if allows(Action.UPDATE_DATASET, of=one.slug)]
    return [
        (What.ADD.value, "A new dataset"),
        *((f"{What.UPDATE}:{one.slug or DEFAULT}", f"The next version of {one.title}") for one in mine),
        *(
            (f"{What.SCORE}:{one.slug or DEFAULT}", f"Segments of {one.title}, into {table_of(one.slug)}")
            for one in mine
        ),
    ]


def _work(services: Services, kind: str) -> tuple[Component | None, bool, Job | None]:
    """How far the visitor's newest work of a kind is, whether it is under way, and it, once it is done."""
    _, jobs = services.jobs.listed(visitor(), _LOOKED_AT, 0)
    job = next((one for one in jobs if one.kind == kind and one.may_be_changed_by(visitor())), None)
    if job is None or job.state is State.DONE:
        return None, False, job
    return progress.panel(services, job), job.state in UNDER_WAY, None


def _told(services: Services, done: Job | None) -> str:
    """Where segments were written to."""
    result: Any = (services.jobs.result(done.id) if done else None) or {}
    if "into" not in result:
        return ""
    return f"Written back: {services.numbers.whole(result['rows'])} customers with their segment are in {result['into']}."


def make_clustered(services: Services) -> ResponseReturnValue:
    """Make a dataset of what was chosen."""
    address = _chosen(offered(services.settings), "files")
    progress.start(services, CLUSTER, _by_visitor() | {"address": address}, anew=True)
    return redirect("/data")


def ask_source(services: Services) -> ResponseReturnValue:
    """Have the warehouse do with a table what was chosen."""
    table = _chosen(tables_offered(services.settings), "table")
    what, _, called = request.form.get("what", "").partition(":")
    if what not in [*What]:
        abort(404, _GONE.format("work"))
    arguments = _by_visitor() | {"table": table, "what": what, "slug": ""}
    if what != What.ADD:
        demand(Action.UPDATE_DATASET, of=called)
        slug = slug_of(called)
        arguments |= {"slug": slug, "after": services.workspaces.dataset(slug).version.number}
    progress.start(services, SOURCE, arguments, anew=True)
    return redirect("/data")


def _chosen(places: Sequence[str], what: str) -> str:
    """What stands at the place that was sent: nothing is read that the operator does not name."""
    place = request.form.get("place", type=int)
    if place is None or not 0 <= place < len(places):
        abort(404, _GONE.format(what))
    return places[place]


def _by_visitor() -> dict[str, Any]:
    """Who asks, and what tells this from the same asked again."""
    return {"by": visitor().username, "asked": secrets.token_hex(8)}
