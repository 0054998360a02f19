"""How much segments tell of an answer that they were not made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
SEED = 5


def told(answers: NDArray[np.float64], labels: NDArray[np.int64]) -> float | None:
    """Part of the variance of `answers` that the mean of each segment tells of customers who were held out.

    Parameters
    ----------
    answers : float array, shape (n,)
        NaN where the answer is not known.
    labels : int array, shape (n,)
        Segments, 0..k-1.

    Returns
    -------
    float or None
        1 - squared error of the segment's mean / of everyone's mean, both from the other folds; 0 at least. None where
        all answers are alike, or too few are known.
    """
    known = ~np.isnan(answers)
    values, segments = answers[known], labels[known]
    if len(values) < 2 * FOLDS or np.ptp(values) == 0:
        return None
    folds = np.random.default_rng(SEED).permutation(len(values)) % FOLDS
    own = everyones = 0.0
    for fold in range(FOLDS):
        learnt, held = folds != fold, folds == fold
        mean, counts = values[learnt].mean(), np.bincount(segments[learnt], minlength=int(labels.max()) + 1)
        sums = np.bincount(segments[learnt], values[learnt], len(counts))
        means = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
        own += float(((values[held] - means[segments[held]]) ** 2).sum())
        everyones += float(((values[held] - mean) ** 2).sum())
    return max(0.0, 1 - own / everyones)
