"""The recommended number is that of the planted groups, skewed and small ones too: bench/howmany.py has the full tables."""

from __future__ import annotations

import numpy as np
import pytest

from bench.howmany import NOISES, evidence_of
from bench.shapes import CROWDS, planted
from core.evidence.preference import preferred, recommended
from core.evidence.repetitions import Effort

LIGHT = Effort(curves=1, references=3, splits=2, crowds=19)


@pytest.mark.parametrize(("k", "sizes", "noise"), [(3, "small", "Gaussian"), (2, "equal", "skewed")])
def test_the_planted_number_is_recommended(k, sizes, noise):
    points = NOISES[noise](planted(k, 5.0, sizes)(np.random.default_rng(k), 400, 4))
    assert recommended(evidence_of(points, effort=LIGHT)) == [k]


def test_of_one_long_crowd_one_is_recommended_whatever_the_criteria_prefer():
    found = evidence_of(CROWDS["longer"](np.random.default_rng(3), 400, 4), effort=LIGHT)
    assert recommended(found) == [1]
    assert preferred(found)["silhouette"] == [2]
