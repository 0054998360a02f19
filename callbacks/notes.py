"""Notes on what a page shows, over HTTP: read by all who may see the page, each with its author."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import parse_qsl

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.filters import address
from callbacks.filters.address import Origin
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.reports.story import TOLD, asked_of
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from callbacks.web.validation import STRANGE, fields
from core.accounts.page_notes import PageNotes
from core.accounts.permissions import Action
from core.crossfilter.selection import SelectionError
from core.errors import ModelError, NoteError
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """GET and POST /notes, POST /notes/<id>."""

    @server.get("/notes", endpoint="notes")
    @requires(Action.VIEW)
    def show() -> ResponseReturnValue:
        return _answer(services, *_place(services, request.args.get("page"), request.args.get("address")))

    @server.post("/notes", endpoint="notes_add")
    @requires(Action.SAVE_VIEW)
    def add() -> ResponseReturnValue:
        given = fields(page=str, address=str, text=str, answers=(int, type(None)))
        page, state = _place(services, given["page"], given["address"])
        try:
            notes = PageNotes(services.database, services.dataset.slug)
            notes.add(page, state, given["text"], visitor().username, given["answers"])
        except NoteError as error:
            abort(400, str(error))
        return _answer(services, page, state)

    @server.post("/notes/<id>", endpoint="notes_resolve")
    @requires(Action.SAVE_VIEW)
    def resolve(id: str) -> ResponseReturnValue:
        given = fields(page=str, address=str, done=bool)
        page, state = _place(services, given["page"], given["address"])
        notes = PageNotes(services.database, services.dataset.slug)
        number = int(id) if id.isascii() and id.isdecimal() and len(id) < 10 else 0
        if not notes.resolve(number, visitor().username, done=given["done"]):
            abort(404, "There is no such note any more. Open the notes again.")
        return _answer(services, page, state)


def _answer(services: Services, page: str, state: str) -> ResponseReturnValue:
    found = PageNotes(services.database, services.dataset.slug).of(page, state)
    return jsonify(notes=[asdict(one) for one in found])


def _place(services: Services, page: object, text: object) -> tuple[str, str]:
    """The page and its state, as notes are kept under; 400 in words if there is none such."""
    if (
        not isinstance(page, str)
        or page not in TOLD
        or not isinstance(text, str)
        or len(text) > LONGEST_ADDRESS
    ):
        abort(400, STRANGE)
    try:
        with services.live.pinned(Origin.of(dict(parse_qsl(text))).key or None):
            selection = asked_of(services, page, text).asked.selection
            return page, address.state(selection, services.model.card.key)
    except ModelError:
        abort(404, "The segments of this page are not kept here any more. Reload the page.")
    except SelectionError as error:
        abort(400, str(error))
