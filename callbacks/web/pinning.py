"""One model for each request, and one for each page: who switches it meanwhile does not mix two on a screen."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request

from callbacks.web import reader
from callbacks.web.guard import DATASET, ROOT, UPDATE, allows, is_public
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.datasets.live import Change, Live
from core.datasets.personal import PersonalColumns
from core.datasets.served import Marks, read_by
from core.errors import DataError, ModelError, NoSuchDatasetError
from core.numbers import spell
from core.services import Services
from layouts import frame as shell

# Which model the page that asks was drawn with: its key, and `older` if it was opened with that one on purpose.
HEADER = "X-Parterre-Model"
# How an address names it.
MODEL, OLDER = "model", "older"


def register(server: Flask, services: Services) -> None:
    """Serve each request from first to last with one model: the live one, or the older one that its page shows."""

    @server.before_request
    def pin() -> Response | None:
        g.pinned = ExitStack()
        g.pinned.enter_context(services.read_in(reader.locale()))
        g.numbers = services.numbers
        try:
            g.pinned.enter_context(read_by(_marks(services)))
            g.pinned.enter_context(services.workspaces.at(_dataset()))
            g.numbers = services.numbers
        except (NoSuchDatasetError, DataError, ModelError) as error:
            request.root_path = request.environ[ROOT]  # the ways on lead to what there is
            abort(404 if isinstance(error, NoSuchDatasetError) else 503, str(error))
        return _for_page(services.live) if request.endpoint == UPDATE and not _opens_page() else None

    @server.teardown_request
    def let_go(_error: BaseException | None) -> None:
        pinned: ExitStack | None = g.pop("pinned", None)
        if pinned is not None:
            pinned.close()


def _marks(services: Services) -> Callable[[str], Marks | None]:
    """What a dataset's personal columns are, for a visitor who may not see them; looked for once."""
    known: dict[str, Marks | None] = {}

    def marks(slug: str) -> Marks | None:
        if slug not in known:
            sees = allows(Action.SEE_PERSONAL, of=slug)
            known[slug] = None if sees else PersonalColumns(services.database, slug).marks()
        return known[slug]

    return marks


def _dataset() -> str:
    """Which one the address names; nobody in particular is told which there are."""
    return "" if is_public(request.endpoint, {}) else request.environ.get(DATASET, "")


def of_link(live: Live) -> None:
    """Serve the rest of this request with the model that its address names; 404 in words if it is not kept."""
    key = request.args.get(MODEL, "")
    if not key:
        return
    try:
        g.pinned.enter_context(live.pinned(key))
    except ModelError:
        abort(
            404,
            f"This file is of a model that is not kept here: {key[:40]!r}. Reload the page, and take it again.",
        )


def _opens_page() -> bool:
    """Whether the whole page is drawn anew, with whatever model is live now."""
    body: Any = request.get_json(silent=True)
    output = body.get("output") if isinstance(body, dict) else ""
    return isinstance(output, str) and f"{shell.ids.PAGE}.children" in output.split("...")[0]


def _for_page(live: Live) -> Response | None:
    """Nothing, or what a page is told instead of an answer that would not be about what it shows."""
    key, _, way = request.headers.get(HEADER, "").partition(" ")
    if not key or key == live.model.card.key:
        return None
    if way != OLDER:
        return _changed(live, key)
    try:
        g.pinned.enter_context(live.pinned(key))
    except ModelError:
        return _changed(live, key)
    return None


def _changed(live: Live, key: str) -> Response:
    """Fills the line that says so, and no output of the callback that was asked."""
    said = told(live.changed_since(key)) | {"n": secrets.token_hex(4)}
    return jsonify(multi=True, response={}, sideUpdate={shell.ids.CHANGED: {"data": said}})


def told(change: Change) -> dict[str, str]:
    """Who changed the segments, when (ISO 8601, for the browser to write in its own time), and how."""
    who = by_whom(change.by) or "at the server"
    before = spell(change.before).lower() if change.before else ""
    after = spell(change.after).lower()
    how = f"from {before} to {after}" if before and before != after else f"there are {after} now"
    if change.version:
        how = f"version {change.version} of the customers; {how}"
    return {"who": f"The segments were changed {who}", "when": change.when if change.by else "", "how": how}
