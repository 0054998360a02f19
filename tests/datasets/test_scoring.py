"""A file is scored by any model as its customers were: who it was made of gets the segment that they have."""

from __future__ import annotations

import pytest

from core.data import cleaning
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.schema.schema import Template
from core.scoring.batch import score_file
from tests.datasets.tables import TABLES


@pytest.mark.parametrize("name", TABLES)
def test_customers_of_a_model_are_scored_into_their_own_segments(tmp_path, name):
    table = TABLES[name]()
    file = tmp_path / f"{name}.csv"
    table.frame.to_csv(file, index=False)
    schema, rules = table.schema, cleaning.chosen("", table.schema)
    model = Registry(tmp_path / "models").ensure(
        Recipe(file, schema, Template(), rules, Parameters(4, schema.basis))
    )
    scored = score_file(file.read_bytes(), model, Template(), name=file.name)
    assert scored.table["Segment"].tolist() == model.table["Segment"].tolist()
