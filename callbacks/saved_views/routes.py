"""Saved views over HTTP: a user's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import punctuation
from urllib.parse import parse_qsl, quote

from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue

from callbacks.filters import address
from callbacks.filters.address import Asked, Origin
from callbacks.filters.answer import in_words
from callbacks.frame.view import View, with_those_below
from callbacks.saved_views import words as view_words
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from callbacks.web.validation import fields
from core.accounts.permissions import Action
from core.accounts.saved_views import NoSuchViewError, SavedView, ViewsError, ViewsStore, checked_address
from core.crossfilter.table import SelectionError
from core.errors import ModelError, ParterreError
from core.numbers import spell
from core.services import Services

UNKNOWN = "Saved with segments of a model that is not kept here."
UNFIT = "Saved when segments or bins were others; some of its filters are gone."


def register(server: Flask, services: Services, pages: Sequence[View]) -> None:
    """GET and POST /views, PATCH, PUT and DELETE /views/<id>; `pages` are all pages, of which some are filtered."""
    saved = Saved(services, {page.path: page for page in with_those_below(pages) if page.filtered})
    asks = requires(Action.SAVE_VIEW)
    for rule, method, view in (
        ("/views", "GET", saved.show),
        ("/views", "POST", saved.save),
        ("/views/<id>", "PATCH", saved.rename),
        ("/views/<id>", "PUT", saved.replace),
        ("/views/<id>", "DELETE", saved.delete),
    ):
        server.add_url_rule(rule, f"views_{view.__name__}", asks(view), methods=[method])
    server.register_error_handler(ViewsError, _refuse)


@dataclass(frozen=True)
class Saved:
    """The routes, over the store and the pages that can be filtered."""

    services: Services
    pages: Mapping[str, View]

    @property
    def store(self) -> ViewsStore:
        """Those of this dataset."""
        return ViewsStore(self.services.database, self.services.dataset.slug)

    def show(self) -> ResponseReturnValue:
        """The user's views, each with its page and filters in words."""
        return jsonify(views=[self._told(view) for view in self.store.all(visitor().username)])

    def save(self) -> ResponseReturnValue:
        """Keep an address under a name."""
        given = fields(name=str, address=str)
        view = self.store.add(visitor().username, given["name"], self._checked(given["address"]))
        return jsonify(self._told(view)), 201

    def rename(self, id: str) -> ResponseReturnValue:
        """Give a view another name."""
        return jsonify(self._told(self.store.rename(visitor().username, id, fields(name=str)["name"])))

    def replace(self, id: str) -> ResponseReturnValue:
        """Let a view show something else under its name."""
        address_ = self._checked(fields(address=str)["address"])
        return jsonify(self._told(self.store.replace(visitor().username, id, address_)))

    def delete(self, id: str) -> ResponseReturnValue:
        """Forget a view."""
        self.store.remove(visitor().username, id)
        return "", 204

    def _checked(self, text: str) -> str:
        """The address as the app itself writes it.

        Raises ViewsError if it is no page that can be filtered, or its filters are not there.
        """
        path, _, query = checked_address(text).partition("?")
        if path not in self.pages:
            raise ViewsError(
                "This page has no filters to save. Save a view of a page that has.", field="address"
            )
        origin = _origin(query)
        try:
            with self.services.live.pinned(origin.key or None):
                origin = Origin(self.services.model.card.key, origin.older)
                asked = address.bound(str(self._asked(path, query)), origin)
        except ParterreError as error:
            raise ViewsError(str(error), field="address") from error
        # Words of the customer file may hold any letter; addresses are kept as browsers send them.
        return f"{path}?{quote(asked, safe=punctuation)}" if asked else path

    def _asked(self, path: str, query: str) -> Asked:
        page = self.pages[path].filtered
        known = page(self.services).options if page else {}
        return address.parse(query, self.services.model.crossfilter, known)

    def _told(self, view: SavedView) -> dict[str, str | bool]:
        path, _, query = view.address.partition("?")
        origin = _origin(query)
        if not origin.key and address.names_segments(query):
            # Kept before addresses said which model they are about.
            origin = Origin(self.services.live.key_at(view.saved))
        words, fits = self._in_words(path, query, origin)
        bound = address.bound(query, origin)
        link = f"{path}?{bound}" if bound else path
        return {"id": view.id, "name": view.name, "address": link, "words": words, "fits": fits}

    def _in_words(self, path: str, query: str, origin: Origin) -> tuple[str, bool]:
        """Page and filters, in the names of their time; a view of another model says so."""
        if path not in self.pages:
            return "Its page is gone.", False
        title, live = self.pages[path].title, self.services.model.card.key
        numbered = origin.older or address.names_segments(query)
        try:
            with self.services.live.pinned(origin.key if numbered and origin.key else None):
                asked, older = self._asked(path, query), self.services.model.card.key != live
                said = f"{title}{view_words.options(self.services, asked)}. {self._filters(asked)}"
                return (f"{said}. {self._of_others()}", False) if older else (said, True)
        except ModelError:
            return f"{title}. {UNKNOWN}", False
        except SelectionError:
            return f"{title}. {UNFIT}", False

    def _filters(self, asked: Asked) -> str:
        return "; ".join(in_words(self.services, asked.selection)) or "All customers"

    def _of_others(self) -> str:
        if version := self.services.live.version:
            return f"Saved on version {version} of the customers: opening it says how its segments go on."
        k = spell(len(self.services.model.card.profile.segments)).lower()
        return f"Saved when there were {k} other segments: opening it says what they have become."


def _origin(query: str) -> Origin:
    return Origin.of(dict(parse_qsl(query)))


def _refuse(error: ViewsError) -> tuple[Response, int]:
    """What is wrong, and with which field, for the line beside it."""
    status = 404 if isinstance(error, NoSuchViewError) else 400
    return jsonify(error=str(error), field=error.field), status
