"""The recommended number is that of the planted groups, skewed and small ones too: bench/howmany.py has the full tables."""

from __future__ import annotations

import numpy as np
import pytest

from bench.howmany import NOISES, OTHER, Cell, cut, evidence_of, standardised, ungrouped
from bench.howmany import planted as drawn
from bench.shapes import CROWDS, planted
from core.evidence.preference import preferred, recommended, whole
from core.evidence.repetitions import Effort

LIGHT = Effort(curves=1, references=3, splits=2, crowds=19)


@pytest.mark.parametrize(("k", "sizes", "noise"), [(3, "small", "Gaussian"), (2, "equal", "skewed")])
def test_the_planted_number_is_recommended(k, sizes, noise):
    points = NOISES[noise](planted(k, 5.0, sizes)(np.random.default_rng(k), 400, 4))
    assert recommended(evidence_of(points, effort=LIGHT)) == k


@pytest.mark.parametrize("noise", OTHER)
def test_four_groups_are_four_whatever_they_are_of(noise):
    """Long tails, skewness, counts, fields that go together: segments by silhouettes alone are right in some of these."""
    cell = Cell(apart=5.0, fields=7, k=4, sizes="spread", noise=noise)
    points = standardised(drawn(cell, np.random.default_rng([4, 7])))
    assert recommended(ungrouped(points, cut(points, 0))) == 4


def test_of_one_long_crowd_a_single_one_fits_better_than_any_cut_whatever_the_criteria_prefer():
    found = evidence_of(CROWDS["longer"](np.random.default_rng(3), 400, 4), effort=LIGHT)
    assert whole(found)
    assert preferred(found)["silhouette"] == [2]
