"""Versions of the customers on the page of models: what came in, who moved, and making another one live."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from callbacks.files.downloads import named, take_turn
from callbacks.frame.view import mode
from callbacks.web.guard import allows
from callbacks.web.sessions import visitor
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.datasets import changes_told, migration_told
from core.datasets.changes import Changes
from core.datasets.removal import PATIENCE_SECONDS, Removal
from core.datasets.update import Update
from core.datasets.versions import Version, Way
from core.errors import DataError, ModelError
from core.exports.customers import as_csv
from core.model.before import Before, identity
from core.model.kin import Succession
from core.model.succession import moved
from core.schema.fields import IDENTIFIER, SEGMENT
from core.services import Services
from layouts import flows
from layouts import models as layout
from layouts.components import Shown, Table, chart
from layouts.flows import Link, Node, Side
from layouts.theme import EVERYONE, segment_colour, template

MOVED = "moved.csv"
_CSV = "text/csv; charset=utf-8"
_HOW = {
    Way.ADDED: "Added",
    Way.NAMED: "Named by PARTERRE_DATA",
    Way.REPLACE: "Replaces all customers",
    Way.BY_KEY: "Updates customers by their ID",
    Way.CUT_POINTS: "Cuts RFM scores elsewhere",
}


def section(services: Services) -> Component:
    """What is known of the versions."""
    kept = services.workspaces.catalogue.versions(services.dataset).all()
    live, came = services.dataset.version.number, services.model.card.succession
    if came and came.version >= live:
        came = None  # numbers go on from the same version, of which somebody was erased
    opens = {one.version: one.key for one in services.live.fits()}  # the latest of each
    retired = {number for number, key in opens.items() if services.live.marks.is_retired(key)}
    goes = _going(services, live)
    rows = [
        _row(services, one, live, goes.get(one.number, []), retired=one.number in retired)
        for one in reversed(kept)
    ]
    drawn = _migration(services, came) if came and not came.by_centres else None
    said = migration_told.summary(came, services.model.card.profile.names, services.numbers) if came else ""
    moves = came is not None and came.moved > 0
    return layout.versions(rows, said, drawn, f"/models/files/{MOVED}" if moves else "")


def choose(services: Services, number: str) -> ResponseReturnValue:
    """Make a version live, if the one that the page showed still is."""
    asked, (wanted, shown) = Update(services.workspaces, services.dataset.slug), _asked(number)
    try:
        asked.back(by=visitor().username, to=wanted, after=shown)
    except (DataError, ModelError) as error:
        abort(409, str(error))
    return redirect("/models")


def remove(services: Services, number: str) -> ResponseReturnValue:
    """Remove a version, if the live one is that of which the page was drawn."""
    asked = Removal(services.workspaces, services.dataset.slug, PATIENCE_SECONDS)
    wanted, shown = _asked(number)
    try:
        asked.version(wanted, by=visitor().username, live=shown)
    except DataError as error:
        abort(409, str(error))
    return redirect("/models")


def _asked(number: str) -> tuple[int, int]:
    """Which version is meant, and which was live when that was asked; 404 in words where it is no number."""
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        abort(404, "There is no such version. Look at those on the Models page.")
    return int(number), request.form.get("live", type=int) or 0


def who_moved(services: Services) -> Response:
    """Customers who are in another segment than in the version before, as CSV."""
    came = services.model.card.succession
    if came is None or not came.moved:
        abort(404, "Nobody moved to another segment. Look at the versions on the Models page.")
    with take_turn(services, len(services.model.people)):
        content = as_csv(_moved(services, came))
    return named(Response(content, content_type=_CSV), f"{services.model.card.key}-{MOVED}")


def _moved(services: Services, came: Succession) -> pd.DataFrame:
    folder = services.dataset.file.parent
    try:
        before = Before.load(folder) if identity(folder) else None
    except ModelError as error:
        abort(404, str(error))
    if before is None or before.model != came.model:
        abort(
            404, "Who moved is known of the live version of the customers only. Take it on the Models page."
        )
    was, now = _names_before(services, came), services.model.card.profile.names
    people = services.model.people.frame([IDENTIFIER, SEGMENT, *services.model.space.basis])
    found = moved(before, people)
    found = found[found["Segment_before"] != found[SEGMENT]]
    return found.assign(Name_before=found["Segment_before"].map(was), Segment_Name=found[SEGMENT].map(now))


def _seen(services: Services) -> Callable[[str], bool]:
    """Whether who looks may see a column, however it is called."""
    hidden, mine, whole = services.live.hidden, services.model.schema, services.dataset.schema
    names = {one.column: one.name for one in whole.fields}

    def seen(column: str) -> bool:
        name = names.get(column, column)
        return not hidden or name in mine or not (name in hidden or name in whole)

    return seen


def _row(services: Services, version: Version, live: int, goes: list[str], *, retired: bool) -> Component:
    changes = Changes.from_json(version.changes).only(_seen(services)) if version.changes else None
    schema = services.dataset.schema.written_as(services.schema)
    told = changes_told.told(changes, schema, services.numbers) if changes else []
    how, rows = _how(services, version.way), services.numbers.whole(version.rows)
    state = _state(version.number, live, goes, retired=retired)
    return layout.version(version.number, version.at, by_whom(version.who), how, rows, told, state)


def _state(number: int, live: int, goes: list[str], *, retired: bool) -> list[Component]:
    """Whether a version is live, and what whoever looks may do with it."""
    if number == live:
        return [html.Strong("Live")]
    can_choose = allows(Action.CHOOSE_MODEL) and not retired
    return [
        *([html.P("Retired")] if retired else []),
        *([layout.choosing(number, live)] if can_choose else []),
        *([layout.removing(number, live, goes)] if goes else []),
    ]


def _how(services: Services, way: Way) -> str:
    return "Adds its orders" if way is Way.BY_KEY and services.dataset.schema.is_of_orders else _HOW[way]


def _going(services: Services, live: int) -> dict[int, list[str]]:
    """What goes with each version, for those who may remove it; the live one stays."""
    if not allows(Action.UPDATE_DATASET):
        return {}
    hanging = Removal(services.workspaces, services.dataset.slug).of_versions()
    told = services.numbers.told
    return {
        number: [told(words) for words in one.words(whole=False)]
        for number, one in hanging.items()
        if number != live
    }


def _names_before(services: Services, came: Succession) -> dict[int, str]:
    """What the segments of the version before are called, as far as that model is kept."""
    try:
        with services.live.pinned(came.model):
            return services.model.card.profile.names
    except ModelError:
        return {number: f"Segment {number}" for number in range(1, len(came.counts) + 1)}


def _migration(services: Services, came: Succession) -> Component:
    """Who went where, as flows and as a table with what drove them."""
    was, now, numbers = _names_before(services, came), services.model.card.profile.names, services.numbers
    rows = [
        (was[one.before], now[one.after], numbers.whole(one.customers), why)
        for one in came.flows
        for why in (migration_told.reason(one, services.schema, numbers),)
    ]
    shown = Shown(
        flows.flows(
            *_drawn(came, was, now), [f"Version {came.version}", "Now"], template(mode(), numbers.separators)
        ),
        migration_told.summary(came, now, numbers),
        Table(("From", "To", "Customers", "Why"), rows),
    )
    high = flows.height(len(now) + 1)
    return chart(
        layout.ids.MIGRATION, "Who moved", f"customers, version {came.version} and now", shown, height=high
    )


def _drawn(came: Succession, was: dict[int, str], now: dict[int, str]) -> tuple[list[Node], list[Link]]:
    """Segments of before and now, and beside them who came and who went."""
    k = len(came.counts)
    before, after = (
        Side([names[number] for number in sorted(names)], when, [*map(segment_colour, sorted(names))])
        for names, when in ((was, "before"), (now, "now"))
    )
    nodes, links = flows.between(before, after, came.counts)
    others = [Node("Came", "Who came", EVERYONE), Node("Went", "Who went", EVERYONE)]
    new = [Link(2 * k, k + column, count, flows.faint(EVERYONE)) for column, count in enumerate(came.new)]
    gone = [Link(row, 2 * k + 1, count, flows.faint(EVERYONE)) for row, count in enumerate(came.gone)]
    return [*nodes, *others], [*links, *(one for one in (*new, *gone) if one.customers)]
