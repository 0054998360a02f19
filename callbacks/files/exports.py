"""Files of customers: those behind the filters as CSV and Excel, the whole table as CSV and Parquet."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

from callbacks.files import workbooks as later
from callbacks.files.downloads import sent, sent_file, take_turn
from callbacks.filters import address
from callbacks.filters.address import Origin
from callbacks.filters.answer import in_words
from callbacks.filters.columns import OPTIONS, chosen, sorted_by
from callbacks.web.guard import requires
from callbacks.web.pinning import of_link
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.crossfilter.table import Selection
from core.errors import ParterreError
from core.exports import customers as exports
from core.exports import display as shown
from core.exports import prepared
from core.exports.customers import Rows, parquet_parts
from core.exports.workbook import check_sheet, workbook
from core.model.artefacts import Model
from core.model.sorting import Sort
from core.profiles import summary
from core.services import Services
from core.store.kept_files import sweep
from core.store.times import now
from layouts.exports import CSV, TABLE_CSV, TABLE_PARQUET, XLSX

PARQUET = "application/vnd.apache.parquet"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(server: Flask, services: Services) -> None:
    """GET routes; the query string is that of the page whose customers are wanted."""
    home = services.settings.home
    sweep(home / "exports", home / "tmp")

    @server.get(CSV, endpoint="export_csv")
    @requires(Action.EXPORT)
    def export_csv() -> Response:
        of_link(services.live)
        selection, rows, _ = _asked(services)
        return _csv(services, rows, selection, "customers")

    @server.get(XLSX, endpoint="export_xlsx")
    @requires(Action.EXPORT)
    def export_xlsx() -> ResponseReturnValue:
        of_link(services.live)
        return _sheet(services, *_asked(services))

    @server.get(TABLE_CSV, endpoint="export_table_csv")
    @requires(Action.EXPORT)
    def export_table_csv() -> Response:
        of_link(services.live)
        model = services.model
        return _csv(services, Rows(model.people, None, model.people.columns, {}), None, "table")

    @server.get(TABLE_PARQUET, endpoint="export_table_parquet")
    @requires(Action.EXPORT)
    def export_table_parquet() -> Response:
        of_link(services.live)
        model = services.model
        name = exports.file_name("table", "model", model.card.key, ending="parquet")
        with take_turn(services, len(model.people)) as held:
            return _told(sent(parquet_parts(model.people), held, PARQUET, name), model, None)


def _asked(services: Services) -> tuple[Selection, Rows, Sort | None]:
    """Which customers the query string asks for; 400 in words if it asks for none that there can be."""
    text = request.query_string.decode("ascii", "replace")
    model = services.model
    try:
        asked = address.parse(text, model.crossfilter, OPTIONS)
        all_ = asked.options["columns"] == ""
        columns = shown.columns(model.people) if all_ else chosen(services, asked)
        sort = sorted_by(services, asked)
        places = services.orders.places(model, asked.selection, sort)
    except ParterreError as error:
        abort(400, str(error))
    return asked.selection, Rows(model.people, places, columns, services.model.card.profile.names), sort


def _csv(services: Services, rows: Rows, selection: Selection | None, what: str) -> Response:
    model = services.model
    name = exports.file_name(*_named(what, model, selection), ending="csv")
    with take_turn(services, len(rows)) as held:
        answer = sent(exports.csv_parts(rows), held, "text/csv; charset=utf-8", name)
        return _told(answer, model, selection)


def _sheet(services: Services, selection: Selection, rows: Rows, sort: Sort | None) -> ResponseReturnValue:
    model, about = services.model, _about(services, selection, rows)
    try:
        check_sheet(len(rows))
    except ParterreError as error:
        abort(400, str(error))
    if len(rows) > prepared.QUICK_ROWS:
        return later.ask(services, prepared.asked(selection, rows, sort, about))
    about.append(("Written", now()))
    with take_turn(services, len(rows)) as stack:
        path = stack.enter_context(workbook(rows, about, services.settings.home / "tmp"))
        name = exports.file_name(*_named("customers", model, selection), ending="xlsx")
        # The file is gone when it has been sent, or the visitor has left.
        return _told(sent_file(path, stack, SHEET, name), model, selection)


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
    filters = [said.partition(": ") for said in in_words(services, selection) or ["none: everyone"]]
    return [
        ("Customers", f"{numbers.whole(len(rows))} of {numbers.whole(len(rows.people))}"),
        *((f"Filter: {label}", text) for label, _, text in filters),
        ("Address", request.script_root + _page_of(selection, Origin(card.key))),
        ("Segments", f"{len(card.profile.segments)}{_no_longer(services)}"),
        ("Model", card.key),
        ("Model made", card.made),
        ("Customer file", f"{card.data.name}, {summary.rows_of(card, numbers)}"),
    ]


def _page_of(selection: Selection, origin: Origin) -> str:
    return f"/customers?{address.bound(str(selection), origin)}" if selection else "/customers"


def _no_longer(services: Services) -> str:
    """What a file of an older model says of it."""
    if not services.live.is_older:
        return ""
    change = services.live.changed_since(services.model.card.key)
    when = f" on {change.when[:16].replace('T', ' ')} UTC" if change.by else ""
    changed = f"changed {by_whom(change.by)}".rstrip()
    return f", no longer live: {changed}{when}, to {change.after}"
