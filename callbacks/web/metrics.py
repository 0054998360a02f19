"""GET /metrics, for Prometheus: closed unless PARTERRE_METRICS_TOKEN is set, and then to whoever has that."""

from __future__ import annotations

import hmac
import time

from flask import Flask, Response, abort, g, request
from sqlalchemy import func, select
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from callbacks.web.ahead import ASKS
from callbacks.web.bearer import API
from callbacks.web.guard import ASSETS, SUITES, UPDATE
from callbacks.web.meter import METER, gauge
from core.errors import SettingsError, StoreError
from core.jobs.queue import STALE_SECONDS, State
from core.services import Services
from core.settings import Settings, variable
from core.store.database import Database
from core.store.tables import jobs, workers

SHORTEST = 32
KINDS = {
    UPDATE: "callback", ASSETS: "asset", SUITES: "asset", "/_favicon.ico": "asset", "/": "page", "/<path:path>": "page",
    "healthz": "probe", "readyz": "probe", "metrics": "probe",
}  # fmt: skip
ACCOUNTS = ("/account", "/admin", "/forgot", "/invite", "/log", "/reset", "/signup")


def count(server: Flask) -> None:
    """Count every request; call this before anything that may answer one is registered."""

    @server.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @server.after_request
    def end(response: Response) -> Response:
        if ASKS not in request.environ and "began" in g:
            METER.answered(_kind(response), response.status_code, time.perf_counter() - g.began)
        return response


def register(server: Flask, services: Services) -> None:
    """GET /metrics.

    Raises SettingsError if the token is one that can be guessed.
    """
    token = _token(services.settings)

    @server.after_request
    def tell(response: Response) -> Response:
        METER.opened(services.workspaces.open)
        return response

    @server.get("/metrics", endpoint="metrics")
    def metrics() -> Response:
        if not token:
            abort(404)
        if not hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        ):
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
        lines = [*METER.lines(), *_of_database(services.database), ""]
        return Response("\n".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def _token(settings: Settings) -> str:
    token = settings.metrics_token.get_secret_value().strip() if settings.metrics_token else ""
    if token and len(token) < SHORTEST:
        raise SettingsError(
            f"{variable('metrics_token')}: found {len(token)} characters. Expected at least {SHORTEST}, made by chance. "
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return token


def _kind(response: Response) -> str:
    """What was asked for, of the few kinds that there are."""
    if kind := KINDS.get(request.endpoint or ""):
        return kind
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        return "file"
    if request.path.startswith(API):
        return "api"
    return "account" if request.path.startswith(ACCOUNTS) else "other"


def _of_database(database: Database) -> list[str]:
    """How much work there is, and who does it; without a database, only that."""
    now = time.time()
    asked = select(
        jobs.c.state, func.count().label("number"), func.min(jobs.c.created).label("oldest")
    ).group_by(jobs.c.state)
    alive = select(func.count()).where(workers.c.beat > now - STALE_SECONDS)
    reached = "Whether the database answers."
    try:
        found = {row.state: (row.number, row.oldest) for row in database.rows(asked)}
        attended = database.rows(alive)[0][0]
    except StoreError:
        return gauge("database_up", reached, {"": 0})
    states = {f'{{state="{one}"}}': found.get(one, (0, now))[0] for one in State if one != State.INTERRUPTED}
    waits = max(0.0, now - found.get(State.WAITING, (0, now))[1])
    return [
        *gauge("database_up", reached, {"": 1}),
        *gauge("jobs", "Long calculations of the last 30 days, by state.", states),
        *gauge(
            "job_waiting_seconds", "How long the oldest one has waited that no worker has begun.", {"": waits}
        ),
        *gauge("job_workers", "Workers that were heard of in the last 20 seconds.", {"": attended}),
    ]
