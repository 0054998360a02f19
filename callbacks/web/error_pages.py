"""What a user sees when the server says no: a page in the product's look, JSON for programs, a notice above the page where a callback fails."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from dash import set_props
from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    default_exceptions,
)

from callbacks.web.reader import told
from core import errors
from core.accounts.attempts import TooManyAttemptsError
from core.accounts.users import LostAccountsError
from core.crossfilter.selection import SelectionError
from core.errors import ParterreError, StoreError, TooMuchError
from core.exports.customers import ExportError
from core.exports.display import ColumnError
from core.logs import our_fault
from core.statistics.rates import CampaignError
from core.store.files import FULL, is_full
from layouts import frame as shell

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

WORDS: Mapping[int, tuple[str, str]] = {
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
# What was asked and can't be, in the words of who found that; where other words or another status fit, the view says so.
REFUSED: Mapping[type[Exception], int] = {
    errors.AccountError: 400,
    errors.DataError: 400,
    errors.ModelError: 400,
    errors.NoteError: 400,
    errors.ReportError: 400,
    errors.NoSuchDatasetError: 404,
    errors.JobError: 503,
    errors.NoRoomError: 503,
    errors.UnscannedError: 503,
    CampaignError: 400,
    ColumnError: 400,
    ExportError: 400,
    SelectionError: 400,
}
log = logging.getLogger(__name__)


def register(server: Flask) -> None:
    """Answer every error in words, and never with a stack trace."""
    server.register_error_handler(HTTPException, refuse)
    server.register_error_handler(TooManyAttemptsError, _too_many)
    server.register_error_handler(TooMuchError, _too_many)
    server.register_error_handler(OSError, _cannot_write)
    for kind in REFUSED:
        server.register_error_handler(kind, _refused)
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


def _refused(error: Exception) -> Response:
    status = next(status for kind, status in REFUSED.items() if isinstance(error, kind))
    return refuse(default_exceptions[status](str(error)))


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


def show(error: Exception) -> None:
    """Dash's `on_error`: tell the user in the notice above the page; refusals keep their status."""
    if isinstance(error, HTTPException):
        raise error
    set_props(shell.ids.NOTICE, {"children": sentence(error)})


def sentence(error: Exception) -> str:
    """What to say of `error`; the log has the rest."""
    if isinstance(error, ParterreError):
        return told(str(error))
    if isinstance(error, OSError) and is_full(error):
        log.error("Nothing can be written: %s", error.strerror)
        return FULL
    return our_fault(log, "Callback", error)
