from __future__ import annotations

import numpy as np
import pytest

from core.campaigns.board import board
from core.campaigns.economics import Economics
from core.campaigns.gains import gains
from core.campaigns.posterior import Verdict
from core.statistics.rates import Groups

MONEY = Economics(3, 11)


def test_gains_add_up_in_the_given_order():
    found = gains(Groups.of([10, 0, 30, 60], [8, 0, 6, 2]))
    assert found.contacted.tolist() == [0, 10, 40, 100]
    assert found.depth.tolist() == [0, 0.1, 0.4, 1]
    assert found.reached.tolist() == [0, 0.5, 0.875, 1]


def test_profit_is_of_the_contacts_made_up_to_each_depth():
    found = gains(Groups.of([10, 30, 60], [8, 6, 2]))
    assert found.profit(MONEY).tolist() == [0, 58, 34, -124]
    assert found.best(MONEY) == 1


def test_contacting_nobody_is_best_where_nobody_pays():
    assert gains(Groups.of([10, 30], [1, 2])).best(MONEY) == 0


def test_nobody_at_all_is_no_error():
    found = gains(Groups.of([], []))
    assert found.depth.tolist() == found.reached.tolist() == [0]


def test_the_board_says_send_skip_and_test_more():
    rows = board(Groups.of([400, 400, 60, 0], [180, 30, 18, 0]), MONEY)
    assert [row.verdict for row in rows] == [Verdict.SEND, Verdict.SKIP, Verdict.TEST, None]
    assert rows[0].profit == 11 * 180 - 3 * 400
    assert rows[2].needed > 0
    assert (rows[0].needed, rows[3].needed, rows[3].interval) == (0, None, None)


def test_small_groups_are_marked():
    assert [row.small for row in board(Groups.of([29, 30], [9, 9]), MONEY)] == [True, False]


def test_what_an_order_of_no_use_promises_is_that_of_shuffled_answers():
    sizes, accepted = [40, 60, 100, 200, 100], 130
    found = gains(Groups.of(sizes, [30, 30, 30, 20, 20])).without_signal(MONEY)
    rng, answers = np.random.default_rng(3), np.repeat([1, 0], [accepted, 500 - accepted])
    best = []
    for _ in range(400):
        parts = np.split(rng.permutation(answers), np.cumsum(sizes)[:-1])
        shuffled = gains(Groups.of(sizes, [part.sum() for part in parts]))
        best.append(shuffled.profit(MONEY).max())
    assert found.mean() == pytest.approx(np.mean(best), rel=0.15)
    assert np.quantile(found, 0.95) == pytest.approx(np.quantile(best, 0.95), rel=0.2)


def test_of_nobody_an_order_promises_nothing():
    assert gains(Groups.of([], [])).without_signal(MONEY).tolist() == [0.0] * 400
