"""Customers: a page of the list at a time, sorted here; one customer on a page of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dash_ag_grid
from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.fingerprint import build_fingerprint
from flask import Response, after_this_request

from callbacks.customers import customer, rights
from callbacks.files import exports
from callbacks.filters import address
from callbacks.filters import callbacks as filters
from callbacks.filters.answer import origin
from callbacks.filters.answered import Answered
from callbacks.filters.columns import OPTIONS, chosen, sorted_by
from callbacks.filters.page import FilteredPage, Texts
from callbacks.frame.view import Query
from callbacks.web.guard import requires
from callbacks.web.routes import answer
from core.accounts.permissions import Action
from core.crossfilter.table import Answer, SelectionError
from core.crossfilter.typed import escaped
from core.errors import ParterreError
from core.exports import display as shown
from core.model.sorting import Sort
from core.schema.fields import SEGMENT
from core.services import Services
from layouts.customers import page as layout
from layouts.customers.page import Column, ids

PATH = "/customers"
MOST_ROWS = 500  # that a grid may ask for at once
LIBRARY = "dash_ag_grid.min.js"
# What the browser loads before it draws a page that needs it; see assets/customers.js.
SCRIPT_HEADER = "X-Parterre-Script"


def draw(services: Services, query: Query) -> Component:
    """The list as the address asks, or one customer."""
    if "export" in query:
        return exports.draw_workbook(services, query["export"])
    if "erasure" in query:
        return rights.follow(services, query)
    if query.get("erase") == "ask" and "customer" in query:
        return rights.ask(services, query["customer"])
    if "customer" in query:
        others = {name: value for name, value in query.items() if name != "customer"}
        return customer.draw(services, query["customer"], others)
    spec = filtered(services)
    asked, error = filters.read(services, spec, query)
    try:
        columns, sort = chosen(services, asked), sorted_by(services, asked)
    except ParterreError as wrong:
        error = filters.Refusal(str(wrong), str(asked.selection))
        asked = address.asked(asked.selection, {}, OPTIONS)
        columns, sort = chosen(services, asked), None
    found = Answered(services, spec, asked)
    _send_the_grid()
    return layout.layout(
        layout.Customers(
            lead=found.texts[ids.LEAD],
            groups=_groups(services, columns),
            segments=sorted(services.model.card.profile.names.items()),
            rows=found.answer.selected.rows,
            sort=(sort.column, sort.descending) if sort else None,
            address=address.bound(str(asked), origin(services)),
            separators=services.numbers.separators,
            opened=filters.opened(found, error),
        )
    )


def tell(services: Services, _asked: address.Asked, answer: Answer) -> Texts:
    """How many match."""
    return {ids.LEAD: _lead(services, answer)}


def filtered(_services: Services) -> FilteredPage:
    """The list asks for its rows itself: the page only says how many there are."""
    return FilteredPage(PATH, tell=tell, options=OPTIONS)


def register(app: Dash, services: Services) -> None:
    """Answer the grid, which asks for the rows of a page when it shows it, and hand out what is held of one."""
    answer(
        app.server,
        services,
        {
            f"GET {rights.HELD}": (Action.EXPORT, rights.send_held),
            f"POST {rights.ERASE}": (Action.ERASE_CUSTOMERS, rights.erase),
        },
    )
    for resource in dash_ag_grid._js_dist:
        if resource["relative_package_path"] == LIBRARY:
            # Dash would put 360 kB into every page; lazy ones are served, but not named in the index.
            resource["async"] = "lazy"

    @app.callback(
        Output(ids.GRID, "getRowsResponse"),
        Input(ids.GRID, "getRowsRequest"),
        State(ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    @requires(Action.VIEW)
    def fetch_rows(request: object, asked: object) -> Any:
        return rows(services, request, asked) if request is not None else no_update


def rows(services: Services, request: object, asked: object) -> dict[str, Any]:
    """Some rows of the list, as text for people, and how many there are in all.

    Raises SelectionError or ColumnError if the request is not one that our grid makes.
    """
    if not isinstance(asked, str):
        raise SelectionError.of(str(asked)[:80], "the address of a list of customers")
    model = services.model
    wanted = address.parse(asked, model.crossfilter, OPTIONS)
    start, stop, sort = _asked_by_grid(services, request)
    places, count = services.orders.page(model, wanted.selection, sort, start, stop)
    columns = chosen(services, wanted)
    found = model.people.rows(places, columns)
    texts = shown.written(model.people, found, services.numbers, model.card.profile.names)
    if SEGMENT in texts:
        texts[SEGMENT] = [str(number) for number in found[SEGMENT]]
    lines = [dict(zip(texts, values, strict=True)) for values in zip(*texts.values(), strict=True)]
    # A grid of dash-ag-grid 35.3 that was told of no rows never asks again; the page hides an empty one.
    return {"rowData": lines or [{}], "rowCount": max(count, 1)}


def _asked_by_grid(services: Services, request: object) -> tuple[int, int, Sort | None]:
    """First and last row, and the sort."""
    if not isinstance(request, dict) or request.get("filterModel"):
        raise SelectionError.of(str(request)[:80], "rows without a filter of the grid's own")
    start, stop = request.get("startRow"), request.get("endRow")
    if type(start) is not int or type(stop) is not int or not 0 <= start < stop <= start + MOST_ROWS:
        raise SelectionError.of(f"rows {str(start)[:20]} to {str(stop)[:20]}", f"at most {MOST_ROWS} rows")
    model = request.get("sortModel") or []
    if not isinstance(model, list) or len(model) > 1:
        raise SelectionError.of(f"sorted by {str(model)[:60]}", "one column")
    return start, stop, _sort(services, model[0]) if model else None


def _sort(services: Services, item: object) -> Sort:
    column, way = (item.get("colId"), item.get("sort")) if isinstance(item, Mapping) else (None, None)
    if way not in ("asc", "desc") or column not in shown.columns(services.model.people):
        raise SelectionError.of(f"sorted by {str(item)[:60]}", "a column of the list, asc or desc")
    return Sort(str(column), way == "desc")


def _lead(services: Services, answer: Answer) -> str:
    numbers, chosen_, all_ = services.numbers, answer.selected.rows, answer.everyone.rows
    if chosen_ == all_:
        return f"All {numbers.whole(all_)} customers. Filter here or on any page, and the list follows."
    match = "customers matches" if chosen_ == 1 else "customers match"
    return f"{numbers.whole(chosen_)} of {numbers.whole(all_)} {match} your filters."


def _groups(services: Services, columns: list[str]) -> dict[str, list[Column]]:
    people = services.model.people
    usual = shown.defaults(people)
    return {
        group: [
            Column(
                name=name,
                token=escaped(name),
                label=field.label,
                unit=field.unit,
                help=field.help,
                text=field.kind.is_text,
                shown=name in columns,
                usual=name in usual,
            )
            for name in members
            for field in (people.field(name),)
        ]
        for group, members in shown.groups(people).items()
    }


def _grid() -> tuple[str, str]:
    """The addresses of AG Grid's script, and of what that loads."""
    path = Path(dash_ag_grid.__file__).with_name(LIBRARY)
    fingerprint = build_fingerprint(path.name, dash_ag_grid.__version__, int(os.stat(path).st_mtime))
    suite = "/_dash-component-suites/dash_ag_grid/"
    return suite + fingerprint, f"{suite}async-community.js"


GRID = _grid()


def _send_the_grid() -> None:
    """Tell the browser to load AG Grid before it draws the answer."""

    @after_this_request
    def name_the_script(response: Response) -> Response:
        response.headers[SCRIPT_HEADER] = GRID[0]
        return response
