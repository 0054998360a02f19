from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from core.campaigns.posterior import (
    JEFFREYS,
    Posterior,
    Verdict,
    judged,
    posteriors,
    verdict,
)
from core.statistics.rates import Groups

BREAK_EVEN = 3 / 11


def test_one_group_alone_is_the_beta_binomial_of_the_textbook():
    found = Posterior(JEFFREYS, 85, 339).chance_above(BREAK_EVEN)
    assert found == pytest.approx(beta.sf(BREAK_EVEN, 85.5, 254.5))


def test_nothing_pays_past_certainty_and_everything_pays_for_free():
    one = Posterior(JEFFREYS, 5, 10)
    assert (one.chance_above(1.0), one.chance_above(7.0), one.chance_above(0.0)) == (0.0, 0.0, 1.0)


def test_a_small_group_is_drawn_towards_the_others():
    """Three of five looks splendid, but six hundred of the same kind say otherwise."""
    alone = Posterior(JEFFREYS, 3, 5).chance_above(BREAK_EVEN)
    among = posteriors(Groups.of([5, 200, 200, 200], [3, 20, 22, 21]))[0].chance_above(BREAK_EVEN)
    assert alone > 0.9
    assert among < 0.5


def test_a_large_group_speaks_for_itself():
    among = posteriors(Groups.of([5000, 200, 200, 200], [2000, 20, 22, 21]))[0]
    assert among.chance_above(BREAK_EVEN) > 0.999


def test_the_less_the_others_differ_the_more_they_weigh():
    """A group of 12 of 30 among five of one in ten each, and among five from none to nine in ten."""
    alike = posteriors(Groups.of([30, *[300] * 5], [12, 30, 31, 29, 30, 30]))[0]
    apart = posteriors(Groups.of([30, *[300] * 5], [12, 3, 270, 30, 150, 90]))[0]
    assert alike.chance_above(BREAK_EVEN) < 0.6 < 0.85 < apart.chance_above(BREAK_EVEN)


@pytest.mark.parametrize(("strength", "mean"), [(5, 0.05), (20, 0.15), (60, 0.27), (200, 0.25)])
@pytest.mark.parametrize("sizes", [[300] * 6, [20, 40, 60, 500, 500, 900]], ids=["equal", "unequal"])
def test_intervals_hold_the_truth_as_often_as_they_say(strength, mean, sizes):
    """Six rates from a Beta distribution, 150 times: 95 % of 900, give or take what chance does."""
    rng, held = np.random.default_rng(4), []
    for _ in range(150):
        truth = rng.beta(mean * strength, (1 - mean) * strength, len(sizes))
        groups = Groups.of(sizes, rng.binomial(sizes, truth))
        held += [
            0.025 <= one.chance_above(rate) <= 0.975
            for one, rate in zip(posteriors(groups), truth, strict=True)
        ]
    assert 0.925 <= np.mean(held) <= 0.985


def test_verdicts_are_right_at_least_as_often_as_they_promise():
    rng, right = np.random.default_rng(5), []
    for _ in range(200):
        truth = rng.beta(0.25 * 60, 0.75 * 60, 6)
        for one, rate in zip(posteriors(Groups.of([300] * 6, rng.binomial(300, truth))), truth, strict=True):
            said = verdict(one.chance_above(BREAK_EVEN))
            if said is not Verdict.TEST:
                right.append((said is Verdict.SEND) == (rate > BREAK_EVEN))
    assert len(right) > 400
    assert np.mean(right) > 0.95


def test_the_verdict_changes_at_one_in_twenty():
    assert [verdict(chance) for chance in (0.95, 0.949, 0.051, 0.05)] == [
        Verdict.SEND,
        Verdict.TEST,
        Verdict.TEST,
        Verdict.SKIP,
    ]


def odd_among_alike(own: float, others: float, size: int, tries: int = 300) -> list[Verdict]:
    """Verdicts on a group of `size` among five of 300 that are alike and unlike it."""
    rng, said = np.random.default_rng(6), []
    for _ in range(tries):
        sizes = [size, *[300] * 5]
        counts = rng.binomial(sizes, [own, *[others] * 5])
        said.append(judged(posteriors(Groups.of(sizes, counts))[0], BREAK_EVEN))
    return said


@pytest.mark.parametrize("size", [8, 20, 40, 80])
def test_a_group_gets_no_verdict_that_its_own_counts_do_not_bear(size):
    """The others' rates alone said Send to every second group of eight that does not pay, to every fourth of forty."""
    assert odd_among_alike(0.22, 0.35, size).count(Verdict.SEND) <= 0.05 * 300
    assert odd_among_alike(0.45, 0.10, size).count(Verdict.SKIP) <= 0.05 * 300


def test_its_own_counts_alone_give_no_verdict_either():
    sizes, counts = [40, *[300] * 5], [16, *[30] * 5]
    known = posteriors(Groups.of(sizes, counts))[0]
    assert known.chance_above(BREAK_EVEN) < 0.95 <= known.alone.chance_above(BREAK_EVEN)
    assert judged(known, BREAK_EVEN) is Verdict.TEST


def test_agreement_of_both_costs_hardly_a_verdict():
    """Rates near break-even, sizes as in a shop: nearly all that the family alone would say is said."""
    rng, said, alone = np.random.default_rng(7), 0, 0
    for truth in rng.beta(8.1, 21.9, (40, 6)):
        for one in posteriors(Groups.of([350] * 6, rng.binomial(350, truth))):
            alone += verdict(one.chance_above(BREAK_EVEN)) is not Verdict.TEST
            said += judged(one, BREAK_EVEN) is not Verdict.TEST
    assert 100 < 0.95 * alone <= said


def test_groups_without_customers_do_no_harm():
    found = posteriors(Groups.of([0, 0], [0, 0]))
    assert 0 < found[0].chance_above(0.3) < 1
