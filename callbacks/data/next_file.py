"""A file that waits as the next one of a dataset: what it would change is told, then somebody makes it live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dash.development.base_component import Component
from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import waiting
from callbacks.web.guard import allows
from callbacks.web.sessions import visitor
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.datasets import changes_told
from core.datasets import next_file as work
from core.datasets.alike import Alike
from core.datasets.catalogue import DEFAULT, Dataset
from core.datasets.changes import Changes
from core.datasets.versions import Way
from core.errors import ParterreError
from core.jobs.queue import UNDER_WAY, Job, State
from core.numbers import listed
from core.services import Services
from core.store.staged_files import Staged
from layouts.components import Table
from layouts.data import next_file as layout

KINDS = (work.COMPARE, work.LIVE)
_MOST_NAMED = 6
_PRESS = "Make it live"


def titles(services: Services, look: Mapping[str, Any]) -> list[str]:
    """Of the datasets that a file could be the next one of."""
    return [one.dataset.title for one in _offered(services, look) if not one.needed]


def parts(services: Services, staged: Staged, job: Job | None) -> list[Component]:
    """The datasets that the file could be the next one of; what it would change in one, once that is known."""
    look, mine = staged.look, job if job and job.kind in KINDS else None
    offered = _offered(services, look) if look and staged.is_looked_at else []
    is_made = mine is not None and mine.kind == work.LIVE and mine.state in UNDER_WAY
    result = None if mine is None or is_made else _compared(services, mine)
    offers = _offers(offered)
    found = [layout.offers(staged.id, offers, is_told=result is not None)] if offers and not is_made else []
    if mine is None:
        return found
    if mine.kind == work.LIVE or mine.state is not State.DONE:
        found.append(progress.panel(services, mine))
    if result:
        found.append(_comparison(services, staged, mine, result))
    return found


def done(services: Services, staged: Staged) -> Component | None:
    """Where to look, of a file that has become the next version of a dataset."""
    job = waiting.making(services, staged)
    result = services.jobs.result(job.id) if job and job.kind == work.LIVE else None
    if result is None or not allows(Action.VIEW, of=result["slug"]):
        return None
    try:
        dataset = services.workspaces.catalogue.find(result["slug"])
    except ParterreError as error:
        return layout.cannot(str(error))
    return layout.done(dataset.title, str(result["version"]), str(result["before"]), dataset.path)


def compare(services: Services, identity: str) -> ResponseReturnValue:
    """Have worked out what a file would change in a dataset."""
    files, staged = waiting.mine(services, identity)
    slug = _body().get("slug")
    offered = _offered(services, staged.look) if staged.look else []
    if slug not in [one.dataset.slug for one in offered if not one.needed]:
        abort(
            400, "Found no such dataset with the columns of this file. Expected one of the page. Reload it."
        )
    waiting.refuse_while_made(services, staged)
    job = progress.start(services, work.COMPARE, {"id": staged.id, "slug": slug}, anew=True)
    files.watch(staged, making=job.id)
    return jsonify(job=job.id)


def make_live(services: Services, identity: str) -> ResponseReturnValue:
    """Make live what was shown, and nothing else: `compared` is the calculation that the page shows."""
    files, staged = waiting.mine(services, identity)
    body, job = _body(), waiting.making(services, staged)
    result = _compared(services, job) if job and job.kind in KINDS else None
    shown = result["ways"].get(body.get("way")) if result and isinstance(body.get("way"), str) else None
    if job is None or result is None or body.get("compared") != _shown_by(job):
        abort(409, "What this file would change was worked out anew meanwhile. Reload the page.")
    if shown is None or shown["refused"]:
        abort(400, "Found no way in which this file can become a version. Expected one of the page.")
    waiting.refuse_while_made(services, staged)
    asked = {"id": staged.id, "slug": job.arguments["slug"], "way": body["way"], "after": result["after"]}
    said = {"by": visitor().username, "compared": _shown_by(job)}
    made = progress.start(services, work.LIVE, asked | said, anew=True)
    files.watch(staged, making=made.id)
    return jsonify(job=made.id)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _shown_by(job: Job) -> str:
    """The comparison that a page shows beside a job."""
    return job.id if job.kind == work.COMPARE else str(job.arguments["compared"])


def _compared(services: Services, job: Job) -> dict[str, Any] | None:
    if not allows(Action.UPDATE_DATASET, of=job.arguments["slug"]):
        return None
    result: dict[str, Any] | None = services.jobs.result(_shown_by(job))
    return result


def _offered(services: Services, look: Mapping[str, Any]) -> list[Alike]:
    """The datasets whose next file it could be, and to which the visitor may bring one."""
    found = work.offered(look, services.workspaces.catalogue)
    return [one for one in found if allows(Action.UPDATE_DATASET, of=one.dataset.slug)]


def _offers(offered: Sequence[Alike]) -> list[tuple[str, str, str]]:
    """Those of one title with what tells them apart: who brought their version when, and where they are."""
    several = Counter(one.dataset.title for one in offered)
    return [_offer(one, _apart(one.dataset, several[one.dataset.title])) for one in offered]


def _apart(dataset: Dataset, several: int) -> str:
    came = dataset.version
    brought = " ".join(filter(None, (by_whom(came.who), f"on {came.at[:10]}")))
    apart = f" ({dataset.slug or DEFAULT}: version {came.number}, {brought})"
    return f"{dataset.title}{apart if several > 1 else ''}"


def _offer(one: Alike, title: str) -> tuple[str, str, str]:
    if one.needed:
        return one.dataset.slug, _not_yet(one, title), ""
    words = f"It has all columns of {title}."
    if one.lacking:
        words = (
            f"It has the columns of {title}, but for {_named(one.lacking)}: what is there is kept for customers who are "
            "updated, and gone for those who are replaced."
        )
    if more := tuple(column for column in one.more if column not in one.dataset.schema.unread):
        words += f" Beside these it has {_named(more)}: kept with each customer, and in no chart."
    return one.dataset.slug, words, f"Say what it would change in {title}"


def _not_yet(one: Alike, title: str) -> str:
    """What a file lacks that is else the next one; a column of it that is new may be just that, renamed."""
    words = (
        f"It has most columns of {title}, but not {_named(one.needed)}, on which segments are built there: so it can't be "
        "its next file."
    )
    if not one.more:
        return f"{words} Send it again with what is missing."
    which = f"Is it {one.more[0][:60]}" if len(one.more) == 1 else f"Is it one of {_named(one.more)}"
    return f"{words} {which}, renamed? Then head it as before, and send the file again."


def _named(columns: tuple[str, ...]) -> str:
    most, others = [one[:60] for one in columns[:_MOST_NAMED]], len(columns) - _MOST_NAMED
    return listed([*most, *([f"{others} more"] if others > 0 else [])])


def _comparison(services: Services, staged: Staged, job: Job, result: Mapping[str, Any]) -> Component:
    try:
        dataset = services.workspaces.catalogue.find(job.arguments["slug"])
        with services.workspaces.at(dataset.slug):
            press = _PRESS if result["after"] == dataset.version.number else ""
            about = {"identity": staged.id, "compared": _shown_by(job), "press": press}
            ways = result["ways"].items()
            cards = [_card(services, dataset, Way(way), one, about) for way, one in ways]
    except ParterreError as error:
        return layout.cannot(services.numbers.told(str(error)))
    number, live = result["after"], dataset.version.number
    lead = f"Against version {number}, which is live and is kept: going back to it is one press. Nothing has been changed yet."
    if number != live:
        lead = (
            f"This was against version {number}, and version {live} is live by now. Have it worked out anew."
        )
    return layout.comparison(f"What would change in {dataset.title}", lead, cards)


def _card(
    services: Services, dataset: Dataset, way: Way, one: Mapping[str, str], about: Mapping[str, Any]
) -> Component:
    title, hint = _words(dataset, way)
    card = partial(layout.way_card, **about, way=way.value, title=title, hint=hint)
    if one["refused"]:
        return card(refused=services.numbers.told(one["refused"]))
    changes, numbers = Changes.from_json(one["changes"]), services.numbers
    schema = dataset.schema.written_as(services.schema)
    names = services.model.card.profile.names
    segments = [
        (names[shift.number], numbers.whole(shift.was), numbers.whole(shift.now))
        for shift in changes.segments
    ]
    drift = [
        (
            schema.label(shift.field),
            numbers.fixed(shift.psi.value),
            numbers.fixed(shift.psi.point),
            changes_told.moved(shift, schema, numbers),
        )
        for shift in changes.shifts
    ]
    return card(
        said=changes_told.told(changes, schema, numbers),
        segments=Table(("Segment", "Now", "With this file"), segments),
        drift=Table(("Field", "PSI", "Chance, 95%", "What moved"), drift),
    )


def _words(dataset: Dataset, way: Way) -> tuple[str, str]:
    if dataset.schema.has_both and way is not Way.REPLACE:
        return (
            "Update customers by their ID, and add orders",
            "Customers who are not in the file stay as they are; orders come to those that are there.",
        )
    if dataset.schema.is_of_orders:
        if way is Way.REPLACE:
            return "Replace all orders", "The orders of the file are all there are."
        return "Add its orders", "The orders of the file come to those that are there; all are folded anew."
    if way is Way.REPLACE:
        return "Replace all customers", "The customers of the file are all there are."
    return "Update customers by their ID", "Customers who are not in the file stay as they are."
