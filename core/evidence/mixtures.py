"""Mixtures: how well that many groups fit, whatever their tails, and how far apart they stay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import digamma, gammaln
from scipy.stats import ks_2samp
from sklearn.preprocessing import PowerTransformer

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
KINDS = ("own", "tied", "diag")  # shapes: each its own, one for all, one for all without relations of fields
STEPS, TURNS = 200, 3  # of EM, and within each of shape and spreads
ENOUGH = 3e-4  # by which a step makes the mean logarithm of densities better, for a further one
LEAST = 0.01  # variance of a field within a group: fields with many equal values would have none
TAILS = np.geomspace(3, 100, 41)  # degrees of freedom: the fewer, the longer
BEGIN = 20.0
HEAPED = 0.25  # different values, of as many customers, up to which a column is taken for rounded
SHARED = 0.15  # of a group's customers who are taken for another's, past which both count as one
STRAYS = 5  # customers, fewer of whom are no group
DRAWN = 10_000  # customers of a mixture that others are held against
FEWEST = 20  # customers of two groups, below which they are not


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
    apart : int
        How many groups are left once those that overlap count as one.
    groups : _Groups
        What they are.
    """

    k: int
    kind: str
    settled: bool
    labels: Labels
    fitting: NDArray[np.float64]
    doubt: NDArray[np.float64]
    penalty: float
    apart: int
    groups: _Groups

    @property
    def bic(self) -> float:
        """Bayesian information criterion, smaller is better (Schwarz 1978)."""
        return self.penalty - 2 * float(self.fitting.sum())

    @property
    def icl(self) -> float:
        """Integrated completed likelihood, smaller is better: groups that overlap cost (Biernacki, Celeux, Govaert 2000)."""
        return self.bic + 2 * float(self.doubt.sum())


@dataclass(frozen=True, eq=False)
class _Groups:
    """Weights and means of k groups, the inverses of their covariances, their spreads, and the tails of all."""

    weights: Points
    means: Points
    inverses: Points
    spreads: Points
    tails: float

    def squares(self, moments: Points) -> Points:
        """Squared distances of each customer from each mean, by covariances."""
        slopes = np.einsum("kij,kj->ki", self.inverses, self.means)
        constants = (slopes * self.means).sum(axis=1)
        one, other = np.triu_indices(self.means.shape[1])
        products = self.inverses[:, one, other] * np.where(one == other, 1, 2)
        terms = np.hstack([products, -2 * slopes, constants[:, None]])
        squares: Points = np.maximum(moments @ terms.T, 0)
        return squares

    def logarithms(self, squares: Points) -> Points:
        """Of each group's density times its weight (multivariate t)."""
        fields, tails = self.means.shape[1], self.tails
        high = gammaln((tails + fields) / 2) - gammaln(tails / 2) - fields / 2 * np.log(tails * np.pi)
        own = high + np.linalg.slogdet(self.inverses)[1] / 2 + np.log(self.weights)
        logarithms: Points = own - (tails + fields) / 2 * np.log1p(squares / tails)
        return logarithms


def unskewed(points: Points) -> Points:
    """Each column made as symmetric as a power makes it, standardised (Yeo and Johnson 2000).

    A skewed crowd is else taken for several Gaussian ones.
    """
    even = PowerTransformer(standardize=False).fit_transform(loosened(points))
    spread = even.std(axis=0)
    centred: Points = (even - even.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return centred


def loosened(points: Points) -> Points:
    """Each column of few different values, such as counts, spread evenly as far as it was rounded.

    A value that many have is else taken for a group of its own.
    """
    rng, loose = np.random.default_rng(0), points.copy()
    for column in loose.T:
        values = np.unique(column)
        if 1 < len(values) <= HEAPED * len(column):
            column += (rng.random(len(column)) - 0.5) * np.diff(values).min()
    return loose


def mixture(points: Points, labels: Labels) -> Mixture:
    """The kind with the smallest BIC, by EM from the groups in `labels`, 0..k-1.

    Notes
    -----
    Multivariate t (Peel and McLachlan 2000): long tails are part of a group, where Gaussian ones take a further group
    for them. Tails are those of all groups, spread and weight each has its own.
    """
    return min((_settled(points, labels, kind) for kind in KINDS), key=lambda one: one.bic)


def _settled(points: Points, labels: Labels, kind: str) -> Mixture:
    (rows, fields), k = points.shape, int(labels.max()) + 1
    chances, pull = np.eye(k)[labels], np.ones((rows, k))
    spreads, tails, last, settled, moments = np.ones(k), BEGIN, -np.inf, False, _moments(points)
    for _ in range(STEPS):
        groups = _groups(moments, chances, pull, spreads, kind, tails)
        squares = groups.squares(moments)
        chances, fitting = _shares(groups.logarithms(squares))
        pull = (tails + fields) / (tails + squares)
        if settled := bool(fitting.mean() - last < ENOUGH):
            break
        spreads, tails, last = groups.spreads, _tails(chances, pull, tails, fields), fitting.mean()
    shape = fields if kind == "diag" else fields * (fields + 1) // 2 * (k if kind == "own" else 1)
    own = k * fields + (k - 1) * (1 if kind == "own" else 2)
    return Mixture(
        k=k,
        kind=kind,
        settled=settled,
        labels=chances.argmax(axis=1),
        fitting=fitting,
        doubt=-np.log(chances.max(axis=1)),
        penalty=float((own + shape + 1) * np.log(rows)),
        apart=_apart(chances),
        groups=groups,
    )


def _apart(chances: Points) -> int:
    """Groups that are left once one counts as one with another that more than `SHARED` of its customers are taken for.

    Notes
    -----
    Misclassification as the mixture itself has it (Hennig 2010): the parts of one group take most of each other's.
    Fewer than `STRAYS` are customers far out, whom K-Means gives a segment of their own, and no group.
    """
    own = chances.argmax(axis=1)
    taken = chances.T @ np.eye(chances.shape[1])[own]
    joined = connected_components(taken > SHARED * chances.sum(axis=0)[:, None], directed=False)[1]
    return max(int((np.bincount(joined[own]) >= STRAYS).sum()), 1)


def misfit(points: Points, found: Mixture) -> float:
    """The chance that customers of this mixture lie as differently between any two of its groups.

    Notes
    -----
    Kolmogorov-Smirnov, of two groups' customers along Fisher's line between these, against customers drawn; corrected over
    pairs (Bonferroni). It is fitted to the same customers, so rather too large.
    """
    both = zip(_between(found.groups, points), _between(found.groups, _drawn(found.groups)), strict=True)
    chances = [ks_2samp(*pair, method="asymp").pvalue for pair in both if min(map(len, pair)) >= FEWEST]
    return float(min(1.0, len(chances) * min(chances, default=1.0)))


def _between(groups: _Groups, points: Points) -> Iterator[Points]:
    """Where the customers of every two groups are on the line between them."""
    labels = groups.logarithms(groups.squares(_moments(points))).argmax(axis=1)
    spreads = np.linalg.inv(groups.inverses)
    for one, other in combinations(range(len(spreads)), 2):
        line = np.linalg.solve(spreads[one] + spreads[other], groups.means[one] - groups.means[other])
        yield points[(labels == one) | (labels == other)] @ line


def _drawn(groups: _Groups) -> Points:
    """Customers of a mixture."""
    rng, fields = np.random.default_rng(0), groups.means.shape[1]
    counts = rng.multinomial(DRAWN, groups.weights / groups.weights.sum())
    far = np.sqrt(groups.tails / rng.chisquare(groups.tails, (DRAWN, 1)))
    roots, noise = np.linalg.cholesky(np.linalg.inv(groups.inverses)), rng.normal(size=(DRAWN, fields)) * far
    parts = np.split(noise, np.cumsum(counts)[:-1])
    return np.concatenate(
        [mean + part @ root.T for mean, part, root in zip(groups.means, parts, roots, strict=True)]
    )


def _moments(points: Points) -> Points:
    """Products of every two figures of each customer, each once, the figures, and one; shape (n, (p + 1) * (p + 2) / 2)."""
    one, other = np.triu_indices(points.shape[1])
    return np.hstack([points[:, one] * points[:, other], points, np.ones((len(points), 1))])


def _groups(
    moments: Points, chances: Points, pull: Points, spreads: Points, kind: str, tails: float
) -> _Groups:
    """Those that fit customers best who belong to them by `chances`; `pull` is less of who is far out."""
    sums, sizes = (chances * pull).T @ moments, chances.sum(axis=0) + 1e-9
    fields = math.isqrt(2 * moments.shape[1]) - 1
    one, other = np.triu_indices(fields)
    drawn = sums[:, -1:] + 1e-9
    means = sums[:, -1 - fields : -1] / drawn
    scatter = -(drawn * means)[:, :, None] * means[:, None]
    scatter[:, one, other] += sums[:, : -1 - fields]
    scatter[:, other, one] = scatter[:, one, other]
    if kind == "own":
        covariances = scatter / sizes[:, None, None] + LEAST * np.eye(fields)
    else:
        shape, spreads = _shared(scatter, sizes, spreads, kind)
        covariances = shape * spreads[:, None, None]
    return _Groups(sizes / len(moments), means, np.linalg.inv(covariances), spreads, tails)


def _shared(scatter: Points, sizes: Points, spreads: Points, kind: str) -> tuple[Points, Points]:
    """The shape of all groups, of determinant 1, and the spread of each (VEE and VEI of Celeux and Govaert 1995)."""
    fields, rows = scatter.shape[1], sizes.sum()
    for _ in range(TURNS):
        shape = np.tensordot(1 / spreads, scatter, 1) / rows + LEAST * np.eye(fields)
        shape = shape * np.eye(fields) if kind == "diag" else shape
        shape /= np.exp(np.linalg.slogdet(shape)[1] / fields)
        traces = np.einsum("ij,kij->k", np.linalg.inv(shape), scatter)
        spreads = np.maximum(traces / (fields * sizes), LEAST)
    return shape, spreads


def _shares(logarithms: Points) -> tuple[Points, Points]:
    """Each column's part in the sum of densities, and the logarithm of that sum."""
    high = logarithms.max(axis=1, keepdims=True)
    parts = np.exp(logarithms - high)
    total = parts.sum(axis=1, keepdims=True)
    return parts / total, (high + np.log(total)).ravel()


def _tails(chances: Points, pull: Points, tails: float, fields: int) -> float:
    """The degrees of freedom at which the likelihood is highest, of `TAILS`."""
    known = (chances * (np.log(pull) - pull)).sum() / len(pull) + digamma((tails + fields) / 2)
    rising = known + 1 - np.log((tails + fields) / 2) + np.log(TAILS / 2) - digamma(TAILS / 2) > 0
    return float(TAILS[max(np.flatnonzero(rising), default=0)])
