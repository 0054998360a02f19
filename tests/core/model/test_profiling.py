"""What is said of segments alone is what is said of them among everything else."""

from __future__ import annotations

import numpy as np
import pytest

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
