"""Files of customers: those behind the filters as CSV and Excel, at once or by the worker; the whole table as CSV and Parquet."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dash.development.base_component import Component
from flask import Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.files.downloads import sent, sent_file, take_turn
from callbacks.filters import address
from callbacks.filters.address import Origin
from callbacks.filters.answer import in_words
from callbacks.filters.columns import OPTIONS, chosen, sorted_by
from callbacks.web.error_pages import wants_page
from callbacks.web.pinning import of_link
from callbacks.web.routes import answer, named
from callbacks.web.sessions import signed_in
from core.accounts.audit import by_whom
from core.accounts.permissions import Action
from core.crossfilter.table import Selection
from core.exports import customers as exports
from core.exports import display as shown
from core.exports import prepared
from core.exports.customers import Rows, parquet_parts
from core.exports.prepared import KIND
from core.exports.workbook import check_sheet, workbook
from core.jobs.queue import Job, State
from core.model.artefacts import Model
from core.model.sorting import Sort
from core.profiles import summary
from core.services import Services
from core.store.kept_files import sweep
from core.store.times import now
from layouts import exports as layout
from layouts.exports import CSV, TABLE_CSV, TABLE_PARQUET, XLSX

PARQUET = "application/vnd.apache.parquet"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = "GET /export/workbooks/<id>.xlsx"


def register(server: Flask, services: Services) -> None:
    """GET routes; the query string is that of the page whose customers are wanted."""
    home = services.settings.home
    sweep(home / "exports", home / "tmp")

    answer(
        server,
        services,
        {
            f"GET {CSV}": (Action.EXPORT, _chosen_csv),
            f"GET {XLSX}": (Action.EXPORT, _chosen_sheet),
            f"GET {TABLE_CSV}": (Action.EXPORT, _table_csv),
            f"GET {TABLE_PARQUET}": (Action.EXPORT, _table_parquet),
            WORKBOOK: (Action.EXPORT, _workbook),
        },
    )


def _chosen_csv(services: Services) -> Response:
    of_link(services.live)
    selection, rows, _ = _asked(services)
    return _csv(services, rows, selection, "customers")


def _chosen_sheet(services: Services) -> ResponseReturnValue:
    of_link(services.live)
    return _sheet(services, *_asked(services))


def _table_csv(services: Services) -> Response:
    of_link(services.live)
    model = services.model
    return _csv(services, Rows(model.people, None, model.people.columns, {}), None, "table")


def _table_parquet(services: Services) -> Response:
    of_link(services.live)
    model = services.model
    name = exports.file_name("table", "model", model.card.key, ending="parquet")
    with take_turn(services, len(model.people)) as held:
        return _told(sent(parquet_parts(model.people), held, PARQUET, name), model.card.key, None)


def _asked(services: Services) -> tuple[Selection, Rows, Sort | None]:
    """Which customers the query string asks for; 400 in words if it asks for none that there can be."""
    text = request.query_string.decode("ascii", "replace")
    model = services.model
    asked = address.parse(text, model.crossfilter, OPTIONS)
    all_ = asked.options["columns"] == ""
    columns = shown.columns(model.people) if all_ else chosen(services, asked)
    sort = sorted_by(services, asked)
    places = services.orders.places(model, asked.selection, sort)
    return asked.selection, Rows(model.people, places, columns, services.model.card.profile.names), sort


def _csv(services: Services, rows: Rows, selection: Selection | None, what: str) -> Response:
    model = services.model
    name = exports.file_name(*_named(what, model, selection), ending="csv")
    with take_turn(services, len(rows)) as held:
        made = sent(exports.csv_parts(rows), held, "text/csv; charset=utf-8", name)
        return _told(made, model.card.key, selection)


def _sheet(services: Services, selection: Selection, rows: Rows, sort: Sort | None) -> ResponseReturnValue:
    model, about = services.model, _about(services, selection, rows)
    check_sheet(len(rows))
    if len(rows) > prepared.QUICK_ROWS:
        return _ask_workbook(services, prepared.asked(selection, rows, sort, about))
    about.append(("Written", now()))
    with take_turn(services, len(rows)) as stack:
        path = stack.enter_context(workbook(rows, about, services.settings.home / "tmp"))
        name = exports.file_name(*_named("customers", model, selection), ending="xlsx")
        # The file is gone when it has been sent, or the visitor has left.
        return _told(sent_file(path, stack, SHEET, name), model.card.key, selection)


def _named(what: str, model: Model, selection: Selection | None) -> tuple[str, ...]:
    if selection is None:
        return what, "model", model.card.key
    filters = str(selection)[:60] or "everyone"
    return what, filters, "model", model.card.key


def _told(answer: Response, model: str, selection: Selection | None) -> Response:
    answer.headers["X-Parterre-Model"] = model
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


def _workbook(services: Services, id: str) -> Response:
    """A workbook that took longer, for the one who asked for it."""
    job = _own(services, id)
    path = prepared.find(services.settings.home, services.jobs.result(job.id)) if job else None
    if job is None or path is None:
        abort(404, "There is no such workbook any more. They are kept for an hour: ask for it again.")
    name = exports.file_name("customers", "model", job.model, ending="xlsx")
    with take_turn(services, prepared.QUICK_ROWS + 1) as held:
        return _told(sent_file(path, held, SHEET, name), job.model, None)


def _ask_workbook(services: Services, arguments: dict[str, Any]) -> ResponseReturnValue:
    """Have the worker write it, and show how far it is; programs are told where to look."""
    job = progress.start(services, KIND, arguments)
    is_there = prepared.find(services.settings.home, services.jobs.result(job.id)) is not None
    if job.is_over and not is_there:
        job = progress.start(services, KIND, arguments, anew=True)
    if wants_page():
        return redirect(f"/customers?export={job.id}", 303)
    told = {"job": url_for("job", id=job.id), "file": url_for(named(WORKBOOK), id=job.id)}
    return told, 202, {"Location": f"/api/v1/jobs/{job.id}"}


def draw_workbook(services: Services, id: str) -> Component:
    """How far it is, or the link to it."""
    job = _own(services, id)
    if job is None:
        return layout.no_workbook()
    job = services.jobs.newest(job)
    if job.state is not State.DONE:
        return layout.workbook_under_way(progress.panel(services, job))
    result = services.jobs.result(job.id)
    if prepared.find(services.settings.home, result) is None:
        return layout.no_workbook()
    rows = services.numbers.whole(int(result["rows"]))
    return layout.workbook_ready(rows, f"/export/workbooks/{job.id}.xlsx")


def _own(services: Services, id: str) -> Job | None:
    """The visitor's own: whoever else may see how far it is has no business with what is in it."""
    job, user = services.jobs.find(id), signed_in()
    if job is None or user is None or job.owner.casefold() != user.key or job.kind != KIND:
        return None
    return job if services.live.hidden.isdisjoint(job.arguments.get("columns", ())) else None
