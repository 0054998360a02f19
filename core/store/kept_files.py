"""Files that people send or jobs leave, kept for an hour or so for their owner: a folder each, that is there whole or not at all."""

from __future__ import annotations

import json
import math
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.errors import NoRoomError
from core.store.files import has_room, lock, private_folder, size_below, sync_folder

KEEP_SECONDS = 3600
WEEK_SECONDS = 7 * 24 * 3600  # that reports are kept
MOST_BYTES = 2_000_000_000  # of everybody together
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_ABOUT = "about.json"
_NOTHING: Mapping[str, object] = MappingProxyType({})

Write = Callable[[Path], object]


@dataclass(frozen=True)
class Kept:
    """Files of one owner, about one dataset: what they are called, and whatever else is told of them."""

    id: str
    owner: str
    dataset: str
    name: str
    made: float
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptFiles:
    """What is kept in `folder` for so many seconds, named by ids that nobody can guess."""

    folder: Path
    dataset: str = ""
    seconds: float = KEEP_SECONDS

    def keep(
        self, owner: str, name: str, write: Write, told: Mapping[str, object] = _NOTHING, *, size: int = 0
    ) -> Kept:
        """Keep what `write` puts into a folder, of about that size, and drop what is old.

        Raises NoRoomError if it would fill the disk, or more than everybody together may have here.
        """
        sweep(self.folder, seconds=self.seconds)
        self._check_room(size)
        kept = Kept(secrets.token_urlsafe(24), owner, self.dataset, name, time.time(), dict(told))
        return self._written(kept, write)

    def change(self, kept: Kept, write: Write, told: Mapping[str, object]) -> Kept:
        """The same with what `write` adds, from now on for as long."""
        return self._written(replace(kept, made=time.time(), told=dict(told)), write)

    def find(self, identity: object, owner: str | None = None) -> Kept | None:
        """What is kept under that id, for that owner unless the worker asks; what is not yours is not there."""
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            return None
        try:
            kept = Kept(**json.loads((self.folder / identity / _ABOUT).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        is_mine = owner is None or (kept.owner, kept.dataset) == (owner, self.dataset)
        return kept if is_mine and kept.made >= time.time() - self.seconds else None

    def of(self, owner: str) -> list[Kept]:
        """All that is kept for an owner, the newest first."""
        found = [one for path in self.folder.glob("*") if (one := self.find(path.name, owner))]
        return sorted(found, key=lambda one: -one.made)

    def path(self, kept: Kept, name: str) -> Path:
        """Where one of the files is, if it is still there."""
        return self.folder / kept.id / name

    def drop(self, kept: Kept) -> None:
        """Keep it no longer."""
        shutil.rmtree(self.folder / kept.id, ignore_errors=True)

    def drop_all(self) -> None:
        """Keep nothing of this dataset any longer, whoever's it is."""
        ever = replace(self, seconds=math.inf)  # what is too old to be shown may not be swept yet
        for path in self.folder.glob("*"):
            if (kept := ever.find(path.name)) and kept.dataset == self.dataset:
                self.drop(kept)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else counts what is there meanwhile."""
        with lock(self.folder.with_name(f"{self.folder.name}.lock"), keep=True):
            yield

    def _check_room(self, size: int) -> None:
        private_folder(self.folder)
        if size_below(self.folder) + size > MOST_BYTES or not has_room(self.folder, size):
            raise NoRoomError(
                "Found no room for another file: too many are kept at the moment, or the disk is full. Try again in "
                "an hour; if it lasts, tell the administrator."
            )

    def _written(self, kept: Kept, write: Write) -> Kept:
        """Written into a folder of its own first, so that it is there whole or not at all."""
        temporary, folder = self.folder / f".{kept.id}", self.folder / kept.id
        shutil.rmtree(temporary, ignore_errors=True)  # of a process that was killed in the middle
        temporary.mkdir(mode=0o700)
        try:
            write(temporary)
            (temporary / _ABOUT).write_text(json.dumps(asdict(kept)), encoding="utf-8")
            folder.mkdir(mode=0o700, exist_ok=True)
            for path in sorted(temporary.iterdir(), key=lambda path: path.name == _ABOUT):
                os.replace(path, folder / path.name)
            sync_folder(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return kept


def drop_of(home: Path, owner: str) -> None:
    """Keep nothing any longer of an account, by its key, whichever dataset it is about."""
    for name in ("reports", "scored"):
        files = KeptFiles(home / name, seconds=math.inf)
        for path in files.folder.glob("*"):
            if (kept := files.find(path.name)) and kept.owner.casefold() == owner:
                files.drop(kept)


def reports_in(home: Path, dataset: str) -> KeptFiles:
    """Where reports about a dataset are kept, by its folder."""
    return KeptFiles(home / "reports", dataset, WEEK_SECONDS)


def sweep(*folders: Path, seconds: float = KEEP_SECONDS, known: Collection[str] = ()) -> None:
    """Take away what is older than so many seconds, and what a killed process left half written; what is `known` stays."""
    for path in (path for folder in folders for path in folder.glob("*")):
        if path.name not in known and time.time() - _changed(path) > seconds:
            # Another process may be taking it away too.
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
