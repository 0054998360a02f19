"""/api/v1: what the pages know, for programs."""

from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map, Rule

from callbacks.api import mcp
from callbacks.api.answers import refuse
from callbacks.api.described import describe
from callbacks.api.endpoint import ROOT
from callbacks.api.table import TABLE
from callbacks.files import uploads
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.services import Services

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def register(server: Flask, services: Services) -> None:
    """Add its routes."""
    for endpoint in TABLE:
        if endpoint.most_mb is not None:
            uploads.allow(server, endpoint.name, partial(endpoint.most_mb, services))
        endpoint.register(server, services)
    describe(server, services)
    mcp.register(server, services)
    known = Map(
        [Rule(one.path, endpoint=one.name, methods=[one.method]) for one in TABLE], merge_slashes=False
    )
    nothing = requires(Action.ENTER)(partial(_nothing, known))
    server.add_url_rule(f"{ROOT}/<path:rest>", "api-nothing", nothing, methods=METHODS)


def _nothing(known: Map, rest: str) -> Response:
    """What is asked otherwise than the table has it: 404 or 405, where a page would be drawn else."""
    asked = known.bind("")
    allowed = asked.allowed_methods(f"/{rest}")
    if not allowed:
        refuse(404, "There is no such page. What there is stands at /api/v1/docs.")
    if request.method != "OPTIONS":
        raise MethodNotAllowed([*allowed, "OPTIONS"])
    return Response(status=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})
