"""Files that come in piece by piece: what has come is kept for a day, and the same file goes on from there."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from filelock import Timeout
from sqlalchemy import Connection, Row, delete, insert, select, update

from core.errors import DataError, NoRoomError, OffsetError, TooMuchError, UnscannedError
from core.store.files import has_room, lock, private_folder, sha256, size_of, sync_file, sync_folder
from core.store.staged_files import ID, MOST_EACH, WAIT_SECONDS, StagedFiles, plain_name
from core.store.tables import staged_files as table

PIECE = 4_000_000  # bytes; below what any request may hold
_BLOCK = 1 << 20
_PART, _LOCK = ".part", ".lock"
_ELSEWHERE = "This file is being sent in another window as well. Close that, or wait until it has arrived."


@dataclass(frozen=True)
class Arriving:
    """A file of which `come` of `size` bytes are here; the last one came `at` (seconds since 1970)."""

    id: str
    owner: str
    name: str
    size: int
    come: int
    at: float


@dataclass(frozen=True)
class ArrivingFiles:
    """The files that are on their way to where files wait. They have their row there, without a fingerprint."""

    files: StagedFiles
    scan: Callable[[IO[bytes], str, str], None] | None = None  # given a whole file, its name and owner

    def begin(self, owner: str, name: str, size: int, *, anew: bool = False) -> Arriving:
        """Expect a file of that size; one of the owner's that broke off goes on, unless it is to begin `anew`.

        Raises TooMuchError if too many of the owner's wait, or are on their way, already; NoRoomError if the disk has
        no room for it.
        """
        name = plain_name(name)
        # Who sends several at once is counted one after another.
        with self.files.database.changing("staged") as connection:
            rows = connection.execute(select(table).where(table.c.owner == owner, table.c.made == "")).all()
            known = [row for row in rows if (row.digest, row.name, row.size) == ("", name, size)]
            if known and not anew:
                return self._arriving(known[0])
            if known:
                connection.execute(delete(table).where(table.c.id == known[0].id))
            if len(rows) - len(known[:1]) >= MOST_EACH:
                raise TooMuchError(
                    f"{MOST_EACH} files of yours wait already, which is the most. Make datasets of them, or remove one.",
                    WAIT_SECONDS,
                )
            self._check_room(size)
            made = _entered(connection, owner, name, size)
        for row in known[:1]:
            shutil.rmtree(self.files.folder / row.id, ignore_errors=True)
        return Arriving(made["id"], owner, name, size, 0, made["at"])

    def of(self, owner: str) -> list[Arriving]:
        """All of one owner's that are on their way or broke off, the newest first."""
        asked = select(table).where(table.c.owner == owner, table.c.digest == "").order_by(table.c.at.desc())
        return [*map(self._arriving, self.files.database.rows(asked))]

    def find(self, identity: object, owner: str) -> Arriving | None:
        """The one of that id, if it is that owner's and not there whole."""
        if not isinstance(identity, str) or not ID.fullmatch(identity):
            return None
        this = (table.c.id == identity) & (table.c.owner == owner) & (table.c.digest == "")
        row = self.files.database.row(select(table).where(this))
        return self._arriving(row) if row is not None else None

    def blocks(self, arriving: Arriving) -> list[str]:
        """SHA-256 of each piece's length of what has come, so that who sends can tell whether it is of the same file."""
        if not arriving.come:
            return []
        part = self._part(arriving.id)
        known = part.stat()
        return [*_blocks(part, known.st_size, known.st_mtime_ns)]

    def add(self, arriving: Arriving, offset: int, piece: IO[bytes]) -> int:
        """Add the piece that begins there; how much of the file has come with it.

        Raises OffsetError if what has come ends elsewhere, more would come than was stated, or another process adds
        to it; NoRoomError if the disk is full; and what the scanner raises.
        """
        with self._alone(arriving):
            part = self._part(arriving.id)
            come = size_of(part)
            if offset != come:
                raise OffsetError(f"Found a piece from byte {offset} on. Expected it from {come} on.", come)
            self._check_room(min(PIECE, arriving.size - come))
            come = _append(part, piece, come, arriving.size)
            if come == arriving.size:
                self._scan(arriving, part, offset)
                self._finish(arriving)
            return come

    def _scan(self, arriving: Arriving, part: Path, come: int) -> None:
        """Nothing is kept of a file in which something was found; the last piece of one that was not told of comes again."""
        try:
            with part.open("rb") as file:
                if self.scan:
                    self.scan(file, arriving.name, arriving.owner)
        except UnscannedError:
            os.truncate(part, come)
            raise
        except DataError:
            self.files.drop(arriving.id)
            raise

    def _finish(self, arriving: Arriving) -> None:
        """All of it has come: it is in its place before its row says so."""
        part = self._part(arriving.id)
        digest = sha256(part)
        sync_file(part)
        os.replace(part, part.with_name(arriving.name))
        sync_folder(part.parent)
        with self.files.database.changing() as connection:
            values = {"digest": digest, "at": time.time()}
            connection.execute(update(table).where(table.c.id == arriving.id).values(values))

    @contextmanager
    def _alone(self, arriving: Arriving) -> Iterator[None]:
        """Nobody else adds to it meanwhile; what was removed in between leaves nothing."""
        home = private_folder(self.files.folder / arriving.id)
        try:
            with lock(home / _LOCK, timeout=0, keep=True):
                with self.files.database.changing(durable=False) as connection:
                    this = (table.c.id == arriving.id) & (table.c.digest == "")
                    held = connection.execute(update(table).where(this).values(at=time.time())).rowcount
                    whole = connection.scalar(select(table.c.id).where(table.c.id == arriving.id))
                if not held:
                    if not whole:
                        shutil.rmtree(home, ignore_errors=True)
                    raise OffsetError("This file is not on its way any more. Send it again.", 0)
                yield
        except Timeout as error:
            raise OffsetError(_ELSEWHERE, arriving.come) from error

    def _part(self, identity: str) -> Path:
        return self.files.folder / identity / _PART

    def _arriving(self, row: Row[Any]) -> Arriving:
        return Arriving(row.id, row.owner, row.name, row.size, size_of(self._part(row.id)), row.at)

    def _check_room(self, size: int) -> None:
        if not has_room(private_folder(self.files.folder), size):
            raise NoRoomError(
                "Found no room for another file: the disk is full. Remove files that wait, or tell the administrator."
            )


@lru_cache(maxsize=64)
def _blocks(part: Path, size: int, _changed: int) -> tuple[str, ...]:
    """SHA-256 of each piece's length; a file is read once, however often somebody begins to send it again."""
    with part.open("rb") as handle:
        ends = range(0, size, PIECE)
        return tuple(hashlib.sha256(handle.read(min(PIECE, size - at))).hexdigest() for at in ends)


def _entered(connection: Connection, owner: str, name: str, size: int) -> dict[str, Any]:
    made = {
        "id": secrets.token_urlsafe(24),
        "owner": owner,
        "name": name,
        "size": size,
        "digest": "",
        "at": time.time(),
    }
    connection.execute(insert(table), made)
    return made


def _append(part: Path, piece: IO[bytes], come: int, most: int) -> int:
    """Write a piece after what has come, all of it or nothing; how much there is then."""
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with ExitStack() as undone, os.fdopen(descriptor, "ab") as handle:
        undone.callback(os.truncate, part, come)
        shutil.copyfileobj(piece, handle, _BLOCK)
        handle.flush()
        if (there := size_of(part)) > most:
            raise OffsetError(f"Found more than the {most} bytes that were stated. Send it again.", come)
        os.fsync(handle.fileno())  # all of it at the end would hold up what others save
        undone.pop_all()
    return there
