"""The warehouse that PARTERRE_SOURCE names: its tables are a closed list, its columns typed, its secrets told nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, TableClause
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine

from core.errors import SourceError
from core.numbers import listed as in_words
from core.settings import Settings, listed
from core.store.database import PATIENCE

_NOT_OURS = ("information_schema", "pg_catalog", "pg_toast")
_TYPES: tuple[tuple[str, type[TypeEngine[Any]]], ...] = (
    (r"(tiny|small|medium|big|huge|u\w*)?int", sa.BigInteger),
    (r"(decimal|numeric|number|double|real|float|bignumeric)", sa.Double),
    (r"(date$|date\b(?!time))", sa.Date),
    (r"(timestamp|datetime)", sa.DateTime),
    (r"bool", sa.Boolean),
    (r"(.*char|text|string|uuid|enum|user-defined|name)", sa.String),
)
_COLUMNS = sa.table(
    "columns",
    *map(sa.column, ("table_schema", "table_name", "column_name", "data_type", "ordinal_position")),
    schema="information_schema",
)
_NO_RIGHTS = re.compile(r"permission|privilege|read.only|access denied|not authorized", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A warehouse; `named` are the tables that the settings allow, all that are found where they name none."""

    engine: Engine
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Source:
        """The one that the environment names.

        Raises SourceError if it names none, or one that nothing here speaks to.
        """
        if settings.source is None:
            raise SourceError.of(
                "PARTERRE_SOURCE",
                "nothing",
                "the address of a warehouse, such as postgresql://reader@host/shop",
                "Set it in the environment.",
            )
        return cls(_engine(settings.source.get_secret_value()), listed(settings.source_tables))

    @property
    def called(self) -> str:
        """Where it is, without user or password."""
        url = self.engine.url
        return f"{url.get_backend_name()}://{url.host or ''}/{(url.database or '').rpartition('/')[2]}"

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        """A transaction: all that is written in it is kept, or nothing.

        Raises SourceError from any statement, if the warehouse can't be reached or refuses it.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._refused(error) from None  # its arguments may hold the address

    def tables(self, connection: Connection) -> dict[str, TableClause]:
        """The tables and views that may be read, by name; those outside the usual schema by `schema.name`."""
        usual = connection.scalar(sa.select(sa.func.current_schema()))
        asked = sa.select(_COLUMNS).where(_COLUMNS.c.table_schema.not_in(_NOT_OURS))
        rows = connection.execute(asked.order_by(*(_COLUMNS.c[part] for part in ("table_schema", "table_name", "ordinal_position"))))  # fmt: skip
        found: dict[tuple[str, str], dict[str, TypeEngine[Any]]] = {}
        for schema, table, column, kind, _ in rows:
            found.setdefault((schema, table), {})[column] = _type(str(kind))
        known = {_called(*place, usual): _table(*place, columns) for place, columns in found.items()}
        return {name: known[name] for name in known if not self.named or name in self.named}

    def table(self, connection: Connection, name: str) -> TableClause:
        """The table of that name; raises SourceError if it is none that may be read."""
        known = self.tables(connection)
        if name not in known:
            shown = in_words([one[:40] for one in [*known][:8]]) or "none that may be read"
            hint = "Name one of these; PARTERRE_SOURCE_TABLES says which may be read."
            raise SourceError.of(self.called, f"no table {name[:60]!r}", f"one of its tables: {shown}", hint)
        return known[name]

    def _refused(self, error: DBAPIError) -> SourceError:
        said = _scrubbed(str(error.orig).strip().partition("\n")[0], self.engine.url)
        if _NO_RIGHTS.search(said):
            hint = "Grant it to the role of PARTERRE_SOURCE, or choose another table."
            return SourceError.of(self.called, f"a refusal ({said})", "the right to do this", hint)
        if error.connection_invalidated or error.statement is None:
            hint = "Check PARTERRE_SOURCE, and that the warehouse can be reached from here."
            return SourceError.of(self.called, f"no connection ({said})", "a warehouse that answers", hint)
        return SourceError.of(
            self.called, f"an error ({said})", "an answer", "Nothing was changed. Look at the table."
        )


def numbers_in(table: TableClause, names: Mapping[str, str], *, source: str) -> None:
    """Raise SourceError unless columns, by what they are for, are there and hold numbers."""
    for use, name in names.items():
        if name not in table.c:
            shown = in_words([str(one.name)[:40] for one in [*table.c][:8]])
            raise SourceError.of(
                source, f"no column {name[:60]!r} in {table.name}", f"{use}, among {shown}", "Name another."
            )
        if not isinstance(table.c[name].type, sa.BigInteger | sa.Double):
            found = f"{name[:60]!r} of type {table.c[name].type.__class__.__name__.lower()}"
            hint = "Cast it in a view of the warehouse, and read that."
            raise SourceError.of(source, found, f"numbers for {use}", hint)


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        patience = (
            {name: value for name, value in PATIENCE.items() if name not in url.query}
            if url.drivername == "postgresql+psycopg"
            else {}
        )
        return sa.create_engine(url, hide_parameters=True, connect_args=patience, poolclass=sa.NullPool)
    except ArgumentError as error:
        known = isinstance(error, NoSuchModuleError)
        found = f"an address of {make_url(address).get_backend_name()}" if known else "no address"
        raise _unknown(found) from None
    except ImportError as error:
        raise _unknown(f"an address whose driver {error.name} is not installed") from None


def _unknown(found: str) -> SourceError:
    hint = "Correct it, or install the SQLAlchemy dialect and driver of the warehouse beside Parterre."
    return SourceError.of(
        "PARTERRE_SOURCE", found, "one that SQLAlchemy reads, such as postgresql://reader@host/shop", hint
    )


def _scrubbed(said: str, url: URL) -> str:
    """What a driver says, without what the address keeps secret."""
    secret = [url.password, url.username, *(str(one) for one in url.query.values())]
    for one in sorted(filter(None, map(str, secret)), key=len, reverse=True):
        said = said.replace(one, "***")
    return said[:300]


def _type(kind: str) -> TypeEngine[Any]:
    found = next((one for pattern, one in _TYPES if re.match(pattern, kind.lower())), sa.types.NullType)
    return found()


def _called(schema: str, table: str, usual: str | None) -> str:
    return table if schema == usual else f"{schema}.{table}"


def _table(schema: str, name: str, columns: Mapping[str, TypeEngine[Any]]) -> TableClause:
    made = (sa.column(quoted_name(one, True), kind) for one, kind in columns.items())
    return sa.table(quoted_name(name, True), *made, schema=quoted_name(schema, True))
