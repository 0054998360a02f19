"""Customers cleaned part by part, as they are among all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data import cleaning, derive
from core.runners import whole
from core.runners.partials import added
from tests.support.personality import PERSONALITY, SAMPLE, read_customers

UNKNOWN = replace(PERSONALITY, fields=tuple(replace(one, values=()) for one in PERSONALITY.fields))
"""The table of the sample, where nobody has said how categories are spelled."""
RULES = cleaning.chosen("", UNKNOWN)


@pytest.fixture(scope="module")
def odd() -> pd.DataFrame:
    """The sample, out of order, with what only all customers together tell."""
    frame = read_customers(SAMPLE).frame.sample(frac=1, random_state=4).reset_index(drop=True)
    frame.loc[:130, "Education"] = frame.loc[:130, "Education"].str.lower()
    frame.loc[1_500:1_502, "Marital_Status"] = " married"
    frame.loc[9, "Dt_Customer"] = pd.Timestamp("2041-05-05")
    frame.loc[11, "Income"] = 5e6
    frame.loc[13, "MntWines"] = -4
    again = frame.iloc[[20, 700]].assign(Income=1.0)
    return pd.concat([frame, again], ignore_index=True)


@pytest.mark.parametrize("several", [1, 3, 16])
def test_parts_are_cleaned_and_derived_as_the_whole_is(odd, several):
    expected = derive.engineer(cleaning.clean(odd, RULES, UNKNOWN).frame, UNKNOWN).set_index("ID")
    parts = [odd.iloc[places] for places in np.array_split(np.arange(len(odd)), several)]
    of = whole.whole(added([whole.outline(one, UNKNOWN) for one in parts]), UNKNOWN)
    found = pd.concat([whole.cleaned(one, place, of, RULES) for place, one in enumerate(parts)])
    assert found["ID"].is_unique, "whoever is there twice is there once"
    found = found.set_index("ID").reindex(expected.index)[[*expected]]
    for name in expected:
        assert found[name].astype("str").equals(expected[name].astype("str")), name


def test_a_rule_that_is_off_is_off_in_parts(odd):
    rules = [one for one in RULES if one not in ("repeated_id", "far_out_income")]
    parts = [odd.iloc[:1_000], odd.iloc[1_000:]]
    of = whole.whole(added([whole.outline(one, UNKNOWN) for one in parts]), UNKNOWN)
    found = pd.concat([whole.cleaned(one, place, of, rules) for place, one in enumerate(parts)])
    assert len(found) == len(odd)
    assert found["Income"].max() == 5e6
