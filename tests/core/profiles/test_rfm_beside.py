"""RFM groups beside segments: sizes and shares add up, and agreement and explained parts are those of other formulas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.special import comb

from core.data.rfm import rfm
from core.profiles.rfm_beside import beside
from core.schema.fields import Field, Kind
from core.schema.schema import Schema


@dataclass(frozen=True)
class People:
    table: pd.DataFrame

    def frame(self, columns):
        return self.table[columns]


@dataclass(frozen=True)
class Fitted:
    schema: object
    people: People


def customers(rows: int = 400) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    often = draw.geometric(0.5, rows).astype(float)
    money = often * draw.lognormal(3, 1, rows)
    days = draw.integers(0, 300, rows).astype(float)
    segments = 1 + (days > 150) + 2 * (money > 60)
    return pd.DataFrame({"Recency_Days": days, "Frequency": often, "Total_Spent": money, "Segment": segments})


def pairs_agreed(one, other) -> float:
    """The adjusted Rand index by its definition, over pairs of customers."""
    counts = pd.crosstab(one, other).to_numpy()
    within, rows, columns = (comb(part, 2).sum() for part in (counts, counts.sum(1), counts.sum(0)))
    expected = rows * columns / comb(counts.sum(), 2)
    return (within - expected) / ((rows + columns) / 2 - expected)


def test_groups_beside_segments_are_counted_and_compared():
    table = customers()
    names = tuple(table.columns[:3])
    fields = (Field(name, name, Kind.RATIO) for name in names)
    schema = Schema(tuple(fields), basis=names, picks=(("rfm", names),))
    found = beside(Fitted(schema, People(table)))
    groups = rfm(*(table[name].to_numpy() for name in found.fields)).names
    assert {one.name: one.size for one in found.groups} == pd.Series(groups).value_counts().to_dict()
    assert sum(one.money for one in found.groups) == pytest.approx(1)
    assert found.agreement == pytest.approx(pairs_agreed(groups, table["Segment"]))
    scaled = (table[[*found.fields]] - table[[*found.fields]].mean()) / table[[*found.fields]].std(ddof=0)
    between = scaled.groupby(groups).agg(["mean", "size"])
    explained = sum((between[name]["mean"] ** 2 * between[name]["size"]).sum() for name in found.fields)
    assert found.explained[0] == pytest.approx(explained / (3 * len(table)))
    champions = next(one for one in found.groups if one.name == "Champions")
    inside = table.loc[groups == "Champions", "Segment"].value_counts(normalize=True)
    assert (champions.segment, champions.inside) == (inside.idxmax(), pytest.approx(inside.max()))
