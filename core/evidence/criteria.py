"""Criteria for the number of segments: gap statistic, prediction strength, crowds without groups, elbow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from kneed import KneeLocator
from numpy.typing import NDArray

from core.evidence.growing import every_k
from core.model.lloyd import Clustering

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
STRONG, STRICT = 0.8, 0.9  # prediction strength from which groups count as reproducible: the usual bounds


@dataclass(frozen=True)
class Band:
    """Mean of repeated measurements, and the range that holds nine of ten of them."""

    mean: float
    low: float
    high: float


def curves(crowds: Iterable[Points], most: int, rng: np.random.Generator) -> Points:
    """Within-cluster sums of squares of K-Means for k = 1..`most`, a row for each crowd."""
    return np.array([[fit.wcss for fit in fits] for fits in every_k(crowds, most, rng)])


def boxed(points: Points, rng: np.random.Generator) -> Points:
    """Uniform noise in the box that holds the points along their principal axes; shape as `points`.

    Notes
    -----
    Reference (b) of Tibshirani, Walther and Hastie (2001). It is not turned back: K-Means doesn't see rotation.
    """
    centred = points - points.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    turned = centred @ axes.T
    noise: Points = rng.uniform(turned.min(axis=0), turned.max(axis=0), size=turned.shape)
    return noise


def gains(curves: Points) -> Points:
    """What part of the sum of squares with one segment fewer goes away at each k; nothing at the first."""
    return 1 - curves / np.hstack([curves[:, :1], curves[:, :-1]])


def bands(curves: Points) -> list[Band]:
    """A band per column of `curves`, shape (n_repeats, n_k)."""
    low, high = np.quantile(curves, (0.05, 0.95), axis=0)
    return [Band(*map(float, one)) for one in zip(curves.mean(axis=0), low, high, strict=True)]


def gap(
    measured: Sequence[float], references: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gap statistic and its standard error for each k.

    Parameters
    ----------
    measured : sequence of float, length n_k
        WCSS of the customers for k = 1, 2, ...
    references : float array, shape (n_references, n_k)
        WCSS of reference data sets without groups.

    Returns
    -------
    gap, error : float arrays, shape (n_k,)
        Gap(k) = mean log W*(k) - log W(k), and s(k) = sd(log W*(k)) sqrt(1 + 1/B).

    Notes
    -----
    Tibshirani, Walther and Hastie (2001), JRSS B 63: 411-423.
    """
    logs = np.log(references)
    error = logs.std(axis=0) * np.sqrt(1 + 1 / len(references))
    return logs.mean(axis=0) - np.log(np.asarray(measured)), error


def gap_prefers(gaps: Sequence[float], errors: Sequence[float]) -> int | None:
    """The smallest k with Gap(k) >= Gap(k + 1) - s(k + 1); None if the gap grows to the end."""
    for place in range(len(gaps) - 1):
        if gaps[place] >= gaps[place + 1] - errors[place + 1]:
            return place + 1
    return None


def prediction_strengths(
    points: Points, most: int, rng: np.random.Generator, splits: Iterable[object]
) -> Points:
    """Prediction strength of splits into halves for k = 1..`most`, mean of both directions; a row for each split.

    Both halves are clustered; of each group of the one half, the share of its pairs is counted that the
    centres of the other half keep together. The strength is that of the weakest group.

    Notes
    -----
    Tibshirani and Walther (2005), J. Comput. Graph. Stat. 14: 511-528.
    """

    def halves() -> Iterator[Points]:
        for _ in splits:
            order = rng.permutation(len(points))
            yield points[order[: len(points) // 2]]
            yield points[order[len(points) // 2 :]]

    fits = every_k(halves(), most, rng)
    pairs = (zip(one, other, strict=True) for one, other in zip(fits, fits, strict=True))
    return np.array([[(_kept(one, other) + _kept(other, one)) / 2 for one, other in pair] for pair in pairs])


def _kept(judge: Clustering, fit: Clustering) -> float:
    """How far the centres of the other half keep together whom the half's own fit does."""
    return kept_together(fit.cloud.nearest(judge.centres), fit.labels)


def strength_prefers(ks: Sequence[int], strengths: Sequence[float], least: float = STRONG) -> int:
    """The largest k whose groups are found again in fresh customers; 1 if there is no other."""
    return max(k for k, strength in zip(ks, strengths, strict=True) if k == 1 or strength >= least)


def elbow(ks: Sequence[int], curve: Sequence[float]) -> int | None:
    """Where a falling curve bends most.

    Notes
    -----
    Kneedle: Satopaa, Albrecht, Irwin and Raghavan (2011), ICDCSW. The curve of one crowd bends as
    well, so it is worth only as much as it differs from that (Schubert 2023, SIGKDD Expl. 25: 36-42).
    """
    knee = KneeLocator(list(ks), list(curve), curve="convex", direction="decreasing").knee
    return None if knee is None else int(knee)


def kept_together(predicted: Labels, own: Labels) -> float:
    """Of each own group, the share of pairs that is predicted into one group; the smallest of them."""
    columns = int(predicted.max()) + 1
    counts = np.bincount(own * columns + predicted, minlength=(int(own.max()) + 1) * columns)
    counts = counts.reshape(-1, columns)
    sizes = counts.sum(axis=1)
    pairs = (counts * (counts - 1)).sum(axis=1)
    several = sizes > 1
    return float((pairs[several] / (sizes * (sizes - 1))[several]).min(initial=1.0))
