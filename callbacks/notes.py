"""Notes on what a page shows, over HTTP: read by all who may see the page, each with its author."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from urllib.parse import parse_qsl

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.filters import noted
from callbacks.filters.address import Origin
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.reports.story import TOLD, asked_of
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from callbacks.web.validation import STRANGE, fields
from core.accounts.page_notes import PageNotes
from core.accounts.permissions import Action
from core.crossfilter.selection import Selection, SelectionError
from core.errors import ModelError, NoteError
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """GET and POST /notes, POST /notes/<id>."""

    def kept() -> PageNotes:
        return PageNotes(services.database, services.dataset.slug)

    @server.get("/notes", endpoint="notes")
    @requires(Action.VIEW)
    def show() -> ResponseReturnValue:
        with _shown(services, request.args.get("page"), request.args.get("address")) as selection:
            return _answer(services, request.args["page"], selection)

    @server.post("/notes", endpoint="notes_add")
    @requires(Action.SAVE_VIEW)
    def add() -> ResponseReturnValue:
        given = fields(page=str, address=str, text=str, answers=(int, type(None)), about=str)
        with _shown(services, given["page"], given["address"]) as selection:
            state, about = noted.place(services, selection, given["about"][:LONGEST_ADDRESS])
            try:
                kept().add(given["page"], state, given["text"], visitor().username, given["answers"], about)
            except NoteError as error:
                abort(400, str(error))
            return _answer(services, given["page"], selection)

    @server.post("/notes/<id>", endpoint="notes_resolve")
    @requires(Action.SAVE_VIEW)
    def resolve(id: str) -> ResponseReturnValue:
        given = fields(page=str, address=str, done=bool)
        with _shown(services, given["page"], given["address"]) as selection:
            number = int(id) if id.isascii() and id.isdecimal() and len(id) < 10 else 0
            if not kept().resolve(number, visitor().username, done=given["done"]):
                abort(404, "There is no such note any more. Open the notes again.")
            return _answer(services, given["page"], selection)


def _answer(services: Services, page: str, selection: Selection) -> ResponseReturnValue:
    found = noted.notes(services, page, selection)
    return jsonify(notes=[asdict(one) | {"bar": noted.bar(services, one.about)} for one in found])


@contextmanager
def _shown(services: Services, page: object, text: object) -> Iterator[Selection]:
    """What a page shows, with the model that it is of; 400 in words if there is none such."""
    if (
        not isinstance(page, str)
        or page not in TOLD
        or not isinstance(text, str)
        or len(text) > LONGEST_ADDRESS
    ):
        abort(400, STRANGE)
    try:
        with services.live.pinned(Origin.of(dict(parse_qsl(text))).key or None):
            yield asked_of(services, page, text).asked.selection
    except ModelError:
        abort(404, "The segments of this page are not kept here any more. Reload the page.")
    except SelectionError as error:
        abort(400, str(error))
