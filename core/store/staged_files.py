"""Files that wait until somebody has said what their columns are: a row and a folder each, for their owner only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from core.errors import NoRoomError, TooMuchError
from core.store.database import Database
from core.store.files import has_room, private_folder, sync_file, sync_folder
from core.store.kept_files import sweep
from core.store.tables import staged_files as table

KEPT_DAYS = 2
LEFT_SECONDS = 24 * 3600  # after which what no row names is what a killed process left
MOST_EACH = 10
_LONGEST_NAME = 200  # bytes of a name; file systems take 255
WAIT_SECONDS = 60
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_OURS = ("schema.json", "models", "versions")  # what else is in the folder of a dataset

Chosen = Mapping[str, Mapping[str, Any]]  # of each part of a mapping, by heading


@dataclass(frozen=True)
class Staged:
    """A file that waits.

    Attributes
    ----------
    digest : str
        SHA-256 of its content.
    look : mapping or None
        What it was found to be, once somebody has looked.
    mapping : mapping
        What its owner says of columns: their `roles`, and the `choices` of how they are read.
    made : str
        Slug of the dataset that was made of it; the file itself is gone then.
    looking, making : str
        The jobs that look at it, and make the dataset.
    """

    id: str
    owner: str
    name: str
    size: int
    digest: str
    at: float
    look: Mapping[str, Any] | None
    mapping: Chosen
    made: str
    looking: str = ""
    making: str = ""

    @property
    def is_looked_at(self) -> bool:
        """Whether what was found is about the mapping of now."""
        return self.look is not None and self.look["mapping"] == self.mapping

    @property
    def roles(self) -> Mapping[str, str]:
        """What its owner says that columns are for, by heading."""
        return self.mapping.get("roles", {})

    @property
    def choices(self) -> Mapping[str, list[str]]:
        """How its owner says that columns are read, by heading."""
        return self.mapping.get("choices", {})


class Incoming:
    """A file while it comes in: written piece by piece, its fingerprint taken on the way; gone when it is closed."""

    def __init__(self, folder: Path) -> None:
        self.path = private_folder(folder) / f".{secrets.token_hex(12)}.part"
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Add a piece."""
        self._digest.update(piece)
        self.size += len(piece)
        return self._file.write(piece)

    def seek(self, _place: int) -> int:
        """All of it has come."""
        self._file.flush()
        return 0

    def close(self) -> None:
        """Let go of it; what was moved elsewhere stays there."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def digest(self) -> str:
        """The fingerprint of what has come."""
        return self._digest.hexdigest()


@dataclass(frozen=True)
class StagedFiles:
    """The files that wait in a home folder."""

    home: Path
    database: Database = field(repr=False)

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.home / "staged"

    def receive(self, incoming: Incoming, owner: str, name: str) -> Staged:
        """Keep what has come in: its row is written when it is there whole.

        Raises
        ------
        TooMuchError
            If too many of the owner's wait already.
        NoRoomError
            If the disk is full.
        """
        self._check_room(owner)
        made: dict[str, Any] = {
            "id": secrets.token_urlsafe(24),
            "owner": owner,
            "name": plain_name(name),
            "size": incoming.size,
            "digest": incoming.digest,
            "at": time.time(),
        }
        home = private_folder(self.folder / made["id"])
        with ExitStack() as undone:
            undone.callback(shutil.rmtree, home, ignore_errors=True)
            incoming.seek(0)
            sync_file(incoming.path)
            os.replace(incoming.path, home / made["name"])
            sync_folder(home)
            with self.database.changing() as connection:
                connection.execute(insert(table), made)
            undone.pop_all()
        return Staged(**made, look=None, mapping={}, made="")

    def of(self, owner: str) -> list[Staged]:
        """All that wait of one owner's, the newest first."""
        asked = select(table).where(table.c.owner == owner).order_by(table.c.at.desc())
        with self.database.reading() as connection:
            return [_staged(row) for row in connection.execute(asked)]

    def find(self, identity: object, owner: str | None = None) -> Staged | None:
        """The one of that id, of that owner unless the worker asks; what is not yours is not there."""
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            return None
        with self.database.reading() as connection:
            row = connection.execute(select(table).where(table.c.id == identity)).one_or_none()
        return _staged(row) if row is not None and owner in (None, row.owner) else None

    def path(self, staged: Staged) -> Path:
        """Where its content is."""
        return self.folder / staged.id / staged.name

    def choose(self, staged: Staged, mapping: Chosen) -> None:
        """Say what its columns are."""
        self._change(staged, {"mapping": _canonical(mapping)})

    def watch(self, staged: Staged, **jobs: str) -> None:
        """Remember which job is `looking` or `making`."""
        self._change(staged, jobs)

    def looked(
        self, staged: Staged, mapping: Chosen, look: Mapping[str, Any], *, remembered: Chosen | None = None
    ) -> bool:
        """Keep what it was found to be with this mapping, or one that was `remembered` in its place.

        Nothing is kept where another has been chosen meanwhile.
        """
        this = (table.c.id == staged.id) & (table.c.mapping == _canonical(mapping))
        now = mapping if remembered is None else remembered
        content = json.dumps({**look, "mapping": now}, ensure_ascii=False)
        values = {"look": content, "mapping": _canonical(now)}
        with self.database.changing() as connection:
            return connection.execute(update(table).where(this).values(values)).rowcount > 0

    def made(self, staged: Staged, slug: str) -> None:
        """It has become a dataset, which has a copy."""
        self._change(staged, {"made": slug})
        shutil.rmtree(self.folder / staged.id, ignore_errors=True)

    def drop(self, staged: Staged) -> None:
        """Keep it no longer."""
        self._forget([staged.id])

    def sweep(self) -> None:
        """Take away what has waited for days, and what a killed process left."""
        old = select(table.c.id).where(table.c.at < time.time() - KEPT_DAYS * 24 * 3600)
        with self.database.reading() as connection:
            self._forget(connection.scalars(old).all())
            known = set(connection.scalars(select(table.c.id)))
        sweep(self.folder, seconds=LEFT_SECONDS, known=known)

    def _forget(self, ids: Sequence[str]) -> None:
        with self.database.changing() as connection:
            connection.execute(delete(table).where(table.c.id.in_(ids)))
        for one in ids:
            shutil.rmtree(self.folder / one, ignore_errors=True)

    def _change(self, staged: Staged, values: Mapping[str, object]) -> None:
        with self.database.changing() as connection:
            connection.execute(update(table).where(table.c.id == staged.id).values(values))

    def _check_room(self, owner: str) -> None:
        waiting = select(func.count()).where(table.c.owner == owner, table.c.made == "")
        with self.database.reading() as connection:
            held = connection.scalar(waiting) or 0
        if held >= MOST_EACH:
            raise TooMuchError(
                f"{MOST_EACH} files of yours wait already, which is the most. Make datasets of them, or remove one.",
                WAIT_SECONDS,
            )
        if not has_room(self.folder, 0):
            raise NoRoomError(
                "Found no room for another file: the disk is full. Remove files that wait, or tell the administrator."
            )


def plain_name(given: str) -> str:
    """The file's own name, without a path and without what could be mistaken for anything else."""
    name = re.sub(r"[^\w .()-]", "_", PurePath(given.replace("\\", "/")).name)
    short = name.strip(" .")[-80:].encode()[-_LONGEST_NAME:].decode("utf-8", "ignore")
    plain = short.strip(" .") or "customers.csv"
    return f"file-{plain}" if plain.casefold() in _OURS else plain


def _staged(row: Row[Any]) -> Staged:
    known = dict(row._mapping)
    look = json.loads(known.pop("look") or "null")
    return Staged(**known | {"look": look, "mapping": json.loads(row.mapping)})


def _canonical(mapping: Chosen) -> str:
    return json.dumps(mapping, sort_keys=True, ensure_ascii=False)
