"""Scored files, kept for an hour for the one who sent them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pyarrow.lib import ArrowException
from pydantic import TypeAdapter

from core.customers.people import People
from core.files import sync_folder
from core.segments.batch import Note, Scored

KEEP_SECONDS = 3600
MOST_EACH = 3  # of one user; older ones go
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_CARD, _TABLE = "card.json", "customers.arrow"


@dataclass(frozen=True)
class Kept:
    """A scored file: whose it is, what it was called, which model answered."""

    id: str
    owner: str
    name: str
    model: str
    customers: int
    made: float
    notes: tuple[Note, ...]


_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


@dataclass(frozen=True)
class ScoredFiles:
    """Scored files under `folder`, a folder each, named by an id that nobody can guess."""

    folder: Path

    def keep(self, scored: Scored, *, owner: str, name: str, model: str) -> Kept:
        """Keep `scored` for its owner, and drop what is old."""
        self.sweep()
        kept = Kept(
            secrets.token_urlsafe(24), owner, name, model, len(scored.table), time.time(), scored.notes
        )
        temporary = self.folder / f".{kept.id}"
        temporary.mkdir(mode=0o700, parents=True)
        People.write(scored.table, temporary / _TABLE)
        (temporary / _CARD).write_bytes(_KEPT.dump_json(kept))
        os.rename(temporary, self.folder / kept.id)
        sync_folder(self.folder)
        for older in sorted(self._of(owner), key=lambda one: -one.made)[MOST_EACH:]:
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

    def table(self, kept: Kept, *, rows: int | None = None) -> pd.DataFrame:
        """The customers, or the first `rows` of them; none if the file has gone meanwhile."""
        try:
            arrow = People.open(self.folder / kept.id / _TABLE).arrow
        except (OSError, ArrowException):
            return pd.DataFrame()
        frame: pd.DataFrame = (arrow if rows is None else arrow.slice(0, rows)).to_pandas()
        return frame

    def sweep(self) -> None:
        """Drop files older than an hour, and what a killed worker left half written."""
        for path in self.folder.glob("*") if self.folder.exists() else ():
            kept = self._read(path)
            made = kept.made if kept else _changed(path)
            if self._is_old(made):
                self._drop(path)

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


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
