"""Many customers at once, as programs send them: the same answers as for one, by columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.artefacts import Model
from core.numbers import Numbers
from core.schema.fields import Kind
from core.scoring.customer_input import asked, said_outside
from core.scoring.prediction import CROWD, UNLIKE, firmness, score, together

GAP = "a gap, so the median is assumed"
DIGITS = 4
_NUMBERS = {int, float, type(None)}


def columns(customers: Sequence[Any], model: Model) -> NDArray[np.float64] | None:
    """The basis of customers given as objects, shape (n, n_basis), NaN for a gap; None if one can't be true."""
    basis = model.space.basis
    if {*map(type, customers)} != {dict} or not set().union(*customers) <= {*basis}:
        return None
    found = np.empty((len(customers), len(basis)))
    for place, (name, field) in enumerate(asked(model).items()):
        given = [one.get(name) for one in customers]
        if not {*map(type, given)} <= _NUMBERS:
            return None
        try:
            values = np.array(given, dtype=np.float64)
        except OverflowError:
            return None
        low, high = field.ends
        odd = (values < low) | (values > high)
        if field.kind is Kind.COUNT:
            odd |= (values != np.floor(values)) & (values != model.space.medians[place]) & ~np.isnan(values)
        if odd.any():
            return None
        found[:, place] = values
    return found


def answers(
    values: NDArray[np.float64], model: Model, numbers: Numbers, grouped: bool | None
) -> list[dict[str, Any]]:
    """The segment of each, with what is to be said of it; `values` as `columns` gives them."""
    found = score(model.space, values)
    far = found.distances.min(axis=1) > model.card.reach
    firm: NDArray[Any] = firmness(model, values, found).round(DIGITS).astype(object)
    firm[far] = None
    names = np.array([one.name for one in model.card.profile.segments], dtype=object)[found.segment - 1]
    told = zip(
        found.segment.tolist(),
        names,
        firm,
        found.distances.round(DIGITS).tolist(),
        _warnings(values, far, model, numbers, grouped),
        strict=True,
    )
    return [
        {"segment": segment, "name": name, "firmness": sure, "distances": distances, "warnings": said}
        for segment, name, sure, distances, said in told
    ]


def _warnings(
    values: NDArray[np.float64], far: NDArray[np.bool_], model: Model, numbers: Numbers, grouped: bool | None
) -> list[list[str]]:
    """What is said of each; few combinations occur, so each is put together once."""
    said: dict[str, NDArray[np.bool_]] = {UNLIKE: far}
    outside = {}
    for place, (name, field) in enumerate(asked(model).items()):
        column, spread = values[:, place], model.card.profile.spreads[name]
        said[f"{field.label}: {GAP}"] = np.isnan(column)
        beyond = (column < spread.low) | (column > spread.high)
        outside[f"{field.label}: {said_outside(field, spread, numbers)}"] = beyond
    said |= {CROWD: np.full(len(values), grouped is False)} | outside
    kinds, places = together(said)
    return [kinds[place] for place in places.tolist()]
