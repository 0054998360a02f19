from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from core.model.coreset import coreset
from core.model.fit import CORESET, LARGE, LLOYD, method
from core.model.space import Space
from tests.support.personality import Parameters, fit

CUSTOMERS = 80_000


@pytest.fixture(scope="module")
def crowd() -> tuple[pd.DataFrame, np.ndarray]:
    """Six groups of unequal size that overlap a little in every field; which is whose is known."""
    rng = np.random.default_rng(7)
    truth = rng.choice(6, CUSTOMERS, p=[0.3, 0.25, 0.2, 0.15, 0.07, 0.03])
    middles = rng.normal(0, 4, (6, len(Parameters().basis)))
    values = middles[truth] + rng.normal(0, 1, (CUSTOMERS, middles.shape[1]))
    return pd.DataFrame(values, columns=list(Parameters().basis)), truth


@pytest.fixture(scope="module")
def fitted(crowd):
    return fit(crowd[0], Parameters())


def test_many_customers_are_fitted_as_well_as_with_starts_on_everyone(crowd, fitted):
    points = Space.of(fitted).place(crowd[0])
    with threadpool_limits(1, user_api="openmp"):
        full = KMeans(6, n_init=20, random_state=0).fit(points)
    assert fitted["kmeans"].inertia_ <= full.inertia_ * 1.005


def test_the_labels_and_the_inertia_are_of_everyone(crowd, fitted):
    table, kmeans = crowd[0], fitted["kmeans"]
    distances = fitted.transform(table)
    assert len(kmeans.labels_) == CUSTOMERS
    assert (kmeans.labels_ == distances.argmin(axis=1)).mean() > 0.999
    assert kmeans.inertia_ == pytest.approx(np.square(distances.min(axis=1)).sum(), rel=1e-3)


def test_planted_groups_are_found_again_among_many(crowd, fitted):
    assert adjusted_rand_score(crowd[1], fitted["kmeans"].labels_) > 0.98


def test_two_fits_of_the_same_crowd_agree(crowd, fitted):
    again = fit(crowd[0], Parameters())
    assert (again["kmeans"].cluster_centers_ == fitted["kmeans"].cluster_centers_).all()


def test_the_sample_estimates_the_inertia_of_everyone_without_bias(crowd):
    points = crowd[0].to_numpy()
    centres = points[:6]
    truth = _inertia(points, np.ones(len(points)), centres)
    samples = [coreset(points, rows=500, seed=seed) for seed in range(200)]
    estimates = np.array([_inertia(sample.points, sample.weights, centres) for sample in samples])
    error = estimates.std(ddof=1) / np.sqrt(len(estimates))
    assert abs(estimates.mean() - truth) < 4 * error
    assert error < 0.01 * truth


def test_the_weights_add_up_to_everyone_on_average(crowd):
    sums = [coreset(crowd[0].to_numpy(), rows=500, seed=seed).weights.sum() for seed in range(200)]
    assert np.mean(sums) == pytest.approx(CUSTOMERS, rel=0.02)


def test_customers_who_are_all_alike_are_drawn_evenly():
    sample = coreset(np.ones((1_000, 3)), rows=100)
    assert sample.weights == pytest.approx(np.full(100, 10.0))


def test_few_customers_are_fitted_with_starts_on_everyone():
    assert method(LARGE) == LLOYD
    assert method(LARGE + 1) == CORESET


def _inertia(points: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> float:
    distances = np.square(points[:, None] - centres).sum(axis=2).min(axis=1)
    return float((weights * distances).sum())
