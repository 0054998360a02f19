"""What criteria prefer in draws anew: close ones move, clear ones stay, and the figures are those of real resamples."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples

from core.evidence import redraws
from core.evidence.redraws import Share


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def test_a_gap_that_hangs_on_its_draws_moves_and_a_clear_one_stays():
    noise = np.exp(rng().normal(np.log([100, 80, 70, 65]), 0.02, size=(30, 4)))
    clear = redraws.of_gap([100, 40, 35, 33], noise, rng())
    assert clear == (Share(2, 1.0),)
    close = redraws.of_gap([100, 60, 51.9, 48.0], noise, rng())
    assert len(close) > 1
    assert sum(one.share for one in close) == pytest.approx(1.0)


def test_a_strength_at_its_bound_moves():
    strengths = np.column_stack(
        [np.ones(25), np.full(25, 0.95), rng().normal(0.8, 0.1, 25), np.full(25, 0.3)]
    )
    found = {one.k: one.share for one in redraws.of_strengths(strengths, rng())}
    assert set(found) == {2, 3}
    assert min(found.values()) > 0.05


def test_the_figures_of_drawn_customers_are_those_of_a_table_of_them():
    points = rng().normal(size=(120, 2)) + 4 * np.eye(2)[np.arange(120) % 2]
    labels = np.arange(120) % 2
    drawn = rng().integers(120, size=120)
    weights = np.bincount(drawn, minlength=120)[None].astype(float)
    widths = silhouette_samples(points, labels)
    silhouette, calinski, davies = (one[0] for one in redraws._resampled(points, labels, widths, weights))
    assert silhouette == pytest.approx(widths[drawn].mean())
    assert calinski == pytest.approx(calinski_harabasz_score(points[drawn], labels[drawn]))
    assert davies == pytest.approx(davies_bouldin_score(points[drawn], labels[drawn]), rel=0.01)


def test_groups_that_nobody_was_drawn_of_have_no_part_in_the_figures_of_that_draw():
    points = rng().normal(size=(60, 2)) + 6 * np.eye(2)[np.arange(60) % 2]
    points[:2] = [[40, 0], [0, 40]]
    labels = np.where(np.arange(60) < 2, np.arange(60) + 2, np.arange(60) % 2)
    weights = np.ones((1, 60))
    weights[0, :4] = [0, 0, 2, 2]
    drawn = np.repeat(np.arange(60), weights[0].astype(int))
    found = redraws._resampled(points, labels, silhouette_samples(points, labels), weights)
    assert found[1][0] == pytest.approx(calinski_harabasz_score(points[drawn], labels[drawn]))
    assert found[2][0] == pytest.approx(davies_bouldin_score(points[drawn], labels[drawn]), rel=0.01)
    alone = redraws._resampled(points, (np.arange(60) < 1).astype(int), np.zeros(60), weights)
    assert (alone[1][0], alone[2][0]) == (pytest.approx(0, abs=1e-9), np.inf), "one group is no cut"
