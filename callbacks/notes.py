"""Notes on what a page shows, over HTTP: read by all who may see the page, each with its author."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.filters import noted
from callbacks.frame.page import LONGEST_ADDRESS
from callbacks.reports.story import TOLD, as_shown, asked_of
from callbacks.web.routes import answer
from callbacks.web.sessions import visitor
from callbacks.web.validation import STRANGE, fields
from core.accounts.page_notes import PageNotes
from core.accounts.permissions import Action
from core.crossfilter.selection import Selection
from core.services import Services


def register(server: Flask, services: Services) -> None:
    """Read, add and resolve them."""
    answer(
        server,
        services,
        {
            "GET /notes": (Action.VIEW, _show),
            "POST /notes": (Action.SAVE_VIEW, _add),
            "POST /notes/<id>": (Action.SAVE_VIEW, _resolve),
        },
    )


def _kept(services: Services) -> PageNotes:
    return PageNotes(services.database, services.dataset.slug)


def _show(services: Services) -> ResponseReturnValue:
    with _shown(services, request.args.get("page"), request.args.get("address")) as selection:
        return _answer(services, request.args["page"], selection)


def _add(services: Services) -> ResponseReturnValue:
    given = fields(page=str, address=str, text=str, answers=(int, type(None)), about=str)
    page, who = given["page"], visitor().username
    with _shown(services, page, given["address"]) as selection:
        state, about = noted.place(services, selection, given["about"][:LONGEST_ADDRESS])
        _kept(services).add(page, state, given["text"], who, given["answers"], about)
        return _answer(services, page, selection)


def _resolve(services: Services, id: str) -> ResponseReturnValue:
    given = fields(page=str, address=str, done=bool)
    with _shown(services, given["page"], given["address"]) as selection:
        number = int(id) if id.isascii() and id.isdecimal() and len(id) < 10 else 0
        if not _kept(services).resolve(number, visitor().username, done=given["done"]):
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
    with as_shown(services, text):
        yield asked_of(services, page, text).asked.selection
