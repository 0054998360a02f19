"""Files that wait until somebody has said what their columns are: a row and a folder each, for their owner only."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from core.store.database import Database
from core.store.kept_files import sweep
from core.store.tables import staged_files as table

KEPT_DAYS = 2
ARRIVING_HOURS = 24  # of what has broken off
LEFT_SECONDS = 24 * 3600  # after which what no row names is what a killed process left
MOST_EACH = 10
_LONGEST_NAME = 200  # bytes of a name; file systems take 255
WAIT_SECONDS = 60
ID = re.compile(r"[A-Za-z0-9_-]{32}")
_OURS = ("schema.json", "models", "versions")  # what else is in the folder of a dataset

_WHOLE = table.c.digest != ""  # see `core.store.arriving_files`

Chosen = Mapping[str, Mapping[str, Any]]  # of each part of a mapping, by heading


@dataclass(frozen=True)
class Staged:
    """A file that waits."""

    id: str
    owner: str
    name: str
    size: int
    digest: str  # SHA-256 of its content
    at: float
    look: Mapping[str, Any] | None  # what it was found to be, once somebody has looked
    mapping: Chosen  # what its owner says of columns: their `roles`, and the `choices` of how they are read
    made: str  # slug of the dataset that was made of it; the file itself is gone then
    # The jobs that look at it, and make the dataset.
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


@dataclass(frozen=True)
class StagedFiles:
    """The files that wait in a home folder."""

    home: Path
    database: Database = field(repr=False)

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.home / "staged"

    def of(self, owner: str) -> list[Staged]:
        """All that wait of one owner's, the newest first."""
        asked = select(table).where(table.c.owner == owner, _WHOLE).order_by(table.c.at.desc())
        return [*map(_staged, self.database.rows(asked))]

    def find(self, identity: object, owner: str | None = None) -> Staged | None:
        """The one of that id, of that owner unless the worker asks; what is not yours is not there."""
        if not isinstance(identity, str) or not ID.fullmatch(identity):
            return None
        row = self.database.row(select(table).where(table.c.id == identity, _WHOLE))
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
        return self.database.change(update(table).where(this).values(values)) > 0

    def enter(self, staged: Staged, connection: Connection, slug: str) -> None:
        """Say that it has become a dataset, in the transaction that enters that."""
        connection.execute(update(table).where(table.c.id == staged.id).values(made=slug))

    def made(self, staged: Staged, slug: str) -> None:
        """It has become a dataset, which has a copy."""
        self._change(staged, {"made": slug})
        shutil.rmtree(self.folder / staged.id, ignore_errors=True)

    def drop(self, identity: str) -> None:
        """Keep the one of that id no longer, whole or not."""
        self._forget([identity])

    def sweep(self) -> None:
        """Take away what has waited for days, and what a killed process left."""
        now = time.time()
        old = select(table.c.id).where(
            (table.c.at < now - KEPT_DAYS * 24 * 3600)
            | (~_WHOLE & (table.c.at < now - ARRIVING_HOURS * 3600))
        )
        with self.database.reading() as connection:
            self._forget(connection.scalars(old).all())
            known = set(connection.scalars(select(table.c.id)))
        sweep(self.folder, seconds=LEFT_SECONDS, known=known)

    def _forget(self, ids: Sequence[str]) -> None:
        self.database.change(delete(table).where(table.c.id.in_(ids)))
        for one in ids:
            shutil.rmtree(self.folder / one, ignore_errors=True)

    def _change(self, staged: Staged, values: Mapping[str, object]) -> None:
        self.database.change(update(table).where(table.c.id == staged.id).values(values))


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
