"""The statements that a warehouse is asked: the same numbers in each, and names and values that can't break out."""

from __future__ import annotations

from hashlib import md5

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

from core.runners.dialects import hashed
from tests.support import warehouses
from tests.support.warehouses import MEMORY


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def address(request) -> str:
    return MEMORY if request.param == "duckdb" else request.getfixturevalue("postgresql").bare()


class Other(PGDialect):
    """A database of which nothing is known but standard SQL."""

    name = "other"


def test_who_is_drawn_is_the_same_in_every_warehouse(address):
    keys = pd.DataFrame({"ID": ["1", "c2", "Zoë", "o'hara"]})
    expected = [int(md5(f"7:{key}".encode()).hexdigest()[:12], 16) / 16**12 for key in keys["ID"]]
    with warehouses.over(address, [keys]) as runner:
        asked = sa.select(runner.table.c["ID"], hashed(runner.table.c["ID"], 7))
        found = dict(map(tuple, runner.connection.execute(asked)))
        plain = str(asked.compile(dialect=Other()))
        portable = dict(map(tuple, runner.connection.exec_driver_sql(plain)))
    assert [found[key] for key in keys["ID"]] == expected
    assert [float(portable[key]) for key in keys["ID"]] == pytest.approx(expected, rel=1e-15)


def test_what_is_named_often_is_reckoned_once(postgresql, model):
    """PostgreSQL would put the distance to a centre into each comparison: a plan forty times as long, and as slow."""
    with warehouses.over(postgresql.bare(), [model.table.drop(columns="Segment")]) as runner:
        asked = str(runner.segments(model.space).compile(runner.connection))
        plan = "".join(runner.connection.exec_driver_sql(f"EXPLAIN VERBOSE {asked}").scalars())
    assert len(plan) < 5 * len(asked)
