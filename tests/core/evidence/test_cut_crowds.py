"""Whether segments lie further apart, in what made them, than crowds without groups that are cut alike."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from bench.shapes import CROWDS, planted
from core.evidence import crowds
from core.evidence.cut_crowds import CutCrowds, cut_crowds


def cut(points, k: int, references: int = 19) -> CutCrowds:
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    with threadpool_limits(1):
        labels = KMeans(k, n_init=3, random_state=1).fit(points).labels_.astype(np.int64)
    names = [f"field {place}" for place in range(points.shape[1])]
    return cut_crowds(points, labels, names, crowds.drawn(points, references, 2024))


@pytest.mark.parametrize("shape", ["long", "zeros"])
def test_a_crowd_that_is_cut_lies_no_further_apart_than_others(shape):
    """Tested against themselves, its segments would differ "largely" in every field."""
    found = [cut(CROWDS[shape](np.random.default_rng(turn), 300, 4), 4) for turn in range(4)]
    assert sum(any(field.more for field in one.fields) for one in found) <= 1
    assert np.mean([field.own for one in found for field in one.fields]) > 0.8


def test_groups_lie_further_apart_than_a_crowd_in_the_field_that_parts_them():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(400, 3))
    points[:, :2] += np.where(rng.random(400) < 0.5, 5.0, 0.0)[:, None] * [1, -1]
    found = cut(points, 2)
    assert [field.more for field in found.fields[:2]] == [True, True]
    assert not found.fields[2].more
    own = {field.field: field.own for field in found.fields}
    assert own["field 0"] == pytest.approx(2 * 2.5 / np.hypot(1, 2.5), abs=0.1)


def test_planted_groups_are_told_from_crowds():
    points = planted(4, 5.0)(np.random.default_rng(2), 400, 3)
    assert any(field.more for field in cut(points, 4).fields)


def test_a_segment_of_a_handful_is_not_what_lies_far_apart():
    points = np.random.default_rng(4).normal(size=(300, 2))
    points[:5] += 30
    assert all(field.own < 4 for field in cut(points, 4, references=3).fields)
