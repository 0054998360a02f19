"""Scored files, kept for an hour for the one who sent them."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow.lib import ArrowException
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from core.data.people import People
from core.errors import DataError, NoRoomError, ParterreError, TooMuchError
from core.numbers import to_tell
from core.progress import Tell, silent
from core.schema.schema import Schema
from core.scoring.batch import Note, Scored, score_file
from core.store.database import Database
from core.store.files import has_room, private_folder, sync_folder
from core.store.tables import scored_files as table

if TYPE_CHECKING:
    from core.services import Services

KEEP_SECONDS = 3600
WAIT_SECONDS = 30
MOST_EACH = 3  # of one user: of scored files older ones go, of waiting ones no more are taken
MOST_BYTES = 2_000_000_000  # of everybody together
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_TABLE, _CONTENT = "customers.arrow", "sent.csv"


@dataclass(frozen=True)
class Kept:
    """A scored file: whose it is, what it was called, which model answered, and how many per segment."""

    id: str
    owner: str
    name: str
    model: str
    customers: int
    made: float
    notes: tuple[Note, ...]
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A file that waits to be scored."""

    id: str
    owner: str
    name: str
    made: float


_NOTES: TypeAdapter[tuple[Note, ...]] = TypeAdapter(tuple[Note, ...])


class State(StrEnum):
    """What has become of a file."""

    WAITING = "waiting"
    GIVEN_UP = "given up"
    SCORED = "scored"


@dataclass(frozen=True)
class ScoredFiles:
    """Scored files of a dataset: a row each, and a folder of `folder`, named by an id that nobody can guess."""

    database: Database
    folder: Path
    dataset: str = ""

    def keep(self, scored: Scored, *, owner: str, name: str, model: str) -> Kept:
        """Keep `scored` for its owner, and drop what is old.

        Raises
        ------
        NoRoomError
            If there is no room.
        """
        self._check_room(int(scored.table.memory_usage(deep=False).sum()))
        return self.finish(Sent(_new_id(), owner, name, time.time()), scored, model)

    def receive(self, content: bytes, *, owner: str, name: str) -> Sent:
        """Keep a file until it is scored, and drop what is old.

        Raises
        ------
        TooMuchError
            If too many files of this owner wait already.
        NoRoomError
            If there is no room.
        """
        self.sweep()
        self._check_room(len(content))
        sent = Sent(_new_id(), owner, name, time.time())
        with self._whole(sent.id) as folder:
            (folder / _CONTENT).write_bytes(content)
        try:
            # Counted one after another: many that are sent at the same moment count too.
            with self.database.changing("scored", self.dataset) as connection:
                self._check_waiting(connection, owner)
                connection.execute(insert(table), self._row(sent, State.WAITING))
        except (ParterreError, OSError):
            self._drop(sent.id)
            raise
        return sent

    def give_up(self, identity: object) -> None:
        """Drop the content of a file that will not be scored; that it was sent stays known."""
        sent = self.waiting(identity)
        if sent is not None:
            with self.database.changing() as connection:
                lost = update(table).where(table.c.id == sent.id, table.c.state == State.WAITING)
                connection.execute(lost.values(state=State.GIVEN_UP))
            (self.folder / sent.id / _CONTENT).unlink(missing_ok=True)

    def finish(self, sent: Sent, scored: Scored, model: str) -> Kept:
        """Put what was scored in the place of what was sent."""
        self.sweep()
        found = (
            scored.table["Segment_Name"].value_counts().to_dict() if "Segment_Name" in scored.table else {}
        )
        sizes = {str(name): int(size) for name, size in found.items()}
        kept = Kept(
            sent.id, sent.owner, sent.name, model, len(scored.table), time.time(), scored.notes, sizes
        )
        with self._whole(sent.id) as folder:
            People.write(scored.table, folder / _TABLE)
        more = {
            "made": kept.made,
            "model": model,
            "customers": kept.customers,
            "notes": _NOTES.dump_json(kept.notes).decode(),
            "sizes": json.dumps(sizes),
        }
        with self.database.changing("scored", self.dataset) as connection:
            connection.execute(delete(table).where(table.c.id == sent.id))
            connection.execute(insert(table), self._row(sent, State.SCORED) | more)
            spare = select(table.c.id).where(self._of(sent.owner), table.c.state == State.SCORED)
            older = connection.scalars(
                spare.order_by(table.c.made.desc(), table.c.id).offset(MOST_EACH)
            ).all()
            connection.execute(delete(table).where(table.c.id.in_(older)))
        (self.folder / sent.id / _CONTENT).unlink(missing_ok=True)
        for identity in older:
            self._drop(identity)
        return kept

    def find(self, identity: object, owner: str) -> Kept | None:
        """The file of that id, if it is there and of that owner; what is not yours is not there."""
        row = self._found(identity, self._of(owner), table.c.state == State.SCORED)
        if row is None:
            return None
        notes, sizes = _NOTES.validate_json(row.notes), json.loads(row.sizes)
        return Kept(row.id, row.owner, row.name, row.model, row.customers, row.made, notes, sizes)

    def waiting(self, identity: object, owner: str | None = None) -> Sent | None:
        """The file of that id that waits to be scored; of that owner, unless the worker asks."""
        whose = [] if owner is None else [self._of(owner)]
        row = self._found(identity, table.c.state != State.SCORED, *whose)
        return None if row is None else Sent(row.id, row.owner, row.name, row.made)

    def content(self, sent: Sent) -> bytes:
        """What was sent; nothing if it has gone meanwhile."""
        try:
            return (self.folder / sent.id / _CONTENT).read_bytes()
        except OSError:
            return b""

    def people(self, kept: Kept, schema: Schema) -> People:
        """The customers; none if the file has gone meanwhile."""
        try:
            return People.open(self.folder / kept.id / _TABLE, schema)
        except (OSError, ArrowException):
            return People(pa.table({}), schema)

    def sweep(self) -> None:
        """Drop files older than an hour, and what a killed process left half written."""
        with self.database.changing() as connection:
            over = table.c.made < time.time() - KEEP_SECONDS
            old = set(connection.scalars(delete(table).where(over).returning(table.c.id)))
            known = set(connection.scalars(select(table.c.id)))
        for path in self.folder.glob("*") if self.folder.exists() else ():
            is_lost = path.name not in known and time.time() - _changed(path) > KEEP_SECONDS
            if path.name in old or is_lost:
                self._drop(path.name)

    def _found(self, identity: object, *where: ColumnElement[bool]) -> Row[Any] | None:
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            return None
        fresh = table.c.made >= time.time() - KEEP_SECONDS
        with self.database.reading() as connection:
            return connection.execute(select(table).where(table.c.id == identity, fresh, *where)).first()

    def _row(self, sent: Sent, state: State) -> dict[str, object]:
        return {"dataset": self.dataset, "state": state, **asdict(sent)}

    def _of(self, owner: str) -> ColumnElement[bool]:
        return (table.c.dataset == self.dataset) & (table.c.owner == owner)

    def _check_waiting(self, connection: Connection, owner: str) -> None:
        waits = select(func.count()).where(self._of(owner), table.c.state == State.WAITING)
        if (connection.scalar(waits) or 0) >= MOST_EACH:
            raise TooMuchError(
                f"{MOST_EACH} files of yours wait to be scored, which is the most. Send the next one when one "
                "of them is done, or cancel one.",
                WAIT_SECONDS,
            )

    def _check_room(self, size: int) -> None:
        """Refuse what would fill the disk, or more than everybody together may have here."""
        private_folder(self.folder)
        held = sum(_size(Path(at) / name) for at, _, names in os.walk(self.folder) for name in names)
        if held + size > MOST_BYTES or not has_room(self.folder, size):
            raise NoRoomError(
                "Found no room for another file: too many are being scored at the moment, or the disk is full. "
                "Try again in an hour; if it lasts, tell the administrator."
            )

    @contextmanager
    def _whole(self, identity: str) -> Iterator[Path]:
        """A folder to write into, whose files are moved to that of the id when the block ends without an error."""
        temporary, folder = self.folder / f".{identity}", self.folder / identity
        temporary.mkdir(mode=0o700)
        try:
            yield temporary
            folder.mkdir(mode=0o700, exist_ok=True)
            for path in temporary.iterdir():
                os.replace(path, folder / path.name)
            sync_folder(folder)
        finally:
            self._drop(temporary.name)

    def _drop(self, identity: str) -> None:
        # Another process may be dropping it too.
        shutil.rmtree(self.folder / identity, ignore_errors=True)


def score_sent(services: Services, arguments: Mapping[str, object], tell: Tell = silent) -> dict[str, object]:
    """The long work: score a file that waits; called in the worker.

    Raises
    ------
    DataError
        If it is gone, or no customer file.
    """
    files = ScoredFiles(services.database, services.settings.home / "scored", services.dataset.slug)
    sent = files.waiting(arguments.get("id"))
    content = files.content(sent) if sent else b""
    if sent is None or not content:
        raise DataError(
            "The file is no longer kept: results and files are deleted after an hour. Send it again."
        )
    tell(f"Reading and scoring {sent.name}", 0.1)
    model = services.model
    scored = score_file(content, model, services.dataset.template, name=sent.name)
    tell(f"Keeping {to_tell(len(scored.table))} customers", 0.8)
    kept = files.finish(sent, scored, model.card.key)
    return {"id": kept.id, "customers": kept.customers}


def sweep(database: Database, home: Path) -> None:
    """Drop files whose hour is over."""
    ScoredFiles(database, home / "scored").sweep()


def drop_sent(database: Database, home: Path, arguments: Mapping[str, object]) -> None:
    """What is left of a file whose scoring failed or was cancelled."""
    ScoredFiles(database, home / "scored").give_up(arguments.get("id"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _new_id() -> str:
    return secrets.token_urlsafe(24)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
