"""Erasing a customer of a dataset: said first, then done whole, or not at all; begun, it is finished at the next start."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from filelock import Timeout
from sqlalchemy import delete

from core.accounts import audit
from core.accounts.audit import Event
from core.customers import traces
from core.customers.held import checked_id, models_of
from core.customers.mentions import is_plain
from core.customers.remade import NAMELESS, Remade, remade, renumbered, rows_of
from core.customers.switched import go_over
from core.customers.traces import Trace, Where
from core.data.pseudonyms import pseudonym
from core.datasets import unserved
from core.datasets.catalogue import Dataset
from core.datasets.unserved import removed
from core.datasets.workspace import Workspaces
from core.errors import DataError, ParterreError
from core.model.artefacts import Model
from core.model.card import is_named
from core.model.registry import Registry
from core.progress import Cancelled, Tell, silent
from core.store.erasures import Erasure, Erasures, Stage
from core.store.kept_files import reports_in
from core.store.tables import staged_files

log = logging.getLogger(__name__)
_PASSING: Mapping[Where, str] = MappingProxyType(
    {Where.SCORED: "scored", Where.EXPORT: "exports", Where.STAGED: "staged"}
)


@dataclass(frozen=True)
class Plan:
    """What erasing a customer would change."""

    # By version: of each version's file that has any; None where they were not counted.
    rows: Mapping[int, int | None]
    models: tuple[str, ...]  # keys of those that would be made anew
    named: Mapping[str, int]  # by str: how often they are named elsewhere, by where
    is_short: bool  # whether names and notes are not looked through, since the ID could be any number there

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self.rows or self.named)


def plan(spaces: Workspaces, slug: str, id: str, *, files: bool = True) -> Plan:
    """What erasing a customer would change; nothing is changed.

    Without `files`, what is known of the models is told, and how many rows the customer has is not.
    Raises DataError if that is no ID, a file can't be read, or no column of it names customers.
    """
    catalogue, dataset, id = spaces.catalogue, spaces.dataset(slug), checked_id(id)
    rows: dict[int, int | None] = {}
    models: list[str] = []
    for one in catalogue.each(dataset):
        made = list(models_of(one, Registry(one.home / "models").digest(one.file)))
        count = rows_of(spaces, one, id) if files else _known(made, one, id)
        if count != 0:
            rows[one.version.number] = count
            models += [model.card.key for model in made]
    named = Counter(str(trace.where) for trace in traces.of(catalogue, dataset, id, files=files))
    return Plan(rows, tuple(models), named, not is_plain(id))


def _known(made: Sequence[Model], dataset: Dataset, id: str) -> int | None:
    """None where a model has the customer, whose rows nobody has counted; else nobody has them."""
    if not all(is_named(model.card) for model in made):
        raise DataError(NAMELESS.format(dataset.file.name))
    return None if any(model.people.place(id) is not None for model in made) else 0


def begin(spaces: Workspaces, slug: str, id: str, *, by: str) -> Erasure:
    """Write down that a customer is to be erased; from then on no file brings them back."""
    id, slug = checked_id(id), spaces.dataset(slug).slug
    return Erasures(spaces.catalogue.database).begin(slug, id, by, known_as=pseudonym(id))


def erase(spaces: Workspaces, slug: str, id: str, *, by: str, tell: Tell = silent) -> Erasure:
    """Take a customer out of a dataset: every version, model and mention; `told` of what is returned says what was done.

    Raises DataError or ModelError if nothing is held of the customer, or a version can't be made without them: then
    nothing has changed.
    """
    if plan(spaces, slug, id).is_empty:
        raise DataError(
            f"Nothing is held of {id[:64]!r} here. Expected an ID as it stands in the file. Look it up there."
        )
    return finish(spaces, begin(spaces, slug, id, by=by), tell)


def finish(spaces: Workspaces, begun: Erasure, tell: Tell = silent, *, timeout: float = -1) -> Erasure:
    """Do what is left of an erasure, however far it is; one that can't be done, or is cancelled, is forgotten.

    Raises DataError or ModelError if a version can't be made without the customer: then nothing has changed.
    """
    erasures, dataset = Erasures(spaces.catalogue.database), spaces.dataset(begun.dataset)
    with ExitStack() as held:
        _wait(held, spaces, dataset, tell, timeout)
        known = erasures.find(begun.number)
        if known is None or known.stage is Stage.DONE:
            return known or begun
        if known.customer:
            try:
                told = _switched(spaces, known, tell)
            except (ParterreError, OSError, Cancelled):
                erasures.drop(begun.number)
                raise
            told["files"] = _cleared(spaces, known, told["models"])
            erasures.unnamed(begun.number, told)
        spaces.catalogue.database.forget()
        audit.record(Event.CUSTOMER_ERASED, user=begun.who, dataset=begun.dataset, erasure=begun.number)
        erasures.done(begun.number)
        return erasures.find(begun.number) or begun


def _wait(held: ExitStack, spaces: Workspaces, dataset: Dataset, tell: Tell, timeout: float) -> None:
    """Until nobody else changes the files; whoever waits without end says so, and can be cancelled."""
    while True:
        try:
            held.enter_context(spaces.catalogue.alone(dataset, timeout=1 if timeout < 0 else timeout))
        except Timeout:
            if timeout >= 0:
                raise
            tell("Waiting until nobody else changes the files of this dataset", 0.0)
        else:
            return


def resume(spaces: Workspaces) -> None:
    """Finish what a process that was killed has begun, unless another one is at it, or the worker is to do it."""
    erasures = Erasures(spaces.catalogue.database)
    for begun in erasures.under_way():
        is_over = erasures.asked(begun.number) if begun.stage is Stage.BEGUN else None
        if is_over:
            erasures.drop(begun.number)
        if is_over is not None:
            continue  # the worker looks first whether who asked still may
        try:
            finish(spaces, begun, timeout=0)
        except Timeout:
            log.info("Erasure %d is under way in another process", begun.number)
        except (ParterreError, OSError) as error:
            log.error("Erasure %d can't be finished: %s", begun.number, type(error).__name__)


def _switched(spaces: Workspaces, begun: Erasure, tell: Tell) -> dict[str, Any]:
    """Make everything without the customer, and go over to it at once; what was changed."""
    catalogue, id = spaces.catalogue, begun.customer
    with spaces.at(begun.dataset):
        dataset = spaces.current.dataset
    with ExitStack() as undone:
        made = remade(spaces, dataset, begun, undone, tell)
        tell("Looking for other mentions", 0.85)
        named = traces.of(catalogue, dataset, id)
        told = dict(begun.told) if begun.stage is Stage.SWITCHED else _told(made, named)
        with catalogue.database.changing("datasets") as connection:
            go_over(connection, dataset.slug, id, made, named)
            Erasures(catalogue.database).switched(connection, begun.number, told)
    _drop_passing(spaces, named)
    return told


def _cleared(spaces: Workspaces, begun: Erasure, old: Mapping[str, str]) -> int:
    with spaces.at(begun.dataset):
        dataset = spaces.current.dataset
    count = unserved.clear(spaces.catalogue, dataset, old)
    # What ran meanwhile on the models of before has left something after it was looked for.
    late = traces.of(spaces.catalogue, dataset, begun.customer)
    with spaces.catalogue.database.changing("datasets") as connection:
        go_over(connection, dataset.slug, begun.customer, (), late)
    _drop_passing(spaces, late)
    # A note that named the customer may stand in any of them.
    reports = reports_in(spaces.catalogue.settings.home, dataset.home.name)
    with reports.alone():  # whatever is under way is kept before this, or not at all
        reports.drop_all()
    return count


def _told(made: Sequence[Remade], named: Sequence[Trace]) -> dict[str, Any]:
    changed = [renumbered(*pair) for one in made for pair in one.models]
    return {
        "versions": [
            {"version": one.before.version.number, "file": one.after.file.name, "rows": one.rows}
            for one in made
        ],
        "models": {old: new for one in made for old, new in one.keys.items()},
        "renumbered": sum(map(bool, changed)),
        "named": dict(Counter(str(one.where) for one in named)),
    }


def _drop_passing(spaces: Workspaces, named: Iterable[Trace]) -> int:
    """Take away files that pass through and name the customer; how many."""
    home, count = spaces.catalogue.settings.home, 0
    for one in named:
        if one.where in _PASSING:
            count += removed(home / _PASSING[one.where] / one.id)
        if one.where is Where.STAGED:
            spaces.catalogue.database.change(delete(staged_files).where(staged_files.c.id == one.id))
    return count
