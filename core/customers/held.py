"""What is held of one customer, as JSON: rows of every version, what was made of them, and where else they are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from core.customers import traces
from core.customers.traces import Trace, Where
from core.data.pseudonyms import pseudonym
from core.datasets.catalogue import DEFAULT, Catalogue, Dataset
from core.datasets.file_rows import FileRows
from core.datasets.workspace import Workspaces
from core.errors import DataError, ModelError
from core.model.artefacts import DamagedError, Model, load
from core.model.before import Before, identity
from core.model.given_names import Names, called
from core.model.registry import Registry
from core.schema.fields import IDENTIFIER, SEGMENT
from core.store.times import now

LONGEST_ID = 200
KEPT = (
    "The audit log: who signed in, changed or took what, and when.",
    "Figures of many customers, such as averages of a segment: nobody is told apart in them.",
    "Copies that are not in Parterre's folder: backups, files that people took, the file that the dataset came from.",
)


def held(
    spaces: Workspaces, id: str, slugs: Iterable[str], *, owner: str | None = None, files: bool = True
) -> dict[str, Any]:
    """All that is held of a customer in some datasets.

    `slugs`: which datasets. `owner`: key of who asks, where they may see their own files, views and calculations only.
    `files`: whether files that pass through are looked into as well, which may take long.
    """
    id, catalogue = checked_id(id), spaces.catalogue
    told = [_of(catalogue, spaces.dataset(slug), id, owner, files) for slug in slugs]
    found = [one for one in told if one["versions"] or one["named"]]
    return {"customer": id, "told": now(), "found": bool(found), "datasets": found, "also_kept": list(KEPT)}


def checked_id(id: str) -> str:
    """An ID as it is asked for; raises DataError if it can't be one."""
    id = id.strip()
    if not 0 < len(id) <= LONGEST_ID or not id.isprintable():
        raise DataError("Found no ID of a customer. Expected one as it stands in the file. Type it anew.")
    return id


def models_of(dataset: Dataset, digest: str) -> Iterator[Model]:
    """The models that were made of a version's file, by its digest."""
    for card in sorted((dataset.home / "models").glob("[0-9a-f]*/card.json")):
        try:
            model = load(card.parent)
        except DamagedError:
            continue
        if model.card.data.sha256 == digest:
            yield model


def _of(catalogue: Catalogue, dataset: Dataset, id: str, owner: str | None, files: bool) -> dict[str, Any]:
    named = [one for one in traces.of(catalogue, dataset, id, files=files) if _may_see(one, owner)]
    versions = [_version(catalogue, dataset, one, id) for one in catalogue.each(dataset)]
    return {
        "dataset": dataset.slug or DEFAULT,
        "title": dataset.title,
        "versions": [one for one in versions if one["rows"] or one["models"] or one["before"]],
        "named": [
            {"in": one.where, "id": one.id, "says": one.says, "owner": one.owner or None} for one in named
        ],
    }


def _may_see(trace: Trace, owner: str | None) -> bool:
    """What is each person's own is told to them only; notes and findings are everybody's."""
    everybodys = (Where.NOTE, Where.PAGE_NOTE, Where.MARK, Where.FINDING, Where.CHANGES)
    return owner is None or trace.where in everybodys or trace.owner.casefold() == owner


def _version(catalogue: Catalogue, live: Dataset, dataset: Dataset, id: str) -> dict[str, Any]:
    rows = FileRows.of(dataset, max_mb=catalogue.settings.max_file_mb)
    digest = Registry(dataset.home / "models").digest(dataset.file)
    names = Names(catalogue.database, dataset.slug)
    models = [_in_model(one, names, id) for one in models_of(dataset, digest)]
    return {
        "version": dataset.version.number,
        "live": dataset.version.number == live.version.number,
        "file": dataset.file.name,
        "came_in": dataset.version.at or None,
        "by": dataset.version.who or None,
        "rows": rows.texts(id),
        "models": [one for one in models if one],
        "before": _before(dataset, id),
    }


def _in_model(model: Model, names: Names, id: str) -> dict[str, Any] | None:
    """What a model made of the customer: every field, the segment, and what that is called."""
    place = model.people.place(id)
    if place is None:
        return None
    [row] = plain_rows(model, place)
    segment = int(row.pop(SEGMENT))
    profile = model.card.profile
    return {
        "model": model.card.key,
        "segments": len(profile.segments),
        "segment": segment,
        "name": called(profile, names.of(model))[segment],
        "values": {name: value for name, value in row.items() if name != IDENTIFIER},
    }


def plain_rows(model: Model, *places: int) -> list[dict[str, Any]]:
    """Rows of a model as JSON has values: gaps as null, days as ISO."""
    rows = model.people.arrow.select(model.people.columns).take(np.array(places)).to_pylist()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if isinstance(value, float) and value != value else value


def _before(dataset: Dataset, id: str) -> dict[str, Any] | None:
    """What a version remembers of the customer in the one before."""
    folder = dataset.file.parent
    try:
        people = Before.load(folder).people if identity(folder) else None
    except ModelError:
        return None
    if people is None or not (people[IDENTIFIER] == pseudonym(id)).any():
        return None
    [found] = people[people[IDENTIFIER] == pseudonym(id)].to_dict("records")
    return {str(name): _plain(value) for name, value in found.items() if name != IDENTIFIER}
