"""Charts counted where customers are, part by part: what pages ask of code columns on their own machine."""

from __future__ import annotations

import copyreg
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.crossfilter.binning import Axis, Binned
from core.crossfilter.building import _added_up, _planes, _slices, _summed
from core.crossfilter.columns import Columns, _totals
from core.crossfilter.counting import Query, tally
from core.crossfilter.memory import Lately
from core.crossfilter.recoded import NOWHERE, recoded
from core.errors import DataError
from core.model.space import Space
from core.runners.verbs import labels
from core.schema.fields import SEGMENT, plain

copyreg.pickle(
    Lately, lambda _: (Lately, (0,))
)  # workers hand columns to one another, not what was asked of them


@dataclass(frozen=True, eq=False)
class Counted:
    """Answers to questions, by question, which add up."""

    answers: Mapping[Query, np.ndarray]

    def __add__(self, other: Counted) -> Counted:
        return Counted({asked: one + other.answers[asked] for asked, one in self.answers.items()})


def code(
    part: pd.DataFrame, axes: Mapping[str, Axis], summed: Collection[str] = (), space: Space | None = None
) -> Columns:
    """The code columns of a part, on axes that may have been made of others; with a `space`, also of the segment.

    Raises DataError if a value lies outside of its axis.
    """
    binned = [_coded(axis, part[plain(name)]) for name, axis in axes.items() if name != SEGMENT]
    if space is not None and SEGMENT in axes:
        binned.append(Binned(axes[SEGMENT], (labels(part, space) - 1).astype(np.uint8)))
    return _in_memory(part, binned, summed)


def counts(columns: Columns, queries: Sequence[Query]) -> Counted:
    """Answers to the questions of charts."""
    return Counted(tally(columns, queries))


def _in_memory(frame: pd.DataFrame, binned: Sequence[Binned], summed: Collection[str]) -> Columns:
    """Columns of a part of a table, whose axes may be those of all of it, in the order of its rows; on no disk."""
    axes, codes = {one.axis.name: one.axis for one in binned}, {one.axis.name: one.codes for one in binned}
    slices = tuple(_slices([(-1, len(frame))]))
    values = {one.axis.name: _summed(frame, one) for one in binned if one.axis.name in summed}
    totals = _totals(
        _added_up(axes, codes.__getitem__, values.__getitem__, values, slices), axes, [*values], len(slices)
    )
    planes = {name: _planes(len(axis), codes[name], slices) for name, axis in axes.items()}
    order = np.arange(len(frame), dtype=np.int32)
    return Columns(axes, len(frame), None, slices, codes, planes, values, order, totals)


def _coded(axis: Axis, column: pd.Series) -> Binned:
    def say(value: object) -> str:
        return value if isinstance(value, str) else axis.labels[int(str(value).removesuffix(".0"))]

    codes = recoded(axis, column, say)
    if (codes == NOWHERE).any():
        found = f"a value of {column.name} outside of its axis"
        raise DataError.of("customers in parts", found, "values that the axis was made of", "Make it anew.")
    return Binned(axis, codes.astype(np.uint8))
