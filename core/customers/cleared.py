"""Files that nobody is served any more: of versions and models that were made anew, and of those that pass through."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import delete

from core.customers.held import versions_of
from core.customers.mentions import said_in
from core.customers.traces import Trace, Where
from core.datasets.catalogue import VERSIONS, Dataset
from core.datasets.without import COPIES
from core.datasets.workspace import Workspaces
from core.model.artefacts import CARD
from core.model.registry import Registry
from core.store.files import lock, sync_folder
from core.store.tables import staged_files

_PASSING: Mapping[Where, str] = MappingProxyType(
    {Where.SCORED: "scored", Where.EXPORT: "exports", Where.STAGED: "staged"}
)


def of_dataset(spaces: Workspaces, dataset: Dataset, old: Collection[str]) -> int:
    """Take away files and models that no version of a dataset has, and models by their `old` keys; how many files."""
    kept = versions_of(spaces.catalogue, dataset)
    digests = {Registry(dataset.home / "models").digest(one.file) for one in kept}
    models = _models(dataset.home / "models", digests, old)
    gone = [*_files(dataset, kept), *models]
    count = sum(_removed(path) for path in gone)
    sync_folder(dataset.home)
    return count


def passing(spaces: Workspaces, named: Iterable[Trace]) -> int:
    """Take away files that pass through and name the customer; how many."""
    home, count = spaces.catalogue.settings.home, 0
    for one in named:
        if one.where in _PASSING:
            count += _removed(home / _PASSING[one.where] / one.id)
        if one.where is Where.STAGED:
            with spaces.catalogue.database.changing() as connection:
                connection.execute(delete(staged_files).where(staged_files.c.id == one.id))
    return count


def of_before(home: Path, id: str) -> int:
    """Take away what versions without a database kept in files and was taken over, where it names the customer."""
    old = (*home.glob("names/*.json"), *home.glob("views/*.json"), *home.glob("findings/*/*.json"))
    return sum(_removed(path) for path in old if said_in(path.read_text("utf-8", "replace"), id))


def _files(dataset: Dataset, kept: list[Dataset]) -> list[Path]:
    known = {one.file.parent for one in kept}
    if not dataset.slug:
        return [one for one in (dataset.home / COPIES).glob("*") if one not in known]
    old = [one for one in (dataset.home / VERSIONS).glob("*") if one not in known]
    first = [] if dataset.home in known else [one for one in dataset.home.glob("*") if one.is_file()]
    return [*old, *first]


def _models(folder: Path, digests: set[str], old: Collection[str]) -> list[Path]:
    """Models of other files, and what is left of fits, once those that are under way are done."""
    for under_way in folder.glob("*.lock"):
        with lock(under_way):
            pass
    made = [path for path in folder.glob("*") if path.is_dir()]
    return [path for path in made if path.name in old or _made_of(path) not in digests]


def _made_of(folder: Path) -> str:
    """The digest of the file that a model was made of; empty of what is none that is served."""
    if folder.name.startswith((".", "damaged")):
        return ""
    try:
        return str(json.loads((folder / CARD).read_bytes())["data"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _removed(path: Path) -> int:
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return 1
    files = sum(one.is_file() for one in path.rglob("*"))
    shutil.rmtree(path, ignore_errors=True)
    return files
