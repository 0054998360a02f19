"""Rows of a warehouse fetched some at a time, those that stay there for as long as they are needed, and segments taken back."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import parquet
from sqlalchemy import Connection, Select, TableClause

from core.errors import SourceError
from core.model.space import Space
from core.runners.source import Source
from core.runners.sql import AT_ONCE, Sql
from core.schema.fields import IDENTIFIER, SEGMENT
from core.store.times import now

MODEL, AT = "Model", "Scored_At"
OURS = (IDENTIFIER, SEGMENT, MODEL, AT)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
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


def written(source: Source, connection: Connection, runner: Sql, space: Space, into: str, model: str) -> int:
    """Write the segment of each customer, the model's key and when it was, beside the old table, then in its place: all, or none.

    Raises SourceError if it can't be called that, or is a table of something else.
    """
    known = Source(source.engine).tables(connection)
    if not _NAME.fullmatch(into):
        hint = "Choose another name with --into."
        raise SourceError.of(source.called, f"the name {into[:60]!r}", "a letter, then letters, digits and _, 60 at most", hint)  # fmt: skip
    if into in known and tuple(str(one.name) for one in known[into].c) != OURS:
        hint = "Choose a name that is free."
        raise SourceError.of(source.called, f"a table {into} of something else", f"one with the columns {', '.join(OURS)}, or none", hint)  # fmt: skip
    name = f"parterre_{secrets.token_hex(8)}"
    staged = _table(name, runner)
    staged.create(connection)
    asked = runner.segments(space).add_columns(sa.literal(model, sa.String()), sa.literal(now(), sa.String()))
    connection.execute(staged.insert().from_select(OURS, asked))
    rows = connection.scalar(sa.select(sa.func.count()).select_from(staged))
    if into in known:
        sa.Table(into, sa.MetaData(), quote=True).drop(connection)
    quoted = connection.dialect.identifier_preparer.quote_identifier
    connection.execute(sa.text(f"ALTER TABLE {quoted(name)} RENAME TO {quoted(into)}"))
    return int(rows or 0)


def _table(name: str, runner: Sql) -> sa.Table:
    kind = runner.table.c[runner.fields[IDENTIFIER]].type
    kinds = {
        IDENTIFIER: kind if isinstance(kind, sa.BigInteger | sa.String) else sa.String(),
        SEGMENT: sa.Integer(),
    }
    columns = (sa.Column(one, kinds.get(one, sa.String()), quote=True) for one in OURS)
    return sa.Table(name, sa.MetaData(), *columns)
