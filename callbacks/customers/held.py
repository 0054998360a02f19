"""What is held of one customer, as a file to hand to them."""

from __future__ import annotations

import json
from functools import partial
from urllib.parse import quote

from flask import Flask, Response, abort, request

from callbacks.files.downloads import named, take_turn
from callbacks.web.audit import told
from callbacks.web.guard import allows, requires
from callbacks.web.sessions import visitor
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.customers.held import held
from core.errors import DataError
from core.exports.customers import file_name
from core.services import Services

HELD, PATH = "customers-held", "/customers/files/held.json"


def register(server: Flask, services: Services) -> None:
    """Hand the file out."""
    server.add_url_rule(PATH, HELD, requires(Action.EXPORT)(partial(_send, services)))


def href(id: str) -> str:
    """Where what is held of a customer can be had."""
    return f"{PATH}?customer={quote(id, safe='')}"


def _send(services: Services) -> Response:
    """All that the visitor may see of it; files that others sent are not looked into."""
    if services.live.hidden:
        abort(
            403,
            "The file names all columns, and some are for owners only. Ask an owner of this dataset for it.",
        )
    user, slug = visitor(), services.dataset.slug
    everything = allows(Action.MANAGE_USERS)
    try:
        with take_turn(services, len(services.model.people)):
            found = held(
                services.workspaces,
                request.args.get("customer", ""),
                [slug],
                owner=None if everything else user.key,
                files=False,
            )
    except DataError as error:
        abort(400, str(error))
    id = found["customer"]
    if not found["found"]:
        abort(404, f"No customer has the ID “{id[:64]}”. Look it up in your file, and write it as there.")
    told(Event.CUSTOMER_HELD, dataset=slug)
    content = json.dumps(found, ensure_ascii=False, indent=1)
    return named(Response(content, content_type="application/json"), file_name("held", id, ending="json"))
