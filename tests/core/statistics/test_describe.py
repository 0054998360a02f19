"""Concentration, correlations and box plots, against independent computations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from core.statistics.describe import correlation, correlations, half_from, strongest
from tests.support.personality import PERSONALITY


def test_half_of_equal_spending_comes_from_half_of_the_customers():
    assert half_from([10.0] * 10) == 0.5


def test_half_may_come_from_one_customer_and_gaps_are_left_out():
    assert half_from([1000.0, 1.0, 1.0, 1.0, np.nan]) == 0.25


@pytest.mark.parametrize("amounts", [[], [0.0, 0.0], [np.nan]])
def test_nobody_brings_half_of_nothing(amounts):
    assert half_from(amounts) is None


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_no_smaller_group_brings_half(amounts):
    share = half_from(np.array(amounts, dtype=float))
    if share is not None:
        many, ordered = round(share * len(amounts)), sorted(amounts, reverse=True)
        assert 2 * sum(ordered[:many]) >= sum(amounts) > 2 * sum(ordered[: many - 1])


def test_correlations_are_those_of_scipy():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc"))
    frame["c"] += np.exp(frame["a"])
    for method, reference in (("pearson", stats.pearsonr), ("spearman", stats.spearmanr)):
        found = correlations(frame, method)
        assert found.loc["a", "c"] == pytest.approx(reference(frame["a"], frame["c"]).statistic)
    assert correlation(frame["a"], frame["c"]) == pytest.approx(correlations(frame, "pearson").loc["a", "c"])


def test_a_column_that_does_not_vary_is_related_to_nothing():
    frame = pd.DataFrame({"a": [1.0, 1.0, 1.0], "b": [1.0, 2.0, 3.0]})
    assert strongest(frame, correlations(frame, "pearson"), 5, "pearson", PERSONALITY) == []
    assert correlation(frame["a"], frame["b"]) is None


def test_a_sum_and_its_part_are_no_finding():
    frame = pd.DataFrame(
        {"Total_Spending": [1.0, 2, 3, 4], "MntWines": [1.0, 2, 3, 4], "Age": [4.0, 3, 1, 2]}
    )
    pairs = {
        frozenset([one.one, one.other])
        for one in strongest(frame, correlations(frame, "pearson"), 5, "pearson", PERSONALITY)
    }
    assert pairs == {frozenset({"Age", "Total_Spending"}), frozenset({"Age", "MntWines"})}


def skewed(rng, rows: int, columns: int = 15) -> pd.DataFrame:
    """Unrelated columns such as shops have: counts, amounts with a long tail, answers."""
    kinds = (
        lambda: rng.poisson(2, rows),
        lambda: rng.lognormal(4, 1.2, rows),
        lambda: rng.normal(50, 10, rows),
        lambda: rng.random(rows) < 0.15,
    )
    return pd.DataFrame({f"c{place}": kinds[place % 4]() for place in range(columns)}).astype(float)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("rows", [30, 100])
def test_of_unrelated_columns_the_strongest_is_called_related_in_one_table_of_twenty_at_most(rows, method):
    rng, tries = np.random.default_rng(8), 100
    found = 0
    for _ in range(tries):
        frame = skewed(rng, rows)
        top = strongest(frame, correlations(frame, method), 3, method, PERSONALITY)
        found += any(not one.chance for one in top)
    assert found <= stats.binom.ppf(0.99, tries, 0.05)


def test_a_relation_that_was_picked_is_tested_as_statsmodels_does():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 6)), columns=list("abcdef"))
    frame["b"] += 0.6 * frame["a"]
    frame["c"] += 0.35 * frame["d"]
    top = strongest(frame, correlations(frame, "spearman"), 15, "spearman", PERSONALITY)
    rejected = multipletests([one.p for one in top], alpha=0.05, method="bonferroni")[0]
    assert [not one.chance for one in top] == rejected.tolist()
    assert {one.pairs for one in top} == {15}
    assert {frozenset([one.one, one.other]) for one in top if not one.chance} >= {frozenset("ab")}


def test_one_customer_far_out_makes_no_relation():
    """Pearson's correlation is .97, and its test finds it certain; ranks find nothing."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(40, 2)), columns=["a", "b"])
    frame.loc[0] = [50.0, 50.0]
    [one] = strongest(frame, correlations(frame, "pearson"), 5, "pearson", PERSONALITY)
    assert one.strength > 0.9
    assert one.chance


def test_half_of_the_spending_of_the_real_file_comes_from_a_fifth(real_file):
    products = pd.read_csv(real_file).filter(like="Mnt").sum(axis=1)
    assert half_from(products) == pytest.approx(0.19, abs=0.005)


def test_the_average_basket_is_no_finding_about_what_it_is_reckoned_from():
    frame = pd.DataFrame({name: [1.0, 2, 3, 5] for name in ("Average_Basket", "Total_Spending", "MntWines")})
    frame["Income"] = [1.0, 2, 4, 3]
    found = {
        frozenset([one.one, one.other])
        for one in strongest(frame, correlations(frame, "pearson"), 9, "pearson", PERSONALITY)
    }
    assert found == {frozenset([name, "Income"]) for name in ("Average_Basket", "Total_Spending", "MntWines")}
