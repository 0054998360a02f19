"""How much segments tell of the fields that they were not made from, and how much of that the basis does not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold, cross_val_predict

from core.data.people import People
from core.model.pools import one_thread
from core.model.space import Space
from core.progress import Tell, silent

KEPT_AS = "added"  # among what is found about a model
MOST = 5000  # customers; of more, a seeded sample stands for all
FEWEST = 100  # customers of whom a field is known, below which nothing is learnt from four fifths of them
FOLDS, ROUNDS, RATE, LEAVES = 5, 40, 0.15, 15

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Added:
    """A field that segments were not made from.

    Attributes
    ----------
    share : float
        Part of its variance that lies between segments, in [0, 1].
    beyond : float
        Part of its variance that lies between segments once what the basis predicts is taken out.
    """

    field: str
    share: float
    beyond: float


Found = tuple[Added, ...]


def added(points: Floats, values: Floats, labels: Labels) -> tuple[float, float] | None:
    """Part of the variance of `values` between segments, raw and once the basis is known; None where that can't be said.

    Parameters
    ----------
    points : float array, shape (n, n_basis)
        The fields that made the segments.
    values : float array, shape (n,)
        NaN where not known.
    labels : int array, shape (n,)
        Segments, 0..k-1.

    Notes
    -----
    Eta squared, of the values and of what boosted trees that were grown on the other four fifths of the customers leave
    of them, both by the variance of the values. Segments are a function of the basis, so what is left is what the trees
    have not learnt: the less, the better they are.
    """
    known = ~np.isnan(values)
    points, values, labels = points[known], values[known], labels[known]
    if len(values) < FEWEST or not np.ptp(values):
        return None
    trees = HistGradientBoostingRegressor(
        max_iter=ROUNDS, learning_rate=RATE, max_leaf_nodes=LEAVES, random_state=1
    )
    folds = KFold(FOLDS, shuffle=True, random_state=1)
    with one_thread():
        left = values - cross_val_predict(trees, points, values, cv=folds)
    whole = float(values.var())
    return _between(values, labels) / whole, _between(left, labels) / whole


def _between(values: Floats, labels: Labels) -> float:
    """Variance of the means of segments, by their sizes."""
    sizes = np.bincount(labels)
    means = np.bincount(labels, values) / np.maximum(sizes, 1)
    return float((sizes * (means - values.mean()) ** 2).sum() / len(values))


def of_model(space: Space, people: People, fields: Sequence[str], tell: Tell = silent) -> Found:
    """The other `fields` of a model's customers, those that segments tell most of first."""
    places = np.arange(len(people))
    if len(places) > MOST:
        places = np.sort(np.random.default_rng(2024).choice(len(people), MOST, replace=False))
    rows = people.rows(places, [*space.basis, *fields, "Segment"])
    points, labels = space.place(rows), rows["Segment"].to_numpy(dtype=np.int64) - 1
    found = []
    for turn, name in enumerate(fields):
        tell(f"Asking what segments add, field {turn + 1} of {len(fields)}", turn / len(fields))
        parts = added(points, rows[name].to_numpy(dtype=np.float64), labels)
        if parts is not None:
            found.append(Added(name, *(round(part, 6) for part in parts)))
    return tuple(sorted(found, key=lambda one: -one.share))
