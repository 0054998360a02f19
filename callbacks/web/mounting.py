"""Where the app is mounted: pages call one another from their own root, and what leaves it says where that is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from callbacks.web.guard import DATASET, LAYOUT, ROOT, UPDATE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A visitor can send this header past a proxy that doesn't set it: what could lead to another host is no prefix.
PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
MOUNTED = re.compile(r"/d/([a-z0-9-]+)(?=/|$)")
# Of HTML and of JSON; within a text, or another attribute, the quotes would be escaped.
NAMES = tuple(
    form.format(name)
    for name in (
        "href",
        "src",
        "action",
        "formaction",
        "data-root",
        "data-plotly",
        "requests_pathname_prefix",
    )
    for form in (" {}=", "\n{}=", '"{}":')
)
# Dash writes the slash as JSON may.
ADDRESS = re.compile(r'"(?=(?:/|\\u002f)((?:assets|_dash-component-suites|d)(?:/|\\u002f))?)')
SCRIPT = "X-Parterre-Script"  # one that a page needs before it can be drawn


class Mounting:
    """An application that knows below which path it is, and which dataset its address names."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        root = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ[ROOT] = root if PREFIX.fullmatch(root) else ""
        path = environ.get("PATH_INFO", "")
        mounted = MOUNTED.match(path)
        environ[DATASET] = mounted[1] if mounted else ""
        environ["SCRIPT_NAME"] = environ[ROOT] + (mounted[0] if mounted else "")
        environ["PATH_INFO"] = path[mounted.end() :] or "/" if mounted else path
        return self._app(environ, start)


def register(server: Flask) -> None:
    """Write where the app is into its answers; call this after what compresses them."""
    server.after_request(_placed)


def page_of(pathname: str | None) -> str:
    """What the app calls the page that a browser shows at `pathname`; all other is no page of this mount."""
    return (pathname or "").removeprefix(request.script_root).rstrip("/") or "/"


def _placed(response: Response) -> Response:
    if not request.script_root:
        return response
    for name in ("Location", SCRIPT):
        if response.headers.get(name, "").startswith("/"):
            response.headers[name] = _root(is_above=name == SCRIPT) + response.headers[name]
    if response.mimetype == "text/html" or request.endpoint in (UPDATE, LAYOUT):
        response.set_data(ADDRESS.sub(_found, response.get_data(as_text=True)))
    return response


def _found(match: re.Match[str]) -> str:
    is_address = match.string.endswith(NAMES, 0, match.start())
    return match[0] + _root(is_above=match[1] is not None) if is_address else match[0]


def _root(*, is_above: bool) -> str:
    """Where scripts and datasets are, or where the pages of this one are."""
    return str(request.environ[ROOT] if is_above else request.script_root)
