"""The model as SQL gives every customer the segment that the pipeline gives, on real databases."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import psycopg
import pytest

from core.model.curves import Curve, Shape
from core.model.scoring_sql import as_sql
from core.model.space import Space
from core.scoring.prediction import score


@pytest.fixture(scope="module", params=["model", "bent_model"])
def model(request):
    """One whose fields are as they are, and one with logarithms, powers, weights and robust scales."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def customers(model) -> pd.DataFrame:
    """With gaps, and with customers who stand exactly between two segments."""
    return model.table[["ID", *model.space.basis, "Segment"]]


def test_duckdb_agrees_about_every_customer(model, customers):
    connection = duckdb.connect()
    connection.register("customers", customers.drop(columns="Segment"))
    found = connection.execute(as_sql(model.space)).fetchdf().set_index("ID")["Segment"]
    assert customers[list(model.space.basis)].isna().any(axis=None), "there are gaps"
    assert found[customers["ID"]].tolist() == customers["Segment"].tolist()


def test_postgresql_agrees_about_every_customer(model, customers, postgresql):
    rows = customers.drop(columns="Segment")
    columns = ", ".join(f'"{name}" DOUBLE PRECISION' for name in model.space.basis)
    address = postgresql.new().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE customers ("ID" BIGINT, {columns})')
        with cursor.copy("COPY customers FROM STDIN") as copy:
            for row in rows.itertuples(index=False):
                copy.write_row([None if pd.isna(one) else one for one in row])
        found = dict(cursor.execute(as_sql(model.space, ["A\nDROP TABLE customers"])).fetchall())
    assert [found[one] for one in customers["ID"]] == customers["Segment"].tolist()


def test_below_zero_a_curve_goes_on_and_a_logarithm_ends_as_the_model_has_it():
    curves = (Curve(Shape.LOGARITHM), Curve(Shape.YEO_JOHNSON, 0.3), Curve(Shape.YEO_JOHNSON, 2.0))
    space = Space(
        tuple("ABC"), np.zeros(3), np.zeros(3), np.ones(3), np.array([[0.0] * 3, [2.0, -1, -1]]), curves
    )
    values = np.random.default_rng(1).normal(0, 4, size=(200, 3))
    people = pd.DataFrame(values, columns=list("ABC")).assign(ID=range(200))
    connection = duckdb.connect()
    connection.register("customers", people)
    found = dict(connection.execute(as_sql(space)).fetchall())
    assert [found[one] for one in range(200)] == score(space, values).segment.tolist()


def test_who_stands_between_two_is_in_the_first_and_whole_numbers_are_no_decimals():
    space = Space(
        ("A", 'B"'), np.array([0.0, 1e-7]), np.array([0.0, -0.1]), np.ones(2), np.array([[1.0, 0], [-1, 0]])
    )
    people = pd.DataFrame({"ID": [1, 2, 3], "A": [0, 1, None], 'B"': [0, 0, 5]})
    connection = duckdb.connect()
    connection.register("customers", people)
    assert connection.execute(as_sql(space)).fetchall() == [(1, 1), (2, 1), (3, 1)]
    assert connection.execute(
        as_sql(space).replace("customers", '(SELECT 9 AS "ID", -3 AS "A", NULL AS "B""") AS x')
    ).fetchall() == [(9, 2)]
