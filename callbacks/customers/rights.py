"""What a customer may ask for: all that is held of them, as a file; and to be erased, which is told before it is done."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from dash.development.base_component import Component
from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.files.downloads import named, take_turn
from callbacks.frame.view import Query
from callbacks.web import audit
from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts.audit import Event, by_whom
from core.accounts.permissions import Action
from core.customers import told
from core.customers.erase import begin, plan
from core.customers.held import held
from core.errors import DataError
from core.exports.customers import file_name
from core.services import Services
from core.store.erasures import Erasures, Stage
from layouts.customers import erasing as layout

HELD, ERASE = "/customers/files/held.json", layout.PATH
_LONGEST_NUMBER = 9


def held_href(id: str) -> str:
    """Where what is held of a customer can be had."""
    return f"{HELD}?customer={quote(id, safe='')}"


def erase_href(id: str) -> str:
    """Where it is said what erasing a customer would do."""
    return f"/customers?customer={quote(id, safe='')}&erase=ask"


def send_held(services: Services) -> Response:
    """All that the visitor may see of it; files that others sent are not looked into."""
    if services.live.hidden:
        abort(
            403,
            "The file names all columns, and some are for owners only. Ask an owner of this dataset for it.",
        )
    user, slug = visitor(), services.dataset.slug
    everything = allows(Action.MANAGE_USERS)
    with take_turn(services, len(services.model.people)):
        found = held(
            services.workspaces,
            request.args.get("customer", ""),
            [slug],
            owner=None if everything else user.key,
            files=False,
        )
    id = found["customer"]
    if not found["found"]:
        abort(404, f"No customer has the ID “{id[:64]}”. Look it up in your file, and write it as there.")
    audit.told(Event.CUSTOMER_HELD, dataset=slug)
    content = json.dumps(found, ensure_ascii=False, indent=1)
    return named(Response(content, content_type="application/json"), file_name("held", id, ending="json"))


def ask(services: Services, id: str) -> Component:
    """What would be done, and the form that has it done."""
    demand(Action.ERASE_CUSTOMERS)
    back = f"/customers?customer={quote(id, safe='')}"
    try:
        would = plan(services.workspaces, services.dataset.slug, id, files=False)
    except DataError as error:
        return layout.refused(services.numbers.told(str(error)), back)
    if would.is_empty:
        return layout.refused(f"Nothing is held of “{id[:64]}” here.", "/customers")
    said = [services.numbers.told(one) for one in told.before(would, services.dataset)]
    return layout.ask(id, said, services.model.card.key, back)


def follow(services: Services, query: Query) -> Component:
    """How far an erasure is, or what it has done."""
    demand(Action.ERASE_CUSTOMERS)
    number = query["erasure"]
    is_one = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
    known = Erasures(services.database).find(int(number)) if is_one else None
    if known and known.stage is Stage.DONE and known.dataset == services.dataset.slug:
        said = [services.numbers.told(one) for one in told.after(known.told, services.dataset)]
        return layout.done(known.number, said, by_whom(known.who), known.at)
    job = services.jobs.find(query.get("job", ""))
    if job is None or job.kind != "erase":
        return layout.refused("This erasure is not known here.", "/customers")
    return layout.under_way(progress.panel(services, job))


def erase(services: Services) -> ResponseReturnValue:
    """Have it done, if the ID was typed and the segments are those of when it was asked."""
    id, typed = (request.form.get(name, "").strip() for name in ("customer", "typed"))
    if not id or typed != id:
        abort(
            400, "The ID that was typed is another one. Type the ID of the customer whom you want to erase."
        )
    if request.form.get("model") != services.model.card.key:
        abort(
            409,
            "The segments were changed meanwhile. Look at what would be done once more, and decide again.",
        )
    try:
        if plan(services.workspaces, services.dataset.slug, id, files=False).is_empty:
            abort(404, "Nothing is held of that customer here.")
        begun = begin(services.workspaces, services.dataset.slug, id, by=visitor().username)
    except DataError as error:
        abort(409, str(error))
    arguments = {"erasure": begun.number, "by": visitor().username}
    job = progress.start(services, "erase", arguments, anew=True)
    return redirect(f"/customers?{urlencode({'erasure': begun.number, 'job': job.id})}")
