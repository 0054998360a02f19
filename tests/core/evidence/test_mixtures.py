"""Mixtures beside SciPy's own figures, and what they make of skewed groups, long tails and rounded values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.cluster import KMeans

from bench.howmany import NOISES
from bench.shapes import planted
from core.evidence import mixtures


def cut(points: np.ndarray, k: int) -> np.ndarray:
    return KMeans(k, n_init=5, random_state=0).fit_predict(points).astype(np.int64)


def groups(k: int, rows: int = 400, apart: float = 6.0) -> np.ndarray:
    return apart * np.eye(4)[np.arange(rows) % k] + np.random.default_rng(k).normal(size=(rows, 4))


def found(points: np.ndarray, labels: np.ndarray, kind: str = "own") -> mixtures.Mixture:
    return mixtures._settled(points, labels, kind)


def preferred(points: np.ndarray) -> int:
    return int(np.argmin([mixtures.mixture(points, cut(points, k)).bic for k in range(1, 7)])) + 1


@pytest.mark.parametrize("kind", mixtures.KINDS)
def test_one_group_in_one_field_is_the_t_distribution_that_scipy_fits(kind):
    points = 10 * np.random.default_rng(5).standard_t(5, size=(600, 1))
    likely = stats.t.logpdf(points, *stats.t.fit(points)).sum()
    one = found(points, np.zeros(600, dtype=np.int64), kind)
    assert one.bic == pytest.approx(3 * np.log(600) - 2 * likely, abs=0.5)


def test_two_groups_far_apart_are_two_t_distributions_and_nobody_is_in_doubt():
    drawn = np.random.default_rng(0).standard_t(6, size=(2, 300)) * [[10], [30]]
    points, labels = np.concatenate([drawn[0], 3000 + drawn[1]])[:, None], np.repeat([0, 1], 300)

    def likely(tails: float) -> float:
        return sum(stats.t.logpdf(one, *stats.t.fit(one, f0=tails)).sum() for one in drawn)

    most = max(map(likely, mixtures.TAILS)) - 600 * np.log(2)
    one = found(points, labels)
    assert one.bic == pytest.approx(6 * np.log(600) - 2 * most, abs=2)
    assert one.icl == pytest.approx(one.bic, abs=0.1)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_likelihood_is_best_at_the_planted_number(k):
    assert preferred(groups(k)) == k


def test_long_tails_of_a_group_are_no_groups_of_their_own():
    rng = np.random.default_rng(4)
    assert preferred(groups(2) + rng.standard_t(4, size=(400, 4)) - rng.normal(size=(400, 4))) == 2


def test_a_skewed_group_is_taken_for_one_once_its_columns_are_even():
    points = np.exp(groups(2, apart=4.0))
    raw = (points - points.mean(axis=0)) / points.std(axis=0)
    assert preferred(mixtures.unskewed(points)) == 2 < preferred(raw)


def test_rounded_values_are_no_groups_of_their_own():
    points = NOISES["rounded"](planted(2, 4.0, "equal")(np.random.default_rng(1), 400, 4))
    assert preferred(mixtures.unskewed(points)) == 2 < preferred(points - points.mean(axis=0))


def test_parts_of_one_crowd_count_as_one_and_groups_that_lie_apart_do_not():
    crowd, two, three = np.random.default_rng(7).normal(size=(400, 4)), groups(2), groups(3, apart=4.0)
    assert found(crowd, cut(crowd, 2)).apart == 1
    assert mixtures.mixture(two, cut(two, 4)).apart == 2
    assert found(three, cut(three, 3)).apart == 3


def test_customers_far_out_are_no_groups_of_their_own():
    """Two crowds and six customers: "nine segments are recommended" was said of them."""
    far = np.vstack([groups(2), 40 * np.random.default_rng(1).normal(size=(6, 4))])
    assert mixtures.mixture(far, cut(far, 7)).apart == 2


def test_customers_of_a_mixture_lie_between_its_groups_as_it_has_them_and_those_of_another_do_not():
    two = groups(2, 1200, apart=8.0)
    of_two = mixtures.mixture(two, cut(two, 2))
    assert mixtures.misfit(two, of_two) > 0.5
    with_some_between = np.concatenate([two, 4.0 * np.eye(4)[:2].sum(axis=0) + two[::8] / 8])
    assert mixtures.misfit(with_some_between, of_two) < 0.001


def test_a_column_that_is_zero_for_most_of_a_group_does_not_break_it():
    points = groups(2)
    points[::2, 0] = 0.0
    assert np.isfinite(mixtures.mixture(points, cut(points, 2)).icl)
