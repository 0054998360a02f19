from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from core.evidence import growing
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
        grown = [[fit.wcss for fit in fits] for fits in every_k([points] * 3, 8, np.random.default_rng(0))]
    assert np.mean([excess(one, best) for one in grown]) < excess(five, best) + 0.001


def test_groups_that_lie_far_apart_are_found_at_their_number():
    rng = np.random.default_rng(1)
    group = np.arange(400) % 8
    points = 20 * np.eye(8)[group] + rng.normal(size=(400, 8))
    fit = next(every_k([points], 10, rng))[7]
    assert {len(set(fit.labels[group == one])) for one in range(8)} == {1}


def test_every_fit_is_settled_and_has_its_number_of_segments():
    points = box()
    for k, fit in enumerate(next(every_k([points], 6, np.random.default_rng(2))), start=1):
        again = KMeans(k, init=fit.centres, n_init=1).fit(points)
        assert len(fit.centres) == k == len(np.unique(fit.labels))
        assert again.inertia_ == pytest.approx(fit.wcss, rel=1e-3)


def test_the_same_seed_gives_the_same_fits_side_by_side_or_one_after_the_other(monkeypatch):
    crowds, found = [box()[:rows] for rows in (400, 399, 400)], []
    for together in (1, 2, 3):
        monkeypatch.setattr(growing, "TOGETHER", together)
        several = every_k(crowds, 5, np.random.default_rng(3))
        found.append([fit.wcss for fits in several for fit in fits])
    assert [len(one) for one in found] == [15] * 3
    assert np.ptp(found, axis=0) == pytest.approx(np.zeros(15), abs=1e-9)
