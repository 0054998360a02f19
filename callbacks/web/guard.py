"""The guard: everything is closed, except the doors on one short list and what one may do with a dataset."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

from dash_auth import check_groups
from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.web import bearer, sessions
from callbacks.web.error_pages import API, wants_page
from core.accounts.access import Access, Limit
from core.accounts.permissions import PERMISSIONS, Action, Scope, Standing, may
from core.accounts.users import Role, User
from core.datasets.catalogue import slug_of
from core.errors import NoSuchDatasetError

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

# The only endpoints that answer nobody in particular.
PUBLIC = frozenset(
    {
        "login",
        "login-code",
        "sso",
        "sso-back",
        "signup",
        "invite",
        "reset",
        "forgot",
        "healthz",
        "readyz",
        "metrics",
        "unsubscribe",
    }
)
ASSETS = "_dash_assets.static"
ACCESS = "parterre.access"
# Of the environment: which dataset the address names, and below which path everything is.
DATASET, ROOT = "parterre.dataset", "parterre.root"
# What the sign-in pages are drawn with, and nothing else of ours.
PUBLIC_ASSETS = frozenset(
    {
        "bootstrap.min.css",
        "parterre.css",
        "door.css",
        "touch.css",
        "print.css",
        "theme.js",
        "door.js",
        "favicon.ico",
        "favicon.svg",
    }
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
        SUITES: Action.ENTER,
        "/_reload-hash": Action.ENTER,
        "/_favicon.ico": Action.ENTER,
        ASSETS: Action.ENTER,
    }
)
LONGEST_NEXT = 2000


def register(server: Flask) -> None:
    """Ask every request who it is from and what they may, before anything else reads it."""
    server.before_request(admit)


def requires(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a route or callback answer only those who may do `action` here."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def asking(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(action)
            return view(*args, **kwargs)

        asking.action = action  # type: ignore[attr-defined]
        return asking

    return mark


def demand(action: Action, of: str | None = None) -> None:
    """Stop here unless the user of this request may do `action` with a dataset: that of the address, or another one.

    401 for nobody, 404 where the dataset is not to be seen, 403 where more is needed.
    """
    user = sessions.signed_in()
    if user is None:
        abort(401)
    standing = _standing(user, action, of)
    if standing is Standing.NONE:
        abort(404, str(NoSuchDatasetError.called(_slug(of))))
    if not _may(standing, action):
        g.refused = action.value
        abort(403)


def allows(action: Action, of: str | None = None) -> bool:
    """Whether the user of this request may do `action` with that dataset."""
    user = sessions.signed_in()
    return user is not None and _may(_standing(user, action, of), action)


def role() -> str:
    """What the user of this request is here, in a word."""
    user = sessions.signed_in()
    return _standing(user, Action.VIEW, None).word if user else ""


def use(server: Flask, access: Access) -> None:
    """Ask these accounts and members."""
    server.extensions[ACCESS] = access
    server.add_template_global(allows)


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
    return None if request.endpoint is None else _demand_of(request.endpoint)


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
    doors = path in ("/login", "/signup", "/logout") or path.startswith(
        ("/login/", "/_", "/assets/", "/api/")
    )
    return not doors


def _may(standing: Standing, action: Action) -> bool:
    """Whether the table has it so; of what is for administrators alone, dash-auth asks the session as well."""
    if not may(standing, action, _access().withheld):
        return False
    is_for_all = PERMISSIONS[action].least is not Standing.ADMINISTRATOR or "bearer" in g
    return is_for_all or bool(check_groups([Role.ADMINISTRATOR.value]))


def _access() -> Access:
    access: Access = current_app.extensions[ACCESS]
    return access


def _slug(of: str | None) -> str:
    """The slug of a dataset that is named, or of the one of the address; the default one has none."""
    return slug_of(request.environ.get(DATASET, "") if of is None else of)


def _standing(user: User, action: Action, of: str | None) -> Standing:
    """What the user is where the action is done; read once in a request, and kept no longer."""
    slug = _slug(of) if PERMISSIONS[action].scope is Scope.DATASET else None
    known: dict[str | None, Standing] = g.setdefault("standings", {})
    if slug not in known:
        limit: Limit = g.get("limit") or Limit(user)
        known[slug] = _access().within(limit, slug)
    return known[slug]


def _demand_of(endpoint: str) -> AnyResponse | None:
    """Stop here unless the endpoint may be asked; the way to what there is, for who has come to nothing."""
    action, user = asked_of(current_app, endpoint), sessions.visitor()
    if action is None:
        LOG.error("%s asks no action, so it answers nobody; mark it with requires()", endpoint)
        abort(403)
    is_named = _slug(None) != ""
    is_of_dataset = PERMISSIONS[action].scope is Scope.DATASET
    if (is_named or is_of_dataset) and _standing(user, Action.VIEW, None) is Standing.NONE:
        called = request.environ.get(DATASET, "")
        _leave_dataset()
        if is_of_dataset:
            return _elsewhere(user, called)
    demand(action)
    return None


def _leave_dataset() -> None:
    """Go on as if the address named none: what one may not see is as what there is not."""
    request.root_path, request.environ[DATASET] = request.environ.get(ROOT, ""), ""


def _elsewhere(user: User, called: str) -> AnyResponse:
    """To the same page of the first dataset that is there for the user, where none was named; else there is none."""
    mine = [slug for slug in _access().members.datasets(user.key) if slug]
    if called or not mine or request.method != "GET" or not wants_page():
        nothing = "Nothing is shared with you here. Ask the owner of a dataset, or an administrator."
        abort(404, str(NoSuchDatasetError.called(called)) if called else nothing)
    return redirect(f"/d/{mine[0]}{request.full_path.removesuffix('?')}")


def _unauthorised(why: Mapping[str, str]) -> Response:
    words = bearer.hint() or ("Your session has ended. Sign in to go on." if why else "Sign in first.")
    sign_in = request.script_root + (f"/login?{urlencode(why)}" if why else "/login")
    if request.path.startswith(API):
        response = jsonify(code="unauthorized", words=words, field=None, sign_in=sign_in)
    else:
        response = jsonify(error=words, sign_in=sign_in)
    response.status_code = 401
    return response
