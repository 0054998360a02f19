"""Held to scipy and statsmodels where everybody or nobody is in both, and to simulation in between."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from core.statistics.overlap import Samples, mean_apart, rate_apart

NOBODY = np.empty(0)


def drawn(seed=1, size=60):
    draw = np.random.default_rng(seed)
    before = draw.lognormal(3, 0.8, size)
    return before, before * draw.lognormal(0.1, 0.2, size)


def test_of_the_same_customers_it_is_students_paired_interval():
    before, now = drawn()
    found = mean_apart(Samples(now, before, now, before))
    wanted = stats.ttest_rel(now, before).confidence_interval()
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
    assert not found.chance
    assert mean_apart(Samples(now, before, NOBODY, NOBODY)).chance, "as strangers they could be alike"


def test_of_strangers_it_is_welchs():
    one, other = drawn()[0][:25], drawn(2)[0] * 1.4
    found = mean_apart(Samples(one, other, NOBODY, NOBODY), confidence=0.9)
    wanted = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_of_rates_it_is_newcombes_with_and_without_pairs():
    found = rate_apart(Samples(np.repeat([1.0, 0], [56, 14]), np.repeat([1.0, 0], [48, 32]), NOBODY, NOBODY))
    wanted = confint_proportions_2indep(56, 70, 48, 80, method="newcomb")
    assert (found.low, found.high) == pytest.approx(wanted, abs=1e-9)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)  # his table II, case a
    table = [(1, 1, 20), (1, 0, 12), (0, 1, 2), (0, 0, 16)]  # his second paper, table III
    pairs = [np.concatenate([np.full(n, float(row[side])) for *row, n in table]) for side in (0, 1)]
    found = rate_apart(Samples(*pairs, *pairs))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0562, 0.3292), abs=1e-4)


def test_nobody_changed_and_nobody_is_there():
    before, _ = drawn()
    again = np.random.default_rng(1).permutation(len(before))
    found = mean_apart(Samples(before, before[again], before, before))
    assert (found.value, found.chance) == (0.0, True)
    assert mean_apart(Samples(before[:1], before, NOBODY, NOBODY)) is None
    assert rate_apart(Samples(NOBODY, before, NOBODY, NOBODY)) is None
    alike = np.ones(20)
    assert mean_apart(Samples(alike, alike, alike, alike)).chance


@pytest.mark.parametrize("shared", [0, 30, 90])
def test_with_some_in_both_it_holds_the_truth_as_often_as_it_says(shared):
    draw, held, rates = np.random.default_rng(shared), 0, 0
    for _ in range(600):
        base = draw.normal(size=shared)
        now, then = draw.normal(size=100), draw.normal(size=120)
        now[:shared] = base * 0.9 + now[:shared] * 0.3
        then[:shared] = base * 0.9 + then[:shared] * 0.3
        found = mean_apart(Samples(now, then, now[:shared], then[:shared]))
        held += found.chance
        yes, no = (now > 0.5).astype(float), (then > 0.5).astype(float)
        rates += rate_apart(Samples(yes, no, yes[:shared], no[:shared])).chance
    assert 0.92 <= held / 600 <= 0.98
    assert 0.92 <= rates / 600 <= 0.985
