"""What a user sees when the server says no: a page in the product's look, or JSON for programs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
)

from callbacks.web.reader import told
from core.accounts.attempts import TooManyAttemptsError
from core.accounts.users import LostAccountsError
from core.errors import AccountError, NoRoomError, StoreError, TooMuchError
from core.store.files import FULL, is_full

LOG = logging.getLogger(__name__)
API = "/api/"
# Paths that programs ask for; everything else is a page that a person looks at.
FOR_PROGRAMS = (
    "/_dash-",
    "/_reload-hash",
    "/_favicon",
    "/assets/",
    "/api/",
    "/healthz",
    "/readyz",
    "/metrics",
)

WORDS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("That did not arrive whole", "Go back, reload the page and try again."),
        401: ("Sign in first", "Your session has ended, or you have not signed in yet."),
        403: ("Not for your role", "Ask an administrator if you need this page."),
        404: ("There is no such page", "Check the address, or start again from the overview."),
        405: ("That can't be asked this way", "Go back and use the buttons of the page."),
        413: ("Too large", "What was sent is larger than this page takes. Send less at once."),
        429: ("Too much at once", "Wait a little, then try again."),
        500: ("Something went wrong here", "It is written down in the log. Try again in a moment."),
        503: ("Not available at the moment", "Try again in a moment; if it lasts, tell the administrator."),
    }
)


def register(server: Flask) -> None:
    """Answer every error in words, and never with a stack trace."""
    server.register_error_handler(HTTPException, refuse)
    server.register_error_handler(TooManyAttemptsError, _too_many)
    server.register_error_handler(TooMuchError, _too_many)
    server.register_error_handler(NoRoomError, lambda error: refuse(ServiceUnavailable(str(error))))
    server.register_error_handler(OSError, _cannot_write)
    server.register_error_handler(AccountError, lambda error: refuse(BadRequest(str(error))))
    server.register_error_handler(StoreError, _unavailable)
    server.register_error_handler(LostAccountsError, _lost)
    server.register_error_handler(DependencyException, lambda _: refuse(NotFound()))


def wants_page() -> bool:
    """Whether a person waits for a page: not a script of ours, not a program."""
    if request.path.startswith(FOR_PROGRAMS):
        return False
    if request.method in ("GET", "HEAD"):
        return "Accept" not in request.headers or request.accept_mimetypes.accept_html
    return "text/html" in request.headers.get("Accept", "")


def refuse(error: HTTPException) -> Response:
    """The answer to `error`, with its status and headers."""
    code = error.code or 500
    title, advice = WORDS.get(code, (error.name, WORDS[500][1] if code >= 500 else WORDS[400][1]))
    title = getattr(error, "title", title)
    said = told(error.description or "") if error.description != type(error).description else None
    response = Response(headers=error.get_headers())
    response.status_code = code
    if wants_page():
        response.set_data(render_template("error.html", title=title, advice=said or advice, code=code))
        response.content_type = "text/html; charset=utf-8"
    else:
        words = said or f"{title}. {advice}"
        answer = _for_programs(error, code, words) if request.path.startswith(API) else {"error": words}
        response.set_data(jsonify(answer).get_data())
        response.content_type = "application/json"
    return response


def _for_programs(error: HTTPException, status: int, words: str) -> dict[str, str | None]:
    """What went wrong, as /api/v1 says it: a code for programs, words for people, the field that is wrong."""
    code = getattr(error, "kind", None) or HTTPStatus(status).phrase.lower().replace(" ", "-")
    return {"code": code, "words": words, "field": getattr(error, "field", None)}


def _too_many(error: TooManyAttemptsError | TooMuchError) -> Response:
    response = refuse(TooManyRequests(str(error)))
    response.headers["Retry-After"] = str(error.wait)
    return response


def _cannot_write(error: OSError) -> Response:
    """A full disk is told in words; any other file that fails is a fault of ours."""
    if not is_full(error):
        raise error
    LOG.error("Nothing can be written: %s", error.strerror)
    return refuse(ServiceUnavailable(FULL))


def _lost(error: LostAccountsError) -> Response:
    """Who reads this first is most likely who can mend it, and a stranger learns nothing of use."""
    LOG.error("%s", error)
    return refuse(ServiceUnavailable(str(error)))


def _unavailable(error: Exception) -> Response:
    """Files of ours that fail: the log names them, the visitor hears only that it is not him."""
    LOG.error("%s", error)
    return refuse(ServiceUnavailable())
