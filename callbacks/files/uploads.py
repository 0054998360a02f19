"""Files that visitors send in one form: how large they may be, said in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from callbacks.web.error_pages import refuse
from core.numbers import to_tell

EXTENSION = "parterre_uploads"
ROOM = 1_000_000  # bytes of a form around its file
_PARTS = 8


def register(server: Flask) -> None:
    """Let some addresses take larger forms than others."""
    server.extensions[EXTENSION] = {}
    # Runs before the form is read, which is when CSRF protection looks for its token.
    server.url_value_preprocessor(_allow)
    server.register_error_handler(RequestEntityTooLarge, _too_large)


def allow(server: Flask, endpoint: str, most_mb: Callable[[], int]) -> None:
    """Let `endpoint` take a form with a file of so many megabytes."""
    server.extensions[EXTENSION][endpoint] = most_mb


def _allow(endpoint: str | None, _values: object) -> None:
    most_mb = current_app.extensions[EXTENSION].get(endpoint)
    # What is no form of parts would be read into memory.
    if most_mb is None or request.mimetype != "multipart/form-data":
        return
    request.max_content_length = most_mb() * 1_000_000 + ROOM
    request.max_form_parts = _PARTS


def _too_large(error: RequestEntityTooLarge) -> Response:
    allowed: Mapping[str | None, Any] = current_app.extensions[EXTENSION]
    if request.endpoint not in allowed:
        return refuse(error)
    size = request.content_length
    found = f"{to_tell(size / 1e6, ',.1f')} MB" if size else "a file that is too large"
    return refuse(RequestEntityTooLarge(too_large(found, allowed[request.endpoint]())))


def too_large(found: str, most_mb: int) -> str:
    """What to do about a file that is larger than it may be."""
    return f"Found {found}. Expected at most {most_mb} MB. Split the file, or leave columns out."
