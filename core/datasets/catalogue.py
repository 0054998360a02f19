"""Which datasets there are: the one that the settings name, and those that were added."""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from core.accounts import members
from core.accounts.permissions import Standing
from core.data.customers_and_orders import Both
from core.datasets.templates import PERSONALITY, template_of
from core.datasets.versions import LIVE, Version, Versions, Way, enter, version_of
from core.datasets.writing import AS_EVER, Writing
from core.errors import DataError, NoSuchDatasetError, SchemaError
from core.model.before import KEPT_BEFORE
from core.schema.schema import Schema, Template
from core.settings import Settings
from core.store.database import Database
from core.store.files import lock
from core.store.tables import METADATA, versions, writing
from core.store.tables import datasets as table
from core.store.times import now

FIRST = Version(1, "", "", Way.ADDED)
DEFAULT = "default"  # what an address calls the one that has no slug
LONGEST_SLUG = 60
SCHEMA_FILE, VERSIONS = "schema.json", "versions"  # in the folder of a dataset
_OURS = (SCHEMA_FILE, VERSIONS, "models", *KEPT_BEFORE)
LEFT_SECONDS = 24 * 3600  # after which a folder that no dataset has is what a killed command left
_WRITING = (writing.c.currency, writing.c.locale)
_LIVE = (
    table.join(versions, versions.c.dataset == table.c.slug)
    .outerjoin(writing, writing.c.dataset == table.c.slug)
)  # fmt: skip
_SERVED = (
    select(table.c.folder, versions.c.number, versions.c.folder.label("within"), *_WRITING)
    .select_from(_LIVE)
    .where((table.c.slug == bindparam("slug")) & (versions.c.number == LIVE))
)
_FOUND = (
    select(table.c.slug, table.c.title, table.c.folder.label("home"), versions, *_WRITING)
    .select_from(_LIVE)
    .where((table.c.slug == bindparam("slug")) & (versions.c.number == LIVE))
)
_HANGING = tuple(one for one in METADATA.sorted_tables if "dataset" in one.c)


Entered = Callable[[Connection, str], None]  # with a new dataset's slug, in the transaction that enters it


def nothing_else(_connection: Connection, _slug: str) -> None:
    """Nothing else is to be said of a new dataset."""


def slug_of(called: str) -> str:
    """The slug of the dataset that a command calls so."""
    return "" if called == DEFAULT else called


def kept_as(name: str) -> str:
    """What a file of customers is called beside the files that we keep with it."""
    return f"file-{name}" if name.casefold() in _OURS else name


@dataclass(frozen=True)
class Dataset:
    """A customer file and what hangs on it.

    `slug` is empty for the default one; `home` is the folder of all its versions, `schema` that of the live one.
    """

    slug: str
    title: str
    file: Path
    home: Path
    schema: Schema
    version: Version = FIRST
    writing: Writing = AS_EVER

    @property
    def template(self) -> Template:
        """What is known of it beside its schema."""
        return template_of(self.schema)

    def apart(self, folder: Path, *, max_mb: int) -> tuple[Dataset, Dataset]:
        """Of customers and their orders, each as a dataset of its own, whose file is written to a folder.

        Raises DataError if the file holds no such tables.
        """
        both = Both.of(self.file, name=self.file.name, max_mb=max_mb)
        people, sold = both.unpack(folder)
        orders = replace(self.schema.of_their_orders, lines=self.schema.lines)
        return replace(self, file=people, schema=self.schema.of_customers), replace(self, file=sold, schema=orders)  # fmt: skip

    @property
    def path(self) -> str:
        """Where it is, below the path of the app."""
        return f"/d/{self.slug or DEFAULT}/"


@dataclass(frozen=True)
class Catalogue:
    """The datasets of a home folder."""

    settings: Settings
    database: Database

    @property
    def operators(self) -> Dataset:
        """The file that the settings name, of which the default dataset has copies."""
        return Dataset("", self.settings.data.stem, self.settings.data, self.settings.home, PERSONALITY)

    @property
    def folder(self) -> Path:
        """Where the others have theirs."""
        return self.settings.home / "datasets"

    def all(self) -> tuple[Dataset, ...]:
        """Every dataset, the default one first, then by title."""
        with self.database.reading() as connection:
            added = select(table.c.slug).where(table.c.slug != "").order_by(table.c.title, table.c.slug)
            slugs = connection.scalars(added).all()
        return (self.find(""), *map(self.find, slugs))

    def find(self, slug: str) -> Dataset:
        """The dataset that an address calls so; raises NoSuchDatasetError if there is none."""
        if slug not in ("", DEFAULT):
            return self._dataset(self._row(slug))
        row = self.database.row(_FOUND, {"slug": ""})
        if row is None:
            return self.operators
        return replace(self.at(self.operators, version_of(row)), writing=_writing(row))

    def entered(self, folder: str) -> Dataset | None:
        """The dataset that was added with a folder of that name, if it is there."""
        with self.database.reading() as connection:
            slug = connection.scalar(select(table.c.slug).where(table.c.slug != "", table.c.folder == folder))
        return self.find(slug) if slug else None

    def now(self, dataset: Dataset) -> Dataset | None:
        """The dataset as it is written now; None if its slug is another's by now, another version live."""
        row = next(iter(self.database.known(_SERVED, {"slug": dataset.slug})), None)
        if row is None or (dataset.slug and row.folder != dataset.home.name):
            return None
        same = (row.number, row.within) == (dataset.version.number, dataset.version.folder)
        return replace(dataset, writing=_writing(row)) if same else None

    def write(self, dataset: Dataset, writing: Writing) -> None:
        """Let its numbers be written so from now on."""
        with self.database.changing("writing") as connection:
            writing.enter(connection, dataset.slug)

    @contextmanager
    def alone(self, dataset: Dataset, *, timeout: float = -1) -> Iterator[None]:
        """Nobody else changes which files a dataset has meanwhile; raises filelock's Timeout after so many seconds."""
        with lock(self.settings.home / "locks" / f"files-{dataset.home.name}.lock", timeout=timeout):
            yield

    def versions(self, dataset: Dataset) -> Versions:
        """The versions of a dataset."""
        return Versions(self.database, dataset.slug)

    def at(self, dataset: Dataset, version: Version) -> Dataset:
        """The dataset as it was, or is to be, with another of its versions."""
        folder = dataset.home / version.folder
        return replace(dataset, file=folder / version.file, schema=schema_in(folder), version=version)

    def each(self, dataset: Dataset) -> list[Dataset]:
        """The dataset as it is in each of its versions, the first one first."""
        return [self.at(dataset, one) for one in self.versions(dataset).all()]

    def add(
        self, title: str, file: Path, *, rows: int | None = None, by: str = "", also: Entered = nothing_else
    ) -> Dataset:
        """Enter the dataset whose `file` is in its folder already, under a slug of its own, and `also` say so elsewhere.

        It is the account's who adds it, named by `by`, and nobody else's; administrators see it, too.
        """
        with self.database.changing("datasets") as connection:
            slug = _slug(title, connection.scalars(select(table.c.slug)).all())
            first = replace(FIRST, file=file.name, rows=rows, who=by, at=now())
            row = {
                "slug": slug,
                "title": title,
                "folder": file.parent.name,
                "file": file.name,
                "at": first.at,
            }
            connection.execute(insert(table), row)
            enter(connection, slug, first)
            if by:
                members.enter(connection, slug, by.casefold(), Standing.OWNER, by=by)
            also(connection, slug)
        return self.find(slug)

    def remove(self, slug: str) -> None:
        """Take a dataset out with all that hangs on it: at once for everybody, then its files.

        Raises DataError or NoSuchDatasetError if it is the default one, or there is none.
        """
        if slug in ("", DEFAULT):
            hint = "To serve another file there, set PARTERRE_DATA."
            raise DataError(f"Found the default dataset. Expected one that was added. {hint}")
        home = self.folder / self._row(slug).home
        with self.database.changing("datasets") as connection:
            for one in _HANGING:
                connection.execute(delete(one).where(one.c.dataset == slug))
            connection.execute(delete(table).where(table.c.slug == slug))
        shutil.rmtree(home, ignore_errors=True)

    def sweep(self) -> None:
        """Take away the folders, and files of a first version, that a killed command left, and no row names."""
        with self.database.reading() as connection:
            added = select(table.c.folder).where(table.c.slug != "")
            known = {self.folder / name for name in connection.scalars(added)}
            within = select(table.c.slug, table.c.folder, versions.c.folder).join(
                versions, versions.c.dataset == table.c.slug
            )
            served = {
                (self.folder / home if slug else self.settings.home) / folder
                for slug, home, folder in connection.execute(within)
            }
        firsts = (one for home in known - served for one in home.glob("*") if one.is_file())
        ours = self.settings.home.glob(f"{VERSIONS}/*")
        for path in (*self.folder.glob("*"), *self.folder.glob(f"*/{VERSIONS}/*"), *firsts, *ours):
            if path not in known | served and time.time() - path.stat().st_mtime > LEFT_SECONDS:
                path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)

    def _row(self, slug: str) -> Row[Any]:
        row = self.database.row(_FOUND, {"slug": slug})
        if row is None:
            raise NoSuchDatasetError.called(slug)
        return row

    def _dataset(self, row: Row[Any]) -> Dataset:
        home, version = self.folder / row.home, version_of(row)
        folder = home / version.folder
        schema = schema_in(folder)
        return Dataset(row.slug, row.title, folder / version.file, home, schema, version, _writing(row))


def _writing(row: Row[Any]) -> Writing:
    return Writing(row.currency, row.locale or "")


def schema_in(home: Path) -> Schema:
    """What the columns of the dataset in a folder are: as it was given, else as the personality file has them.

    Raises SchemaError if what is there is no schema.
    """
    path = home / SCHEMA_FILE
    return schema_of(path) if path.exists() else PERSONALITY


def schema_of(path: Path) -> Schema:
    """The schema in a file, as `Schema.to_json` writes it; raises SchemaError if there is none."""
    try:
        return Schema.from_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SchemaError.of(
            path.name, "no schema", "fields and roles as JSON", f"It says: {error}."
        ) from error


def _slug(title: str, taken: Sequence[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_SLUG - 5].strip("-") or "dataset"
    several = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(one for one in several if one not in (*taken, DEFAULT))
