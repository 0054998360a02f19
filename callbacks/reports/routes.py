"""Reports over HTTP: ask for one, see the last week's, take one; each person's own, and nobody else's."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.files.downloads import sent_file, take_turn
from callbacks.reports import story, weekly
from callbacks.web import audit
from callbacks.web.routes import answer
from callbacks.web.sessions import visitor
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.exports.customers import file_name
from core.jobs.queue import Job
from core.reports import kept
from core.reports.kept import FORMS
from core.services import Services
from core.store.kept_files import WEEK_SECONDS, Kept, sweep

KIND = "report"


def register(server: Flask, services: Services) -> None:
    """What one asks of reports, and of those that are sent."""
    weekly.register(server, services)
    sweep(services.settings.home / "reports", seconds=WEEK_SECONDS)
    answer(
        server,
        services,
        {
            "GET /reports": (Action.VIEW, _show),
            "POST /reports": (Action.VIEW, _ask),
            "GET /reports/<identity>.<form>": (Action.VIEW, _take),
            "POST /weekly-reports": (Action.VIEW, weekly.ask),
            "DELETE /weekly-reports/<id>": (Action.VIEW, weekly.stop),
            "GET /weekly-reports/confirm/<token>": (Action.VIEW, weekly.confirm),
        },
    )


def _show(services: Services) -> ResponseReturnValue:
    job = services.jobs.under_way(KIND, visitor().username)
    made = [_told(one) for one in kept.of(services).of(visitor().username)]
    panel = _panel(services, job) if job else None
    return jsonify(reports=made, job=panel, weekly=weekly.told(services))


def _ask(services: Services) -> ResponseReturnValue:
    job = _started(services)
    audit.told(Event.REPORT, "asked for", page=job.arguments.get("page"), form=job.arguments.get("form"))
    return jsonify(_panel(services, job)), 202


def _take(services: Services, identity: str, form: str) -> Response:
    files = kept.of(services)
    one = files.find(identity, visitor().username)
    path = kept.file(files.folder / identity, form) if one and one.told.get("form") == form else None
    if one is None or path is None or not path.is_file():
        abort(404, "There is no such report any more. They are kept for a week: make it anew on its page.")
    name = file_name(one.name, datetime.fromtimestamp(one.made, UTC).strftime("%Y-%m-%d"), ending=form)
    with take_turn(services, 0) as held:
        return sent_file(path, held, FORMS[form].media, name)


def _started(services: Services) -> Job:
    """The job that makes what is asked for."""
    given = story.body()
    with story.as_shown(services, given["address"]):
        arguments = story.checked(services, given) | {"by": visitor().username}
        # Names and what was found may have changed since an equal one was made.
        return progress.start(services, KIND, arguments, anew=True)


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
