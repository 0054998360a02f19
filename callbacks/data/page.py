"""What is here: the datasets, the files that wait, and a place to drop another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import Dash
from dash.development.base_component import Component
from flask import abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import arriving, mapping, next_file, outside, owners, together, waiting
from callbacks.web.guard import allows, demand
from callbacks.web.routes import answer
from callbacks.web.sessions import signed_in, visitor
from core.accounts.permissions import Action
from core.datasets import staged as work
from core.datasets.catalogue import Dataset
from core.datasets.removal import PATIENCE_SECONDS, Removal
from core.errors import DataError
from core.numbers import listed, spell, to_tell
from core.services import Services
from core.store.arriving_files import Arriving
from core.store.staged_files import KEPT_DAYS, Staged
from core.store.times import moment
from layouts.data import page as layout

_FEW = 3


def draw(services: Services, query: Mapping[str, str]) -> Component:
    """The file that the address names, else all that is here."""
    if "file" in query:
        return mapping.draw(services, query["file"])
    datasets = services.access.seen(signed_in(), services.workspaces.catalogue.all())
    files = waiting.of_visitor(services)
    belonging = together.part(services, files)
    return layout.layout(
        _opening(services, datasets),
        services.settings.max_file_mb,
        work.example(),
        [
            *(_broken_off(services, one) for one in arriving.of_visitor(services)),
            *(_waiting(services, one, can_tick=belonging is not None) for one in files),
        ],
        belonging,
        outside.parts(services, datasets),
        [_shown(services, one) for one in datasets],
    )


def register(app: Dash, services: Services) -> None:
    """Take files, and let go of them."""
    adds = Action.ADD_DATASETS
    answer(
        app.server,
        services,
        {
            "POST /data/files": (adds, arriving.begin),
            "PUT /data/files/<identity>": (adds, arriving.add),
            "POST /data/files/<identity>/remove": (adds, _remove),
            "POST /data/files/<identity>/mapping": (adds, mapping.choose),
            "GET /data/files/<identity>/mapping.json": (adds, mapping.take),
            "POST /data/files/<identity>/forget": (adds, mapping.forget),
            "POST /data/files/<identity>/make": (adds, mapping.make),
            "POST /data/files/<identity>/compare": (adds, next_file.compare),
            "POST /data/files/<identity>/live": (adds, next_file.make_live),
            "POST /data/together": (adds, together.put),
            "POST /data/cluster": (adds, outside.make_clustered),
            "POST /data/source": (adds, outside.ask_source),
            "POST /data/datasets/<slug>/remove": (adds, _let_go),
            "POST /data/datasets/<slug>/writing": (adds, owners.write),
            "POST /data/datasets/<slug>/sharing": (Action.ENTER, owners.share),
            "POST /data/personal": (Action.SHARE, owners.mark),
        },
    )


def _remove(services: Services, identity: str) -> ResponseReturnValue:
    if broken_off := arriving.mine(services, identity):
        work.of(services).drop(broken_off.id)
        return jsonify(removed=broken_off.id)
    files, staged = waiting.mine(services, identity)
    waiting.stop(services, staged)
    files.drop(staged.id)
    return jsonify(removed=staged.id)


def _let_go(services: Services, slug: str) -> ResponseReturnValue:
    """Remove a dataset, if it is as the page showed it."""
    demand(Action.REMOVE_DATASET, of=slug)
    shown = request.form.get("live", type=int) or 0
    try:
        Removal(services.workspaces, slug, PATIENCE_SECONDS).dataset(by=visitor().username, live=shown)
    except DataError as error:
        abort(409, str(error))
    return redirect("/data")


def _opening(services: Services, datasets: Sequence[Dataset]) -> str:
    if not datasets:
        return (
            "Drop a file, say what its columns are for, and it has its own segments, evidence and campaigns."
        )
    if len(datasets) == 1:
        return (
            f"One dataset: {services.numbers.whole(_customers(services, datasets[0]))} customers. Drop a file, say "
            "what its columns are for, and it has its own segments, evidence and campaigns."
        )
    newest = max(datasets, key=lambda one: one.version.at)
    return (
        f"{spell(len(datasets))} datasets. The newest is {newest.title}, with "
        f"{services.numbers.whole(_customers(services, newest))} customers."
    )


def _shown(services: Services, dataset: Dataset) -> Component:
    schema, count = dataset.schema, _customers(services, dataset)
    labels = [schema.label(name) for name in schema.basis]
    more = [f"{spell(len(labels) - _FEW).lower()} more"] if len(labels) > _FEW else []
    return layout.dataset_card(
        title=dataset.title,
        path=dataset.path,
        customers=f"{services.numbers.whole(count)} customers" if count else "",
        what=f"Segments by {listed([*labels[:_FEW], *more])}.",
        file=dataset.file.name,
        by=dataset.version.who,
        at=dataset.version.at,
        version=dataset.version.number,
        forms=[
            owners.writing(services, dataset),
            owners.shown(services, dataset),
            owners.columns(services, dataset),
            _removing(services, dataset),
        ],
    )


def _removing(services: Services, dataset: Dataset) -> Component | None:
    if not dataset.slug or not allows(Action.REMOVE_DATASET, of=dataset.slug):
        return None
    hanging = Removal(services.workspaces, dataset.slug).hanging()
    goes = [services.numbers.told(one) for one in hanging.words(whole=True)]
    return layout.removing(dataset.title, dataset.slug, dataset.version.number, goes) if goes else None


def _customers(services: Services, dataset: Dataset) -> int:
    if dataset.slug and dataset.slug != services.dataset.slug:
        return dataset.version.rows or 0
    with services.workspaces.at(dataset.slug):
        return len(services.model.people)


def _size(size: int) -> str:
    return f"{to_tell(size / 1e6, ',.1f')} MB" if size >= 100_000 else f"{to_tell(size / 1e3, ',.1f')} kB"


def _broken_off(services: Services, one: Arriving) -> Component:
    """What has not arrived whole; it may be on its way in another window."""
    told = services.numbers.told
    return layout.file_card(
        id=one.id,
        name=one.name,
        size=f"{told(_size(one.come))} of {told(_size(one.size))} have come, the last of it ",
        at=moment(one.at),
        kept="It is kept for a day.",
        found="Choose or drop the same file again, and it goes on where it ended.",
    )


def _waiting(services: Services, staged: Staged, *, can_tick: bool) -> Component:
    look = staged.look if staged.is_looked_at else None
    told = services.numbers.told
    return layout.file_card(
        example=work.example(),
        can_tick=can_tick,
        id=staged.id,
        name=staged.name,
        size=f"{told(_size(staged.size))}, sent ",
        at=moment(staged.at),
        kept=f"It is kept for {spell(KEPT_DAYS).lower()} days.",
        found=told(mapping.understood(look)) if look and not look["refused"] else "",
        refused=told(look["refused"]) if look else "",
        next_of=listed(next_file.titles(services, look)) if look else "",
        goes_on=True,
        panel=None if look else progress.panel(services, waiting.looking(services, staged)),
    )
