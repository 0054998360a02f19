"""Names, sentences and suggestions of a table that no template knows, against pandas."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.model.fit import Parameters, fit
from core.model.profiling import profile
from core.numbers import Numbers
from core.profiles import advice
from core.profiles import narrative as words
from core.profiles.summary import profile_tables
from core.schema.fields import Field, Kind, Word
from core.schema.schema import Schema

PLAIN = Schema(
    (
        Field("Plan", "Plan", Kind.CATEGORY),
        Field("Minutes", "Minutes", Kind.COUNT),
        Field("Calls", "Calls", Kind.COUNT),
        Field("Tenure", "Tenure", Kind.YEARS),
        Field("Late", "Paid late", Kind.FLAG),
        Field("Bill", "Bill", Kind.AMOUNT),
        Field("Left", "Left us", Kind.FLAG),
    ),
    basis=("Minutes", "Calls", "Tenure"),
)
MONEY = replace(PLAIN, value="Bill", outcomes=("Left",))
CASES = [(schema, seed, k) for schema in (PLAIN, MONEY) for seed in range(4) for k in (2, 3, 5, 9)]
SIDES = {"high": 1, "low": -1, "more": 1, "less": -1}
TRAIT = re.compile(r"(?P<side>high|low) (?P<label>[a-z ]+)|(?P<often>[a-z ]+) (?P<how>more|less) often")


def table_of(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    size = int(random.integers(120, 700))
    group = random.integers(0, 4, size)
    frame = pd.DataFrame(
        {
            "Plan": pd.Categorical(random.choice(["A", "B"], size)),
            "Minutes": random.poisson(20 + 60 * (group == 1)),
            "Calls": random.poisson(3 + 5 * (group == 2)),
            "Tenure": random.gamma(2 + 3 * (group == 3), 2),
            "Late": random.random(size) < 0.1 + 0.5 * (group == 1),
            "Bill": random.lognormal(3 + (group == 2), 1, size) * (-1 if seed == 3 else 1),
            "Left": random.random(size) < 0.2 * seed,
        }
    ).astype({"Late": float, "Left": float})
    frame.loc[random.random(size) < 0.05, "Calls"] = np.nan
    return frame


def differs(table: pd.DataFrame, number: int, name: str) -> int:
    """1 above all others, -1 below, 0 where it could be chance."""
    own, rest = (table.loc[table["Segment"].eq(number) == side, name].dropna() for side in (True, False))
    sure = len(own) >= 30 and stats.ttest_ind(own, rest, equal_var=False).pvalue <= 0.05
    return int(np.sign(own.mean() - rest.mean())) if sure else 0


@pytest.fixture(params=CASES, ids=lambda case: f"{'money' if case[0].value else 'plain'}-{case[1]}-{case[2]}")
def case(request):
    schema, seed, k = request.param
    table = table_of(seed)
    labels = fit(table, Parameters(k=k, basis=schema.basis, starts=1), schema)["kmeans"].labels_
    table = table.assign(Segment=labels + 1)
    return schema, table, profile(table, k, schema)


def test_names_are_unique_and_say_only_what_the_figures_bear_out(case):
    schema, table, found = case
    assert len({segment.name for segment in found.segments}) == len(found.segments)
    for segment in found.segments:
        if schema.value:
            own, everyone = table.loc[table["Segment"] == segment.number, "Bill"].mean(), table["Bill"].mean()
            said = re.match(r"(Premium|Comfortable|Middle|Budget) customers", segment.name)
            assert bool(said) == (everyone >= 0)
            if said:
                least = {"Premium": 1.7, "Comfortable": 1.15, "Middle": 0.7, "Budget": -np.inf}
                assert said[1] == next(tier for tier, edge in least.items() if own / everyone >= edge)
        _, *traits = re.split(r" with |, | and ", re.sub(r" \d+$", "", segment.name))
        for said in map(TRAIT.fullmatch, traits):
            [name] = [
                name for name in schema if schema.label(name).lower() == (said["label"] or said["often"])
            ]
            assert differs(table, segment.number, name) == SIDES[said["side"] or said["how"]]
            assert name not in schema.outcomes


def test_phrases_and_suggestions_are_true_and_speak_of_no_role_that_is_not_there(case):
    schema, table, found = case
    numbers = Numbers()
    for segment in found.segments:
        phrases = words.stands_out(segment, found, numbers, schema)
        text = advice.suggestion(segment, found, numbers, schema).text
        told = [*phrases, *re.findall(r"Furthest from everyone[^:]*: (.*?)\. Try", text)]
        for phrase in told:
            names = [name for name in schema if re.search(rf"\b{schema.label(name).lower()}\b", phrase)]
            if not names:
                assert phrase in (
                    "too few customers to say what sets them apart",
                    "what sets them apart could be chance",
                ) or (phrase.startswith("close to the average"))
                continue
            side = differs(table, segment.number, names[0])
            assert side
            if said := re.search(r"above|x the|more than|below|fewer than", phrase):
                assert (said[0] in ("above", "x the", "more than")) == (side > 0)
        described = words.description(segment, found, numbers, schema)
        everything = " ".join([text, described, words.opening(found, numbers, schema)])
        assert not re.search(r"spend|purchase|campaign|nan|None", everything)
        assert ("of everyone's bill" in described) == (schema.value is not None)
        assert ("Left us: " in described) == bool(schema.outcomes)


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
