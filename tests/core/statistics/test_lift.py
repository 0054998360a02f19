"""What is bought together: against counts by hand, and held to data in which nothing is."""

from __future__ import annotations

import numpy as np

from core.statistics.lift import lifts


def drawn(seed: int, purchases: int = 2_000, *, habits: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Purchases of six things that have nothing to do with one another; with habits, customers repeat themselves."""
    draw = np.random.default_rng(seed)
    who = np.sort(draw.integers(0, purchases // 5, purchases))
    likes = draw.random((purchases // 5, 6)) < 0.3
    return np.where(draw.random((purchases, 6)) < habits, likes[who], draw.random((purchases, 6)) < 0.3), who


def test_pairs_have_the_lift_that_is_counted_by_hand():
    """Of four things two are in each purchase, each in half of them: chance has each pair in a sixth."""
    often = {(0, 1): 100, (2, 3): 100, (0, 2): 50, (0, 3): 50, (1, 2): 50, (1, 3): 50}
    inside = np.zeros((400, 4), dtype=bool)
    for place, pair in enumerate(pair for pair, count in often.items() for _ in range(count)):
        inside[place, list(pair)] = True
    found = lifts(np.vstack([inside, np.eye(4, dtype=bool)]), np.arange(404))
    assert (found.pairs, found.purchases) == (6, 404)
    assert {one.pair: round(one.lift, 3) for one in found.found} == {
        pair: round(count / 400 * 6, 3) for pair, count in often.items()
    }
    first = next(one for one in found.found if one.pair == (0, 1))
    assert (first.both, first.support) == (100, 100 / 404)
    assert first.confidence == (100 / 201, 100 / 201)
    assert 1 < first.interval[0] < 1.5 < first.interval[1]
    assert found.found[-1].interval[1] < 1, "one stands for the other"


def test_a_pair_that_goes_together_is_found_among_purchases_of_all_sizes():
    inside, who = drawn(1)
    inside[:, 1] |= inside[:, 0] & (np.random.default_rng(2).random(len(inside)) < 0.5)
    assert lifts(inside, who).found[0].pair == (0, 1)
    assert lifts(inside, who).found[0].lift > 1.2


def test_large_purchases_make_no_pairs_and_small_ones_keep_none_apart():
    """Where some buy of everything and others one thing, products of shares would say that all goes together."""
    draw = np.random.default_rng(6)
    parts = np.linspace(0.05, 0.4, 8) * draw.choice([0.3, 2.3], (20_000, 1))
    assert lifts(draw.random(parts.shape) < parts, np.arange(20_000)).found == ()
    alone = np.argsort(draw.random((20_000, 4)), axis=1) < draw.integers(1, 3, (20_000, 1))
    assert lifts(alone, np.arange(20_000)).found == ()


def test_nothing_is_said_of_things_that_have_nothing_to_do_with_one_another():
    found = [lifts(*drawn(seed)).found for seed in range(25)]
    assert sum(map(bool, found)) <= 4, "in 5 % of tables a false pair is expected"


def test_pairs_that_are_rare_are_not_chosen_for_having_come_often_by_luck():
    """Each of 66 pairs is in six purchases by chance, and in ten or more by luck alone."""
    told = 0
    for seed in range(12):
        draw = np.random.default_rng(seed)
        inside = np.argsort(draw.random((300, 12)), axis=1) < draw.integers(1, 4, (300, 1))
        told += bool(lifts(inside, np.arange(300)).found)
    assert told <= 2


def test_purchases_of_a_customer_that_are_alike_count_as_such():
    """Each customer's own habits make pairs by chance, that more purchases of the same customers do not make surer."""
    found = [lifts(*drawn(seed, habits=0.9)).found for seed in range(15)]
    assert sum(map(bool, found)) <= 3


def test_a_thing_that_is_in_all_purchases_or_with_another_in_few_is_not_looked_at():
    inside, who = drawn(5)
    inside[:, 0], inside[:, 1] = True, False
    inside[:8, 1] = True
    assert lifts(inside, who).pairs == 6
    assert lifts(inside[:0], who[:0]).found == ()
