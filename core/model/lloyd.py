"""K-Means of a few thousand customers, some thousands of times: no more than Lloyd's iterations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
MOST = 300  # iterations
ENOUGH = 1e-4  # of the mean variance of a field: what centres move by, squared, when they have settled


@dataclass(frozen=True, eq=False)
class Clustering:
    """What K-Means makes of customers.

    Attributes
    ----------
    centres : float array, shape (k, p)
    labels : int array, shape (n,)
        The nearest centre of each, from 0.
    wcss : float
        Within-cluster sum of squares.
    """

    centres: Points
    labels: Labels
    wcss: float

    def nearest(self, points: Points) -> Labels:
        """The nearest centre of other customers."""
        found: Labels = (points @ self.centres.T - (self.centres**2).sum(axis=1) / 2).argmax(axis=1)
        return found


def kmeans(points: Points, k: int, *, starts: int, seed: int) -> Clustering:
    """The best of some starts, each drawn by greedy k-means++ (Arthur and Vassilvitskii 2007)."""
    rng, cloud = np.random.default_rng(seed), Cloud.of(points)
    found = (cloud.settled(_drawn(points, k, rng)) for _ in range(starts))
    return min(found, key=lambda one: one.wcss)


def settled(points: Points, centres: Points) -> Clustering:
    """Where Lloyd's iterations end from these centres.

    Parameters
    ----------
    points : float array, shape (n, p)
        About standardised.
    centres : float array, shape (k, p)

    Notes
    -----
    Lloyd (1982). The same iterations as scikit-learn's, to the same tolerance; a centre without customers is put on who is
    furthest from theirs. On 2,240 customers scikit-learn's `fit` takes .6 ms beside its iterations, which is most of
    it where centres have nearly settled, and two or three times as long for an iteration with few centres.
    """
    return Cloud.of(points).settled(centres)


@dataclass(frozen=True, eq=False)
class Cloud:
    """Customers as they are multiplied with centres: a row per field, and one of ones."""

    rows: Points
    length: float  # sum of all squares
    enough: float

    @classmethod
    def of(cls, points: Points) -> Cloud:
        """Customers, about standardised, shape (n, p)."""
        rows = np.ones((points.shape[1] + 1, len(points)))
        rows[:-1] = points.T
        length = float(np.vdot(points, points))
        variance = length / len(points) - float((rows[:-1].mean(axis=1) ** 2).sum())
        return cls(rows, length, ENOUGH * variance / points.shape[1])

    def settled(self, centres: Points) -> Clustering:
        """Where Lloyd's iterations end from these centres."""
        near, inside = np.empty((2, len(centres), self.rows.shape[1]))  # to make arrays anew takes longer
        nearest = np.empty(near.shape, dtype=np.bool_)
        for _ in range(MOST):
            self._measure(centres, near)
            np.equal(near, near.max(axis=0), out=nearest)
            np.copyto(inside, nearest)
            moved = self._means(inside, near, centres)
            shift, centres = moved - centres, moved
            if (way := np.vdot(shift, shift)) <= self.enough:
                if way:
                    self._measure(centres, near)
                break
        high = near.max(axis=0)
        wcss = self.length - 2 * float(high.sum())
        return Clustering(centres, first_at(near, high), max(wcss, 0.0))

    def _measure(self, centres: Points, near: Points) -> None:
        """How near each customer is to each centre, shape (k, n): the more, the nearer."""
        weights = np.empty((len(centres), len(self.rows)))
        weights[:, :-1] = centres
        np.einsum("kp,kp->k", centres, centres, out=weights[:, -1])
        weights[:, -1] /= -2
        np.matmul(weights, self.rows, out=near)

    def _means(self, inside: Points, near: Points, centres: Points) -> Points:
        """The mean of the customers of each centre; of those who are as near to two the first has them."""
        sums = inside @ self.rows.T
        counts = sums[:, -1].tolist()
        if 0.0 not in counts and sum(counts) == inside.shape[1]:
            return sums[:, :-1] / sums[:, -1:]
        sums = self._each_in_one(near).astype(np.float64) @ self.rows.T
        sizes = sums[:, -1:]
        return np.where(sizes > 0, sums[:, :-1] / np.maximum(sizes, 1), centres)

    def _each_in_one(self, near: Points) -> NDArray[np.bool_]:
        """Each customer in one segment; where one would have none, it gets who is furthest from their centre."""
        labels = near.argmax(axis=0)
        empty = np.flatnonzero(np.bincount(labels, minlength=len(near)) == 0)
        squares = (self.rows[:-1] ** 2).sum(axis=0) - 2 * near.max(axis=0)
        far = np.argsort(-squares, kind="stable")[: len(empty)]
        far = far[squares[far] > 0]
        labels[far] = empty[: len(far)]
        found: NDArray[np.bool_] = labels == np.arange(len(near))[:, None]
        return found


def first_at(figures: Points, best: Points) -> Labels:
    """The first row of each column that has the best of it: `argmax` or `argmin`, in half the time where rows are few."""
    labels = np.empty(len(best), dtype=np.int64)
    for place in range(len(figures) - 1, -1, -1):
        labels[figures[place] == best] = place
    return labels


def _drawn(points: Points, k: int, rng: np.random.Generator) -> Points:
    """Centres on customers, each the best of a few who are drawn by their squared distance to the nearest before."""
    tries, length = 2 + int(math.log(k)), (points**2).sum(axis=1)
    chosen = [int(rng.integers(len(points)))]
    squares = _squares(points, length, chosen)[0]
    while len(chosen) < k:
        below = squares.cumsum()
        places = np.minimum(np.searchsorted(below, rng.random(tries) * below[-1]), len(points) - 1)
        left = np.minimum(squares, _squares(points, length, places))
        best = int(left.sum(axis=1).argmin())
        chosen.append(int(places[best]))
        squares = left[best]
    return points[chosen]


def _squares(points: Points, length: Points, places: NDArray[np.int64] | list[int]) -> Points:
    """Squared distances of all to those at `places`; shape (n_places, n)."""
    found: Points = (-2 * points[places]) @ points.T
    found += length
    found += length[places, None]
    return np.maximum(found, 0.0, out=found)
