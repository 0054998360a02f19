"""The versions of a dataset without one customer, made beside those that are served: files, what they know, models."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from core.customers.held import models_of
from core.data.pseudonyms import pseudonym
from core.data.read import read_customers
from core.datasets import without
from core.datasets.catalogue import SCHEMA_FILE, VERSIONS, Dataset, kept_as
from core.datasets.changes import Changes, against
from core.datasets.deployments import Deployments, settings_of
from core.datasets.file_rows import FileRows
from core.datasets.in_common import heirs
from core.datasets.workspace import Workspaces, recipe_of
from core.errors import DataError
from core.model.artefacts import Model
from core.model.before import Before, identity
from core.model.registry import Recipe, Registry, key_of
from core.progress import Tell
from core.schema.fields import IDENTIFIER
from core.store.erasures import Erasure
from core.store.files import new_folder, write_whole

NAMELESS = (
    "Found no column in {} that names customers: they go by the number of their row, which would be another's then. "
    "Make a file without that row the next version, and remove the versions before."
)


@dataclass(frozen=True)
class Remade:
    """A version as it was and without the customer."""

    before: Dataset
    after: Dataset
    rows: int  # of the file that were the customer's
    models: tuple[tuple[Model, Model], ...]  # pairs: those of the version, each as it was and made anew
    settings: tuple[str, str]  # under which choices of models are kept, before and now

    @property
    def keys(self) -> dict[str, str]:
        """The key of each model that was made anew, by its old one."""
        return {old.card.key: new.card.key for old, new in self.models}


def remade(
    spaces: Workspaces, dataset: Dataset, erasure: Erasure, undone: ExitStack, tell: Tell
) -> list[Remade]:
    """Every version that knows the customer, made anew; what is made goes if `undone` does not end well.

    Raises DataError or ModelError if a file can't be read or written without them, or no segments can be made of
    those who are left.
    """
    found: list[Remade] = []
    kept = spaces.catalogue.each(dataset)
    for place, one in enumerate(kept):
        tell(f"Writing version {one.version.number} without the customer", 0.8 * place / len(kept))
        rows, new = (
            rows_of(spaces, one, erasure.customer),
            {old.card.key: new for was in found for old, new in was.models},
        )
        knows = Before.load(one.file.parent) if identity(one.file.parent) else None
        known = knows is not None and (knows.people[IDENTIFIER] == pseudonym(erasure.customer)).any()
        if rows or known or (knows and knows.model in new):
            found.append(_version(spaces, one, erasure.customer, rows, knows, new, undone))
    return found


def rows_of(spaces: Workspaces, dataset: Dataset, id: str) -> int:
    """How many rows of its file are a customer's; raises DataError if no column names customers."""
    rows = FileRows.of(dataset, max_mb=spaces.catalogue.settings.max_file_mb)
    if not rows.named:
        raise DataError(NAMELESS.format(dataset.file.name))
    return rows.count([id])


def _version(
    spaces: Workspaces,
    dataset: Dataset,
    id: str,
    rows: int,
    knows: Before | None,
    new: Mapping[str, Model],
    undone: ExitStack,
) -> Remade:
    home = undone.enter_context(new_folder(dataset.home / VERSIONS / secrets.token_hex(8)))
    write_whole(home / SCHEMA_FILE, dataset.schema.to_json())
    file = _file(dataset, id, rows, home, spaces.catalogue.settings.max_file_mb)
    if knows:
        _remembered(knows, id, new.get(knows.model)).save(home)
    version = replace(dataset.version, folder=f"{VERSIONS}/{home.name}", file=file.name)
    made = spaces.catalogue.at(dataset, version)
    found = _models(spaces, dataset, made, id, rows)
    people = len(found.models[0][1].people) if found.models else (version.rows or 0) - bool(rows)
    changes = _changes(spaces, made, new.get(knows.model) if knows else None)
    return replace(found, after=replace(made, version=replace(version, rows=people, changes=changes)))


def _file(dataset: Dataset, id: str, rows: int, home: Path, max_mb: int) -> Path:
    if rows:
        return without.write(dataset, [id], home, max_mb=max_mb)
    return Path(shutil.copyfile(dataset.file, home / kept_as(dataset.file.name)))


def _remembered(knows: Before, id: str, model: Model | None) -> Before:
    """What a version knows of the one before: of that one's model as it is now, where it is kept."""
    if model is not None:
        return Before.of(model, knows.version)
    people = knows.people[knows.people[IDENTIFIER] != pseudonym(id)].reset_index(drop=True)
    return replace(knows, people=people)


def _models(spaces: Workspaces, before: Dataset, after: Dataset, id: str, rows: int) -> Remade:
    """Every model of a version, and the one that it is served with, made of the new file as they were of the old.

    Segments keep their numbers: where they are numbered by worth and that changes them, they go on from those before.
    """
    settings, registry = spaces.catalogue.settings, Registry(before.home / "models")
    old, new = recipe_of(before, settings), recipe_of(after, settings)
    digests = registry.digest(before.file), registry.digest(after.file)
    where = (settings_of(digests[0], old), settings_of(digests[1], new))
    choices = Deployments(spaces.catalogue.database, where[0], before.slug).all()
    live = choices[-1].parameters if choices else old.parameters
    known = [
        model
        for model in models_of(before, digests[0])
        if key_of(digests[0], replace(old, parameters=model.card.parameters)) == model.card.key
    ]
    if not known:
        registry.ensure(replace(new, parameters=live))
    pairs = _made_anew(registry, new, known)
    if any(renumbered(*pair) for pair in pairs) and not identity(after.file.parent):
        for _, model in pairs:
            shutil.rmtree(model.folder)
        last = next((one for one in known if one.card.parameters == live), known[0])
        _remembered(Before.of(last, before.version.number), id, None).save(after.file.parent)
        pairs = _made_anew(registry, recipe_of(after, settings), known)
    return Remade(before, after, rows, pairs, where)


def _made_anew(registry: Registry, recipe: Recipe, known: list[Model]) -> tuple[tuple[Model, Model], ...]:
    return tuple((one, registry.ensure(replace(recipe, parameters=one.card.parameters))) for one in known)


def renumbered(old: Model, new: Model) -> dict[int, int]:
    """Segments that have another number than before, by that; 0 where no segment has most of their customers."""
    found = {number: heir.after.number if heir.is_closest else 0 for number, heir in heirs(old, new).items()}
    return {number: after for number, after in found.items() if after != number}


def _changes(spaces: Workspaces, dataset: Dataset, before: Model | None) -> str:
    """What the version changed, told anew; without what was wrong in its file where the one before is not kept."""
    told = dataset.version.changes
    if not told:
        return ""
    if before is None:
        return replace(Changes.from_json(told), worse=(), better=()).to_json()
    settings = spaces.catalogue.settings
    read = read_customers(dataset.file, dataset.schema, dataset.template, max_mb=settings.max_file_mb)
    return against(before, read, dataset, settings).to_json()
