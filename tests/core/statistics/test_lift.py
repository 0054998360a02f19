"""What is bought together: against counts by hand, and held to data in which nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from core.statistics.lift import lifts


def drawn(seed: int, purchases: int = 2_000, *, habits: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Purchases of six things that have nothing to do with one another; with habits, customers repeat themselves."""
    draw = np.random.default_rng(seed)
    who = np.sort(draw.integers(0, purchases // 5, purchases))
    likes = draw.random((purchases // 5, 6)) < 0.3
    return np.where(draw.random((purchases, 6)) < habits, likes[who], draw.random((purchases, 6)) < 0.3), who


def test_a_pair_that_goes_together_has_the_lift_that_is_counted_by_hand():
    inside, who = drawn(1)
    inside[:, 1] |= inside[:, 0] & (np.random.default_rng(2).random(len(inside)) < 0.5)
    inside[:, 3] &= ~(inside[:, 2] & (np.random.default_rng(3).random(len(inside)) < 0.6))
    found = lifts(inside, who)
    assert {one.pair for one in found.found[:2]} == {(0, 1), (2, 3)}
    first, other = sorted(found.found[:2], key=lambda one: one.pair)
    both = (inside[:, 0] & inside[:, 1]).sum()
    assert (first.both, found.pairs, found.purchases) == (both, 15, 2_000)
    assert first.support == pytest.approx(both / 2_000)
    assert first.confidence == pytest.approx((both / inside[:, 0].sum(), both / inside[:, 1].sum()))
    assert first.lift == pytest.approx(2_000 * both / (inside[:, 0].sum() * inside[:, 1].sum()))
    assert 1 < first.interval[0] < first.lift < first.interval[1]
    assert other.interval[1] < 1, "one stands for the other"


def test_nothing_is_said_of_things_that_have_nothing_to_do_with_one_another():
    found = [lifts(*drawn(seed)).found for seed in range(60)]
    assert sum(map(bool, found)) <= 8, "in 5 % of tables a false pair is expected"


def test_purchases_of_a_customer_that_are_alike_count_as_such():
    """Each customer's own habits make pairs by chance, that more purchases of the same customers do not make surer."""
    found = [lifts(*drawn(seed, habits=0.9)).found for seed in range(40)]
    assert sum(map(bool, found)) <= 7


def test_a_thing_that_is_in_all_purchases_or_with_another_in_few_is_not_looked_at():
    inside, who = drawn(5)
    inside[:, 0], inside[:, 1] = True, False
    inside[:8, 1] = True
    assert lifts(inside, who).pairs == 6
    assert lifts(inside[:0], who[:0]).found == ()
