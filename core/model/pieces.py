"""The fit of millions of customers, some at a time: what it finds does not depend on how many these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.data.tight import Tight, known_of, let_go, numbers_of, side_by_side
from core.data.whole import Array, in_pieces, median, taken, whole
from core.model import coreset, lloyd
from core.model import fit as fitting
from core.model.fit import Parameters
from core.model.pools import one_thread
from core.model.space import Floats, Space
from core.schema.schema import Schema

ROWS = 1 << 14  # customers at a time, whose distances stay in the cache
_TURN = 32  # times so many that a core takes on
T = TypeVar("T")


def fit(table: pd.DataFrame, parameters: Parameters, schema: Schema, *, rows: int = ROWS) -> Pipeline:
    """As `core.model.fit.fit`, which has what is no table of millions, or needs all customers at once."""
    if not isinstance(table, Tight) or not parameters.preparation.goes_by_parts:
        return fitting.fit(table, parameters, schema)
    fitting.check(table, parameters, schema)
    pieces = _standardised(table, parameters, rows)
    with one_thread():
        places = fitting.ordered(table, parameters.basis, pieces.columns)
        sample = pieces.sample(places, parameters.seed)
        let_go(len(table))
        begin = coreset.rough(sample, parameters.k, starts=parameters.starts, seed=parameters.seed)
        space, labels, inertia = pieces.settled(begin)
    del pieces, places
    pipeline = fitting.piped(space, labels, inertia, parameters)
    fitting.number(pipeline["kmeans"], fitting.value_of(table, schema), slice(None))
    return pipeline


@dataclass(frozen=True)
class _Pieces:
    """A table, so many rows at a time, and the space that customers are placed in."""

    table: pd.DataFrame
    columns: Sequence[Array]  # of the basis
    space: Space
    rows: int
    variance: float  # of all fields together, where customers stand

    def __iter__(self) -> Iterator[tuple[slice, Floats]]:
        """Rows, and where the customers stand."""
        return self._from(0, len(self.table))

    def _from(self, start: int, stop: int) -> Iterator[tuple[slice, Floats]]:
        for first in range(start, min(stop, len(self.table)), self.rows):
            part = slice(first, first + self.rows)
            yield part, self.space.points(fitting.stacked(self.columns, part))

    def _each(self, do: Callable[[slice, Floats], T]) -> Iterator[T]:
        """What `do` makes of the rows, so many at a time, in their order; on two cores."""
        step = _TURN * self.rows

        def some(start: int) -> list[T]:
            return [do(part, points) for part, points in self._from(start, start + step)]

        with ThreadPoolExecutor(2) as pool:
            for found in pool.map(some, range(0, len(self.table), step)):
                yield from found

    def sample(self, places: NDArray[Any], seed: int) -> coreset.Coreset:
        """A coreset as `coreset.coreset` draws it of customers at these places, whose mean is where all begin."""
        squares = np.empty(len(places))
        for part, found in self._each(lambda part, points: (part, np.einsum("np,np->n", points, points))):
            squares[part] = found
        chance = taken(coreset.chances(squares, len(places), squares.sum()), places)
        del squares  # of a hundred million nearly a gigabyte
        chance /= chance.sum()
        drawn = np.random.default_rng(seed).choice(len(places), coreset.ROWS, p=chance)
        points = self.space.place(self.table.iloc[places[drawn]])
        return coreset.Coreset(points, 1 / (coreset.ROWS * chance[drawn]))

    def settled(self, centres: Floats) -> tuple[Space, Array, float]:
        """Where Lloyd's iterations end from these centres, the nearest one of each customer, and the sum of squares within."""
        k = len(centres)
        enough = lloyd.ENOUGH * self.variance / centres.shape[1]
        labels, shift = np.empty(len(self.table), dtype=np.int8), np.inf
        for _ in range(lloyd.MOST):
            sizes, sums, wcss = np.zeros(k, dtype=np.int64), np.zeros(centres.shape), 0.0
            for size, added, squares in self._each(partial(_step, centres, labels)):
                sizes += size
                sums += added
                wcss += squares
            if shift <= enough:
                break
            moved = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
            shift, centres = float(np.vdot(moved - centres, moved - centres)), moved
        return replace(self.space, centres=centres), labels, wcss


def _step(
    centres: Floats, labels: Array, part: slice, points: Floats
) -> tuple[NDArray[np.int64], Floats, float]:
    """Who is nearest to which centre, noted in `labels`: how many, where they stand together, and their squares within."""
    near = centres @ points.T - (centres**2).sum(axis=1)[:, None] / 2
    best = near.max(axis=0)
    labels[part] = found = lloyd.first_at(near, best)
    sums = np.equal(found, np.arange(len(centres))[:, None]).astype(np.float64) @ points
    wcss = max(float(np.vdot(points, points) - 2 * best.sum()), 0.0)
    return np.bincount(found, minlength=len(centres)), sums, wcss


def _standardised(table: pd.DataFrame, parameters: Parameters, rows: int) -> _Pieces:
    """The customers in a space without centres yet."""
    basis, how = parameters.basis, parameters.preparation
    medians = side_by_side(lambda name: _median(known_of(table, name)), basis, len(table))
    columns = side_by_side(lambda name: _short(numbers_of(table, name)), basis, len(table))
    bent = Space.unscaled(basis, np.array(medians), how)
    scaler = StandardScaler()
    for _, points in _Pieces(table, columns, bent, fitting.AT_ONCE, 0.0):
        scaler.partial_fit(points)
    if how.weights:
        scaler.scale_ = how.weighed(np.sqrt(scaler.var_), basis)
    variance = float((scaler.var_ / scaler.scale_**2).sum())
    space = replace(bent, means=scaler.mean_, scales=scaler.scale_)
    return _Pieces(table, columns, space, rows, variance)


def _short(numbers: Array) -> Array:
    """Floats in half as many bytes, where that loses nothing."""
    if numbers.dtype != np.float64:
        return numbers
    short = numbers.astype(np.float32)
    pieces = in_pieces(len(numbers))
    return (
        short if all(np.array_equal(short[one], numbers[one], equal_nan=True) for one in pieces) else numbers
    )


def _median(known: Array) -> float:
    counts = whole(known)
    return float(counts.quantiles(np.array([0.5]))[0] if counts else median(known))
