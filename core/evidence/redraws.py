"""What criteria prefer when their own draws, or the customers, are drawn anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence import criteria
from core.evidence.mixtures import Mixture

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
DRAWS = 200


@dataclass(frozen=True)
class Share:
    """In which share of draws anew a criterion prefers `k`; None where it settles on none."""

    k: int | None
    share: float


def of_gap(curve: Sequence[float], references: Points, rng: np.random.Generator) -> tuple[Share, ...]:
    """What the gap statistic prefers when its reference data are drawn anew: a bootstrap of their curves."""
    drawn = references[rng.integers(len(references), size=(DRAWS, len(references)))]
    return _shares(criteria.gap_prefers(*map(np.ndarray.tolist, criteria.gap(curve, one))) for one in drawn)


def of_strengths(strengths: Points, rng: np.random.Generator) -> tuple[Share, ...]:
    """What prediction strength prefers when customers are halved anew: a bootstrap of the halvings, a row for each."""
    ks = range(1, strengths.shape[1] + 1)
    drawn = strengths[rng.integers(len(strengths), size=(DRAWS, len(strengths)))].mean(axis=1)
    return _shares(criteria.strength_prefers(ks, one.tolist()) for one in drawn)


def of_cuts(
    points: Points, cuts: Sequence[Labels], widths: Sequence[Points], rng: np.random.Generator
) -> dict[str, tuple[Share, ...]]:
    """What silhouette, Calinski-Harabasz and Davies-Bouldin prefer when customers are drawn anew.

    Parameters
    ----------
    points : float array, shape (n, p)
    cuts, widths : sequences of arrays of shape (n,)
        Groups and silhouettes of each customer for k = 2, 3, ...; groups are kept, and only customers drawn anew.
    """
    weights = _weights(len(points), rng)
    figures = [_resampled(points, *cut, weights) for cut in zip(cuts, widths, strict=True)]
    silhouette, calinski, davies = np.array(figures).transpose(1, 2, 0)
    chosen = silhouette.argmax(axis=1), calinski.argmax(axis=1), davies.argmin(axis=1)
    names = ("silhouette", "calinski_harabasz", "davies_bouldin")
    return {name: _shares(int(one) + 2 for one in found) for name, found in zip(names, chosen, strict=True)}


def of_mixtures(found: Sequence[Mixture], rng: np.random.Generator) -> tuple[Share, ...]:
    """What the ICL of mixtures prefers when customers are drawn anew, the mixtures kept; `found` for k = 1, 2, ..."""
    weights = _weights(len(found[0].fitting), rng)
    worth = [one.penalty - 2 * (weights @ (one.fitting - one.doubt)) for one in found]
    return _shares(int(place) + 1 for place in np.array(worth).argmin(axis=0))


def _weights(customers: int, rng: np.random.Generator) -> Points:
    """How often each customer is drawn, shape (DRAWS, n)."""
    return rng.multinomial(customers, np.full(customers, 1 / customers), DRAWS).astype(np.float64)


def _resampled(points: Points, labels: Labels, widths: Points, weights: Points) -> list[Points]:
    """Silhouette, Calinski-Harabasz and Davies-Bouldin of each draw, for groups that are kept, where some of them come."""
    n, most = len(points), int(labels.max()) + 1
    inside = np.eye(most)[labels]
    drawn = weights @ inside
    come, sizes = drawn > 0, np.maximum(drawn, 1e-9)
    k = come.sum(axis=1)
    centres = np.stack([(weights @ (inside * column[:, None])) / sizes for column in points.T], axis=2)
    squares = weights @ (points**2).sum(axis=1)
    between = (sizes[:, :, None] * centres**2).sum(axis=(1, 2))
    within, mean = squares - between, (sizes[:, :, None] * centres).sum(axis=1) / n
    calinski = (between - n * (mean**2).sum(axis=1)) / np.maximum(k - 1, 1) / (within / (n - k))
    own = np.array([points[labels == label].mean(axis=0) for label in range(most)])
    spread = weights @ (inside * np.linalg.norm(points - own[labels], axis=1)[:, None]) / sizes
    return [weights @ widths / n, calinski, _davies_bouldin(spread, centres, come)]


def _davies_bouldin(spread: Points, centres: Points, come: NDArray[np.bool_]) -> Points:
    """Of the groups that come in a draw; endless where fewer than two do."""
    apart = np.linalg.norm(centres[:, :, None] - centres[:, None], axis=3)
    apart[~(come[:, :, None] & come[:, None]) | np.eye(come.shape[1], dtype=bool)] = np.inf
    worst = ((spread[:, :, None] + spread[:, None]) / apart).max(axis=2)
    count = come.sum(axis=1)
    likeness: Points = np.where(count > 1, worst.sum(axis=1) / np.maximum(count, 1), np.inf)
    return likeness


def _shares(chosen: Iterable[int | None]) -> tuple[Share, ...]:
    counts = Counter(chosen)
    total = sum(counts.values())
    return tuple(Share(k, count / total) for k, count in counts.most_common())
