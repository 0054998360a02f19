"""K-Means without what scikit-learn does around it ends where scikit-learn's does."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from core.model import lloyd
from core.model.lloyd import Cloud, Clustering, each_settled, kmeans, settled


def crowd(rows: int = 500, fields: int = 4) -> np.ndarray:
    """Noise, in which K-Means has many optima to end in."""
    return np.random.default_rng(0).normal(size=(rows, fields))


def ends_as_in_scikit_learn(points: np.ndarray, centres: np.ndarray, mine: Clustering | None = None) -> None:
    mine = mine or settled(points, centres)
    theirs = KMeans(len(centres), init=centres, n_init=1).fit(points)
    assert mine.labels.tolist() == theirs.labels_.tolist()
    assert mine.centres == pytest.approx(theirs.cluster_centers_)
    assert mine.wcss == pytest.approx(theirs.inertia_)


@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_from_the_same_centres_it_ends_in_the_same_segments(k):
    for seed in range(5):
        points = crowd()
        ends_as_in_scikit_learn(points, points[np.random.default_rng(seed).choice(len(points), k)])


def test_a_centre_without_customers_is_put_on_who_is_furthest_from_theirs():
    points = crowd()
    ends_as_in_scikit_learn(points, np.vstack([points[:2], np.full((1, 4), 50.0)]))


def test_a_customer_as_near_to_two_centres_is_in_one():
    points = np.array([[-1.0], [-1.0], [0.0], [1.0], [1.0]])
    ends_as_in_scikit_learn(points, np.array([[-1.0], [1.0]]))
    ends_as_in_scikit_learn(points, np.array([[-1.0], [-1.0], [1.0]]))


def test_of_fewer_different_customers_than_centres_none_is_lost():
    found = kmeans(np.repeat(crowd(3), 20, axis=0), 5, starts=2, seed=1)
    assert found.wcss == pytest.approx(0.0, abs=1e-9)
    assert np.isfinite(found.centres).all()


def test_starts_are_as_good_as_those_of_scikit_learn():
    points = crowd()
    mine = np.mean([kmeans(points, 6, starts=1, seed=seed).wcss for seed in range(40)])
    theirs = np.mean([KMeans(6, n_init=1, random_state=seed).fit(points).inertia_ for seed in range(40)])
    assert mine < 1.005 * theirs


def test_others_are_with_the_nearest_centre():
    fit = kmeans(crowd(), 4, starts=3, seed=2)
    others = np.random.default_rng(9).normal(size=(50, 4))
    distances = np.linalg.norm(others[:, None] - fit.centres, axis=2)
    assert Cloud.of(others).nearest(fit.centres).tolist() == distances.argmin(axis=1).tolist()
    assert Cloud.of(crowd()).nearest(fit.centres).tolist() == fit.labels.tolist()


def test_side_by_side_each_ends_as_it_does_alone(monkeypatch):
    """More than have room at once, among customers of their own, not as many of each, some in a place that another left."""
    points = [crowd(rows)[place:] for place, rows in enumerate((300, 301, 302, 280, 320, 290))]
    begun = [(Cloud.of(one), one[turn : turn + 7]) for turn, one in enumerate(points * 2)]
    monkeypatch.setattr(lloyd, "AT_ONCE", 3 * 7 * 300)
    for found, (cloud, centres) in zip(each_settled(begun), begun, strict=True):
        ends_as_in_scikit_learn(cloud.rows[:-1].T, centres, found)
