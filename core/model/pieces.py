"""The fit of millions of customers, some at a time: what it finds does not depend on how many these are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.data.tight import Tight, numbers_of
from core.data.whole import Array, whole
from core.model import coreset, lloyd
from core.model import fit as fitting
from core.model.fit import Parameters
from core.model.pools import one_thread
from core.model.space import Floats, Space
from core.schema.schema import Schema

ROWS = 1 << 14  # customers at a time, whose distances stay in the cache


def fit(table: pd.DataFrame, parameters: Parameters, schema: Schema, *, rows: int = ROWS) -> Pipeline:
    """As `core.model.fit.fit`, which has what is no table of millions, or needs all customers at once."""
    if not isinstance(table, Tight) or not parameters.preparation.goes_by_parts:
        return fitting.fit(table, parameters, schema)
    fitting.check(table, parameters, schema)
    pieces = _standardised(table, parameters, rows)
    with one_thread():
        places = fitting.ordered(table, parameters.basis, pieces.columns)
        sample = pieces.sample(places, parameters.seed)
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
        for start in range(0, len(self.table), self.rows):
            part = slice(start, start + self.rows)
            yield part, self.space.points(fitting.stacked(self.columns, part))

    def sample(self, places: NDArray[Any], seed: int) -> coreset.Coreset:
        """A coreset as `coreset.coreset` draws it of customers at these places, whose mean is where all begin."""
        squares = np.empty(len(places))
        for part, points in self:
            squares[part] = np.einsum("np,np->n", points, points)
        chance = coreset.chances(squares, len(places), squares.sum())[places]
        del squares  # of a hundred million nearly a gigabyte
        chance /= chance.sum()
        drawn = np.random.default_rng(seed).choice(len(places), coreset.ROWS, p=chance)
        points = self.space.place(self.table.iloc[places[drawn]])
        return coreset.Coreset(points, 1 / (coreset.ROWS * chance[drawn]))

    def settled(self, centres: Floats) -> tuple[Space, NDArray[np.int32], float]:
        """Where Lloyd's iterations end from these centres, the nearest one of each customer, and the sum of squares within."""
        n, k = len(self.table), len(centres)
        enough = lloyd.ENOUGH * self.variance / centres.shape[1]
        labels, shift = np.empty(n, dtype=np.int32), np.inf
        for _ in range(lloyd.MOST):
            sizes, sums, wcss = np.zeros(k, dtype=np.int64), np.zeros(centres.shape), 0.0
            for part, points in self:
                near = centres @ points.T - (centres**2).sum(axis=1)[:, None] / 2
                best = near.max(axis=0)
                labels[part] = found = lloyd.first_at(near, best)
                sizes += np.bincount(found, minlength=k)
                sums += np.equal(found, np.arange(k)[:, None]).astype(np.float64) @ points
                wcss += max(float(np.vdot(points, points) - 2 * best.sum()), 0.0)
            if shift <= enough:
                break
            moved = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
            shift, centres = float(np.vdot(moved - centres, moved - centres)), moved
        return replace(self.space, centres=centres), labels, wcss


def _standardised(table: pd.DataFrame, parameters: Parameters, rows: int) -> _Pieces:
    """The customers in a space without centres yet."""
    basis, how = parameters.basis, parameters.preparation
    columns, medians = [], []
    for name in basis:
        numbers = numbers_of(table, name)
        medians.append(_median(numbers))
        columns.append(_short(numbers))
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
    return short if np.array_equal(short, numbers, equal_nan=True) else numbers


def _median(numbers: Array) -> float:
    known = numbers if numbers.dtype.kind == "i" else numbers[~np.isnan(numbers)]
    counts = whole(known)
    return float(counts.quantiles(np.array([0.5]))[0] if counts else np.median(known))
