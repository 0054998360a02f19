"""Warehouses that can't run here: what they would be asked parses there, and means what it means to those that can."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer

from core.data.orders import fold, with_categories
from core.data.raw import read_raw
from core.data.typed_lines import typed_lines
from core.runners.sql import Sql
from tests.core.runners.test_contract import LINES, TODAY, orders
from tests.support import warehouses
from tests.support.warehouses import MEMORY

SNAPSHOTS = Path(__file__).parent / "snapshots"
_QUOTES = {"bigquery": "`", "databricks": "`", "snowflake": '"'}
_TYPES = {"bigquery": ("FLOAT64", "INT64", "STRING"), "databricks": ("DOUBLE", "BIGINT", "STRING"), "snowflake": ("DOUBLE", "BIGINT", "VARCHAR")}  # fmt: skip


class Types(GenericTypeCompiler):
    """What a database calls its types, as its own package for SQLAlchemy does."""

    def visit_double(self, type_: Any, **_: Any) -> str:
        return _TYPES[self.dialect.name][0]

    def visit_big_integer(self, type_: Any, **_: Any) -> str:
        return _TYPES[self.dialect.name][1]

    def visit_VARCHAR(self, type_: Any, **_: Any) -> str:  # noqa: N802
        return _TYPES[self.dialect.name][2]


class Elsewhere(DefaultDialect):
    """The dialect of a database that is asked by nobody here."""

    type_compiler_cls = Types
    supports_native_boolean = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.identifier_preparer = IdentifierPreparer(
            self, initial_quote=_QUOTES[name], escape_quote=_QUOTES[name]
        )


class Translated:
    """A connection to such a database: what it is asked is kept, and DuckDB asked the same in its own words."""

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self.connection, self.dialect, self.asked = connection, Elsewhere(name), list[str]()

    def execution_options(self, **_: Any) -> Translated:
        return self

    def execute(self, asked: sa.Select[Any]) -> sa.CursorResult[Any]:
        text = str(asked.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        parsed = sqlglot.parse_one(text, read=self.dialect.name, error_level=sqlglot.ErrorLevel.RAISE)
        self.asked.append(parsed.sql(dialect=self.dialect.name))
        return self.connection.exec_driver_sql(parsed.sql(dialect="duckdb").replace("%", "%%"))

    def scalar(self, asked: sa.Select[Any]) -> Any:
        return self.execute(asked).scalar()

    def scalars(self, asked: sa.Select[Any]) -> Any:
        return self.execute(asked).scalars()


@pytest.mark.parametrize("name", _QUOTES)
def test_it_is_asked_in_words_that_it_knows_and_that_mean_the_same(name, model):
    table, space = model.table.drop(columns="Segment"), model.space
    with warehouses.over(MEMORY, [table]) as here:
        there = Translated(here.connection, name)
        runner = Sql(there, here.table, here.fields)
        everyone = runner.moments(space.basis, space)
        np.testing.assert_allclose(everyone.squares, here.moments(space.basis, space).squares, rtol=1e-9)
        drawn, same = (one.coreset(space, everyone, rows=300, seed=5) for one in (runner, here))
        np.testing.assert_allclose(drawn.points, same.points)
        assert (
            runner.assign(space, "Total_Spending").sizes == model.table["Segment"].value_counts().sort_index()
        ).all()
    _told(name, "verbs", there.asked)


@pytest.mark.parametrize("name", _QUOTES)
def test_lines_add_up_there_as_here(name):
    columns = read_raw(orders(), name="orders.csv", max_mb=5).columns
    typed = typed_lines(columns, LINES)
    lines = with_categories(typed, LINES)
    expected = fold(typed, lines, TODAY).frame.set_index("ID").sort_index()
    with warehouses.over(MEMORY, [columns]) as here:
        there = Translated(here.connection, name)
        found = warehouses.customers_from_lines(Sql(there, here.table, {}), lines, TODAY)
    pd.testing.assert_frame_equal(found[[*expected]], expected, rtol=1e-9)
    _told(name, "lines", there.asked[-1:])


def _told(name: str, what: str, asked: list[str]) -> None:
    """Compare with what was asked before; where that is to change, delete the file and look at what comes instead."""
    file = SNAPSHOTS / f"{what}.{name}.sql"
    said = sqlglot.parse(";\n".join(_named(one) for one in asked), read=name)
    text = ";\n".join(one.sql(dialect=name) for one in said if one) + ";\n"
    known = file.exists()
    if not known:
        file.write_text(text)
    assert known, "What it is asked is kept now. Look at it, and run this again."
    assert file.read_text() == text


def _named(asked: str) -> str:
    """Under one name for the table, whose number depends on other tests; and without digits of centres."""
    asked = re.sub(r"told \d+; \\?\"+told", "told", asked)
    return re.sub(r"\d+\.\d{3,}(e-?\d+)?", "0.5", asked)
