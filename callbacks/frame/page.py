"""The frame: which page the address means, and who is looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from callbacks.filters import callbacks as filters
from callbacks.filters import tile
from callbacks.frame import older
from callbacks.frame.view import Query, View, with_those_below
from callbacks.web.error_pages import FOR_PROGRAMS, refuse
from callbacks.web.guard import allows, requires, role
from callbacks.web.mounting import page_of
from callbacks.web.routes import answer_in_browser
from callbacks.web.sessions import signed_in
from core.accounts.permissions import Action
from core.profiles import summary
from core.services import Services
from layouts import frame as shell
from layouts.components import notice
from layouts.frame import sent

LONGEST_ADDRESS = 4000
ANY_PAGE = "/<path:path>"  # the endpoint by which Dash answers every address


def frame(services: Services, views: Sequence[View]) -> Callable[[], Component]:
    """The frame as a function of the request, since it names the visitor."""

    def draw_frame() -> Component:
        user = signed_in()
        menu = shell.menu_of(user.username if user else "", role(), administers=allows(Action.MANAGE_USERS))
        return shell.layout(
            links(services, views),
            menu,
            services.numbers.separators,
            _datasets(services),
            customers=services.numbers.whole(len(services.model.people)),
            source=_source(services),
            may_export=allows(Action.EXPORT),
        )

    return draw_frame


def _datasets(services: Services) -> list[shell.DatasetLink]:
    here = services.dataset.slug
    return [
        shell.DatasetLink(one.path, one.title, one.slug == here)
        for one in services.access.seen(signed_in(), services.workspaces.catalogue.all())
    ]


def _source(services: Services) -> str:
    card = services.model.card
    return (
        f"{card.data.name}, {summary.rows_of(card, services.numbers)}. "
        f"Model {card.key}: {card.parameters.k} segments, made {card.made[:10]}."
    )


def register(app: Dash, services: Services, views: Sequence[View]) -> None:
    """Draw the page and mark its link when the address changes."""
    pages = {view.path: view for view in with_those_below(views)}

    @app.callback(
        Output(shell.ids.PAGE, "children"),
        Output(shell.ids.PAGE, "data-model"),
        Output(shell.ids.NAVIGATION, "children"),
        Input(shell.ids.ADDRESS, "pathname"),
        Input(shell.ids.AGAIN, "data"),
        State(shell.ids.ADDRESS, "search"),
    )
    @requires(Action.VIEW)
    def open_page(pathname: str | None, _again: object, search: str | None) -> tuple[Any, str, Any]:
        path = page_of(pathname)
        drawn, model = _page(services, pages, path, search or "")
        return sent(drawn), model, sent(shell.navigation(links(services, views), path))

    app.server.after_request(_missing(set(pages)))
    # Only pages that Flask draws within the frame ask.
    app.server.context_processor(
        lambda: {"links": partial(links, services, views), "datasets": partial(_datasets, services)}
    )
    filtered = {path: view.asked for path, view in pages.items() if view.filtered}
    filters.register(app, services, filtered)
    tile.register(app.server, services, filtered)
    for name, told, heard in (
        ("nameTab", shell.ids.TITLED, Input(shell.ids.NAVIGATION, "children")),
        ("sayChanged", shell.ids.CHANGED_SAID, Input(shell.ids.CHANGED, "data")),
        ("useTemplates", shell.ids.TEMPLATES_READY, Input(shell.ids.TEMPLATES, "data")),
    ):
        answer_in_browser(app, name, Output(told, "data"), heard)


def _missing(paths: set[str]) -> Callable[[Response], Response]:
    """Dash answers any address with its page: what is none of ours gets its status, and JSON if a program asks."""

    def mark(response: Response) -> Response:
        if request.endpoint != ANY_PAGE or response.status_code != 200:
            return response
        if request.path.startswith(FOR_PROGRAMS):
            return refuse(NotFound())
        response.status_code = 200 if request.path.rstrip("/") in paths else 404
        return response

    return mark


def query_of(search: str | None) -> Query:
    """The query of an address as a dict; what is too long to be ours is nothing.

    Filters of a group on one field stay together, as they stand in the address.
    """
    text, found = (search or "").lstrip("?"), Query()
    for name, value in parse_qsl(text) if len(text) <= LONGEST_ADDRESS else ():
        found[name] = f"{found[name]}&{name}={value}" if name in found and ":" in name else value
    return found


def _page(services: Services, pages: Mapping[str, View], path: str, search: str) -> tuple[Component, str]:
    """The page, and the model that it shows."""
    view, key = pages.get(path), services.model.card.key
    if view is None:
        words = f"Found {path[:80]}. Choose a page from the navigation above."
        home = html.A("Go to the overview", href="/", className="btn p-button")
        return notice("There is no such page", words, home), key
    if not allows(view.action):
        return notice("This page is not for your role", "Ask an administrator if you need it."), key
    if lacks := view.lacks(services):
        return shell.lacking(view.title, lacks), key
    return older.draw(services, view, query_of(search), search)


def links(services: Services, views: Sequence[View]) -> list[shell.Link]:
    """The pages that the visitor's role may see; those that this table lacks something for are muted."""
    return [
        shell.Link(view.path, view.title, view.filtered is not None, bool(view.lacks(services)))
        for view in views
        if allows(view.action)
    ]
