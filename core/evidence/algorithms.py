"""K-Means, a mixture and DBSCAN on the same customers, measured alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from kneed import KneeLocator
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
from sklearn.neighbors import NearestNeighbors

from core.evidence.mixtures import Mixture
from core.numbers import to_tell

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
NOISE = -1
SHAPES = {
    "own": "each of its own shape",
    "tied": "all of one shape",
    "diag": "all of one shape, stretched along the fields",
}
_ROWS = 512  # of distances at a time
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Scores:
    """How compact and how far apart groups are; None where there are fewer than two.

    Attributes
    ----------
    silhouette : float or None
        Mean silhouette, -1 to 1, larger is better (Rousseeuw 1987).
    calinski_harabasz : float or None
        Between by within variance, larger is better (Calinski and Harabasz 1974).
    davies_bouldin : float or None
        Mean likeness of each group to its nearest one, smaller is better (Davies and Bouldin 1979).
    silhouette_error : float or None
        Standard error of the mean silhouette, were the customers a random sample of many more.
    """

    silhouette: float | None = None
    calinski_harabasz: float | None = None
    davies_bouldin: float | None = None
    silhouette_error: float | None = None


@dataclass(frozen=True)
class Grouping:
    """What one algorithm makes of the customers.

    Attributes
    ----------
    sizes : tuple of int
        Customers per group, largest first; noise is in none.
    noise : float
        Share of customers that the algorithm puts in no group.
    bic : float or None
        Bayesian information criterion of a mixture, smaller is better.
    setting : str
        What was chosen, and how.
    labels : str
        One letter a customer, see `written`.
    """

    algorithm: str
    k: int
    sizes: tuple[int, ...]
    noise: float
    scores: Scores
    bic: float | None
    setting: str
    labels: str


def written(labels: Labels) -> str:
    """Group numbers as one letter each, `-` for noise: short in JSON."""
    return "".join("-" if label < 0 else _LETTERS[label % len(_LETTERS)] for label in labels.tolist())


def read(labels: str) -> Labels:
    """What `written` wrote."""
    letters = np.frombuffer(labels.encode("ascii"), dtype=np.uint8)
    digits = np.where(letters >= ord("a"), letters - ord("a") + 10, letters - ord("0")).astype(np.int64)
    return np.where(letters == ord("-"), NOISE, digits)


def widths(points: Points, cuts: Sequence[Labels]) -> list[NDArray[np.float64] | None]:
    """Silhouette of each customer in each cut (Rousseeuw 1987); None for a cut that has fewer than two groups.

    Distances are measured once for all cuts: each is added up to the groups of every one.
    """
    coded = [np.unique(cut, return_inverse=True)[1] for cut in cuts]
    marks = [np.eye(code.max() + 1)[code] for code in coded]
    rows = range(0, len(points), _ROWS)
    sums = np.vstack([cdist(points[start : start + _ROWS], points) @ np.hstack(marks) for start in rows])
    parts = np.split(sums, np.cumsum([mark.shape[1] for mark in marks])[:-1], axis=1)
    return [_widths(code, part) for code, part in zip(coded, parts, strict=True)]


def _widths(labels: Labels, sums: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Silhouettes from the sum of distances of each customer to each group."""
    rows, sizes = np.arange(len(labels)), np.bincount(labels)
    if not 2 <= len(sizes) < len(labels):
        return None
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[rows, labels] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(own, nearest)
    alone = (sizes[labels] == 1) | (larger == 0)
    measured: NDArray[np.float64] = np.where(alone, 0.0, (nearest - own) / np.where(alone, 1.0, larger))
    return measured


def scores(points: Points, labels: Labels, measured: NDArray[np.float64] | None) -> Scores:
    """The three scores of groups whose silhouettes are `measured`; every customer is in a group."""
    if measured is None:
        return Scores()
    return Scores(
        float(measured.mean()),
        float(calinski_harabasz_score(points, labels)),
        float(davies_bouldin_score(points, labels)),
        float(measured.std(ddof=1) / np.sqrt(len(measured))),
    )


def mixture(points: Points, found: Mixture, measured: NDArray[np.float64] | None) -> Grouping:
    """A mixture whose silhouettes are `measured`, as other groupings are."""
    settled = "" if found.settled else "; it did not settle"
    setting = f"k = {found.k}, {SHAPES[found.kind]}{settled}"
    return _grouping("gmm", points, found.labels, setting, found.bic, measured)


def density(points: Points) -> Grouping:
    """DBSCAN with a radius read off the customers themselves.

    Notes
    -----
    Ester, Kriegel, Sander and Xu (1996). At least 2 x fields neighbours, and as radius the knee of the
    sorted distances to the neighbour of that rank (Sander, Ester, Kriegel and Xu 1998; Schubert, Sander,
    Ester, Kriegel and Xu 2017); the knee by Kneedle.
    """
    least = min(2 * points.shape[1], len(points))
    radius = eps(points, least)
    labels = DBSCAN(eps=radius, min_samples=least).fit_predict(points)
    setting = f"radius {to_tell(radius, '.2f')} at the knee of the distances to the {least}th neighbour"
    inside = labels != NOISE
    measured = widths(points[inside], [labels[inside]])[0] if inside.any() else None
    return _grouping("dbscan", points, labels, setting, None, measured)


def eps(points: Points, least: int) -> float:
    """The knee of the sorted distances to the neighbour of rank `least`, oneself counted."""
    distances = np.sort(NearestNeighbors(n_neighbors=least).fit(points).kneighbors(points)[0][:, -1])
    knee = KneeLocator(np.arange(len(distances)), distances, curve="convex", direction="increasing").knee
    place = len(distances) * 9 // 10 if knee is None else int(knee)
    return max(float(distances[place]), float(np.finfo(float).tiny))


def _grouping(
    algorithm: str,
    points: Points,
    labels: Labels,
    setting: str,
    bic: float | None,
    measured: NDArray[np.float64] | None,
) -> Grouping:
    grouped, inside = points[labels != NOISE], labels[labels != NOISE]
    sizes = sorted(np.unique(inside, return_counts=True)[1].tolist(), reverse=True)
    return Grouping(
        algorithm=algorithm,
        k=len(sizes),
        sizes=tuple(sizes),
        noise=1 - len(inside) / len(labels),
        scores=scores(grouped, inside, measured),
        bic=None if bic is None else float(bic),
        setting=setting,
        labels=written(labels),
    )
