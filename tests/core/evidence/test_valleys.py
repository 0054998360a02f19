"""Valleys are seen between groups, and not between the parts that a cut makes of one crowd."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from bench.shapes import CROWDS, planted
from core.evidence.valleys import Border, Valley, borders, valleys

FEW = 19


def cut(points, k: int):
    fit = KMeans(k, n_init=3, random_state=0).fit(points)
    return fit.cluster_centers_, fit.labels_


def found(shape, *ks: int) -> list[tuple[Valley, ...]]:
    points = shape(np.random.default_rng(3), 500, 4)
    return valleys(points, [cut(points, k) for k in ks], 1, FEW)


def test_every_pair_of_planted_groups_has_a_valley_between_and_halves_of_one_have_none():
    three, two = found(planted(3, 5.0), 3, 2)
    assert {one.pair: one.chance for one in three} == dict.fromkeys([(1, 2), (1, 3), (2, 3)], 1 / (FEW + 1))
    assert [one.pair for one in two] == [(1, 2)]
    halves = found(planted(2, 8.0), 4)[0]
    parted = sum(one.chance <= 0.05 for one in halves)
    assert 0 < parted < len(halves)


def test_a_cut_across_one_crowd_seldom_makes_a_valley():
    """One in twenty is what is allowed, of four crowds cut into two, three and six."""
    cuts = [one for name in ("long", "zeros", "ties", "one-sided") for one in found(CROWDS[name], 2, 3, 6)]
    assert sum(min(one.chance for one in pairs) <= 0.05 for pairs in cuts) <= 2


def test_what_the_shape_of_one_crowd_may_make_is_no_valley_however_many_show_it():
    assert Border((0, 1), 0.05, (90_000, 90_000)).clearness == 0.0
    assert Border((0, 1), 0.3, (400, 100)).clearness == pytest.approx(2.5)


def test_segments_touch_where_no_third_lies_between():
    points = np.random.default_rng(0).normal(size=(300, 2)) * [1, 0.2] + np.repeat([0, 10, 20], 100)[
        :, None
    ] * [1, 0]
    centres = np.array([[0.0, 0], [10, 0], [20, 0]])
    assert [one.pair for one in borders(points, centres, np.repeat([0, 1, 2], 100))] == [(0, 1), (1, 2)]


def test_of_segments_with_too_few_customers_and_of_a_single_one_nothing_is_said():
    points = np.random.default_rng(0).normal(size=(60, 2))
    labels = np.repeat([0, 1, 2], [50, 7, 3])
    centres = np.array([points[labels == one].mean(axis=0) for one in range(3)])
    between = {one.pair: one.depth for one in borders(points, centres, labels)}
    assert between.get((1, 2), 0.0) == 0.0
    assert valleys(points, [(points.mean(axis=0, keepdims=True), np.zeros(60, int))], 1, FEW) == [()]
