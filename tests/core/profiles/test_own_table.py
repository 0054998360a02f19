"""Names, sentences and suggestions of a table that no template knows, against pandas."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.model.fit import Parameters, fit
from core.model.profiling import profile
from core.numbers import Numbers
from core.profiles.advice import suggestion
from core.profiles.narrative import stands_out
from core.profiles.summary import profile_tables
from core.schema.fields import Field, Kind, Word
from core.schema.schema import Schema
from tests.support.own_tables import (
    MONEY,
    PLAIN,
    names_are_unique_and_true,
    phrases_are_true,
    segmented,
    table_of,
)

SKEWED = ("a", "b", "c", "d")
CASES = [(schema, seed, k) for schema in (PLAIN, MONEY) for seed in range(4) for k in (2, 3, 5, 9)]


@pytest.fixture(
    scope="module",
    params=CASES,
    ids=lambda case: f"{'money' if case[0].value else 'plain'}-{case[1]}-{case[2]}",
)
def case(request):
    schema, seed, k = request.param
    return segmented(seed, k, schema)


def test_names_are_unique_and_say_only_what_the_figures_bear_out(case):
    names_are_unique_and_true(*case)


def test_phrases_and_suggestions_are_true_and_speak_of_no_role_that_is_not_there(case):
    phrases_are_true(*case)


def test_the_tables_of_the_profile_have_a_column_of_money_only_where_there_is_money(case):
    schema, _, found = case
    segments = profile_tables(found, schema)["Segments"]
    assert ("Bill" in segments and "Share of bill" in segments) == (schema.value is not None)
    assert segments["Customers"].sum() == found.customers


def skewed(seed: int) -> pd.DataFrame:
    """Customers in three segments, alike in half of the fields or in all, of which a few lie very far out."""
    random = np.random.default_rng(seed)
    size = int(random.integers(150, 600))
    segment = random.integers(1, 4, size)
    typical = {
        name: random.uniform(0, 2.5) * (place % 2) * (seed % 3 > 0) for place, name in enumerate(SKEWED)
    }
    table = {
        name: random.lognormal(7 + apart * (segment == 1), random.uniform(0.1, 1), size)
        for name, apart in typical.items()
    }
    frame = pd.DataFrame(table).assign(Segment=segment)
    for name in SKEWED:
        frame.loc[random.integers(0, size, 3), name] *= random.choice([1, 1, 300])
    return frame


def test_a_few_who_are_far_out_make_no_segment_close_to_the_average_and_no_difference_chance():
    """Each sentence of closeness against averages; each phrase against ranks (Mann and Whitney) or Welch."""
    schema, said = Schema(tuple(Field(name, name, Kind.AMOUNT) for name in SKEWED), basis=SKEWED), Counter()
    for seed in range(36):
        table = skewed(seed)
        found = profile(table, 3, schema)
        for segment in found.segments:
            own, rest = (table[(table["Segment"] == segment.number) == side] for side in (True, False))
            off = (own[[*SKEWED]].mean() / table[[*SKEWED]].mean() - 1).abs()
            phrases = stands_out(segment, found, Numbers(), schema)
            advised = suggestion(segment, found, Numbers(), schema).text
            said.update(phrase.split(" ")[0] for phrase in phrases)
            if phrases[0].startswith("close to the average"):
                assert off.max() < 0.3
                assert "Nothing sets them clearly apart." in advised
            elif phrases[0] != "what sets them apart could be chance":
                for name in (phrase.split(" ")[0] for phrase in phrases):
                    tests = (
                        stats.ttest_ind(own[name], rest[name], equal_var=False),
                        stats.mannwhitneyu(own[name], rest[name]),
                    )
                    assert min(one.pvalue for one in tests) < 0.1
            typical = own["b"].median() / rest["b"].median()
            if off["b"] > 0.5 and not 0.2 < typical < 5:
                assert phrases[0] != "what sets them apart could be chance"
    assert min(said[one] for one in ("close", "what", "b")) > 3


@pytest.mark.parametrize("value", [None, "Bill"])
def test_a_word_that_a_field_has_stands_before_whom_it_is_of(value):
    aged = [
        replace(one, words=(Word("Older"), Word("Younger"))) if one.name == "Tenure" else one
        for one in PLAIN.fields
    ]
    schema, names = replace(PLAIN, fields=tuple(aged), value=value), []
    for seed in range(3):
        table = table_of(seed)
        labels = fit(table, Parameters(k=6, basis=schema.basis, starts=1), schema)["kmeans"].labels_
        names += [one.name for one in profile(table.assign(Segment=labels + 1), 6, schema).segments]
    said = [name for name in names if re.search("older|younger", name, re.IGNORECASE)]
    assert said
    tiers = "(premium |comfortable |middle |budget )" if value else ""
    assert all(re.match(rf"(Older|Younger) {tiers}customers( with |$)", name) for name in said), names
