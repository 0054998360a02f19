"""Names, phrases and suggestions of tables that no template knows, against pandas."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from core.model.fit import Parameters, fit
from core.model.profile import Profile
from core.model.profiling import profile
from core.numbers import Numbers
from core.profiles import advice
from core.profiles import narrative as words
from core.schema.fields import Field, Kind
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


def segmented(seed: int, k: int, schema: Schema) -> tuple[Schema, pd.DataFrame, Profile]:
    """A table of its own, cut in `k`."""
    table = table_of(seed)
    labels = fit(table, Parameters(k=k, basis=schema.basis, starts=1), schema)["kmeans"].labels_
    table = table.assign(Segment=labels + 1)
    return schema, table, profile(table, k, schema)


def names_are_unique_and_true(schema: Schema, table: pd.DataFrame, found: Profile) -> None:
    """Each word of each name on the side that it says."""
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


def phrases_are_true(schema: Schema, table: pd.DataFrame, found: Profile) -> None:
    """On the side that they say, by more than chance, and of no role that is not there."""
    numbers = Numbers()
    for segment in found.segments:
        phrases = words.stands_out(segment, found, numbers, schema)
        text = advice.suggestion(segment, found, numbers, schema).text
        told = [*phrases, *re.findall(r"furthest from everyone[^:]*: (.*?)\. Try", text)]
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
