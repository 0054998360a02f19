"""Customers like this one: the nearest in the figures that segments are built from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.people import People
from core.model.space import Space

NEAREST = 5


@dataclass(frozen=True)
class Similar:
    """A customer near another: where in the table, and how far, in standard deviations."""

    place: int
    distance: float


def similar(space: Space, people: People, place: int) -> list[Similar]:
    """The `NEAREST` customers nearest to the one at `place`, nearest first; the customer is not among them.

    Parameters
    ----------
    space : Space
        Fills gaps and standardises as for segments.
    people : People, n customers
    place : int
        0 to n - 1.

    Returns
    -------
    list of Similar
        Fewer where there are fewer others; equally near ones in the order of the file.

    Notes
    -----
    Euclidean distance in the standardised basis: exact, one pass over each basis column. Squares are
    added column by column, so that a million customers need two arrays and not eight.
    """
    squared = np.zeros(len(people))
    for at, (name, median) in enumerate(zip(space.basis, space.medians, strict=True)):
        values = space.column(at, _filled(people, name, median))
        values -= values[place]
        squared += np.square(values, out=values)
    squared[place] = np.inf
    return [Similar(int(near), float(np.sqrt(squared[near]))) for near in _least(squared, NEAREST)]


def _filled(people: People, name: str, median: float) -> NDArray[np.float64]:
    """A column of its own, to be worked on in place."""
    column = people.arrow[name]
    values = np.array(column.to_numpy(), dtype=np.float64)
    if column.null_count:
        values[np.isnan(values)] = median
    return values


def _least(squared: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    count = min(count, len(squared) - 1)
    if count < 1:
        return np.empty(0, dtype=np.intp)
    bound = np.partition(squared, count - 1)[count - 1]
    near = np.flatnonzero(squared <= bound)
    return near[np.argsort(squared[near], kind="stable")][:count]
