"""Files and models that no version of a dataset has any more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from pathlib import Path

from core.datasets.catalogue import VERSIONS, Catalogue, Dataset
from core.model.artefacts import CARD
from core.model.registry import Registry
from core.store.files import lock, sync_folder


def clear(catalogue: Catalogue, dataset: Dataset, old: Collection[str] = ()) -> int:
    """Take away what no version of a dataset has, and models by their `old` keys; how many files."""
    kept = catalogue.each(dataset)
    digests = {Registry(dataset.home / "models").digest(one.file) for one in kept}
    # Files first: no fit begins on them then, and those under way are waited for.
    count = sum(removed(path) for path in _files(dataset, kept))
    count += sum(removed(path) for path in _models(dataset.home / "models", digests, old))
    sync_folder(dataset.home)
    return count


def removed(path: Path) -> int:
    """Take a file or a folder away; how many files that were."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return 1
    files = sum(one.is_file() for one in path.rglob("*"))
    shutil.rmtree(path, ignore_errors=True)
    return files


def _files(dataset: Dataset, kept: Collection[Dataset]) -> list[Path]:
    known = {one.file.parent for one in kept}
    old = [one for one in (dataset.home / VERSIONS).glob("*") if one not in known]
    if not dataset.slug or dataset.home in known:  # files in the folder of the default one are of the house
        return old
    first = [one for one in dataset.home.glob("*") if one.is_file()]
    return [*old, *first]


def models(folder: Path) -> dict[str, str]:
    """By key, of which file each model was made, as a digest; empty of what is none that can be served."""
    return {path.name: _made_of(path) for path in folder.glob("*") if path.is_dir()}


def _models(folder: Path, digests: set[str], old: Collection[str]) -> list[Path]:
    """Models of other files, and what is left of fits, once those that are under way are done."""
    for under_way in folder.glob("*.lock"):
        with lock(under_way):
            pass
    return [folder / key for key, made_of in models(folder).items() if key in old or made_of not in digests]


def _made_of(folder: Path) -> str:
    if folder.name.startswith((".", "damaged")):
        return ""
    try:
        return str(json.loads((folder / CARD).read_bytes())["data"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
