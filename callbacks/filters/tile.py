"""POST /filters/tile: what other charts show by the bins of one, so that choosing among them needs no question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.filters.answer import DIGITS
from callbacks.filters.callbacks import Pages, asked_by
from callbacks.filters.page import form_of
from callbacks.web.guard import requires
from callbacks.web.pinning import of_link
from core.accounts.permissions import Action
from core.crossfilter.table import SelectionError
from core.services import Services
from layouts.charts import PLAIN

MOST = (
    12_000  # numbers, which are some 20 kB compressed; where there are more, the browser asks at each click
)


def register(server: Flask, services: Services, pages: Pages) -> None:
    """Tell those who may see customers."""

    @requires(Action.VIEW)
    def tile() -> ResponseReturnValue:
        of_link(services.live)
        try:
            return jsonify(tile_of(services, pages, request.get_json(silent=True)))
        except SelectionError as error:
            abort(400, str(error))

    server.add_url_rule("/filters/tile", "filters_tile", tile, methods=["POST"])


def tile_of(services: Services, pages: Pages, question: object) -> dict[str, Any]:
    """By chart, for each bin of the field that is asked about, the heights of all bars; of bars that are split, shares
    or not drawn by this page, nothing.

    Raises
    ------
    SelectionError
        If the question is not one that our pages ask.
    """
    if not isinstance(question, Mapping) or question.get("page") not in pages:
        raise SelectionError.of(str(question)[:80], "a question about one of our pages")
    page = pages[question["page"]](services)
    asked = asked_by(services, page, question)
    views, active = page.views(services, asked), str(question.get("field"))
    if form_of(asked) != PLAIN or active not in {view.field for view in views}:
        return {"views": {}, "model": services.model.card.key}
    found = services.model.crossfilter.tile(asked.selection, active, views)
    fits = sum(numbers.size for numbers in found.values()) <= MOST
    told = {name: [_written(column) for column in numbers.T] for name, numbers in found.items() if fits}
    return {"views": told, "model": services.model.card.key}


def _written(column: np.ndarray[Any, Any]) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") if value % 1 else int(value) for value in column.tolist()]
