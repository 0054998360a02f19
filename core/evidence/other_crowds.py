"""Crowds without groups that are no Gaussian copula: along their own axes, and alike in all directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from core.evidence.crowds import LEAST, Margin, Points, standardised


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


def _scores(points: Points) -> Points:
    """Normal scores of each column; equal values have equal ones."""
    scores: Points = ndtri((rankdata(points, axis=0) - 0.5) / len(points))
    return scores


def _axes(points: Points) -> tuple[Points, Points]:
    """Standard deviations along the principal axes, and the axes as columns; none that customers do not spread in."""
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(points.T)))
    there = values > LEAST * values[-1]
    return np.sqrt(values[there]), axes[:, there]
