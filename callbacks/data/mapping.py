"""One file that waits: what it was understood to be, what its columns are for, and the dataset that is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from dash.development.base_component import Component
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import waiting
from callbacks.web.guard import requires
from callbacks.web.sessions import signed_in, visitor
from core.accounts.permissions import Action
from core.datasets import staged as work
from core.datasets.workspace import checked_title
from core.errors import DataError
from core.jobs.queue import UNDER_WAY
from core.numbers import listed, spell, to_tell
from core.services import Services
from core.store.staged_files import Staged
from layouts.data import mapping as layout
from layouts.data import page

ROLES, MAKE = "data-roles", "data-make"
SURE = 0.9  # from which on a column is not asked about
_FEW = 4
_GRAINS = {
    "customers": "One row per customer",
    "orders": "One row per order",
    "order lines": "One row per order line",
    "none": "No row of a customer",
}


def draw(services: Services, identity: str) -> Component:
    """The file of that id, if it is the visitor's; where it is a dataset by now, the way there."""
    user = signed_in()
    staged = work.of(services).find(identity, user.key) if user else None
    if staged is None:
        return layout.gone()
    if staged.made:
        return layout.ready(PurePath(staged.name).stem, f"/d/{staged.made}/")
    look, job = staged.look, waiting.making(services, staged)
    panels = [] if staged.is_looked_at else [waiting.looking(services, staged)]
    panels += [job] if job else []
    told = services.numbers.told
    return layout.layout(
        staged.id,
        staged.name,
        told(understood(look)) if look else "",
        _same(services, staged),
        [progress.panel(services, one) for one in panels],
        None if look is None else _found(services, staged, look),
        title=_may_make(staged, job is not None and job.state in UNDER_WAY),
        example=work.example(),
    )


def register(server: Flask, services: Services) -> None:
    """Hear what columns are for, and make the dataset."""
    choose = requires(Action.ADD_DATASETS)(partial(_choose, services))
    server.add_url_rule("/data/files/<identity>/roles", ROLES, choose, methods=["POST"])
    make = requires(Action.ADD_DATASETS)(partial(_make, services))
    server.add_url_rule("/data/files/<identity>/make", MAKE, make, methods=["POST"])


def understood(look: Mapping[str, Any]) -> str:
    """What a file is, in a sentence or two."""
    read, basis = look["read"], look["basis"]
    if not look["columns"]:
        return "It could not be read as a table."
    said = f"{_GRAINS[look['grain']]}: {to_tell(read['rows'])} rows, {to_tell(read['columns'])} columns."
    if not basis:
        return said
    more = [f"{spell(len(basis) - _FEW).lower()} more"] if len(basis) > _FEW else []
    ranked = f", and ranked by {look['value']}" if look["value"] else ""
    return f"{said} Segments are built on {listed([*basis[:_FEW], *more])}{ranked}."


def _choose(services: Services, identity: str) -> ResponseReturnValue:
    files, staged = waiting.mine(services, identity)
    roles = _roles_in(staged, request.get_json(silent=True))
    if staged.making and (job := waiting.making(services, staged)) and job.state in UNDER_WAY:
        abort(409, "Segments are being made of it as it was. Cancel that first, then change columns.")
    files.choose(staged, {"roles": roles} if roles else {})
    changed = files.find(staged.id, staged.owner) or staged
    if not changed.is_looked_at:
        waiting.look_anew(services, changed)
    return jsonify(roles=roles)


def _roles_in(staged: Staged, body: object) -> dict[str, str]:
    """What somebody says that columns are for; 400 in words for what can't be."""
    given = body.get("roles") if isinstance(body, dict) else None
    if not isinstance(given, dict) or staged.look is None:
        abort(400, "Found no roles of columns. Expected those of this page. Reload it, and choose again.")
    possible = {one["column"]: one["roles"] for one in staged.look["columns"]}
    for column, role in given.items():
        if column not in possible:
            abort(400, f"Found no column {column[:60]!r}. Expected one of the file. Reload the page.")
        if role not in possible[column]:
            abort(400, f"{column[:60]}: this is no role for what is in it. Choose one of the list.")
    return given


def _make(services: Services, identity: str) -> ResponseReturnValue:
    files, staged = waiting.mine(services, identity)
    body = request.get_json(silent=True)
    title = body.get("title") if isinstance(body, dict) else None
    if not isinstance(title, str):
        abort(400, "Found no title. Expected what people call the dataset. Type it.")
    if not staged.is_looked_at or not staged.look or not staged.look["schema"]:
        abort(409, "Its columns are still being looked at, or make no segments. Reload the page.")
    try:
        title = checked_title(title)
    except DataError as error:
        abort(400, str(error))
    arguments = {"id": staged.id, "title": title, "by": visitor().username}
    job = progress.start(services, "dataset", arguments, anew=True)
    files.watch(staged, making=job.id)
    return jsonify(job=job.id)


def _may_make(staged: Staged, is_made: bool) -> str:
    """The title to begin with, where segments can be made now."""
    can = staged.is_looked_at and staged.look and staged.look["schema"] and not is_made
    return PurePath(staged.name).stem.replace("_", " ").strip()[:80] if can else ""


def _same(services: Services, staged: Staged) -> str:
    """Whether the very file is here already."""
    others = [
        one for one in waiting.of_visitor(services) if one.digest == staged.digest and one.id != staged.id
    ]
    return "The very same file waits a second time: remove one of them." if others else ""


def _found(services: Services, staged: Staged, look: Mapping[str, Any]) -> layout.Found:
    told = services.numbers.told
    columns = [_column(services, staged, one) for one in look["columns"]]
    return layout.Found(
        refused=told(look["refused"]),
        content=json.dumps({"id": staged.id, "roles": staged.roles, "columns": columns}, ensure_ascii=False),
        asked=sum(one["asked"] for one in columns),
        notes=[told(one) for one in look["read"]["notes"]],
        problems=[
            layout.ProblemRow(told(one["what"]), services.numbers.whole(one["rows"]), told(one["do"]))
            for one in look["problems"]
        ],
        is_chosen=bool(staged.mapping),
    )


def _column(services: Services, staged: Staged, one: Mapping[str, Any]) -> dict[str, Any]:
    percent, told = services.numbers.percent, services.numbers.told
    chosen = staged.roles.get(one["column"])
    return {
        "name": one["column"],
        "values": one["examples"],
        "kind": page.KINDS[one["kind"]],
        "gaps": f"{percent(one['gaps'])} gaps" if one["gaps"] else "",
        "role": chosen or one["role"],
        "roles": [[role, page.ROLES[role]] for role in one["roles"]],
        "reason": told(one["reason"]),
        "sure": "" if chosen else f"{percent(one['sure'])} sure",
        "asked": not chosen and one["sure"] < SURE,
    }
