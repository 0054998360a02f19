"""What is here: the datasets, the files that wait, and a place to drop another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from dash import Dash
from dash.development.base_component import Component
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.data import mapping, next_file, waiting
from callbacks.files import uploads
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.datasets import staged as work
from core.datasets.catalogue import Dataset
from core.numbers import listed, spell, to_tell
from core.services import Services
from core.store.staged_files import KEPT_DAYS, Incoming, Staged
from core.store.times import moment
from layouts.data import page as layout

RECEIVE, REMOVE = "data-receive", "data-remove"
_FEW = 3


def draw(services: Services, query: Mapping[str, str]) -> Component:
    """The file that the address names, else all that is here."""
    if "file" in query:
        return mapping.draw(services, query["file"])
    datasets = services.workspaces.catalogue.all()
    return layout.layout(
        _opening(services, datasets),
        services.settings.max_file_mb,
        work.example(),
        [_waiting(services, one) for one in waiting.of_visitor(services)],
        [_shown(services, one) for one in datasets],
    )


def register(app: Dash, services: Services) -> None:
    """Take files, and let go of them."""
    server: Flask = app.server
    files = work.of(services)
    uploads.allow(server, RECEIVE, lambda: services.settings.max_file_mb, files.folder)
    receive = requires(Action.ADD_DATASETS)(partial(_receive, services))
    server.add_url_rule("/data/files", RECEIVE, receive, methods=["POST"])
    remove = requires(Action.ADD_DATASETS)(partial(_remove, services))
    server.add_url_rule("/data/files/<identity>/remove", REMOVE, remove, methods=["POST"])
    mapping.register(server, services)


def _receive(services: Services) -> ResponseReturnValue:
    sent = request.files.get("file")
    if sent is None or not sent.filename or not isinstance(sent.stream, Incoming):
        abort(400, "Found no file. Expected a file of customers (CSV or XLSX). Choose one.")
    if not sent.stream.size:
        abort(400, "Found an empty file. Expected a table of customers. Export it again, and send that.")
    staged = work.of(services).receive(sent.stream, visitor().key, sent.filename)
    return jsonify(id=staged.id)


def _remove(services: Services, identity: str) -> ResponseReturnValue:
    files, staged = waiting.mine(services, identity)
    waiting.stop(services, staged)
    files.drop(staged)
    return jsonify(removed=staged.id)


def _opening(services: Services, datasets: tuple[Dataset, ...]) -> str:
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
    )


def _customers(services: Services, dataset: Dataset) -> int:
    if dataset.slug and dataset.slug != services.dataset.slug:
        return dataset.version.rows or 0
    with services.workspaces.at(dataset.slug):
        return len(services.model.people)


def _size(size: int) -> str:
    return f"{to_tell(size / 1e6, ',.1f')} MB" if size >= 100_000 else f"{to_tell(size / 1e3, ',.1f')} kB"


def _waiting(services: Services, staged: Staged) -> layout.Waiting:
    look = staged.look if staged.is_looked_at else None
    told = services.numbers.told
    return layout.Waiting(
        id=staged.id,
        name=staged.name,
        size=told(_size(staged.size)),
        at=moment(staged.at),
        kept=f"It is kept for {spell(KEPT_DAYS).lower()} days.",
        found=told(mapping.understood(look)) if look and not look["refused"] else "",
        refused=told(look["refused"]) if look else "",
        next_of=listed(next_file.titles(services, look)) if look else "",
        panel=None if look else progress.panel(services, waiting.looking(services, staged)),
    )
