from __future__ import annotations

import numpy as np
import pytest

from core.profiles.nearest import similar


@pytest.fixture(scope="module")
def points(model):
    return model.space.place(model.table)


@pytest.mark.parametrize("place", [0, 7, 1234, 2239])
def test_the_nearest_are_those_of_the_standardised_basis(model, points, place):
    distances = np.sqrt(((points - points[place]) ** 2).sum(axis=1))
    others = [other for other in np.argsort(distances, kind="stable") if other != place][:5]
    found = similar(model.space, model.people, place)
    assert [one.distance for one in found] == pytest.approx(distances[others])
    assert [distances[one.place] for one in found] == pytest.approx(distances[others])


def test_a_customer_with_gaps_has_similar_ones_too(model):
    place = int(np.flatnonzero(model.table["Income"].isna())[0])
    assert len(similar(model.space, model.people, place)) == 5


def test_the_customer_is_not_among_them_even_if_others_are_the_same(model):
    for place in range(0, 2240, 97):
        assert place not in [one.place for one in similar(model.space, model.people, place)]
