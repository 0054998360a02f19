"""Reports over HTTP: ask for one, see the last week's, take one; each person's own, and nobody else's."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.files.downloads import sent_file, take_turn
from callbacks.reports import asking, weekly
from callbacks.web import audit
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.errors import ModelError
from core.exports.customers import file_name
from core.jobs.queue import Job
from core.reports import kept
from core.reports.kept import FORMS
from core.services import Services
from core.store.kept_files import WEEK_SECONDS, Kept, sweep

KIND = "report"


def register(server: Flask, services: Services) -> None:
    """GET and POST /reports, GET /reports/<id>.<form>, and those that are sent."""
    weekly.register(server, services)
    sweep(services.settings.home / "reports", seconds=WEEK_SECONDS)

    @server.get("/reports", endpoint="reports")
    @requires(Action.VIEW)
    def show() -> ResponseReturnValue:
        job = services.jobs.under_way(KIND, visitor().username)
        made = kept.of(services).of(visitor().username)
        return jsonify(
            reports=[_told(one) for one in made],
            job=_panel(services, job) if job else None,
            weekly=weekly.told(services),
        )

    @server.post("/reports", endpoint="reports_ask")
    @requires(Action.VIEW)
    def ask() -> ResponseReturnValue:
        job = _started(services)
        audit.told(Event.REPORT, "asked for", page=job.arguments.get("page"), form=job.arguments.get("form"))
        return jsonify(_panel(services, job)), 202

    @server.get("/reports/<identity>.<form>", endpoint="reports_file")
    @requires(Action.VIEW)
    def take(identity: str, form: str) -> Response:
        files = kept.of(services)
        one = files.find(identity, visitor().username)
        path = kept.file(files.folder / identity, form) if one and one.told.get("form") == form else None
        if one is None or path is None or not path.is_file():
            abort(
                404, "There is no such report any more. They are kept for a week: make it anew on its page."
            )
        name = file_name(one.name, datetime.fromtimestamp(one.made, UTC).strftime("%Y-%m-%d"), ending=form)
        with take_turn(services, 0) as held:
            return sent_file(path, held, FORMS[form].media, name)


def _started(services: Services) -> Job:
    """The job that makes what is asked for."""
    given = asking.body()
    try:
        with services.live.pinned(asking.model_of(given)):
            arguments = asking.checked(services, given) | {"by": visitor().username}
            # Names and what was found may have changed since an equal one was made.
            return progress.start(services, KIND, arguments, anew=True)
    except ModelError:
        abort(404, "The segments of this page are not kept here any more. Reload the page.")


def _panel(services: Services, job: Job) -> dict[str, Any]:
    return asdict(progress.seen(services, job))


def _told(one: Kept) -> dict[str, str]:
    made = datetime.fromtimestamp(one.made, UTC)
    form = one.told["form"]
    return {
        "name": f"{one.name}, {FORMS[form].name}",
        "words": f"{one.told['filters']}. {made:%Y-%m-%d %H:%M} UTC.",
        "href": f"/reports/{one.id}.{form}",
    }
