"""Crowds without groups that are like given customers: the same values in every field, the same correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

Points = NDArray[np.float64]
STEPS = 6  # of calibration; then correlations are met to the second decimal
DRAWN = 20_000  # customers that it is done on, at least, so that chance does not blur it
LEAST = 1e-6  # smallest eigenvalue of a correlation matrix


def normal_scores(points: Points) -> Points:
    """Each column by the normal quantiles of its ranks, standardised; equal values get equal scores."""
    scores: Points = ndtri((rankdata(points, axis=0) - 0.5) / len(points))
    scores -= scores.mean(axis=0)
    spread = scores.std(axis=0)
    return scores / np.where(spread > 0, spread, 1.0)


@dataclass(frozen=True, eq=False)
class Crowd:
    """A Gaussian copula with observed margins: one crowd, however its columns look.

    Attributes
    ----------
    margins : float array, shape (n, n_fields)
        The normal scores of the customers, each column sorted: ties and zeros are in them.
    root : float array, shape (n_fields, n_fields)
        Cholesky root of the latent correlations.
    """

    margins: Points
    root: Points

    def draw(self, rng: np.random.Generator) -> Points:
        """As many customers, each column with exactly the observed values."""
        return _valued(rng.normal(size=self.margins.shape) @ self.root.T, self.margins)


def alike(scores: Points, rng: np.random.Generator) -> Crowd:
    """The crowd whose margins and correlations are those of `scores`.

    Notes
    -----
    Ties weaken correlations, so the latent ones are raised until, after each column is given the observed
    values, the correlations are the observed ones: NORTA, Cario and Nelson (1997), by fixed-point steps.
    """
    margins = np.sort(scores, axis=0)
    many = np.repeat(margins, -(-DRAWN // len(scores)), axis=0)
    noise, wanted = rng.normal(size=many.shape), _correlations(scores)
    latent = wanted
    for _ in range(STEPS):
        got = _correlations(_valued(noise @ _root(latent).T, many))
        latent = latent + wanted - got
    return Crowd(margins, _root(latent))


def _valued(latent: Points, margins: Points) -> Points:
    valued = np.empty_like(latent)
    np.put_along_axis(valued, np.argsort(latent, axis=0), margins, axis=0)
    return valued


def _correlations(scores: Points) -> Points:
    """Of standardised columns; a constant one is related to none."""
    found: Points = scores.T @ scores / len(scores)
    np.fill_diagonal(found, 1.0)
    return found


def _root(latent: Points) -> Points:
    """Cholesky root of the nearest correlation matrix, by clipped eigenvalues."""
    values, axes = np.linalg.eigh(latent)
    near = (axes * np.clip(values, LEAST, None)) @ axes.T
    scale = np.sqrt(np.diag(near))
    root: Points = np.linalg.cholesky(near / np.outer(scale, scale))
    return root
