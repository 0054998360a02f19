"""A backup put back: checked before anything is touched, and there whole or not at all.

The files are unpacked beside those of before; one transaction replaces the tables and says that it is decided;
then files change places. Whoever starts next finishes that, or forgets what was not decided.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, delete, func, insert, inspect, select, text

from core.errors import StoreError
from core.settings import Settings
from core.store.backup import FORMAT, MANIFEST, tables_of
from core.store.database import HEAD, NAME, REVISIONS, Database, migrate, reached
from core.store.files import lock, private_folder, sync_file, sync_folder, write_whole
from core.store.tables import members, takeovers, workers
from core.store.times import now

_STAGE = ".restore-"
_STAYS = ("*.lock", f"{_STAGE}*", f"{NAME}*", "lost+found")
_AWAY = "away.json"  # what was there before and has no other in its place
_ENTERED = (takeovers.name, members.name)  # a database that nobody has used has rows of these
_LIVES_SECONDS = 20
_BLOCK = 1 << 20
_MANY = 500
# What zipfile and json raise of bytes that are not as they were written.
_DAMAGED = (BadZipFile, zlib.error, EOFError, KeyError, LookupError, ValueError, TypeError, RuntimeError)


@dataclass(frozen=True)
class Backup:
    """A file that `back_up` made, and what it says of itself."""

    path: Path
    archive: ZipFile
    manifest: Mapping[str, Any]

    def check(self) -> None:
        """Read all of it once.

        Raises StoreError if anything in it is not as it was written, or is of a newer version.
        """
        if self.manifest["format"] != FORMAT or self.manifest["revision"] not in REVISIONS:
            raise StoreError(
                f"{self.path} is of another version (revision {self.manifest['revision']!r}). Expected one of "
                f"{', '.join(REVISIONS)}. Restore it with the version that made it, then upgrade."
            )
        parts = {f"tables/{name}": told for name, told in self.manifest["tables"].items()}
        parts |= {f"home/{name}": told for name, told in self.manifest["files"].items()}
        for name, told in parts.items():
            digest = hashlib.sha256()
            for block in self.blocks(name):
                digest.update(block)
            if digest.hexdigest() != told["sha256"] or ".." in name.split("/") or "//" in name:
                raise StoreError(f"{self.path}: {name} is not as it was written. Nothing was restored.")

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of one part."""
        with self.archive.open(name) as member:
            while block := member.read(_BLOCK):
                yield block

    def unpack(self, folder: Path) -> None:
        """Write the files of home below `folder`, with their age, to last."""
        private_folder(folder)
        for name, told in self.manifest["files"].items():
            path = folder / name
            private_folder(path.parent)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(self.blocks(f"home/{name}"))
            os.utime(path, (told["mtime"], told["mtime"]))
            sync_file(path)

    def fill(self, connection: Connection) -> None:
        """Replace our tables by those of the backup, brought to today's."""
        for table in reversed(tables_of(connection)):
            table.drop(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        migrate(connection, self.manifest["revision"])
        for table in tables_of(connection):
            connection.execute(delete(table))  # what migrations enter
            columns = self.manifest["tables"][table.name]["columns"]
            with self.archive.open(f"tables/{table.name}") as lines:
                while rows := [
                    dict(zip(columns, json.loads(line), strict=True)) for line in islice(lines, _MANY)
                ]:
                    connection.execute(insert(table), rows)
            _count_on(connection, table.name, self.manifest["counters"].get(table.name, 0))
        migrate(connection, HEAD)


def restore(settings: Settings, path: Path, *, replace: bool = False) -> Mapping[str, Any]:
    """Put home and database back as they were when `path` was made; its manifest.

    Raises StoreError if it is no whole backup, or there is something already and `replace` does not say to put it
    away.
    """
    with _opened(path) as backup, lock(settings.home / "restore.lock"):
        database = reached(settings)
        try:
            _finish(settings.home, database)
            _ask(settings, database, replace=replace)
            _replace(settings.home, database, backup)
        finally:
            database.close()
        return backup.manifest


def finish(settings: Settings) -> None:
    """Finish a restore that was killed after it was decided; forget one that was not. Call it before home is read."""
    if any(settings.home.glob(f"{_STAGE}*")):
        with lock(settings.home / "restore.lock"):
            database = reached(settings)
            _finish(settings.home, database)
            database.close()


@contextmanager
def _opened(path: Path) -> Iterator[Backup]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError(f"{path} can't be read: {error.strerror}.") from error
    with file:
        try:
            archive = ZipFile(file)
            backup = Backup(path, archive, json.loads(archive.read(MANIFEST)))
            backup.check()
        except _DAMAGED as error:
            raise StoreError(
                f"{path} is no whole backup of Parterre: {error}. Nothing was restored."
            ) from error
        yield backup


def _ask(settings: Settings, database: Database, *, replace: bool) -> None:
    """Stop here where something would be lost that nobody gave up."""
    there = [path.name for path in _of_before(settings.home)]
    with database.reading() as connection:
        tables = {
            one.name: connection.scalar(select(func.count()).select_from(one))
            for one in tables_of(connection)
        }
        alive = "workers" in tables and connection.scalar(select(func.max(workers.c.beat)))
    full = [name for name, rows in tables.items() if rows and name not in _ENTERED]
    if (there or full) and not replace:
        raise StoreError(
            f"Found {', '.join(sorted(there)[:3]) or 'nothing'} in {settings.home}, and rows in "
            f"{', '.join(full[:3]) or 'no table'} of the database. Expected both to be empty. "
            "Say --replace to put what is there away for good."
        )
    if alive and time.time() - alive < _LIVES_SECONDS:
        raise StoreError(
            "A worker runs on this database. Stop server and worker, then try again in 20 seconds."
        )


def _replace(home: Path, database: Database, backup: Backup) -> None:
    stage = private_folder(home / f"{_STAGE}{secrets.token_hex(8)}")
    try:
        backup.unpack(stage / "new")
        away = [path.name for path in _of_before(home) if not (stage / "new" / path.name).exists()]
        write_whole(stage / _AWAY, json.dumps(away).encode())
        sync_folder(home)
        with database.changing("tables") as connection:
            backup.fill(connection)
            connection.execute(insert(takeovers), {"what": stage.name, "at": now()})
    finally:
        _finish(home, database)


def _finish(home: Path, database: Database) -> None:
    for stage in home.glob(f"{_STAGE}*"):
        decided = takeovers.c.what == stage.name
        with database.reading() as connection:
            there = inspect(connection).has_table(takeovers.name)
            is_decided = there and connection.scalar(select(takeovers.c.what).where(decided))
        if is_decided:
            _change_places(home, stage)
            database.change(delete(takeovers).where(decided))
        shutil.rmtree(stage)


def _change_places(home: Path, stage: Path) -> None:
    """As far as that was not done before."""
    old = private_folder(stage / "old")
    coming = sorted((stage / "new").iterdir())
    for name in [*json.loads((stage / _AWAY).read_bytes()), *(path.name for path in coming)]:
        if (home / name).exists():
            os.replace(home / name, old / name)
        if (stage / "new" / name).exists():
            os.replace(stage / "new" / name, home / name)
    sync_folder(home)


def _of_before(home: Path) -> list[Path]:
    return [path for path in home.iterdir() if not any(fnmatch(path.name, one) for one in _STAYS)]


def _count_on(connection: Connection, table: str, last: int) -> None:
    """Give no number a second time."""
    if connection.dialect.name == "sqlite":
        if last:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
            one = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
            connection.execute(one, {"table": table, "last": last})
        return
    [key, *others] = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    asked = text("SELECT pg_get_serial_sequence(:table, :key)")
    if not others and (sequence := connection.scalar(asked, {"table": table, "key": key})):
        highest = connection.scalar(text(f'SELECT max("{key}") FROM "{table}"')) or 0  # noqa: S608  # names of our own
        if last := max(last, highest):
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
