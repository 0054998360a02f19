"""Segments taken back into the warehouse: a table written beside the old one, then put in its place."""

from __future__ import annotations

import re
import secrets

import sqlalchemy as sa
from sqlalchemy import Connection

from core.errors import SourceError
from core.model.space import Space
from core.runners.source import Source
from core.runners.sql import Sql
from core.schema.fields import IDENTIFIER, SEGMENT
from core.store.times import now

MODEL, AT = "Model", "Scored_At"
OURS = (IDENTIFIER, SEGMENT, MODEL, AT)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def written(source: Source, connection: Connection, runner: Sql, space: Space, into: str, model: str) -> int:
    """Write the segment of each customer, the model's key and when it was; all, or what was there stays.

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
