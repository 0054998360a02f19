"""Rows of a warehouse fetched some at a time, and those that stay there for as long as they are needed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import parquet
from sqlalchemy import Connection, Select, TableClause

from core.runners.sql import AT_ONCE

_ARROW = (
    (sa.BigInteger, pa.int64()),
    (sa.Double, pa.float64()),
    (sa.DateTime, pa.timestamp("us")),
    (sa.Date, pa.date32()),
    (sa.Boolean, pa.bool_()),
)


def to_parquet(connection: Connection, table: TableClause, path: Path, *, most: int | None = None) -> int:
    """Write the rows of a table, or the first so many, into a file: how many they are."""
    asked = sa.select(*(_plain(one).label(one.name) for one in table.c)).limit(most)
    schema = pa.schema([(str(one.name), _arrow(one.type)) for one in table.c])
    rows = 0
    answer = connection.execution_options(yield_per=AT_ONCE).execute(asked)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for some in answer.partitions():
            columns = zip(*some, strict=True)
            writer.write_table(
                pa.table(
                    [pa.array(one, kind.type) for one, kind in zip(columns, schema, strict=True)], schema
                )
            )
            rows += len(some)
    path.chmod(0o600)
    return rows


def for_now(connection: Connection, asked: Select[Any]) -> TableClause:
    """The rows of a question in a table of this session's own, which is gone with it."""
    name = f"parterre_{secrets.token_hex(8)}"
    columns = [sa.Column(one.name, _kept(one.type), quote=True) for one in asked.selected_columns]
    made = sa.Table(name, sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    made.create(connection)
    connection.execute(made.insert().from_select([one.name for one in columns], asked))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"ANALYZE {name}"))
    kinds = (sa.column(sa.sql.elements.quoted_name(one.name, True), one.type) for one in columns)
    return sa.table(name, *kinds)


def _plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    kind = column.type
    if isinstance(kind, sa.Double | sa.BigInteger | sa.Date | sa.Boolean):
        return sa.cast(column, kind)
    return sa.cast(column, sa.TIMESTAMP() if isinstance(kind, sa.DateTime) else sa.String())


def _arrow(kind: sa.types.TypeEngine[Any]) -> pa.DataType:
    return next((one for known, one in _ARROW if isinstance(kind, known)), pa.string())


def _kept(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    if isinstance(kind, sa.String):
        return sa.String()
    return sa.BigInteger() if isinstance(kind, sa.Integer) else sa.Double()
