from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from core.campaigns.differences import against_others, differing, p_values
from core.statistics.rates import Groups

BASE = (0.064, 0.013, 0.073, 0.075, 0.073, 0.149)  # acceptance of six campaigns in a real file


def test_large_groups_are_compared_as_statsmodels_does():
    groups = Groups.of([339, 322, 1579], [85, 57, 192])
    expected = [
        proportions_ztest([x, 334 - x], [n, 2240 - n])[1] for n, x in ((339, 85), (322, 57), (1579, 192))
    ]
    assert p_values(groups) == pytest.approx(expected)


def test_rare_acceptances_are_compared_exactly():
    """Tea tasting, Fisher (1935): 3 of 4 against 1 of 4; the smaller tail doubled."""
    one_sided = stats.fisher_exact([[3, 1], [1, 3]], alternative="greater").pvalue
    assert p_values(Groups.of([4, 4], [3, 1])) == pytest.approx([2 * one_sided] * 2)


def test_correction_is_that_of_statsmodels_over_all_campaigns_together():
    rng = np.random.default_rng(2)
    campaigns = {str(n): Groups.of([300] * 6, rng.binomial(300, rate, 6)) for n, rate in enumerate(BASE)}
    cells = [cell for row in against_others(campaigns).values() for cell in row]
    expected = multipletests([cell.p for cell in cells], method="fdr_bh")[1]
    assert [cell.adjusted for cell in cells] == pytest.approx(expected)


def test_who_has_nobody_to_be_compared_with_is_not_said_to_differ():
    found = against_others({"one": Groups.of([50, 0], [20, 0]), "other": Groups.of([50, 0], [20, 0])})
    assert [cell.different for row in found.values() for cell in row] == [False] * 4
    assert against_others({}) == {}


def simulated(rng: np.random.Generator, planted: set[tuple[int, int]]) -> list[tuple[bool, bool]]:
    """For each segment and campaign: whether a difference was planted, whether one was found."""
    sizes = rng.multinomial(2240, [1 / 6] * 6)
    campaigns = {}
    for number, base in enumerate(BASE):
        rates = [base * (3 if (number, segment) in planted else 1) for segment in range(6)]
        campaigns[str(number)] = Groups.of(sizes, rng.binomial(sizes, rates))
    return [
        ((number, segment) in planted, cell.different)
        for number, row in enumerate(against_others(campaigns).values())
        for segment, cell in enumerate(row)
    ]


def test_where_nothing_differs_something_is_found_once_in_twenty_times():
    rng = np.random.default_rng(8)
    false = [any(found for _, found in simulated(rng, set())) for _ in range(600)]
    assert 0.02 <= np.mean(false) <= 0.075


def test_planted_differences_are_found_and_no_more_than_one_in_twenty_is_false():
    """Planted so that everyone else stays alike: one segment of one campaign at three times the rate."""
    rng, found, false = np.random.default_rng(9), 0, []
    planted = {(0, 0), (3, 2), (5, 4)}
    for _ in range(200):
        said = simulated(rng, planted)
        true = sum(one for was, one in said if was)
        # Others of a campaign with a planted difference do differ from everyone else, a little.
        wrong = sum(one for place, (was, one) in enumerate(said) if not was and place // 6 in (1, 2, 4))
        found, false = found + true, [*false, wrong / max(true + wrong, 1)]
    assert found > 0.95 * 3 * 200
    assert np.mean(false) <= 0.05


@pytest.mark.parametrize("rate", [0.2, 0.01])
def test_where_nothing_differs_one_page_of_twenty_names_a_field(rate):
    """Each chart by itself at 5 % named one on 17 of 100 pages with four; of few acceptances also the test was wrong."""
    rng = np.random.default_rng(20)

    def nothing() -> Groups:
        sizes = rng.integers(20, 300, 8)
        return Groups.of(sizes, rng.binomial(sizes, rate))

    told = np.mean([bool(differing({name: nothing() for name in "abcd"}, least=30)) for _ in range(300)])
    assert told <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_a_field_by_which_answers_differ_is_named_and_groups_too_small_say_nothing():
    alike, apart = Groups.of([200, 200, 29], [40, 38, 29]), Groups.of([200, 200, 200], [40, 80, 35])
    few = Groups.of([400, 400, 40], [2, 3, 9])
    found = differing({"alike": alike, "apart": apart, "few": few, "one": Groups.of([500], [50])}, least=30)
    assert found == {"apart", "few"}
