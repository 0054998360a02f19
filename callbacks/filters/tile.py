"""POST /filters/tile: what other charts show by the bins of one, so that choosing among them needs no question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.filters.answer import DIGITS
from callbacks.filters.callbacks import Pages, asked_by
from callbacks.filters.moves import Array, ByBins, Points, Ratio
from callbacks.filters.page import form_of
from callbacks.web.guard import requires
from callbacks.web.pinning import of_link
from core.accounts.permissions import Action
from core.crossfilter.binning import Axis
from core.crossfilter.crossing import CROSS, fields_of
from core.crossfilter.table import Breakdown, SelectionError
from core.schema.fields import SEGMENT
from core.services import Services
from layouts.charts import Form

# Numbers, which are some 20 kB compressed; where there are more, the browser asks at each click.
MOST, MOST_BARS = 14_000, 11_000
EXACT = 15  # digits of what is written


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
    """For each bin of the field that is asked about, whom it leaves and what bars, texts and figures show of them.

    Of two fields, as `Income*Age`, for each of their `cells`, by the first bins of both; bars of one of them, whose own
    filter is set aside, by bins of the other, which `along` names.

    Raises SelectionError if the question is not one that our pages ask.
    """
    name = question.get("page") if isinstance(question, Mapping) else None
    if not isinstance(question, Mapping) or not isinstance(name, str) or name not in pages:
        raise SelectionError.of(str(question)[:80], "a question about one of our pages")
    page, active = pages[name](services), str(question.get("field"))
    asked, table = asked_by(services, page, question), services.model.crossfilter.crossed(active)
    views, about = page.views(services, asked), {"model": services.model.card.key}
    others = [view for view in views if view.field not in fields_of(active)]
    bars = sum(math.prod(len(table.axes[name]) for name in (view.field, view.by) if name) for view in others)
    # In percent, one segment alone is no part of a bar: a choice of segments may draw bars in another form.
    changes = active == SEGMENT and form_of(asked) == Form(split=True, shares=True)
    if active not in table.axes or changes or bars * len(table.axes[active]) > MOST_BARS:
        return about | {"views": {}}
    moves = page.moves(services, asked, active)
    found, along = table.tile(asked.selection, active, views), _along(views, active)
    for view in views:
        if view.name in along:
            found |= table.tile(asked.selection, along[view.name], [view])
    told = {
        "views": {name: _columns(numbers) for name, numbers in found.items()},
        "along": along,
        "cells": _cells(table.axes[active]),
        "rows": ByBins(services, asked, active).all([None])[0].counts.tolist(),
        "texts": {id: _ratio(ratio) for id, ratio in moves.texts.items()},
        "traces": {id: {at: _ratio(one) for at, one in found.items()} for id, found in moves.traces.items()},
    }
    points = {id: _points(found) for id, found in moves.points.items()}
    return about | told | ({"points": points} if _size([told, points]) <= MOST else {})


def _along(views: Sequence[Breakdown], active: str) -> dict[str, str]:
    """By the name of a view of one of two fields the other."""
    own = fields_of(active)
    return {view.name: one for view in views for one in own if view.field in own and view.field != one}


def _cells(axis: Axis) -> list[list[int]] | None:
    """The first bins of the cells of two fields."""
    if CROSS not in axis.name:
        return None
    return [[int(first) for first in label.split(CROSS)] for label in axis.labels[: axis.known]]


def _columns(numbers: Array) -> list[list[float]]:
    """By bin, bars of all parts in a row, part after part."""
    return [_written(column.T.ravel(), DIGITS) for column in np.moveaxis(numbers, 2, 0)]


def _ratio(ratio: Ratio) -> list[Any]:
    """How it is written, and by bin what is summed over and under."""
    parts = [
        [_written(column, EXACT) for column in part.T]
        for part in (ratio.over, ratio.under)
        if part is not None
    ]
    return [ratio.form, *parts]


def _points(found: Points) -> dict[str, Any]:
    places = (found.x, found.y, found.trace, found.code)
    told = {
        name: _written(one, DIGITS) for name, one in zip(("x", "y", "trace", "code"), places, strict=True)
    }
    return told | {"most": found.most}


def _size(told: Any) -> int:
    """How many numbers travel."""
    if isinstance(told, Mapping):
        return _size(list(told.values()))
    return sum(map(_size, told)) if isinstance(told, list) else 1


def _written(column: Array, digits: int) -> list[float]:
    return [float(f"{value:.{digits}g}") if value % 1 else int(value) for value in column.tolist()]
