"""What is said of segments alone is what is said of them among everything else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.model import profiling
from core.model.profile import Profile
from core.model.profiling import outline, profile
from core.schema.schema import Schema
from tests.support.own_tables import MONEY, PLAIN, table_of
from tests.support.personality import PERSONALITY


def told(of: Profile) -> list[tuple]:
    return [(one.number, one.name, one.size, one.spending_share, of.worth(one)) for one in of.segments]


@pytest.mark.parametrize("k", [2, 6, 12])
@pytest.mark.parametrize("schema", [PERSONALITY, PLAIN, MONEY], ids=["sample", "plain", "money"])
def test_names_sizes_and_worths_hang_on_no_field_that_an_outline_leaves_out(model, schema: Schema, k: int):
    table = model.people.frame() if schema is PERSONALITY else table_of(4)
    ordered = table[list(schema.basis)].rank(pct=True).mean(axis=1).rank(method="first", pct=True)
    labels = np.minimum((ordered * k).to_numpy(dtype=np.int64), k - 1)
    whole = profile(table.assign(Segment=(labels + 1).astype("int8")), k, schema)
    assert told(outline(table, labels, k, schema)) == told(whole)


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_segments_are_compared_by_ranks_where_a_few_customers_are_far_out(monkeypatch, gaps: float):
    random = np.random.default_rng(7)
    segment = random.integers(1, 4, 900)
    worth = np.round(random.lognormal(sigma=2.0, size=900) * np.where(segment == 1, 1.3, 1.0), 1)
    worth[random.random(900) < gaps] = np.nan
    monkeypatch.setattr(profiling, "_RANKED", 128)
    found = profiling._described(worth, profiling.Parted((segment - 1).astype(np.int8), 3), is_answer=False)
    ranks, own = stats.rankdata(worth, nan_policy="omit"), segment == 1
    welch = stats.ttest_ind(ranks[own], ranks[~own], equal_var=False, nan_policy="omit")
    assert found.average.deviation > profiling.STRETCHED * found.average.mean
    assert found.p[1] == pytest.approx(float(welch.pvalue), rel=1e-9)
