"""Files of customers: those behind the filters as CSV and Excel, the whole table as CSV and Parquet."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, abort, request

from callbacks import address
from callbacks.address import Origin
from callbacks.customers_asked import OPTIONS, chosen, names, sorted_by
from callbacks.filter_answer import chips
from callbacks.guard import requires
from callbacks.one_model import of_link
from core import exports
from core.accounts.permissions import Action
from core.crossfilter import Selection
from core.customers import shown
from core.errors import ParterreError
from core.exports import Rows
from core.segments.artefacts import TABLE, Model
from core.services import Services
from layouts.exports import CSV, TABLE_CSV, TABLE_PARQUET, XLSX

PARQUET = "application/vnd.apache.parquet"
BLOCK = 1 << 16
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEFT_SECONDS = 24 * 3600  # after which a temporary folder belongs to nobody


def register(server: Flask, services: Services) -> None:
    """GET routes; the query string is that of the page whose customers are wanted."""
    _sweep(services)

    @server.get(CSV, endpoint="export_csv")
    @requires(Action.EXPORT)
    def export_csv() -> Response:
        of_link(services.live)
        model = services.model
        selection, rows = _asked(services)
        return _csv(model, rows, selection, "customers")

    @server.get(XLSX, endpoint="export_xlsx")
    @requires(Action.EXPORT)
    def export_xlsx() -> Response:
        of_link(services.live)
        return _sheet(services, *_asked(services))

    @server.get(TABLE_CSV, endpoint="export_table_csv")
    @requires(Action.EXPORT)
    def export_table_csv() -> Response:
        of_link(services.live)
        model = services.model
        return _csv(model, Rows(model.people, None, model.people.columns, {}), None, "table")

    @server.get(TABLE_PARQUET, endpoint="export_table_parquet")
    @requires(Action.EXPORT)
    def export_table_parquet() -> Response:
        of_link(services.live)
        model = services.model
        name = exports.file_name("table", "model", model.card.key, ending="parquet")
        return _told(_file(model.folder / TABLE, PARQUET, name), model, None)


def _asked(services: Services) -> tuple[Selection, Rows]:
    """Which customers the query string asks for; 400 in words if it asks for none that there can be."""
    text = request.query_string.decode("ascii", "replace")
    model = services.model
    try:
        asked = address.parse(text, model.crossfilter, OPTIONS)
        all_ = asked.options["columns"] == ""
        columns = shown.columns(model.people) if all_ else chosen(services, asked)
        places = services.orders.places(model, asked.selection, sorted_by(services, asked))
    except ParterreError as error:
        abort(400, str(error))
    return asked.selection, Rows(model.people, places, columns, names(services))


def _csv(model: Model, rows: Rows, selection: Selection | None, what: str) -> Response:
    name = exports.file_name(*_named(what, model, selection), ending="csv")
    return _told(_attached(exports.csv_parts(rows), "text/csv; charset=utf-8", name), model, selection)


def _sheet(services: Services, selection: Selection, rows: Rows) -> Response:
    model = services.model
    with ExitStack() as stack:
        try:
            made = exports.workbook(rows, _about(services, selection, rows), services.settings.home / "tmp")
            path = stack.enter_context(made)
        except ParterreError as error:
            abort(400, str(error))
        name = exports.file_name(*_named("customers", model, selection), ending="xlsx")
        answer = _file(path, SHEET, name)
        # The file is gone when it has been sent, or the visitor has left.
        answer.call_on_close(stack.pop_all().close)
    return _told(answer, model, selection)


def _file(path: Path, kind: str, name: str) -> Response:
    answer = _attached(_blocks(path), kind, name)
    answer.content_length = path.stat().st_size
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _attached(content: Iterator[bytes], kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _named(what: str, model: Model, selection: Selection | None) -> tuple[str, ...]:
    if selection is None:
        return what, "model", model.card.key
    filters = str(selection)[:60] or "everyone"
    return what, filters, "model", model.card.key


def _told(answer: Response, model: Model, selection: Selection | None) -> Response:
    answer.headers["X-Parterre-Model"] = model.card.key
    if selection is not None:
        answer.headers["X-Parterre-Filters"] = quote(str(selection), safe="=&,~:.-") or "none"
    return answer


def _about(services: Services, selection: Selection, rows: Rows) -> list[tuple[str, str]]:
    """The lines of the sheet that says what the file is."""
    card, numbers = services.model.card, services.numbers
    filters = [(chip["label"], chip["text"]) for chip in chips(services, selection)]
    return [
        ("Customers", f"{numbers.whole(len(rows))} of {numbers.whole(len(rows.people))}"),
        *((f"Filter: {label}", text) for label, text in filters or [("none", "everyone")]),
        (
            "Address",
            f"/customers?{address.bound(str(selection), Origin(card.key))}" if selection else "/customers",
        ),
        ("Segments", f"{len(card.profile.segments)}{_no_longer(services)}"),
        ("Model", card.key),
        ("Model made", card.made),
        ("Customer file", f"{card.data.name}, {numbers.whole(card.data.rows)} rows"),
        ("Written", datetime.now(UTC).isoformat(timespec="seconds")),
    ]


def _no_longer(services: Services) -> str:
    """What a file of an older model says of it."""
    if not services.live.is_older:
        return ""
    change = services.live.changed_since(services.model.card.key)
    when = f" on {change.when[:16].replace('T', ' ')} UTC" if change.by else ""
    return f", no longer live: changed{f' by {change.by}' if change.by else ''}{when}, to {change.after}"


def _sweep(services: Services) -> None:
    """Take away what a killed process left."""
    for folder in (services.settings.home / "tmp").glob("export-*"):
        if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
