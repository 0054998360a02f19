"""Crowds without groups that are no Gaussian copula: along their own axes, alike in all directions, and layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.spatial import ConvexHull
from scipy.special import ndtri
from scipy.stats import rankdata

from core.evidence.crowds import LEAST, Margin, Points, standardised

WAYS = 2 * np.pi * (np.arange(256) + 0.5) / 256  # from the middle, in which layers are measured
LAYER = 0.3  # of the customers, that a layer has at least: of finer ones chance makes a peak in the middle


@dataclass(frozen=True, eq=False)
class Turned:
    """A crowd that has a single peak along each of its principal axes, and nothing that relates them."""

    margins: tuple[Margin, ...]
    axes: Points

    @classmethod
    def of(cls, points: Points) -> Turned:
        """The crowd that is like customers along the axes they are longest and shortest in."""
        axes = _axes(points)[1]
        return cls(tuple(map(Margin.of, (points @ axes).T)), axes)

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """Customers of the crowd, standardised."""
        columns = [margin.draw(rng.normal(size=rows)) for margin in self.margins]
        return standardised(np.column_stack(columns) @ self.axes.T)


@dataclass(frozen=True, eq=False)
class Round:
    """An elliptical crowd: alike in all directions once it is made round (Fang, Kotz and Ng 1990).

    Attributes
    ----------
    root : float array, shape (n_fields, n_directions)
        What makes a ball of it an ellipsoid.
    radii : float array, shape (n_customers,)
        How far from the centre customers are, in order.
    """

    root: Points
    radii: Points

    @classmethod
    def of(cls, points: Points) -> Round:
        """The crowd that has the covariances of customers, and their distances from the centre."""
        spreads, axes = _axes(points)
        radii = np.linalg.norm((points - points.mean(axis=0)) @ (axes / spreads), axis=1)
        return cls(axes * spreads, np.sort(radii))

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """Customers of the crowd, standardised."""
        ways = rng.normal(size=(rows, self.root.shape[1]))
        far = self.radii[rng.permutation(rows) * len(self.radii) // rows]
        return standardised((ways * (far / np.linalg.norm(ways, axis=1))[:, None]) @ self.root.T)


@dataclass(frozen=True, eq=False)
class Scored:
    """A crowd whose normal scores are elliptical, with the values of each field: a single peak, ties and zeros kept."""

    scores: Round
    margins: tuple[Margin, ...]

    @classmethod
    def of(cls, points: Points) -> Scored:
        """The crowd that is like customers, by ranks."""
        return cls(Round.of(_scores(points)), tuple(map(Margin.of, points.T)))

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """Customers of the crowd, standardised."""
        scores = _scores(self.scores.draw(rng, rows))
        columns = [margin.draw(column) for margin, column in zip(self.margins, scores.T, strict=True)]
        return standardised(np.column_stack(columns))


@dataclass(frozen=True, eq=False)
class Layered:
    """A crowd in two fields, evenly full in each of its layers, the fuller the further in: whatever corners it has.

    Attributes
    ----------
    middle, root : float array, shape (2,) and (2, 2)
        The innermost place once the crowd is made round, and what undoes that.
    squares : float array, shape (n_layers + 1, n_ways)
        How far out each layer begins, squared, and nothing for the middle.
    shares : float array, shape (n_layers,)
        Of the crowd in each layer.

    Notes
    -----
    Layers of convex hulls (Barnett 1976), each without what is in those before; the nearest density that never falls
    towards the middle (Grenander 1956).
    """

    middle: Points
    root: Points
    squares: Points
    shares: Points

    @classmethod
    def of(cls, points: Points) -> Layered:
        """The crowd that has the layers of customers."""
        spreads, axes = _axes(points)
        hulls, counts, middle = _layers((points - points.mean(axis=0)) @ (axes / spreads))
        reach = np.array([*(_reach(hull, middle) for hull in hulls), np.zeros(len(WAYS))])
        squares = np.minimum.accumulate(reach, axis=0) ** 2
        full = np.maximum(-np.diff(squares.sum(axis=1)), LEAST)
        shares = full * isotonic_regression(counts / full, weights=full).x
        return cls(middle, axes * spreads, squares, shares / shares.sum())

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """Customers of the crowd, standardised."""
        layer, within = rng.choice(len(self.shares), rows, p=self.shares), rng.random((3, rows))
        upto = np.cumsum(-np.diff(self.squares, axis=0), axis=1)
        found = (upto[layer] < (within[0] * upto[layer, -1])[:, None]).sum(axis=1)
        way = np.minimum(found, len(WAYS) - 1)
        outer, inner = self.squares[layer, way], self.squares[layer + 1, way]
        far, turn = np.sqrt(inner + within[1] * (outer - inner)), WAYS[way] + within[2] * WAYS[0]
        return standardised(
            (self.middle + np.column_stack([np.cos(turn), np.sin(turn)]) * far[:, None]) @ self.root.T
        )


def _layers(points: Points) -> tuple[list[Points], Points, Points]:
    """Corners of each convex layer from the outermost in, how many customers there are up to the next, and the middle."""
    left, many = np.unique(points, axis=0, return_counts=True)
    hulls, counts = list[Points](), [float(len(points))]
    while many.sum() > LAYER * len(points) and np.linalg.matrix_rank(left - left.mean(axis=0)) > 1:
        corners = ConvexHull(left).vertices
        if not hulls or counts[-1] >= LAYER * len(points):
            hulls.append(left[corners])
            counts.append(0.0)
        counts[-1] += many[corners].sum()
        left, many = np.delete(left, corners, axis=0), np.delete(many, corners)
    counts[-1] += many.sum()
    return hulls, np.array(counts[1:]), left.mean(axis=0) if len(left) else hulls[-1].mean(axis=0)


def _reach(corners: Points, middle: Points) -> Points:
    """How far from the middle a convex figure, its corners in order, ends in each way."""
    edge = np.roll(corners, -1, axis=0) - corners
    across = np.column_stack([edge[:, 1], -edge[:, 0]])
    away = ((corners - middle) * across).sum(axis=1)
    towards = np.column_stack([np.cos(WAYS), np.sin(WAYS)]) @ across.T
    ends: Points = np.where(towards > 0, away / np.where(towards > 0, towards, 1.0), np.inf).min(axis=1)
    return np.maximum(ends, 0.0)


def _scores(points: Points) -> Points:
    """Normal scores of each column; equal values have equal ones."""
    scores: Points = ndtri((rankdata(points, axis=0) - 0.5) / len(points))
    return scores


def _axes(points: Points) -> tuple[Points, Points]:
    """Standard deviations along the principal axes, and the axes as columns; none that customers do not spread in."""
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(points.T)))
    there = values > LEAST * values[-1]
    return np.sqrt(values[there]), axes[:, there]
