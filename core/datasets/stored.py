"""What the house stores: files of each dataset, the database, what passes through, and how much room there is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from core.datasets.catalogue import Catalogue, Dataset
from core.store.database import NAME, Database
from core.store.files import size_below, size_of

# Folders of home besides those of datasets, and what lies in them.
PASSING = {
    "staged": "Files that wait to be a dataset",
    "scored": "Files that were scored",
    "exports": "Workbooks and exports that are waited for",
    "reports": "Reports of the last week",
    "tmp": "Files that are being written",
}


@dataclass(frozen=True)
class Held:
    """What is kept of a dataset: customers of its live version (None: not known), versions, models, bytes on the disk."""

    title: str
    path: str
    customers: int | None
    versions: int
    models: int
    size: int


@dataclass(frozen=True)
class Stored:
    """All that is kept, in bytes: of datasets, of the database, and of what passes through by what it is."""

    datasets: tuple[Held, ...]
    database: int
    passing: dict[str, int]
    free: int
    total: int


def stored(catalogue: Catalogue) -> Stored:
    """What is kept now; every file is looked at, none is opened."""
    home = catalogue.settings.home
    disk = shutil.disk_usage(home)
    return Stored(
        tuple(_held(catalogue, one) for one in catalogue.all()),
        _size_of(catalogue.database, home),
        {words: size_below(home / name) for name, words in PASSING.items()},
        disk.free,
        disk.total,
    )


def _held(catalogue: Catalogue, dataset: Dataset) -> Held:
    models = dataset.home / "models"
    # The default dataset's folder is that of the whole house.
    mine = [dataset.home] if dataset.slug else [models, dataset.home / "versions"]
    return Held(
        dataset.title,
        dataset.path,
        dataset.version.rows,
        len(catalogue.versions(dataset).all()),
        len([*models.glob("*/card.json")]),
        size_below(*mine),
    )


def _size_of(database: Database, home: Path) -> int:
    """The bytes of the database: of its files, or as the server says."""
    if database.engine.dialect.name == "sqlite":
        return sum(size_of(path) for path in home.glob(f"{NAME}*"))
    row = database.row(select(func.pg_database_size(text("current_database()"))))
    return int(row[0]) if row else 0
