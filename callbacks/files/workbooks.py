"""Workbooks that take longer than a page may: asked for, watched, cancelled, and downloaded when they are there."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component
from flask import Flask, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.files.downloads import sent_file, take_turn
from callbacks.web.error_pages import wants_page
from callbacks.web.guard import requires
from callbacks.web.sessions import signed_in
from core.accounts.permissions import Action
from core.exports import prepared
from core.exports.customers import file_name
from core.exports.prepared import KIND
from core.jobs.queue import Job, State
from core.services import Services
from layouts import exports as layout

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(server: Flask, services: Services) -> None:
    """GET /export/workbooks/<job>.xlsx, for the one who asked for it."""

    @server.get("/export/workbooks/<id>.xlsx", endpoint="export_workbook")
    @requires(Action.EXPORT)
    def export_workbook(id: str) -> Response:
        job = _own(services, id)
        path = prepared.find(services.settings.home, services.jobs.result(job.id)) if job else None
        if job is None or path is None:
            abort(404, "There is no such workbook any more. They are kept for an hour: ask for it again.")
        name = file_name("customers", "model", job.model, ending="xlsx")
        with take_turn(services, prepared.QUICK_ROWS + 1) as held:
            answer = sent_file(path, held, SHEET, name)
        answer.headers["X-Parterre-Model"] = job.model
        return answer


def ask(services: Services, arguments: dict[str, Any]) -> ResponseReturnValue:
    """Have the worker write it, and show how far it is; programs are told where to look."""
    job = progress.start(services, KIND, arguments)
    is_there = prepared.find(services.settings.home, services.jobs.result(job.id)) is not None
    if job.is_over and not is_there:
        job = progress.start(services, KIND, arguments, anew=True)
    if wants_page():
        return redirect(f"/customers?export={job.id}", 303)
    told = {"job": url_for("job", id=job.id), "file": url_for("export_workbook", id=job.id)}
    return told, 202, {"Location": f"/api/v1/jobs/{job.id}"}


def draw(services: Services, id: str) -> Component:
    """How far it is, or the link to it."""
    job = _own(services, id)
    if job is None:
        return layout.no_workbook()
    job = services.jobs.newest(job)
    if job.state is not State.DONE:
        return layout.workbook_under_way(progress.panel(services, job))
    result = services.jobs.result(job.id)
    if prepared.find(services.settings.home, result) is None:
        return layout.no_workbook()
    rows = services.numbers.whole(int(result["rows"]))
    return layout.workbook_ready(rows, f"/export/workbooks/{job.id}.xlsx")


def _own(services: Services, id: str) -> Job | None:
    """The visitor's own: whoever else may see how far it is has no business with what is in it."""
    job, user = services.jobs.find(id), signed_in()
    if job is None or user is None or job.owner.casefold() != user.key or job.kind != KIND:
        return None
    return job if services.live.hidden.isdisjoint(job.arguments.get("columns", ())) else None
