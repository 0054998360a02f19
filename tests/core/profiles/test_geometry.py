from __future__ import annotations

import numpy as np
import pytest

from core.profiles.geometry import biplot, centre_distances
from core.scoring.prediction import score


@pytest.fixture(scope="module")
def found(model):
    return biplot(model.space, model.people, shown=300)


def test_the_shares_are_the_largest_two_eigenvalues(model, found):
    values = np.linalg.eigvalsh(np.cov(model.space.place(model.table).T))[::-1]
    assert found.shares == pytest.approx(values[:2] / values.sum())


def test_loadings_are_correlations_with_the_directions(model):
    found = biplot(model.space, model.people, shown=len(model.people))
    rows = np.random.default_rng(1).permutation(len(model.people))
    points = model.space.place(model.table.iloc[rows])
    for place in range(len(found.fields)):
        for axis in (0, 1):
            r = np.corrcoef(points[:, place], found.points[:, axis])[0, 1]
            assert found.loadings[place, axis] == pytest.approx(r, abs=1e-3)


def test_a_centre_is_the_mean_of_its_customers(model):
    found = biplot(model.space, model.people, shown=len(model.people))
    for number, centre in enumerate(found.centres, start=1):
        own = found.points[found.segments == number]
        assert own.mean(axis=0) == pytest.approx(centre, abs=0.02)


def test_only_so_many_customers_are_shown(found):
    assert found.points.shape == (300, 2)
    assert set(found.segments) <= set(range(1, 7))


def test_distances_between_centres_are_those_that_customers_are_scored_by(model):
    distances = centre_distances(model.space)
    centres = model.space.centres * model.space.scales + model.space.means
    assert distances == pytest.approx(score(model.space, centres).distances, abs=1e-6)
    assert np.diag(distances) == pytest.approx(0)
