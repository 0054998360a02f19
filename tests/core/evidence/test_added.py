"""What segments tell of other fields, and what of that is left once the fields that made them are known."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from core.evidence.added import added, of_model
from core.model.lloyd import kmeans


@pytest.fixture(scope="module")
def cut():
    """A crowd in two fields, and its four segments."""
    points = np.random.default_rng(5).normal(size=(800, 2))
    return points, kmeans(points, 4, starts=3, seed=1).labels


def test_what_only_comes_along_with_the_basis_is_added_nothing(cut):
    """Amounts that follow a basis field, as wines follow spending: half of their variance lies between segments."""
    points, labels = cut
    wines = np.exp(0.5 * points[:, 0]) + 0.2 * np.random.default_rng(6).normal(size=800)
    share, beyond = added(points, wines, labels)
    assert share > 0.4
    assert beyond < 0.005


def test_what_no_basis_field_tells_is_found_to_be_added(cut):
    """Groups that are none of the basis: a quarter of the variance lies between them, known basis or not."""
    points, _ = cut
    random = np.random.default_rng(7)
    groups = random.integers(0, 2, 800)
    values = points[:, 0] + groups * 2 / np.sqrt(2) + random.normal(size=800)
    share, beyond = added(points, values, groups)
    assert share == pytest.approx(0.2, abs=0.05)
    assert beyond == pytest.approx(share, abs=0.04)


def test_the_share_between_segments_is_that_of_a_linear_model_of_them(cut):
    points, labels = cut
    values = points.sum(axis=1) + np.random.default_rng(8).normal(size=800)
    reference = sm.OLS(values, np.eye(4)[labels]).fit().rsquared
    assert added(points, values, labels)[0] == pytest.approx(reference)


def test_of_few_or_of_one_value_nothing_is_said(cut):
    points, labels = cut
    assert added(points, np.ones(800), labels) is None
    assert added(points, np.where(np.arange(800) < 90, np.arange(800.0), np.nan), labels) is None


def test_of_the_well_known_file_segments_add_a_tenth_of_a_percent_at_most(model):
    """As measured with other trees: docs/evidence.md."""
    fields = ["NumCatalogPurchases", "MntWines"]
    found = of_model(model.space, model.people, fields)
    assert {one.field for one in found} == set(fields)
    assert found[0].share >= found[1].share
    assert all(one.share > 0.2 for one in found)
    assert all(one.beyond < 0.005 for one in found)
