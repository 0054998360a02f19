"""Gaussian mixtures: how well that many groups fit, each of its own shape, and how far apart they stay."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import PowerTransformer

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
KINDS = ("full", "tied", "diag", "spherical")  # covariances: own, one for all, without relations, round
ALIKE = ("tied", "spherical")  # of one shape
STEPS = 200
LEAST = 0.01  # variance of a field within a group: fields with many equal values would have none


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture, and what it says of each customer.

    Attributes
    ----------
    labels : int array, shape (n,)
        The group that each most likely belongs to.
    fitting : float array, shape (n,)
        Logarithm of the density where each customer is.
    doubt : float array, shape (n,)
        Logarithm of the chance that each belongs to the likeliest group, turned positive; 0 is none.
    penalty : float
        For the parameters that the mixture has: their number times the logarithm of that of customers.
    """

    k: int
    kind: str
    settled: bool
    labels: Labels
    fitting: NDArray[np.float64]
    doubt: NDArray[np.float64]
    penalty: float

    @property
    def bic(self) -> float:
        """Bayesian information criterion, smaller is better (Schwarz 1978)."""
        return self.penalty - 2 * float(self.fitting.sum())

    @property
    def icl(self) -> float:
        """Integrated completed likelihood, smaller is better: groups that overlap cost (Biernacki, Celeux, Govaert 2000)."""
        return self.bic + 2 * float(self.doubt.sum())


def unskewed(points: Points) -> Points:
    """Each column made as symmetric as a power makes it, standardised (Yeo and Johnson 2000).

    A skewed crowd is else taken for several Gaussian ones.
    """
    even = PowerTransformer(standardize=False).fit_transform(points)
    spread = even.std(axis=0)
    centred: Points = (even - even.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return centred


def mixtures(points: Points, labels: Labels) -> list[Mixture]:
    """A mixture of each kind, by EM from the groups in `labels`, 0..k-1 (Dempster, Laird and Rubin 1977)."""
    return [_mixture(points, labels, kind) for kind in KINDS]


def best(found: Sequence[Mixture]) -> Mixture:
    """The one with the smallest ICL."""
    return min(found, key=lambda one: one.icl)


def alike(found: Sequence[Mixture]) -> Mixture:
    """Of those whose groups have one shape, all round ones too, the one with the smallest BIC.

    Groups that are free in shape take one with many equal values for several.
    """
    return min((one for one in found if one.kind in ALIKE), key=lambda one: one.bic)


def _mixture(points: Points, labels: Labels, kind: str) -> Mixture:
    k = int(labels.max()) + 1
    weights, means, covariances = _moments(points, labels, k)
    model = GaussianMixture(
        k,
        covariance_type=kind,
        max_iter=STEPS,
        reg_covar=LEAST,
        weights_init=weights,
        means_init=means,
        precisions_init=_precisions(weights, covariances, kind),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is said in the setting
        model.fit(points)
    chances, fitting = model.predict_proba(points), model.score_samples(points)
    return Mixture(
        k=k,
        kind=kind,
        settled=bool(model.converged_),
        labels=chances.argmax(axis=1),
        fitting=fitting,
        doubt=-np.log(chances.max(axis=1)),
        penalty=float(model.bic(points) + 2 * fitting.sum()),
    )


def _moments(points: Points, labels: Labels, k: int) -> tuple[Points, Points, Points]:
    """Weights, means and covariances of groups; those of few customers are round."""
    fields = points.shape[1]
    groups = [points[labels == label] for label in range(k)]
    covariances = [
        np.cov(one.T, bias=True).reshape(fields, fields) if len(one) > fields + 1 else np.eye(fields)
        for one in groups
    ]
    weights = np.array([len(one) for one in groups]) / len(points)
    return (
        weights,
        np.array([one.mean(axis=0) for one in groups]),
        np.array(covariances) + LEAST * np.eye(fields),
    )


def _precisions(weights: Points, covariances: Points, kind: str) -> Points:
    """Where EM begins, in the shape that scikit-learn has for each kind."""
    variances: Points = np.einsum("kii->ki", covariances)
    if kind == "full":
        found = np.linalg.inv(covariances)
    elif kind == "tied":
        found = np.linalg.inv(np.tensordot(weights, covariances, 1))
    else:
        found = 1 / (variances if kind == "diag" else variances.mean(axis=1))
    return found.astype(np.float64)
