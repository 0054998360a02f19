"""What is here: the datasets, the files that wait, and a place to drop another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from dash import Dash
from dash.development.base_component import Component
from flask import Flask, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import arriving, cluster, mapping, next_file, sharing, together, waiting
from callbacks.data.writing import offered
from callbacks.web.guard import allows, demand, requires
from callbacks.web.sessions import signed_in, visitor
from core.accounts import audit
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.datasets import staged as work
from core.datasets.catalogue import Dataset
from core.datasets.removal import PATIENCE_SECONDS, Removal
from core.datasets.writing import Writing
from core.errors import DataError, NoSuchDatasetError
from core.numbers import listed, spell, to_tell
from core.services import Services
from core.store.arriving_files import Arriving
from core.store.staged_files import KEPT_DAYS, Staged
from core.store.times import moment
from layouts.data import page as layout

REMOVE, WRITING = "data-remove", "data-writing"
_FEW = 3


def draw(services: Services, query: Mapping[str, str]) -> Component:
    """The file that the address names, else all that is here."""
    if "file" in query:
        return mapping.draw(services, query["file"])
    datasets = services.access.seen(signed_in(), services.workspaces.catalogue.all())
    files = waiting.of_visitor(services)
    return layout.layout(
        _opening(services, datasets),
        services.settings.max_file_mb,
        work.example(),
        [
            *(_broken_off(services, one) for one in arriving.of_visitor(services)),
            *(_waiting(services, one) for one in files),
        ],
        together.part(services, files),
        cluster.part(services),
        [_shown(services, one) for one in datasets],
    )


def register(app: Dash, services: Services) -> None:
    """Take files, and let go of them."""
    server: Flask = app.server
    arriving.register(server, services)
    remove = requires(Action.ADD_DATASETS)(partial(_remove, services))
    server.add_url_rule("/data/files/<identity>/remove", REMOVE, remove, methods=["POST"])
    let_go = requires(Action.ADD_DATASETS)(partial(_let_go, services))
    server.add_url_rule("/data/datasets/<slug>/remove", f"{REMOVE}-dataset", let_go, methods=["POST"])
    write = requires(Action.ADD_DATASETS)(partial(_write, services))
    server.add_url_rule("/data/datasets/<slug>/writing", WRITING, write, methods=["POST"])
    share = requires(Action.ENTER)(partial(sharing.share, services))
    server.add_url_rule("/data/datasets/<slug>/sharing", "data-sharing", share, methods=["POST"])
    mark = requires(Action.SHARE)(partial(sharing.mark, services))
    server.add_url_rule("/data/personal", "data-personal", mark, methods=["POST"])
    cluster.register(server, services)
    mapping.register(server, services)
    together.register(server, services)


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
    except NoSuchDatasetError as error:
        abort(404, str(error))
    except DataError as error:
        abort(409, str(error))
    return redirect("/data")


def _write(services: Services, slug: str) -> ResponseReturnValue:
    """Write the numbers of a dataset as a form says from now on."""
    demand(Action.UPDATE_DATASET, of=slug)
    try:
        dataset = services.workspaces.dataset(slug)
        how = {name: request.form.get(name, "") for name in ("currency", "locale")}
        writing = Writing(**how)
    except NoSuchDatasetError as error:
        abort(404, str(error))
    except DataError as error:
        abort(400, str(error))
    services.workspaces.catalogue.write(dataset, writing)
    audit.record(Event.DATASET_WRITING, by=visitor().username, dataset=slug, **how)
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


def _shown(services: Services, dataset: Dataset) -> layout.DatasetCard:
    schema, count = dataset.schema, _customers(services, dataset)
    may_write = allows(Action.UPDATE_DATASET, of=dataset.slug)
    may_go = dataset.slug != "" and allows(Action.REMOVE_DATASET, of=dataset.slug)
    labels = [schema.label(name) for name in schema.basis]
    more = [f"{spell(len(labels) - _FEW).lower()} more"] if len(labels) > _FEW else []
    return layout.DatasetCard(
        title=dataset.title,
        path=dataset.path,
        customers=f"{services.numbers.whole(count)} customers" if count else "",
        what=f"Segments by {listed([*labels[:_FEW], *more])}.",
        file=dataset.file.name,
        by=dataset.version.who,
        at=dataset.version.at,
        version=dataset.version.number,
        slug=dataset.slug,
        goes=_goes(services, dataset.slug) if may_go else (),
        shared=sharing.shown(services, dataset),
        personal=sharing.columns(services, dataset),
        writing=offered(services, dataset.writing) if may_write else None,
    )


def _goes(services: Services, slug: str) -> list[str]:
    hanging = Removal(services.workspaces, slug).hanging()
    return [services.numbers.told(one) for one in hanging.words(whole=True)]


def _customers(services: Services, dataset: Dataset) -> int:
    if dataset.slug and dataset.slug != services.dataset.slug:
        return dataset.version.rows or 0
    with services.workspaces.at(dataset.slug):
        return len(services.model.people)


def _size(size: int) -> str:
    return f"{to_tell(size / 1e6, ',.1f')} MB" if size >= 100_000 else f"{to_tell(size / 1e3, ',.1f')} kB"


def _broken_off(services: Services, one: Arriving) -> layout.Waiting:
    """What has not arrived whole; it may be on its way in another window."""
    told = services.numbers.told
    return layout.Waiting(
        id=one.id,
        name=one.name,
        size=f"{told(_size(one.come))} of {told(_size(one.size))} have come, the last of it ",
        at=moment(one.at),
        kept="It is kept for a day.",
        found="Choose or drop the same file again, and it goes on where it ended.",
    )


def _waiting(services: Services, staged: Staged) -> layout.Waiting:
    look = staged.look if staged.is_looked_at else None
    told = services.numbers.told
    return layout.Waiting(
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
