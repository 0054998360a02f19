"""What the audit log is told of requests: who asked, from where, and what came of it."""

from __future__ import annotations

from flask import Flask, Response, g, request

from callbacks.web.meter import METER
from callbacks.web.sessions import signed_in
from core.accounts import audit
from core.accounts.audit import Event
from core.settings import Settings


def register(server: Flask, settings: Settings) -> None:
    """Write down what was refused to whom, and who took which file."""
    audit.keep_in(settings.home)
    server.after_request(_ended)


def told(event: Event, outcome: str = "done", *, user: str | None = None, **more: object) -> None:
    """Write `event` of this request down, by `user` or whoever is signed in."""
    present = signed_in()
    more |= {"token": g.bearer.token.id} if "bearer" in g else {}
    name = user or (present.username if present else None)
    if event is Event.SIGN_IN:
        METER.signed_in(outcome)
    audit.record(event, outcome, user=name, address=request.remote_addr, **more)


def _ended(response: Response) -> Response:
    if response.status_code == 403 and signed_in():
        told(Event.REFUSED, "403", path=request.script_root + request.path, action=g.get("refused"))
    elif response.headers.get("Content-Disposition", "").startswith("attachment"):
        told(Event.DOWNLOAD, str(response.status_code), path=request.script_root + request.path)
    return response
