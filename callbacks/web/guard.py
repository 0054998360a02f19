"""The guard: everything is closed, except the doors on one short list and what a role may ask for."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from dash_auth import check_groups
from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.web import bearer, sessions
from callbacks.web.error_pages import wants_page
from core.accounts.permissions import Action, roles_for

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

# The only endpoints that answer nobody in particular.
PUBLIC = frozenset(
    {"login", "login-code", "signup", "reset", "forgot", "healthz", "readyz", "metrics", "unsubscribe"}
)
ASSETS = "_dash_assets.static"
# What the sign-in pages are drawn with, and nothing else of ours.
PUBLIC_ASSETS = frozenset(
    {"bootstrap.min.css", "parterre.css", "door.css", "theme.js", "door.js", "favicon.ico", "favicon.svg"}
)
PUBLIC_FOLDERS = ("fonts/",)
SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
UPDATE, LAYOUT = "/_dash-update-component", "/_dash-layout"
# Endpoints of Dash: we can't mark them with `requires`, so this table does.
DASH: Mapping[str, Action] = MappingProxyType(
    {
        "/": Action.VIEW,
        "/<path:path>": Action.VIEW,
        LAYOUT: Action.VIEW,
        "/_dash-dependencies": Action.VIEW,
        UPDATE: Action.VIEW,
        SUITES: Action.VIEW,
        "/_reload-hash": Action.VIEW,
        "/_favicon.ico": Action.VIEW,
        ASSETS: Action.VIEW,
    }
)
LONGEST_NEXT = 2000


def register(server: Flask) -> None:
    """Ask every request for a session and a role, before anything else reads it."""
    server.before_request(admit)


def requires(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a route or callback answer only those whose role may do `action`."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def asking(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(action)
            return view(*args, **kwargs)

        asking.action = action  # type: ignore[attr-defined]
        return asking

    return mark


def demand(action: Action) -> None:
    """Stop here unless the user of this request may do `action`: 401 for nobody, 403 for the wrong role."""
    allowed = _allows(action)
    if allowed is None:
        abort(401)
    if not allowed:
        g.refused = action.value
        abort(403)


def allows(action: Action) -> bool:
    """Whether the user of this request may do `action`."""
    return bool(_allows(action))


def asked(view: object) -> Action | None:
    """The action that a route or callback has been marked with."""
    return getattr(view, "action", None)


def asked_of(server: Flask, endpoint: str) -> Action | None:
    """The action that `endpoint` asks for."""
    return DASH.get(endpoint) or asked(server.view_functions.get(endpoint))


def admit() -> AnyResponse | None:
    """Let this request in, or say what it lacks."""
    if is_public(request.endpoint, request.view_args or {}):
        return None
    user = bearer.admitted() if bearer.is_sent() else sessions.signed_in()
    if user is None:
        return turn_away()
    if "bearer" not in g:
        sessions.refresh(user)
    # Without an endpoint there is nothing to reach: Flask answers 404 or 405.
    if request.endpoint is not None:
        _demand_of(request.endpoint)
    return None


def is_public(endpoint: str | None, arguments: Mapping[str, object]) -> bool:
    """Whether `endpoint` is on the short list, or is a file that the sign-in pages are drawn with."""
    if endpoint != ASSETS:
        return endpoint in PUBLIC
    name = str(arguments.get("filename", ""))
    whole = posixpath.normpath(name) == name
    return whole and (name in PUBLIC_ASSETS or name.startswith(PUBLIC_FOLDERS))


def turn_away() -> AnyResponse:
    """Send a person to the sign-in page and back here afterwards; tell a program where that page is."""
    why = {"why": "expired"} if sessions.has_ended() else {}
    if not wants_page():
        return _unauthorised(why)
    back = request.full_path.removesuffix("?") if request.method in ("GET", "HEAD") else request.path
    query = why | ({"next": back} if is_own_page(back) and back != "/" else {})
    return redirect(f"/login?{urlencode(query)}" if query else "/login")


def is_own_page(address: str) -> bool:
    """Whether `address` is a page of ours that one can be sent to after signing in.

    Browsers drop tabs and newlines, and read a backslash as a slash: `/\\t/evil.example` leaves the house.
    """
    if not address.startswith("/") or address.startswith("//") or len(address) > LONGEST_NEXT:
        return False
    if "\\" in address or any(ord(character) <= 32 or ord(character) == 127 for character in address):
        return False
    path = address.partition("?")[0].partition("#")[0]
    return path not in ("/login", "/login/code", "/signup", "/logout") and not path.startswith(
        ("/_", "/assets/", "/api/")
    )


def _allows(action: Action) -> bool | None:
    roles = roles_for(action, current_app.config["WITHHELD"])
    if "bearer" in g:
        return g.bearer.user.role in roles
    return cast("bool | None", check_groups([role.value for role in roles]))


def _demand_of(endpoint: str) -> None:
    action = asked_of(current_app, endpoint)
    if action is None:
        LOG.error("%s asks no action, so it answers nobody; mark it with requires()", endpoint)
        abort(403)
    demand(action)


def _unauthorised(why: Mapping[str, str]) -> Response:
    words = bearer.hint() or ("Your session has ended. Sign in to go on." if why else "Sign in first.")
    response = jsonify(
        error=words, sign_in=request.script_root + (f"/login?{urlencode(why)}" if why else "/login")
    )
    response.status_code = 401
    return response
