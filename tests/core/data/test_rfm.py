"""RFM: scores with ties together, and eleven names whose rules cover each customer once."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.rfm import Score, refused, rfm
from core.numbers import plain
from core.schema.rfm_groups import CHAMPIONS, LOST, NAMES, NEW, rules


def test_where_62_of_100_bought_once_purchases_have_three_groups_and_not_five():
    purchases = np.repeat([1.0, 2, 3, 9], [62, 20, 10, 8])
    found = Score.of(purchases)
    assert (found.ends, found.scores) == ((1.0, 2.0), (1, 3, 5))
    assert [len(set(found(purchases[purchases == one]).tolist())) for one in (1, 2, 3, 9)] == [1, 1, 1, 1]


def test_different_values_are_scored_by_fifths_the_fewest_days_best():
    days = np.random.default_rng(5).permutation(100).astype(float)
    found = Score.of(days, least_is_best=True)
    assert (found.ends, found.scores) == ((19.0, 39.0, 59.0, 79.0), (5, 4, 3, 2, 1))
    assert np.bincount(found(days))[1:].tolist() == [20] * 5


def test_values_that_are_all_alike_are_one_group_in_the_middle():
    assert Score.of(np.ones(9))(np.ones(9)).tolist() == [3] * 9


@pytest.mark.parametrize("with_money", [True, False])
def test_each_customer_is_in_the_group_whose_rule_holds(with_money):
    draw = np.random.default_rng(8)
    recency, often = draw.integers(0, 400, 900).astype(float), draw.geometric(0.4, 900).astype(float)
    money = often * draw.lognormal(3, 1, 900) if with_money else None
    found = rfm(recency, often, money)
    second = found.frequency(often)
    together = second if money is None else np.ceil((second + found.money(money)) / 2)
    for days, both, name in zip(found.recency(recency), together, found.names, strict=True):
        holding = [one for one, cells in rules().items() if any(days in r and both in fm for r, fm in cells)]
        assert holding == [name]
    assert len(set(found.names)) > 8


def test_the_best_and_the_worst_are_called_so():
    recency, often = np.arange(100.0), np.arange(100.0)[::-1] + 1
    names = rfm(recency, often, often * 10).names
    assert (names[0], names[-1]) == (CHAMPIONS, LOST)
    assert rfm(recency, np.sort(often), np.sort(often)).names[0] == NEW
    assert set(rules()) == set(NAMES)
    assert sum(len(r) * len(fm) for cells in rules().values() for r, fm in cells) == 25


def test_cut_points_that_somebody_chose_are_used_as_they_are():
    days = np.arange(100.0)
    assert Score.of(days, [30, 90], least_is_best=True).scores == (5, 3, 1)
    chosen = rfm(days, days, days, {"recency": [30], "money": [10, 20, 30, 40]})
    assert (chosen.recency.ends, chosen.money.ends) == ((30,), (10, 20, 30, 40))
    assert chosen.frequency == rfm(days, days, days).frequency


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ([1, 2, 3, 4, 5], "Found 5 cut points."),
        ([30, 30], "Found cut points that do not rise."),
        ([float("nan")], "Found cut points that do not rise."),
        ([99], "Found no customer above 99."),
        ([-1, 50], "Found no customer up to -1."),
        ([10.2, 10.8], "Found no customer up to 10.8 and above 10.2."),
        ([10, 50], ""),
    ],
)
def test_cut_points_that_leave_nobody_in_a_group_are_refused_in_words(ends, why):
    assert plain(refused(np.arange(100.0), ends)).startswith(why)
    assert bool(refused(np.arange(100.0), ends)) == bool(why)
