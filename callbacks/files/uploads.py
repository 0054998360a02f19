"""Files that visitors send: how large they may be, said in words, and where their pieces go while they come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from callbacks.web.error_pages import refuse
from core.numbers import to_tell
from core.store.staged_files import Incoming

EXTENSION = "parterre_uploads"
ROOM = 1_000_000  # bytes of a form around its file
_PARTS = 8


def register(server: Flask) -> None:
    """Let some addresses take larger forms than others."""
    server.extensions[EXTENSION] = {}
    # Runs before the form is read, which is when CSRF protection looks for its token.
    server.url_value_preprocessor(_allow)
    server.register_error_handler(RequestEntityTooLarge, _too_large)
    server.teardown_request(_let_go)


def allow(server: Flask, endpoint: str, most_mb: Callable[[], int], folder: Path | None = None) -> None:
    """Let `endpoint` take a form with a file of so many megabytes, whose pieces are written to `folder`."""
    server.extensions[EXTENSION][endpoint] = (most_mb, folder)


def _allow(endpoint: str | None, _values: object) -> None:
    allowed = current_app.extensions[EXTENSION].get(endpoint)
    # What is no form of parts would be read into memory.
    if allowed is None or request.mimetype != "multipart/form-data":
        return
    most_mb, folder = allowed
    request.max_content_length = most_mb() * 1_000_000 + ROOM
    request.max_form_parts = _PARTS
    if folder is not None:
        g.incoming = []

        def parser(**options: Any) -> FormDataParser:
            return FormDataParser(**{**options, "stream_factory": lambda **_: _begun(folder)})

        request.form_data_parser_class = parser  # type: ignore[assignment]  # called as its class is


def _begun(folder: Path) -> Incoming:
    incoming = Incoming(folder)
    g.incoming.append(incoming)
    return incoming


def _let_go(_error: BaseException | None) -> None:
    """What was not kept is gone with the request, however that ended."""
    for incoming in g.pop("incoming", ()):
        incoming.close()


def _too_large(error: RequestEntityTooLarge) -> Response:
    allowed: Mapping[str | None, Any] = current_app.extensions[EXTENSION]
    if request.endpoint not in allowed:
        return refuse(error)
    most_mb, _ = allowed[request.endpoint]
    size = request.content_length
    found = f"{to_tell(size / 1e6, ',.1f')} MB" if size else "a file that is too large"
    words = f"Found {found}. Expected at most {most_mb()} MB. Split the file, or leave columns out."
    return refuse(RequestEntityTooLarge(words))
