"""A model's files: saved as one folder, whole or not at all; loaded only if they are what was saved."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pyarrow.lib import ArrowException
from sklearn.pipeline import Pipeline

from core.crossfilter import table as crossfilter
from core.crossfilter.memory import Lately
from core.data.people import People
from core.data.tight import at_once
from core.errors import DataError
from core.model import axes
from core.model.card import FORMAT, Card
from core.model.fit import method
from core.model.refits import Refits
from core.model.space import Space
from core.schema.fields import LOG
from core.schema.schema import Schema
from core.store.files import fingerprint, sync_file, sync_folder

PIPELINE, SPACE, REFITS, PEOPLE, COLUMNS, CARD = (
    "pipeline.skops",
    "space.json",
    "refits.npy",
    "customers.arrow",
    "crossfilter",
    "card.json",
)

REMEMBERED = 200  # what was worked out, of some tens of kB each, before all of it is forgotten
ANSWERS = 16 << 20  # bytes of answers to clicks, some ten kB each
T = TypeVar("T")


class DamagedError(Exception):
    """An artefact that is truncated, changed, or not ours; it is refitted, never served."""


@dataclass(frozen=True)
class Model:
    """What a fitted pipeline comes to, also when made again, its customers, the columns that charts count, and its card."""

    space: Space
    refits: Refits
    people: People
    crossfilter: crossfilter.Crossfilter
    card: Card
    folder: Path

    @property
    def schema(self) -> Schema:
        """What its columns are, and which roles they play."""
        return self.card.schema

    def without(self, columns: Collection[str]) -> Model:
        """The same without columns that describe, in lists, filters and what is told of it."""
        card = self.card.without(columns)
        lost = {*columns, *self.schema} - {*card.schema}
        held = [name for name in self.people.arrow.column_names if name in lost]
        # What pandas notes beside a table names every column.
        people = People(self.people.arrow.drop_columns(held).replace_schema_metadata(None), card.schema)
        return replace(
            self,
            people=people,
            crossfilter=self.crossfilter.without(lost | {f"{name}{LOG}" for name in lost}),
            card=card,
        )

    def once(self, asked: Hashable, make: Callable[[], T]) -> T:
        """What `make` comes to, which depends on nothing but this model and what is `asked`; worked out once.

        The figures of a click stand in several places of a page, and many people click on the same.
        """
        known = self._known
        if (found := known.get(asked)) is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[asked] = make()
        return found

    @cached_property
    def answers(self) -> Lately:
        """What pages said of it last; see `callbacks.filters.kept`."""
        return Lately(ANSWERS)

    @cached_property
    def _known(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def table(self) -> pd.DataFrame:
        """All customers in memory: for downloads and tests, not for a click."""
        return self.people.frame()


def save(parent: Path, pipeline: Pipeline, refits: Refits, table: pd.DataFrame, card: Card) -> None:
    """Write the folder `parent/card.key` beside its final place, then rename it."""
    import skops.io  # half a second, which a start that fits nothing can do without

    temporary = parent / f".{card.key}.{secrets.token_hex(6)}"
    temporary.mkdir(mode=0o700)
    skops.io.dump(pipeline, temporary / PIPELINE)
    (temporary / SPACE).write_bytes(Space.of(pipeline).to_json())
    refits.save(temporary / REFITS)
    at_once(
        lambda: People.write(table, temporary / PEOPLE, card.schema),
        lambda: axes.build(table, card.profile, temporary / COLUMNS, card.schema, card.parameters.basis),
        rows=len(table),
    )
    (temporary / CARD).write_bytes(replace(card, digests=_digests(temporary)).to_json())
    for path in _files(temporary):
        sync_file(path)
    for folder in (temporary / COLUMNS, temporary):
        sync_folder(folder)
    os.rename(temporary, parent / card.key)
    sync_folder(parent)


def load(folder: Path) -> Model:
    """The model in `folder`.

    Raises DamagedError if any file is missing, changed since it was saved, or of another kind than expected.
    """
    card = _card(folder)
    if _digests(folder) != card.digests:
        raise DamagedError("the files are not those that were saved")
    try:
        space = Space.from_json((folder / SPACE).read_bytes())
        refits = Refits.open(folder / REFITS)
        people = People.open(folder / PEOPLE, card.schema)
        columns = axes.in_words(crossfilter.Crossfilter.open(folder / COLUMNS), card.schema)
        columns = axes.typed_over(columns, people)
    except (OSError, ValueError, TypeError, KeyError, ArrowException, DataError) as error:
        raise DamagedError(f"{type(error).__name__} while loading") from error
    if space.basis != card.parameters.basis or not len(people) == len(columns) == card.profile.customers:
        raise DamagedError("space and customers are not of this model")
    return Model(space, refits, people, columns, card, folder)


def _card(folder: Path) -> Card:
    try:
        card = Card.from_json((folder / CARD).read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedError(f"{CARD} can't be read") from error
    if card.format != FORMAT or card.key != folder.name:
        raise DamagedError(f"{CARD} is of another model")
    if card.method != method(card.profile.customers):
        raise DamagedError(f"fitted by {card.method}, as it is no longer done")
    return card.at_scale()


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in _files(folder) if path.name != CARD]
    return {path.relative_to(folder).as_posix(): fingerprint(path) for path in files}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
