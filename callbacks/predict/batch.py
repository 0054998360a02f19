"""A file of customers in, their segments out: by a plain multipart form, for its owner only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import PurePath

import numpy as np
import pandas as pd
from dash import Dash, Input, Output
from dash.development.base_component import Component
from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from callbacks import progress
from callbacks.files import uploads
from callbacks.files.downloads import sent, take_turn
from callbacks.web.guard import requires
from callbacks.web.sessions import visitor
from core.accounts.permissions import Action
from core.accounts.scanner import scan
from core.data.packed import is_packed, opens_to
from core.errors import JobError, StoreError
from core.exports.customers import Rows, csv_parts
from core.exports.prepared import QUICK_ROWS
from core.exports.workbook import as_workbook
from core.numbers import spell, to_tell
from core.scoring import scored_files
from core.scoring.batch import LARGEST_MB, score_file
from core.scoring.customer_input import asked, plainly
from core.scoring.prediction import CROWD
from core.services import Services
from core.store.kept_files import Kept, sweep
from core.store.staged_files import plain_name
from layouts.components import Table, alert
from layouts.predict import batch as layout
from layouts.predict.batch import ids

SCORE = "predict-score"
DOWNLOAD = "predict-scored"
FIRST = 10
INLINE_BYTES = 8_000_000  # about half a second's work; what is larger is scored by the worker
INLINE_PACKED = 400_000  # the same of a workbook or an archive
_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LABELS = {"Segment_Name": "Segment", "Next_Segment": "Next nearest"}


def most_mb(services: Services) -> int:
    """Largest file that is scored, in megabytes."""
    return min(LARGEST_MB, services.settings.max_file_mb)


def draw(services: Services, query: Mapping[str, str]) -> Component:
    """The form, and the result that the address names."""
    identity = query.get("file", "")
    shown = _shown(services, identity) if identity else None
    basis = services.model.space.basis
    needed = f"{spell(len(basis)).lower()}: {', '.join(basis)}"
    return layout.layout(most_mb(services), needed, example(services), identity, shown)


def example(services: Services) -> str:
    """A file that can be scored: the average customer of each segment, as CSV."""
    basis = asked(services.model)
    rows = [
        ",".join(
            [
                f"average-{one.number}",
                *(plainly(of, one.averages[name].mean or 0.0) for name, of in basis.items()),
            ]
        )
        for one in services.model.card.profile.segments
    ]
    return "\r\n".join([",".join(["ID", *basis]), *rows, ""])


def register(app: Dash, services: Services) -> None:
    """Take files, show what they scored, and hand them out."""
    sweep(services.settings.home / "scored")
    server: Flask = app.server
    uploads.allow(server, SCORE, partial(most_mb, services))
    score = requires(Action.PREDICT)(partial(_score, services))
    server.add_url_rule("/predict/score", SCORE, score, methods=["POST"])
    hand_out = requires(Action.PREDICT)(partial(download, services))
    server.add_url_rule("/predict/scored/<identity>.<ending>", DOWNLOAD, hand_out)

    @app.callback(Output(ids.RESULT, "children"), Input(ids.SCORED, "data"), prevent_initial_call=True)
    @requires(Action.PREDICT)
    def show_scored(identity: object) -> Component | None:
        if identity is None:
            return None
        return _shown(services, identity.get("id") if isinstance(identity, Mapping) else identity)


def _shown(services: Services, identity: object) -> Component:
    """The result, or how far it is, or that there is none."""
    kept = scored_files.of(services).find(identity, visitor().username)
    if kept is None:
        return alert("This result is no longer kept. Send the file again.")
    if scored_files.is_scored(kept):
        return _result(services, kept)
    return progress.panel(services, progress.start(services, "scoring", {"id": kept.id}))


def taken(services: Services, sent: FileStorage) -> tuple[str, bytes]:
    """Name and content of a file that was sent, once the virus scanner has seen it, where there is one."""
    name, content = plain_name(str(sent.filename)), sent.read()
    scan(services.settings.scanner, BytesIO(content), name, visitor().username)
    return name, content


def _score(services: Services) -> ResponseReturnValue:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        abort(
            400,
            "Found no file. Expected a file of customers (CSV or XLSX). Choose one, then press “Score this file”.",
        )
    (name, content), kept_files = taken(services, sent), scored_files.of(services)
    if not _is_small(content, most_mb(services)):
        waiting = scored_files.receive(kept_files, content, owner=visitor().username, name=name)
        try:
            progress.start(services, "scoring", {"id": waiting.id})
        except (JobError, StoreError):
            scored_files.drop_sent(services.settings.home, {"id": waiting.id})
            raise
        return jsonify(id=waiting.id)
    model = services.model
    with take_turn(services, 0):
        scored = score_file(content, model, services.dataset.template, name=name, max_mb=most_mb(services))
    kept = scored_files.keep(kept_files, scored, model.card.key, owner=visitor().username, name=name)
    return jsonify(id=kept.id)


def _is_small(content: bytes, max_mb: int) -> bool:
    """Whether it is scored while its sender waits: of what is packed, what it opens to counts as well."""
    if not is_packed(content):
        return len(content) <= INLINE_BYTES
    return len(content) <= INLINE_PACKED and opens_to(content, max_mb=max_mb) <= INLINE_BYTES


def download(services: Services, identity: str, ending: str) -> Response:
    """What was scored, as CSV or workbook; 404 in words for who did not send it."""
    kept = scored_files.of(services).find(identity, visitor().username)
    if kept is None or not scored_files.is_scored(kept) or ending not in _TYPES:
        abort(404, "There is no such file any more. Results are kept for an hour: send the file again.")
    people = scored_files.people(services, kept)
    if ending == "xlsx" and len(people) > QUICK_ROWS:
        abort(404, f"A workbook holds {to_tell(QUICK_ROWS)} customers here. Download the CSV instead.")
    about = [("File", kept.name), ("Customers", f"{kept.told['customers']}"), ("Model", kept.told["model"])]
    with take_turn(services, len(people)) as held:
        content = (
            csv_parts(Rows(people, None, people.columns, {}))
            if ending == "csv"
            else iter([as_workbook({"Customers": people.frame()}, about)])
        )
        return sent(content, held, _TYPES[ending], f"{PurePath(kept.name).stem}-segments.{ending}")


def _result(services: Services, kept: Kept) -> Component:
    numbers, people = services.numbers, scored_files.people(services, kept)
    sizes, count = kept.told["sizes"], kept.told["customers"]
    first = people.rows(np.arange(min(FIRST, len(people)))) if len(people) else pd.DataFrame()
    largest = max(sizes, key=lambda name: sizes[name], default="")
    share = numbers.percent(sizes.get(largest, 0) / max(count, 1))
    customers = "customer" if count == 1 else "customers"
    here = f"/predict/scored/{kept.id}"
    rows = [(name, numbers.whole(size), numbers.percent(size / count)) for name, size in sizes.items()]
    return layout.result(
        finding=f"{numbers.whole(count)} {customers} scored from {kept.name}. The largest group, "
        f"{share}, is “{largest}”.",
        segments=Table(("Segment", "Customers", "Share"), rows),
        notes=[f"{CROWD}."] * (services.grouped is False)
        + [f"{numbers.told(words)}: {numbers.whole(rows)}" for words, rows in kept.told["notes"]]
        or ["Nothing."],
        preview=_preview(services, first),
        csv=f"{here}.csv",
        workbook=f"{here}.xlsx" if count <= QUICK_ROWS else None,
        kept="Only you can download it; it is deleted after an hour.",
    )


def _preview(services: Services, table: pd.DataFrame) -> Table:
    numbers = services.numbers
    shown = ["ID", "Segment_Name", "Firmness", "Next_Segment", "Warnings"]
    basis = {name: known for name, known in asked(services.model).items() if name in table}
    head = [*(_LABELS.get(name, name) for name in shown), *(known.label for known in basis.values())]
    rows = [
        [
            *(numbers.percent(row[name]) if name == "Firmness" else str(row[name]) for name in shown),
            *(numbers.of(known, row[name]) for name, known in basis.items()),
        ]
        for _, row in table.iterrows()
    ]
    return Table(head, rows)
