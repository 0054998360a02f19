"""Quantiles of the studentized range, against scipy's and R's."""

from __future__ import annotations

import math
import shutil
import subprocess

import numpy as np
import pytest
from scipy import stats

from core.statistics.studentized_range import critical


@pytest.mark.parametrize(("groups", "freedom"), [(3, 12), (6, 60), (12, 1000), (6, math.inf)])
@pytest.mark.parametrize("confidence", [0.95, 0.999])
def test_quantiles_are_those_of_scipy(groups, freedom, confidence):
    expected = stats.studentized_range.ppf(confidence, groups, freedom) / math.sqrt(2)
    assert critical(confidence, groups, freedom) == pytest.approx(expected, rel=1e-3)


def test_of_two_groups_it_is_students_t():
    assert critical(0.95, 2, 17) == pytest.approx(stats.t.ppf(0.975, 17))
    assert critical(0.95, 2, math.inf) == pytest.approx(1.959964, abs=1e-6)


def test_more_groups_and_more_confidence_take_more():
    levels = [[critical(level, groups, 40) for groups in (2, 3, 6, 12)] for level in (0.9, 0.95, 0.999)]
    assert (np.diff(levels, axis=0) > 0).all()
    assert (np.diff(levels, axis=1) > 0).all()


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not on this machine")
def test_quantiles_are_those_of_r():
    said = subprocess.run(
        ["Rscript", "-e", "cat(qtukey(0.95, c(3, 6, 12), c(9, 40, 500)))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    own = [critical(0.95, groups, freedom) * math.sqrt(2) for groups, freedom in ((3, 9), (6, 40), (12, 500))]
    assert own == pytest.approx([float(one) for one in said.split()], rel=1e-3)
