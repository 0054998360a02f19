"""Saved views over HTTP: a user's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import punctuation
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import address
from callbacks.address import Asked
from callbacks.filter_answer import chips
from callbacks.guard import requires
from callbacks.sessions import signed_in
from callbacks.shell import View
from core.accounts.permissions import Action
from core.crossfilter import SelectionError
from core.services import Services
from core.views_store import NoSuchViewError, SavedView, ViewsError, ViewsStore, checked_address

UNFIT = "Saved when segments or bins were others; some of its filters are gone."


def register(server: Flask, services: Services, pages: Sequence[View]) -> None:
    """GET and POST /views, PATCH and DELETE /views/<id>; `pages` are all pages, of which some are filtered."""
    store = ViewsStore(services.settings.home / "views")
    saved = Saved(store, services, {page.path: page for page in pages if page.filtered})
    asks = requires(Action.SAVE_VIEW)
    for rule, method, view in (
        ("/views", "GET", saved.show),
        ("/views", "POST", saved.save),
        ("/views/<id>", "PATCH", saved.rename),
        ("/views/<id>", "DELETE", saved.delete),
    ):
        server.add_url_rule(rule, f"views_{view.__name__}", asks(view), methods=[method])
    server.register_error_handler(ViewsError, _refuse)


@dataclass(frozen=True)
class Saved:
    """The routes, over the store and the pages that can be filtered."""

    store: ViewsStore
    services: Services
    pages: Mapping[str, View]

    def show(self) -> ResponseReturnValue:
        """The user's views, each with its page and filters in words."""
        return jsonify(views=[self._told(view) for view in self.store.all(_username())])

    def save(self) -> ResponseReturnValue:
        """Keep an address under a name."""
        given = _texts("name", "address")
        view = self.store.add(_username(), given["name"], self._checked(given["address"]))
        return jsonify(self._told(view)), 201

    def rename(self, id: str) -> ResponseReturnValue:
        """Give a view another name."""
        return jsonify(self._told(self.store.rename(_username(), id, _texts("name")["name"])))

    def delete(self, id: str) -> ResponseReturnValue:
        """Forget a view."""
        self.store.remove(_username(), id)
        return "", 204

    def _checked(self, text: str) -> str:
        """The address as the app itself writes it.

        Raises
        ------
        ViewsError
            If it is no page that can be filtered, or its filters are not there.
        """
        path, _, query = checked_address(text).partition("?")
        if path not in self.pages:
            raise ViewsError(
                "This page has no filters to save. Save a view of a page that has.", field="address"
            )
        try:
            asked = str(self._asked(path, query))
        except SelectionError as error:
            raise ViewsError(str(error), field="address") from error
        # Words of the customer file may hold any letter; addresses are kept as browsers send them.
        return f"{path}?{quote(asked, safe=punctuation)}" if asked else path

    def _asked(self, path: str, query: str) -> Asked:
        page = self.pages[path].filtered
        return address.parse(query, self.services.model.crossfilter, page.options if page else {})

    def _told(self, view: SavedView) -> dict[str, str | bool]:
        words, fits = self._in_words(view)
        return {"id": view.id, "name": view.name, "address": view.address, "words": words, "fits": fits}

    def _in_words(self, view: SavedView) -> tuple[str, bool]:
        """Page and filters; a view of another model stays in the list, and says so."""
        path, _, query = view.address.partition("?")
        if path not in self.pages:
            return "Its page is gone.", False
        title = self.pages[path].title
        try:
            asked = self._asked(path, query)
        except SelectionError:
            return f"{title}. {UNFIT}", False
        filters = [f"{chip['label']}: {chip['text']}" for chip in chips(self.services, asked.selection)]
        return f"{title}{_options(asked)}. {'; '.join(filters) or 'All customers'}", True


def _options(asked: Asked) -> str:
    """How the page is shown, where that is not as usual."""
    chosen = [
        f"{name}: {value.replace('_', ' ')}"
        for name, value in asked.options.items()
        if value != asked.known[name].default
    ]
    return f" ({', '.join(chosen)})" if chosen else ""


def _texts(*names: str) -> Mapping[str, str]:
    """The body of the request: these texts and nothing else."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict) or body.keys() != set(names):
        abort(400, "This is not a request that the dashboard makes. Reload the page.")
    if not all(isinstance(value, str) for value in body.values()):
        abort(400, "This is not a request that the dashboard makes. Reload the page.")
    return body


def _username() -> str:
    user = signed_in()
    if user is None:
        abort(401)
    return user.username


def _refuse(error: ViewsError) -> tuple[Response, int]:
    """What is wrong, and with which field, for the line beside it."""
    status = 404 if isinstance(error, NoSuchViewError) else 400
    return jsonify(error=str(error), field=error.field), status
