from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.crossfilter.binning import bin_categories, bin_log, bin_numeric
from core.crossfilter.recoded import NOWHERE, recoded


@pytest.mark.parametrize(
    "values",
    [[1.0, 2, 3, 4, 9], np.r_[np.linspace(0, 100, 200), 5000.0, np.nan], [-3.5, 0, 7.25, np.nan], [5.0]],
    ids=["whole", "open end and gaps", "negative", "one"],
)
def test_the_same_values_get_the_same_codes(values):
    for binned in (bin_numeric("A", values), bin_log("A", np.abs(values))):
        column = pd.Series(values) if binned.axis.edges[0] < 0 else pd.Series(values).abs()
        assert recoded(binned.axis, column).tolist() == binned.codes.tolist()


def test_what_lies_beyond_a_closed_end_is_in_no_bin_and_beyond_an_open_one_in_the_last():
    closed = bin_numeric("A", np.linspace(0, 10, 99)).axis
    open_ = bin_numeric("A", [*np.linspace(0, 10, 999), 5000]).axis
    assert recoded(closed, pd.Series([-1.0, 99.0, np.nan])).tolist() == [NOWHERE] * 3
    assert recoded(open_, pd.Series([99999.0])).tolist() == [len(open_) - 1]


def test_categories_go_by_their_words_and_new_ones_are_nowhere():
    binned = bin_categories("A", pd.Series(["x", "y", "x", None]))
    asked = pd.Series(["y", "z", None, "x"])
    assert recoded(binned.axis, asked).tolist() == [1, NOWHERE, 2, 0]
    said = recoded(binned.axis, asked.str.upper(), lambda one: str(one).lower())
    assert said.tolist() == [1, NOWHERE, 2, 0]


def test_where_rare_ones_share_a_code_new_ones_are_among_them():
    axis = bin_categories("A", pd.Series([f"c{place}" for place in range(400)])).axis
    codes = [axis.labels.index(label) for label in ("c0", "other")]
    assert recoded(axis, pd.Series(["c0", "never seen"])).tolist() == codes
