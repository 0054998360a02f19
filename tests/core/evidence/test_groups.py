"""Groups are seen where some were planted, and not in crowds, whatever their shape: bench/groups.py has the full tables."""

from __future__ import annotations

import numpy as np
import pytest

from bench.shapes import CROWDS, planted
from core.evidence import crowds
from core.evidence.groups import Groups, groups, judged

FEW = 39


def verdict(shape) -> Groups:
    found = groups(shape(np.random.default_rng(1), 600, 7), 1, FEW)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["long", "zeros", "ties", "skewed", "one-sided"])
def test_of_one_crowd_no_groups_are_said_whatever_its_shape(name):
    """The cut across a long crowd, zeros, ties, and tails on one side were each taken for groups by an earlier rule."""
    assert not verdict(CROWDS[name]).found


@pytest.mark.parametrize("k", [2, 3, 4, 6])
def test_planted_groups_are_seen(k):
    assert verdict(planted(k, 4.0)).found


def test_groups_of_unequal_size_and_spread_are_seen():
    assert verdict(planted(3, 4.0, "unequal")).found


def test_the_same_customers_get_the_same_verdict_in_any_unit():
    points = planted(3, 3.0)(np.random.default_rng(2), 300, 4)
    again = np.exp(points / 4) * 1000
    assert groups(points, 3, 19) == groups(again, 3, 19)


def test_of_many_customers_a_seeded_sample_is_looked_at():
    points = planted(2, 5.0)(np.random.default_rng(2), 4000, 2)
    found = groups(points, 3, 19)
    assert found is not None
    assert (found.rows, found.found) == (2500, True)


def test_of_a_single_figure_nothing_is_said():
    column = np.random.default_rng(0).normal(size=(300, 1))
    assert groups(column, 1, 19) is None
    assert groups(np.hstack([column, np.ones((300, 2))]), 1, 19) is None


def test_a_crowd_has_the_values_and_the_correlations_of_the_customers():
    points = CROWDS["zeros"](np.random.default_rng(4), 500, 5)
    scores = crowds.normal_scores(points)
    crowd = crowds.alike(scores, np.random.default_rng(5))
    drawn = [crowd.draw(np.random.default_rng(seed)) for seed in range(200)]
    assert np.array_equal(np.sort(drawn[0], axis=0), np.sort(scores, axis=0))
    mean = np.mean([np.corrcoef(one.T) for one in drawn], axis=0)
    assert mean == pytest.approx(np.corrcoef(scores.T), abs=0.02)


def test_the_chance_of_error_is_the_share_of_crowds_that_look_as_grouped():
    depths = np.linspace(0, 0.9, 20)[:, None] * np.ones(4)
    assert judged(depths[::-1], 100).chance == pytest.approx(1 / 20)
    assert judged(depths, 100).chance == 1.0
    assert judged(np.full((20, 4), 0.2), 100).chance == 1.0


def test_hardly_deeper_than_the_crowds_is_no_group_however_many_customers_show_it():
    depths = np.full((20, 4), 0.2)
    depths[0] += 0.04
    assert not judged(depths, 2500).found
    depths[0] += 0.04
    assert judged(depths, 2500).found
