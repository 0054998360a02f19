"""Before it receives a large body, the web worker asks whether it would be read: with the head alone."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.web import guard
from callbacks.web.sessions import signed_in

ASKS = "parterre.asks"  # a key of the environment, which no header of a visitor's can set


def register(server: Flask) -> None:
    """Answer it; call this after the guard is registered, which turns away whom it does not know."""
    server.before_request(answer)


def answer() -> Response | None:
    """Tell how many bytes would be read, and from whom: none that anybody in particular has to be for."""
    tell = request.environ.get(ASKS)
    if tell is None:
        return None
    user = signed_in()
    is_known = request.endpoint is not None and not guard.is_public(request.endpoint, request.view_args or {})
    tell((request.max_content_length or 0, user.key) if is_known and user else (0, ""))
    return Response(status=204)
