"""How much better than random cuts of the same customers: one scale for all criteria."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from core.evidence import criteria

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
CUTS = 30  # of each number of segments
ROWS = 600  # customers that they are measured on
LEAST = 1e-9
FLOOR = 0.01  # variance of a field within a group


def random_cut(points: Points, among: Points, k: int, rng: np.random.Generator) -> Labels:
    """Each customer with the nearest of `k` customers who are drawn at random from `among`."""
    drawn = among[rng.choice(len(among), k, replace=False)]
    nearest: Labels = cdist(points, drawn, "sqeuclidean").argmin(axis=1)
    return nearest


def leads(
    points: Points,
    cuts: Sequence[Labels],
    mixed: Sequence[Labels],
    strengths: Sequence[float],
    rng: np.random.Generator,
) -> list[dict[str, float]]:
    """By how many standard deviations of random cuts each criterion is better than their mean.

    Parameters
    ----------
    points : float array, shape (n, p)
    cuts, mixed : sequences of int arrays, shape (n,)
        The segments of k = 1, 2, ..., and the groups of the best mixtures.
    strengths : sequence of float
        Prediction strength of each k.

    Returns
    -------
    list of dict of str to float
        A criterion's figure by its name for programs, for each k; none for k = 1, which has no other cut.

    Notes
    -----
    Akhanli and Hennig (2020), Statistics and Computing 30: 1523-1544: indexes of different numbers of groups, and
    different indexes, can be compared once each is standardised by random clusterings of that many groups (here by
    random centroids), both on a sample. Of the gap that leaves the logarithm of WCSS, since reference data are the same.
    """
    places = rng.permutation(len(points))[:ROWS]
    sample = points[places]
    apart = cdist(sample, sample)
    found: list[dict[str, float]] = [{}]
    for k in range(2, len(cuts) + 1):
        cut, mixture = cuts[k - 1][places], mixed[k - 1][places]
        own = np.array([*_of_cut(sample, apart, cut, k), strengths[k - 1], _completed(sample, mixture, k)])
        others = np.array([_random(sample, apart, k, rng) for _ in range(CUTS)])
        better = (own - others.mean(axis=0)) / np.maximum(others.std(axis=0, ddof=1), LEAST)
        found.append(dict(zip(NAMES, map(float, better), strict=True)))
    return found


NAMES = ("silhouette", "calinski_harabasz", "davies_bouldin", "gap", "prediction_strength", "icl")


def _random(sample: Points, apart: Points, k: int, rng: np.random.Generator) -> Points:
    cut = random_cut(sample, sample, k, rng)
    half = sample[: len(sample) // 2]
    again = criteria.kept_together(
        random_cut(half, sample[len(half) :], k, rng), random_cut(half, half, k, rng)
    )
    return np.array([*_of_cut(sample, apart, cut, k), again, _completed(sample, cut, k)])


def _of_cut(sample: Points, apart: Points, labels: Labels, k: int) -> list[float]:
    """Silhouette, Calinski-Harabasz, Davies-Bouldin and WCSS of a cut, each so that larger is better."""
    inside = np.eye(k)[labels]
    sizes = np.maximum(inside.sum(axis=0), 1)
    centres = inside.T @ sample / sizes[:, None]
    away = np.linalg.norm(sample - centres[labels], axis=1)
    within = float((away**2).sum())
    between = float((sizes[:, None] * (centres - sample.mean(axis=0)) ** 2).sum())
    calinski = between / (k - 1) / (within / (len(sample) - k))
    likeness = _likeness(inside.T @ away / sizes, centres)
    return [_silhouette(apart, inside, sizes, labels), calinski, -likeness, -float(np.log(within))]


def _completed(sample: Points, labels: Labels, k: int) -> float:
    """Logarithm of the completed likelihood of a Gaussian in each group, but for what is the same for all cuts."""
    total = 0.0
    for own in (sample[labels == label] for label in range(k)):
        if len(own):
            spread = (own - own.mean(axis=0)).T @ (own - own.mean(axis=0)) / len(own) + FLOOR * np.eye(
                sample.shape[1]
            )
            total += len(own) * (np.log(len(own)) - np.linalg.slogdet(spread)[1] / 2)
    return float(total)


def _silhouette(apart: Points, inside: Points, sizes: Points, labels: Labels) -> float:
    sums, rows = apart @ inside, np.arange(len(labels))
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[rows, labels] = np.inf
    nearest = means.min(axis=1)
    widths = np.where(sizes[labels] > 1, (nearest - own) / np.maximum(np.maximum(nearest, own), LEAST), 0.0)
    return float(widths.mean())


def _likeness(spread: Points, centres: Points) -> float:
    """Davies-Bouldin index."""
    distances = cdist(centres, centres)
    np.fill_diagonal(distances, np.inf)
    return float(((spread[:, None] + spread) / np.maximum(distances, LEAST)).max(axis=1).mean())
