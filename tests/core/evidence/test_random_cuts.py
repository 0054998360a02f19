"""Figures of random cuts are those of scikit-learn, and planted groups lead over them most where they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from core.evidence import random_cuts


def test_the_figures_of_a_cut_are_scikit_learns():
    points = np.random.default_rng(0).normal(size=(200, 3))
    labels = random_cuts.random_cut(points, points, 5, np.random.default_rng(1))
    silhouette, calinski, davies, wcss = random_cuts._of_cut(points, cdist(points, points), labels, 5)
    assert silhouette == pytest.approx(silhouette_score(points, labels))
    assert calinski == pytest.approx(calinski_harabasz_score(points, labels))
    assert -davies == pytest.approx(davies_bouldin_score(points, labels))
    own = sum(((points[labels == one] - points[labels == one].mean(axis=0)) ** 2).sum() for one in range(5))
    assert np.exp(-wcss) == pytest.approx(own)


def test_random_cuts_lead_over_random_cuts_by_nothing():
    rng = np.random.default_rng(2)
    points, found = rng.normal(size=(300, 3)), []
    for _ in range(12):
        cuts = [random_cuts.random_cut(points, points, k, rng) for k in (1, 2, 3)]
        found += [
            list(one.values()) for one in random_cuts.leads(points, cuts, cuts, [1.0, 0.3, 0.3], rng)[1:]
        ]
    middle = np.mean(found, axis=0)
    assert np.abs(middle[[0, 1, 2, 3, 5]]).max() < 0.8


def test_planted_groups_lead_more_at_their_number_than_beside_it():
    rng, points = np.random.default_rng(3), 8 * np.eye(5)[np.arange(500) % 5]
    points = points + rng.normal(size=points.shape)
    cuts = [KMeans(k, n_init=5, random_state=0).fit_predict(points) for k in range(1, 9)]
    found = random_cuts.leads(points, cuts, cuts, [1.0, 0.9, 0.6, 0.7, 1.0, 0.4, 0.3, 0.3], rng)
    for name in ("silhouette", "davies_bouldin", "prediction_strength"):
        assert found[4][name] > max(found[3][name], found[5][name])
