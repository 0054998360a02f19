"""Home and database in one file, taken while Parterre runs."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, MetaData, Table, inspect, select, text

from core.errors import StoreError
from core.settings import Settings
from core.store.database import NAME, Database, reached, revision_of
from core.store.files import whole
from core.store.tables import METADATA
from core.store.times import now

FORMAT = 1
MANIFEST = "manifest.json"
KEY = "secret_key"
# What lives an hour, is made anew, is unfinished, or is in the tables.
PASSING = ("scored", "exports", "tmp", "locks", "first_code", "audit_head", "*.lock", ".*", f"{NAME}*")
# While the tables that name files of home stay as they are, so do the files.
_NAME_FILES = ("datasets", "versions", "version_choices", "staged_files", "erasures")
_TRIES = 5
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Made:
    """What a backup holds."""

    files: int
    rows: int
    has_key: bool


class _ChangedError(Exception):
    """Tables name other files than when the copy began."""


def back_up(settings: Settings, path: Path) -> Made:
    """Write home and database as they are at one moment to `path`, whole or not at all.

    Raises StoreError if `path` is taken or within home, there is nothing to copy, or datasets change all the time.
    """
    home = settings.home.resolve()
    if not home.exists():
        raise StoreError(f"There is no {home}, so there is nothing to copy. PARTERRE_HOME says where it is.")
    if path.exists() or path.resolve().is_relative_to(home):
        raise StoreError(
            f"Found {path}. Expected a name that is not taken, outside of {home}. Choose another."
        )
    database = reached(settings)
    try:
        for _ in range(_TRIES):
            with suppress(_ChangedError):
                return _written(database, home, path)
    finally:
        database.close()
    raise StoreError("Datasets were changed while they were copied, five times. Try again when nobody does.")


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as they are in the database, which may be of a version before."""
    found = MetaData()
    if names := set(inspect(connection).get_table_names()) & set(METADATA.tables):
        found.reflect(connection, only=sorted(names))
    return found.sorted_tables


def is_passing(name: str) -> bool:
    """Whether a file or folder of home is in no backup."""
    first, *_, last = [name, *name.split("/")]
    return any(fnmatch(first.partition("/")[0], one) for one in PASSING) or fnmatch(last, ".*.tmp")


def _written(database: Database, home: Path, path: Path) -> Made:
    with whole(path) as file, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with database.reading() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            before, revision = _naming(connection), revision_of(connection)
            if not revision:
                raise StoreError(
                    "There are no tables of Parterre in the database, so there is nothing to copy."
                )
            counters, tables = _counters(connection), _copy_rows(connection, archive)
        files = _copy_files(home, archive)
        manifest = {"format": FORMAT, "made": now(), "revision": revision, "counters": counters}
        archive.writestr(MANIFEST, json.dumps(manifest | {"tables": tables, "files": files}))
        with database.reading() as connection:
            if _naming(connection) != before:
                raise _ChangedError
    return Made(len(files), sum(one["rows"] for one in tables.values()), KEY in files)


def _naming(connection: Connection) -> list[Any]:
    found = [one for one in tables_of(connection) if one.name in _NAME_FILES]
    return [connection.execute(select(one).order_by(*one.primary_key)).all() for one in found]


def _copy_rows(connection: Connection, archive: ZipFile) -> dict[str, dict[str, Any]]:
    """A JSON line for each row; the columns, count and digest of each table."""
    told = {}
    for table in tables_of(connection):
        count, digest = 0, hashlib.sha256()
        with archive.open(f"tables/{table.name}", "w", force_zip64=True) as member:
            for row in connection.execution_options(yield_per=500).execute(select(table)):
                line = json.dumps(list(row)).encode() + b"\n"
                member.write(line)
                digest.update(line)
                count += 1
        columns = table.columns.keys()
        told[table.name] = {"columns": columns, "rows": count, "sha256": digest.hexdigest()}
    return told


def _counters(connection: Connection) -> dict[str, int]:
    """The last number of each table that gives none twice, also where its row is gone."""
    asked = "SELECT name, seq FROM sqlite_sequence"
    if connection.dialect.name == "postgresql":
        asked = (
            "SELECT t.relname, pg_sequence_last_value(s.oid) FROM pg_class s "
            "JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
            "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND pg_table_is_visible(t.oid)"
        )
    found = connection.execute(text(asked)).all()
    return {name: last for name, last in found if name in METADATA.tables and last}


def _copy_files(home: Path, archive: ZipFile) -> dict[str, dict[str, Any]]:
    """Each file of `home` that is to be kept; its size, age and digest. One that is gone meanwhile is left out."""
    told = {}
    for place in sorted(home.rglob("*")):
        name = place.relative_to(home).as_posix()
        if is_passing(name) or not place.is_file():
            continue
        with suppress(FileNotFoundError), place.open("rb") as source:
            told[name] = _copy(source, archive, name) | {"mtime": os.fstat(source.fileno()).st_mtime}
    return told


def _copy(source: IO[bytes], archive: ZipFile, name: str) -> dict[str, Any]:
    digest = hashlib.sha256()
    with archive.open(f"home/{name}", "w", force_zip64=True) as member:
        while block := source.read(_BLOCK):
            member.write(block)
            digest.update(block)
    return {"size": source.tell(), "sha256": digest.hexdigest()}
