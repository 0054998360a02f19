"""Mixtures beside scikit-learn's own figures and R's, and what they make of skewed groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from bench.howmany import NOISES
from bench.shapes import planted
from core.evidence import mixtures


def cut(points: np.ndarray, k: int) -> np.ndarray:
    return KMeans(k, n_init=5, random_state=0).fit_predict(points).astype(np.int64)


def groups(k: int, rows: int = 400, apart: float = 6.0) -> np.ndarray:
    return apart * np.eye(4)[np.arange(rows) % k] + np.random.default_rng(k).normal(size=(rows, 4))


def test_bic_is_scikit_learns_and_icl_adds_what_is_in_doubt():
    points = groups(3, apart=3.0)
    (full, *_), model = (
        mixtures.mixtures(points, cut(points, 3)),
        GaussianMixture(3, n_init=5, random_state=0),
    )
    model.set_params(reg_covar=mixtures.LEAST).fit(points)
    assert full.bic == pytest.approx(model.bic(points), rel=2e-3)
    doubt = -np.log(model.predict_proba(points).max(axis=1)).sum()
    assert full.icl - full.bic == pytest.approx(2 * doubt, rel=0.1)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_likelihood_is_best_at_the_planted_number(k):
    points = groups(k)
    found = [mixtures.best(mixtures.mixtures(points, cut(points, j))).icl for j in range(1, 7)]
    assert int(np.argmin(found)) + 1 == k


def test_a_skewed_group_is_taken_for_one_once_its_columns_are_even():
    points = np.exp(groups(2, apart=4.0) / 2)
    even = mixtures.unskewed(points)
    raw = (points - points.mean(axis=0)) / points.std(axis=0)
    best = [
        int(np.argmin([mixtures.best(mixtures.mixtures(one, cut(one, k))).icl for k in range(1, 7)])) + 1
        for one in (even, raw)
    ]
    assert best[0] == 2 < best[1]


def test_rounded_values_are_no_groups_of_their_own_where_groups_have_one_shape():
    points = mixtures.unskewed(NOISES["rounded"](planted(2, 4.0, "equal")(np.random.default_rng(1), 300, 7)))
    found = [mixtures.mixtures(points, cut(points, k)) for k in range(1, 6)]
    assert int(np.argmin([mixtures.alike(one).bic for one in found])) + 1 == 2
    assert int(np.argmin([mixtures.best(one).icl for one in found])) + 1 > 2


def test_a_column_that_is_zero_for_most_of_a_group_does_not_break_it():
    points = groups(2)
    points[::2, 0] = 0.0
    assert all(np.isfinite(one.icl) for one in mixtures.mixtures(points, cut(points, 2)))
