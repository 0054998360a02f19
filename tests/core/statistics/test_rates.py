from __future__ import annotations

import pytest
from scipy import stats

from core.statistics.rates import (
    CampaignError,
    Groups,
    exact_interval,
    rate_interval,
    wilson,
    wilson_interval,
)


def test_the_interval_is_the_published_one():
    """Newcombe (1998), Statistics in Medicine 17: 857-872, table I: 81 of 263 and 1 of 29."""
    assert wilson_interval(81, 263).low == pytest.approx(0.2553, abs=5e-5)
    assert wilson_interval(81, 263).high == pytest.approx(0.3662, abs=5e-5)
    assert wilson_interval(1, 29).low == pytest.approx(0.0061, abs=5e-5)
    assert wilson_interval(1, 29).high == pytest.approx(0.1718, abs=5e-5)


def test_the_last_campaign_of_the_real_file_has_its_reference_interval():
    found = wilson_interval(334, 2240)
    assert (round(found.rate, 4), round(found.low, 3), round(found.high, 3)) == (0.1491, 0.135, 0.164)


@pytest.mark.parametrize(("accepted", "contacted"), [(1, 0), (-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(accepted, contacted):
    with pytest.raises(CampaignError, match="Expected at least one contact"):
        wilson_interval(accepted, contacted)


def test_many_rates_have_the_intervals_that_each_has_alone():
    low, high = wilson([0, 81, 1, 29], [29, 263, 29, 29])
    alone = [wilson_interval(*counts) for counts in ((0, 29), (81, 263), (1, 29), (29, 29))]
    assert list(zip(low, high, strict=True)) == [(one.low, one.high) for one in alone]
    assert (low[0], high[3]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("contacted", "method"), [(1, "exact"), (9, "exact"), (10, "wilson"), (500, "wilson")]
)
def test_groups_of_few_have_the_exact_interval_as_single_rates_have(contacted, method):
    accepted = contacted // 3
    reference = stats.binomtest(accepted, contacted).proportion_ci(method=method)
    [found] = Groups.of(contacted, accepted).intervals()
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))
    assert found == rate_interval(accepted, contacted)


def test_a_group_without_customers_has_no_interval():
    assert [found is None for found in Groups.of([0, 5], [0, 2]).intervals()] == [True, False]


def test_groups_refuse_more_acceptances_than_contacts():
    with pytest.raises(CampaignError, match="Found 6 acceptances of 5 contacts"):
        Groups.of([9, 5], [3, 6])


@pytest.mark.parametrize(("accepted", "contacted"), [(0, 3), (1, 1), (2, 7), (9, 9)])
def test_the_exact_interval_is_that_of_clopper_and_pearson(accepted, contacted):
    reference = stats.binomtest(accepted, contacted).proportion_ci(method="exact")
    found = exact_interval(accepted, contacted)
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))
    assert found.rate == accepted / contacted
