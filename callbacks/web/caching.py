"""What browsers keep: files of ours for good, answers about customers never; and how small they come."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_compress import Compress
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from callbacks.web import guard
from core.clock import is_within

BUNDLE = "bundle"
STATIC = frozenset({guard.ASSETS, guard.SUITES, BUNDLE})
A_YEAR = 31_536_000  # seconds
# Files are for those who are signed in: only their own browser may keep them.
FOR_GOOD = "private, max-age=31536000, immutable"
# A file whose address stays when it changes is used at once, and asked for anew behind that.
FOR_NOW = "private, max-age=600, stale-while-revalidate=86400"
NEVER = "no-store"
KEPT = (200, 304)
# Not text/html: our pages hold a token beside words that an address brings, and the length of the two
# compressed together would tell about the token (BREACH; Gluck, Harris and Prado 2013).
COMPRESSED = ["application/javascript", "text/javascript", "text/css", "application/json", "image/svg+xml"]
MOST_KEPT = (
    160  # files: twice what all pages ask for; addresses of files carry fingerprints that anybody can vary
)


class Signer(TimestampSigner):
    """Takes what another machine has signed whose clock is a little ahead."""

    def unsign(self, value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """What was signed."""
        told: Any = super()
        try:
            return told.unsign(value, max_age, return_timestamp)
        except SignatureExpired as error:
            if error.date_signed is None or not is_within(0, error.date_signed.timestamp()):
                raise
            return told.unsign(value, None, return_timestamp)


class PageSessions(SecureCookieSessionInterface):
    """Sessions signed by HMAC-SHA256 that only pages and answers renew.

    Flask lets an answer vary by cookie once the session was read. A file is the same for everybody who may
    have it, and a browser that finds another cookie than last time would load it again.
    """

    digest_method = staticmethod(hashlib.sha256)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What reads and writes the cookie."""
        found = super().get_signing_serializer(app)
        if found is not None:
            found.signer = Signer
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave answers that are files, and those to programs, alone."""
        if request.endpoint not in STATIC and "bearer" not in g:
            super().save_session(app, session, response)


class Compressed:
    """The latest compressed files by algorithm and path; what has no path here is kept by nobody."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """The file of that key, if it is kept."""
        with self._lock:
            return self._files.get(key)

    def set(self, key: str, content: bytes) -> None:
        """Keep a file, and let the oldest go where there are too many."""
        if key.endswith(";"):
            return
        with self._lock:
            self._files[key] = content
            while len(self._files) > MOST_KEPT:
                self._files.popitem(last=False)


def register(server: Flask) -> None:
    """Keep the session out of files, and compress what answers hold where the browser takes it: files are read whole."""
    server.session_interface = PageSessions()
    server.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=6,
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_BACKEND=Compressed,
        COMPRESS_CACHE_KEY=_key,
    )
    Compress(server)
    server.after_request(_whole)


def _key(asked: Request) -> str:
    return asked.path if asked.endpoint in STATIC else ""


def _whole(response: Response) -> Response:
    if request.endpoint in STATIC and response.status_code == 200 and response.mimetype in COMPRESSED:
        response.direct_passthrough = False
        response.get_data()
        response.close()  # the file; what was read of it stays
    return response


def mark(response: Response) -> None:
    """Tell the browser what it may keep."""
    # A refusal or redirect that is kept would stand in for the file after signing in.
    is_kept = response.status_code in KEPT and not response.cache_control.no_store
    if request.endpoint not in STATIC or not is_kept:
        response.headers["Cache-Control"] = NEVER
        return
    # Dash says how long a file of its own may be kept where the address holds its version.
    named_by_content = "m" in request.args or response.cache_control.max_age
    response.headers["Cache-Control"] = FOR_GOOD if named_by_content else FOR_NOW
