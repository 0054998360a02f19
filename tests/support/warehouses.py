"""Warehouses of the tests' own: tables loaded into DuckDB or PostgreSQL, and the SQL runner over them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import Connection

from core.runners.source import Source
from core.runners.sql import Sql, with_groups
from core.runners.sql_lines import LinesInSql, dated
from core.schema.order_lines import Lines
from core.settings import load

MEMORY = "duckdb:///:memory:"
_NUMBERS = count(1)  # of tables of transactions that are open side by side
_KINDS = {"f": sa.Double, "i": sa.BigInteger, "u": sa.BigInteger, "M": sa.DateTime, "b": sa.Boolean}


def source(address: str, tables: str = "") -> Source:
    """The warehouse at an address."""
    return Source.of(load(source=address, source_tables=tables))


@contextmanager
def over(address: str, parts: Sequence[object]) -> Iterator[Sql]:
    """The runner over customers, or lines of orders as texts, that lie in one table; nothing is kept."""
    table = pd.concat([one if isinstance(one, pd.DataFrame) else typed(one) for one in parts])
    warehouse = source(address)
    with warehouse.opened() as connection:
        name = f'told {next(_NUMBERS)}; "told'
        put(connection, name, table)
        yield Sql(connection, warehouse.table(connection, name), {str(one): str(one) for one in table})
        connection.rollback()
    warehouse.engine.dispose()


def customers_from_lines(runner: Sql, lines: Lines, today: np.datetime64) -> pd.DataFrame:
    """The customers whom lines of orders add up to there, as `core.data.orders.fold` has them."""
    lines, asked = LinesInSql(runner.connection, runner.table, lines).folded(today)
    found = dated(pd.concat([*runner._frames(asked)], ignore_index=True))
    return with_groups(found, lines).set_index("ID").sort_index()


def put(connection: Connection, name: str, table: pd.DataFrame) -> None:
    """Make a table of a frame."""
    kinds = {str(one): _KINDS.get(table[one].dtype.kind, sa.String) for one in table}
    made = sa.Table(name, sa.MetaData(), *(sa.Column(one, kind(), quote=True) for one, kind in kinds.items()))
    made.create(connection)
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    if connection.dialect.name == "duckdb":
        connection.exec_driver_sql("register", ("given", pa.Table.from_pandas(table, preserve_index=False)))
        connection.exec_driver_sql(f"INSERT INTO {quoted} SELECT * FROM given")
        return
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted} FROM STDIN (FORMAT csv)") as into,
    ):
        text = io.StringIO()
        table.to_csv(text, index=False, header=False)
        into.write(text.getvalue())


def typed(columns: Mapping[str, pa.ChunkedArray]) -> pd.DataFrame:
    """Columns of text as a warehouse has them: numbers, days, and texts with gaps."""
    return pd.DataFrame({name: _typed(one.to_pandas()) for name, one in columns.items()})


def _typed(texts: pd.Series) -> pd.Series:
    known = texts.mask(texts == "")
    for read in (pd.to_numeric, partial(pd.to_datetime, format="%Y-%m-%d")):
        try:
            return read(known)
        except (ValueError, TypeError):
            continue
    return known
