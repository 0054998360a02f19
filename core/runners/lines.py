"""Lines of orders in parts: those that count alike are added up, and what is left of all parts is folded as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.data.orders import Folded, fold
from core.data.rows import Columns
from core.data.typed_lines import Coded, TypedLines, typed_lines
from core.schema.order_lines import Lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SUMMED = ("amount", "pieces", "refunded", "weight")
_UNKNOWN = 2  # where the sign of what is known would be -1, 0 or 1


def condensed(columns: Columns, lines: Lines) -> TypedLines:
    """The lines of a part, each of which stands for all that the fold treats alike; lines of one order are in one part."""
    return _condensed(typed_lines(columns, lines))


def folded(parts: Sequence[TypedLines], lines: Lines, today: np.datetime64) -> Folded:
    """The customers of all parts, as `fold` makes them of the whole table."""
    return fold(_condensed(reduce(_both, parts)), lines, today)


def _condensed(typed: TypedLines) -> TypedLines:
    coded = {"customer": typed.customer, "category": typed.category, "product": typed.product} | {
        f"of {name}": one for name, one in typed.describing.items()
    }
    keys: dict[str, NDArray[Any]] = {name: one.codes for name, one in coded.items()}
    keys |= {"day": typed.day, "became": typed.became, "repeats": typed.repeats, "price": typed.price < 0}
    keys |= {f"sign of {name}": _sign(getattr(typed, name)) for name in _SUMMED}
    group = pd.DataFrame(keys).groupby(list(keys), sort=False).ngroup().to_numpy().astype(np.int64)
    first = np.flatnonzero(~pd.Series(group).duplicated().to_numpy())
    sums: dict[str, Any] = {name: _added(getattr(typed, name), group, first) for name in _SUMMED}
    times = np.bincount(group, typed.times).astype(np.int64)
    return replace(_taken(typed, first), times=times, **sums)


def _sign(values: Floats) -> Ints:
    return np.where(np.isnan(values), _UNKNOWN, np.sign(np.nan_to_num(values))).astype(np.int64)


def _added(values: Floats, group: Ints, first: NDArray[np.intp]) -> Floats:
    """Sums of groups, in each of which all or none are known."""
    return np.where(np.isnan(values[first]), np.nan, np.bincount(group, np.nan_to_num(values), len(first)))


def _taken(typed: TypedLines, places: NDArray[np.intp]) -> TypedLines:
    """Some of the lines; of which orders they are is told no more."""
    return replace(
        typed,
        customer=Coded(typed.customer.codes[places], typed.customer.names),
        order=Coded.of(None, len(places)),
        day=typed.day[places],
        price=typed.price[places],
        category=Coded(typed.category.codes[places], typed.category.names),
        product=Coded(typed.product.codes[places], typed.product.names),
        became=typed.became[places],
        repeats=typed.repeats[places],
        describing={name: Coded(one.codes[places], one.names) for name, one in typed.describing.items()},
    )


def _both(one: TypedLines, other: TypedLines) -> TypedLines:
    arrays = ("day", "amount", "pieces", "price", "refunded", "weight", "became", "repeats", "times")
    joined: dict[str, Any] = {name: np.append(getattr(one, name), getattr(other, name)) for name in arrays}
    joined |= {
        name: _one_list(getattr(one, name), getattr(other, name))
        for name in ("customer", "order", "category", "product")
    }
    describing = {name: _one_list(known, other.describing[name]) for name, known in one.describing.items()}
    remarks, decisions = (*one.remarks, *other.remarks), (*one.decisions, *other.decisions)
    return replace(one, **joined, describing=describing, remarks=remarks, decisions=decisions)


def _one_list(one: Coded, other: Coded) -> Coded:
    """Both under one list of names."""
    names = pa.chunked_array([one.names, other.names]).combine_chunks().dictionary_encode()
    places = names.indices.to_numpy().astype(np.int64)
    own = np.append(places[: len(one.names)], -1)[one.codes]
    others = np.append(places[len(one.names) :], -1)[other.codes]
    return Coded(np.append(own, others), names.dictionary)
