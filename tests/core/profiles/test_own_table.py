"""Names, sentences and suggestions of a table that no template knows, against pandas."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.model.fit import Parameters, fit
from core.model.profiling import profile
from core.profiles.summary import profile_tables
from core.schema.fields import Word
from tests.support.own_tables import (
    MONEY,
    PLAIN,
    names_are_unique_and_true,
    phrases_are_true,
    segmented,
    table_of,
)

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
