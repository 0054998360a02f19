from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from core.evidence.growing import every_k


def box(rows: int = 400) -> np.ndarray:
    """Noise, in which K-Means has many poor optima to end in."""
    return np.random.default_rng(0).uniform(size=(rows, 5))


def excess(found: list[float], best: list[float]) -> float:
    """By what part the sums of squares lie above the best known, on average."""
    return float(np.mean(np.divide(found, best))) - 1


def test_each_number_of_segments_comes_as_near_to_the_best_as_five_starts_do():
    points, ks = box(), range(1, 9)
    with threadpool_limits(1):
        best, five = (
            [KMeans(k, n_init=starts, random_state=0).fit(points).inertia_ for k in ks] for starts in (40, 5)
        )
        grown = [[fit.wcss for fit in every_k(points, 8, np.random.default_rng(one))] for one in range(3)]
    assert np.mean([excess(one, best) for one in grown]) < excess(five, best) + 0.001


def test_groups_that_lie_far_apart_are_found_at_their_number():
    rng = np.random.default_rng(1)
    group = np.arange(400) % 8
    points = 20 * np.eye(8)[group] + rng.normal(size=(400, 8))
    fit = every_k(points, 10, rng)[7]
    assert {len(set(fit.labels[group == one])) for one in range(8)} == {1}


def test_every_fit_is_settled_and_has_its_number_of_segments():
    points = box()
    for k, fit in enumerate(every_k(points, 6, np.random.default_rng(2)), start=1):
        again = KMeans(k, init=fit.centres, n_init=1).fit(points)
        assert len(fit.centres) == k == len(np.unique(fit.labels))
        assert again.inertia_ == pytest.approx(fit.wcss, rel=1e-3)


def test_the_same_seed_gives_the_same_fits():
    one, other = (every_k(box(), 5, np.random.default_rng(3)) for _ in range(2))
    assert [fit.wcss for fit in one] == [fit.wcss for fit in other]
