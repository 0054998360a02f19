"""Datasets of files on shared storage: only of those that the operator names, and never of an address that is sent."""

from __future__ import annotations

from functools import partial

from dash.development.base_component import Component
from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.datasets.offered import offered
from core.jobs.queue import UNDER_WAY, Job, State
from core.services import Services
from layouts.data import cluster as layout

KIND, MAKE = "cluster", "data-cluster"
_LOOKED_AT = 20  # of the visitor's jobs, the newest


def register(server: Flask, services: Services) -> None:
    """Make datasets of what is offered."""
    make = requires(Action.ADD_DATASETS)(partial(_make, services))
    server.add_url_rule("/data/cluster", MAKE, make, methods=["POST"])


def part(services: Services) -> Component | None:
    """What is offered, or how far the visitor's dataset of it is; nothing where nothing is."""
    addresses = offered(services.settings)
    if not addresses:
        return None
    job = _newest(services)
    panel = progress.panel(services, job) if job and job.state is not State.DONE else None
    return layout.layout(addresses, panel, is_busy=job is not None and job.state in UNDER_WAY)


def _newest(services: Services) -> Job | None:
    _, jobs = services.jobs.listed(visitor(), _LOOKED_AT, 0)
    return next((one for one in jobs if one.kind == KIND and one.may_be_changed_by(visitor())), None)


def _make(services: Services) -> ResponseReturnValue:
    addresses, place = offered(services.settings), request.form.get("place", type=int)
    if place is None or not 0 <= place < len(addresses):
        abort(
            404,
            "Found no such files. Expected some of those that the page lists. Reload it, and choose again.",
        )
    arguments = {"address": addresses[place], "by": visitor().username}
    progress.start(services, KIND, arguments, anew=True)
    return redirect("/data")
