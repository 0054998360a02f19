"""What the audit log is told of requests: who asked, from where, and what came of it."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request

from callbacks.web.guard import DATASET
from callbacks.web.meter import METER
from callbacks.web.sessions import signed_in
from core.accounts import audit
from core.accounts.audit import Event

# What of a path is written down: names of things, and never what opens one or what a visitor has made up.
_NAMES = frozenset({"ending", "filename", "form", "id", "identity", "key", "name", "number", "slug"})
_PAGE = re.compile(r"[a-z-]{1,30}")


def register(server: Flask) -> None:
    """Write down what was refused to whom, and who took which file; of all, from which address it was asked for."""
    server.before_request(_begun)
    server.after_request(_ended)
    server.teardown_request(_over)


def told(event: Event, outcome: str = "done", *, user: str | None = None, **more: object) -> None:
    """Write `event` of this request down, by `user` or whoever is signed in."""
    present = signed_in()
    more = {"dataset": request.environ.get(DATASET) or None} | more
    more |= {"token": g.bearer.token.id} if "bearer" in g else {}
    name = user or (present.username if present else None)
    if event is Event.SIGN_IN:
        METER.signed_in(outcome)
    audit.record(event, outcome, user=name, **more)


def asked() -> str:
    """Where the request went, without what a visitor typed there."""
    rule, arguments = request.url_rule, request.view_args or {}
    parts = re.split(r"<(?:[^<>:]+:)?(\w+)>", rule.rule if rule else "")
    parts[1::2] = [_shown(name, str(arguments.get(name, ""))) for name in parts[1::2]]
    return request.script_root + "".join(parts)


def _shown(name: str, value: str) -> str:
    if name == "path":  # of a page
        first = value.split("/")[0]
        return first if _PAGE.fullmatch(first) else "<path>"
    return value if name in _NAMES else f"<{name}>"


def _begun() -> None:
    g.asked_before = audit.ADDRESS.get()  # of the request that this one is asked by
    audit.ADDRESS.set(request.remote_addr or "")


def _over(_error: BaseException | None) -> None:
    audit.ADDRESS.set(g.pop("asked_before", ""))


def _ended(response: Response) -> Response:
    if response.status_code == 403 and signed_in():
        told(Event.REFUSED, "403", path=asked(), action=g.get("refused"))
    elif response.headers.get("Content-Disposition", "").startswith("attachment"):
        told(Event.DOWNLOAD, str(response.status_code), path=asked())
    return response
