"""Scored files, kept for an hour for the one who sent them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow.lib import ArrowException
from pydantic import TypeAdapter

from core.data.people import People
from core.errors import DataError, NoRoomError, TooMuchError
from core.progress import Tell, silent
from core.scoring.batch import LARGEST_MB, Note, Scored, score_file
from core.store.files import has_room, lock, private_folder, sync_folder, write_whole

if TYPE_CHECKING:
    from core.services import Services

KEEP_SECONDS = 3600
WAIT_SECONDS = 30
MOST_EACH = 3  # of one user: of scored files older ones go, of waiting ones no more are taken
MOST_BYTES = 2_000_000_000  # of everybody together
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_CARD, _TABLE = "card.json", "customers.arrow"
_SENT, _CONTENT = "sent.json", "sent.csv"


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


_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)
_SENTS: TypeAdapter[Sent] = TypeAdapter(Sent)


@dataclass(frozen=True)
class ScoredFiles:
    """Scored files under `folder`, a folder each, named by an id that nobody can guess."""

    folder: Path

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
        # Counted one after another: many that are sent at the same moment count too.
        with lock(self.folder.with_name(f"{self.folder.name}.lock"), keep=True):
            self.sweep()
            self._check_waiting(owner)
            self._check_room(len(content))
            return self._receive(Sent(_new_id(), owner, name, time.time()), content)

    def give_up(self, identity: object) -> None:
        """Drop the content of a file that will not be scored; that it was sent stays known."""
        sent = self.waiting(identity)
        if sent is not None:
            (self.folder / sent.id / _CONTENT).unlink(missing_ok=True)

    def finish(self, sent: Sent, scored: Scored, model: str) -> Kept:
        """Put what was scored in the place of what was sent."""
        self.sweep()
        sizes = (
            scored.table["Segment_Name"].value_counts().to_dict() if "Segment_Name" in scored.table else {}
        )
        kept = Kept(
            id=sent.id,
            owner=sent.owner,
            name=sent.name,
            model=model,
            customers=len(scored.table),
            made=time.time(),
            notes=scored.notes,
            sizes={str(name): int(size) for name, size in sizes.items()},
        )
        folder = self.folder / sent.id
        if folder.exists():
            People.write(scored.table, folder / _TABLE)
            # What is scored has a card: until it is there, the file still waits.
            write_whole(folder / _CARD, _KEPT.dump_json(kept))
            (folder / _CONTENT).unlink(missing_ok=True)
        else:
            temporary = self._begin(sent.id)
            People.write(scored.table, temporary / _TABLE)
            (temporary / _CARD).write_bytes(_KEPT.dump_json(kept))
            self._end(sent.id)
        for older in sorted(self._of(sent.owner), key=lambda one: -one.made)[MOST_EACH:]:
            self._drop(self.folder / older.id)
        return kept

    def find(self, identity: object, owner: str) -> Kept | None:
        """The file of that id, if it is there and of that owner; what is not yours is not there."""
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            return None
        kept = self._read(self.folder / identity)
        if kept is None or kept.owner != owner or self._is_old(kept.made):
            return None
        return kept

    def waiting(self, identity: object, owner: str | None = None) -> Sent | None:
        """The file of that id that waits to be scored; of that owner, unless the worker asks."""
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            return None
        try:
            sent = _SENTS.validate_json((self.folder / identity / _SENT).read_bytes())
        except (OSError, ValueError):
            return None
        mine = owner is None or sent.owner == owner
        return sent if mine and sent.id == identity and not self._is_old(sent.made) else None

    def content(self, sent: Sent) -> bytes:
        """What was sent; nothing if it has gone meanwhile."""
        try:
            return (self.folder / sent.id / _CONTENT).read_bytes()
        except OSError:
            return b""

    def people(self, kept: Kept) -> People:
        """The customers; none if the file has gone meanwhile."""
        try:
            return People.open(self.folder / kept.id / _TABLE)
        except (OSError, ArrowException):
            return People(pa.table({}))

    def sweep(self) -> None:
        """Drop files older than an hour, and what a killed worker left half written."""
        for path in self.folder.glob("*") if self.folder.exists() else ():
            kept = self._read(path) or self.waiting(path.name)
            if self._is_old(kept.made if kept else _changed(path)):
                self._drop(path)

    def _receive(self, sent: Sent, content: bytes) -> Sent:
        temporary = self._begin(sent.id)
        try:
            (temporary / _CONTENT).write_bytes(content)
            (temporary / _SENT).write_bytes(_SENTS.dump_json(sent))
            self._end(sent.id)
        except OSError:
            self._drop(temporary)
            raise
        return sent

    def _check_waiting(self, owner: str) -> None:
        waiting = [
            path for path in self.folder.glob(f"*/{_CONTENT}") if self.waiting(path.parent.name, owner)
        ]
        if len(waiting) >= MOST_EACH:
            raise TooMuchError(
                f"{MOST_EACH} files of yours wait to be scored, which is the most. Send the next one when one "
                "of them is done, or cancel one.",
                WAIT_SECONDS,
            )

    def _check_room(self, size: int) -> None:
        """Refuse what would fill the disk, or more than everybody together may have here."""
        private_folder(self.folder)
        held = sum(_size(path) for path in self.folder.glob("*/*"))
        if held + size > MOST_BYTES or not has_room(self.folder, size):
            raise NoRoomError(
                "Found no room for another file: too many are being scored at the moment, or the disk is full. "
                "Try again in an hour; if it lasts, tell the administrator."
            )

    def _begin(self, identity: str) -> Path:
        private_folder(self.folder)
        temporary = self.folder / f".{identity}"
        temporary.mkdir(mode=0o700)
        return temporary

    def _end(self, identity: str) -> None:
        os.rename(self.folder / f".{identity}", self.folder / identity)
        sync_folder(self.folder)

    def _of(self, owner: str) -> list[Kept]:
        every = [self._read(path) for path in self.folder.iterdir() if _ID.fullmatch(path.name)]
        return [kept for kept in every if kept is not None and kept.owner == owner]

    def _read(self, path: Path) -> Kept | None:
        try:
            kept = _KEPT.validate_json((path / _CARD).read_bytes())
        except (OSError, ValueError):
            return None
        return kept if kept.id == path.name else None

    @staticmethod
    def _is_old(made: float) -> bool:
        return time.time() - made > KEEP_SECONDS

    @staticmethod
    def _drop(path: Path) -> None:
        # Another worker may be dropping it too.
        shutil.rmtree(path, ignore_errors=True)


def score_sent(services: Services, arguments: Mapping[str, object], tell: Tell = silent) -> dict[str, object]:
    """The long work: score a file that waits; called in the worker.

    Raises
    ------
    DataError
        If it is gone, or no customer file.
    """
    files = ScoredFiles(services.settings.home / "scored")
    sent = files.waiting(arguments.get("id"))
    content = files.content(sent) if sent else b""
    if sent is None or not content:
        raise DataError(
            "The file is no longer kept: results and files are deleted after an hour. Send it again."
        )
    tell(f"Reading and scoring {sent.name}", 0.1)
    model = services.model
    scored = score_file(content, model, name=sent.name, max_mb=LARGEST_MB)
    tell(f"Keeping {len(scored.table):,} customers", 0.8)
    kept = files.finish(sent, scored, model.card.key)
    return {"id": kept.id, "customers": kept.customers}


def sweep(home: Path) -> None:
    """Drop files whose hour is over."""
    ScoredFiles(home / "scored").sweep()


def drop_sent(home: Path, arguments: Mapping[str, object]) -> None:
    """What is left of a file whose scoring failed or was cancelled."""
    ScoredFiles(home / "scored").give_up(arguments.get("id"))


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
