"""Bins with edges that people would choose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.crossfilter.binning import (
    MOST_CODES,
    Scale,
    bin_categories,
    bin_codes,
    bin_log,
    bin_numeric,
    number,
    slugs,
)
from core.crossfilter.typed import read
from core.errors import DataError
from core.numbers import Numbers

calm = settings(deadline=None)  # a busy machine is no fault
numbers = st.lists(
    st.one_of(
        st.floats(allow_nan=True, allow_infinity=True),
        st.integers(-(10**9), 10**9).map(float),
        st.integers(0, 12).map(float),
    ),
    max_size=200,
)


@calm
@given(numbers)
def test_every_value_lies_within_the_edges_of_its_bin(values):
    axis, codes = (binned := bin_numeric("x", values)).axis, binned.codes
    for value, code in zip(values, codes.tolist(), strict=True):
        if code == axis.missing:
            assert not abs(value) <= float(np.finfo(np.float32).max)
        else:
            assert axis.edges[code] <= value < axis.edges[code + 1]


@calm
@given(numbers)
def test_there_are_never_many_bins_and_no_two_share_a_label(values):
    axis = bin_numeric("x", values, target=24).axis
    assert len(axis) <= 28 <= MOST_CODES
    assert len(set(axis.labels)) == len(axis)


@calm
@given(numbers)
def test_steps_between_edges_are_one_two_two_and_a_half_or_five(values):
    edges = [edge for edge in bin_numeric("x", values).axis.edges if np.isfinite(edge)]
    if len(edges) > 1:
        step = np.diff(edges).mean()
        mantissa = step / 10 ** np.floor(np.log10(step) + 1e-4)
        assert min(abs(mantissa - nice) for nice in (1, 2, 2.5, 5)) < 0.01


def test_whole_numbers_of_a_short_range_get_one_bin_each():
    axis = bin_numeric("Children", [0, 1, 2, 1, 0]).axis
    assert axis.scale is Scale.WHOLE
    assert axis.labels == ("0", "1", "2")


def test_one_far_income_ends_in_an_open_bin_and_leaves_the_others_readable():
    axis = bin_numeric("Income", [*np.linspace(1_730, 110_000, 2_000).round(), 666_666]).axis
    assert axis.edges[:3] == (0, 5_000, 10_000)
    assert axis.labels[0] == "0 to 4,999"
    assert axis.labels[-1] == "110,000 and more"


def test_gaps_have_a_code_of_their_own():
    binned = bin_numeric("Income", [1.5, np.nan, 2.5])
    assert binned.codes[1] == binned.axis.missing
    assert binned.axis.labels[-1] == "not known"


def test_a_constant_column_is_one_bin():
    assert len(bin_numeric("Z_Revenue", [11, 11, 11]).axis) == 1


def test_categories_come_most_frequent_first():
    binned = bin_categories("Education", pd.Series(["PhD", "Basic", "PhD", None]))
    assert binned.axis.labels == ("PhD", "Basic", "not known")
    assert binned.codes.tolist() == [0, 1, 0, 2]


def test_a_categorical_keeps_its_own_order():
    months = pd.Series(pd.Categorical(["May", "May", "Jan"], categories=["Jan", "May"]))
    assert bin_categories("Month", months).axis.labels == ("Jan", "May")


def test_rare_categories_past_the_limit_share_one_code():
    binned = bin_categories("City", pd.Series([f"city {number}" for number in range(400)]))
    assert len(binned.axis) <= MOST_CODES
    assert (binned.codes == binned.axis.labels.index("other")).sum() == 400 - 253


def test_a_category_that_is_not_listed_is_named():
    with pytest.raises(DataError, match=r"'YOLO'.*Married, Single"):
        bin_categories("Marital_Status", pd.Series(["Single", "YOLO"]), labels=("Married", "Single"))


@pytest.mark.parametrize("codes", [[0, 2], [0, -2], [0.5]])
def test_numbers_that_are_no_codes_are_refused(codes):
    with pytest.raises(DataError, match="whole numbers 0 to 1"):
        bin_codes("segment", np.array(codes), ("a", "b"))


def test_labels_that_read_alike_get_slugs_that_differ():
    assert slugs(["Premium & young", "premium young", "Добрый день", "!"]) == (
        "premium-young",
        "premium-young-2",
        "добрый-день",
        "blank",
    )


def test_logarithmic_bins_hold_each_value_and_begin_at_zero():
    values = np.array([0, 0.4, 1, 1.9, 7, 49.99, 50, 2525, np.nan])
    binned = bin_log("Wines", values)
    edges = np.array(binned.axis.edges)
    assert edges[0] == 0
    assert edges[-1] > 2525
    for value, code in zip(values[:-1], binned.codes[:-1], strict=True):
        assert edges[code] <= value < edges[code + 1]
    assert binned.codes[-1] == binned.axis.missing


def test_logarithmic_bins_of_nothing_and_of_zeros_are_bins_too():
    assert bin_log("None", [np.nan, np.nan]).codes.tolist() == [0, 0]
    assert set(bin_log("Zeros", [0.0, 0.0]).codes.tolist()) == {0}


def test_fractions_are_read_as_percent_and_addressed_as_before():
    values = np.linspace(0.0, 0.97, 300)
    plain, percent = bin_numeric("x", values).axis, bin_numeric("x", values, percent=True).axis
    assert percent.edges == plain.edges
    assert percent.labels[3] == "15% to 20%"
    assert [label for label in percent.labels if "%" not in label] == []
    assert bin_numeric("x", [0.0, 1.0], percent=True).axis.labels == ("0%", "100%")
    assert bin_numeric("x", [np.nan], percent=True).axis.labels == ("not known",)


@pytest.mark.parametrize("rest", [np.linspace(0.0, 1.0, 300), [0.01] * 2000])
def test_all_of_a_whole_is_in_the_bin_that_ends_with_it(rest):
    values = [*rest, 0.2, 0.96, 1.0, 1.0]
    found = bin_numeric("x", values, percent=True)
    last = found.axis.labels[-1]
    assert last.endswith((" to 100%", " and more"))
    assert "105%" not in " ".join(found.axis.labels)
    assert found.codes[-1] == found.codes[-2] == len(found.axis) - 1
    assert bin_numeric("x", [*values, 1.02], percent=True).axis.labels[-1] != "95% to 100%"


def test_what_is_below_all_of_a_whole_can_be_asked_of_the_bin_that_ends_with_it():
    axis = bin_numeric("x", np.linspace(0.0, 1.0, 300), percent=True).axis
    below, up_to = read("under:1", axis), read("0.95..1", axis)
    assert len(axis) - 1 in below.codes(axis) - below.whole(axis)
    assert up_to.codes(axis) == {len(axis) - 1}
    assert number(axis.edges[-1]) == "1"


def test_bins_are_told_in_the_readers_numbers_and_keep_their_addresses():
    axis = bin_numeric("Income", np.linspace(0, 40_000, 41)).axis
    told = axis.told(Numbers("de_DE"))
    assert (axis.labels[1], told.labels[1]) == ("2,000 to 3,999", "2.000 to 3.999")
    assert told.slugs == axis.slugs
    assert (
        bin_categories("Kind", pd.Series(["1.5 l", "2.5 l"])).axis.told(Numbers("de_DE")).labels[0] == "1.5 l"
    )
