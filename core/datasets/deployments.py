"""Which model answers, and which did before: the latest row is live, going back is a row more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from core.datasets.marks import Marks
from core.model.artefacts import CARD
from core.model.fit import Parameters
from core.model.registry import Recipe, key_of
from core.store.database import Database
from core.store.files import named_after
from core.store.tables import deployments as table
from core.store.tables import marks

REMEMBERED = 100  # the latest choices; older ones are not shown


@dataclass(frozen=True)
class Deployment:
    """A model that somebody made the live one; `by` is empty for the one that the settings name."""

    key: str
    parameters: Parameters
    by: str
    when: str


@dataclass(frozen=True)
class Fit:
    """A model that was live, or is, and of which version of the customers; 0 where these have none."""

    version: int
    chosen: Deployment

    @property
    def key(self) -> str:
        """The model's."""
        return self.chosen.key


@dataclass(frozen=True)
class Deployments:
    """The choices of a dataset.

    `settings` is a hash of data, rules and parameters: where an operator changes any of them, choices are
    about something else, and the settings count again.
    """

    database: Database
    settings: str
    dataset: str = ""

    def all(self) -> tuple[Deployment, ...]:
        """What was chosen, the latest last."""
        with self.database.reading() as connection:
            return self._all(connection)

    def add(self, chosen: Deployment, *, first: Deployment) -> bool:
        """Make a model live, after `first` where nothing has been chosen yet; False if it is live already.

        Raises ModelError if it is retired.
        """
        with self.database.changing("deployments", self.dataset) as connection:
            if self.live(connection, first=first) == chosen.key:
                return False
            Marks(self.database, self.dataset).check(chosen.key, connection)
            new = (chosen,) if self._all(connection) else (first, chosen)
            connection.execute(insert(table), [self._row(one) for one in new])
        return True

    def live(self, connection: Connection, *, first: Deployment) -> str:
        """Key of the model that is live, `first` where nothing has been chosen yet, in a transaction of the caller's."""
        return (self._all(connection) or (first,))[-1].key

    def renew(self, digest: str, recipe: Recipe) -> None:
        """Have choices, and what people said of models, go by the keys that these have today: an upgrade changes them."""
        stored = self.all()
        keys = {one.key: new.key for one, new in zip(stored, of_today(stored, digest, recipe), strict=True)}
        if all(was == key for was, key in keys.items()):
            return
        with self.database.changing("deployments", self.dataset) as connection:
            for was, key in keys.items():
                for one in (table, marks):
                    about = (one.c.dataset == self.dataset) & (one.c.model == was)
                    connection.execute(update(one).where(about).values(model=key))

    def _all(self, connection: Connection) -> tuple[Deployment, ...]:
        of_these = (table.c.dataset == self.dataset) & (table.c.settings == self.settings)
        asked = select(table).where(of_these).order_by(table.c.id.desc()).limit(REMEMBERED)
        return tuple(_deployment(row) for row in connection.execute(asked))[::-1]

    def _row(self, one: Deployment) -> dict[str, str]:
        return {
            "dataset": self.dataset,
            "settings": self.settings,
            "model": one.key,
            "parameters": json.dumps(one.parameters.told),
            "who": one.by,
            "at": one.when,
        }


def of_today(choices: Sequence[Deployment], digest: str, recipe: Recipe) -> tuple[Deployment, ...]:
    """The same choices by the keys that their models have today: those of an upgrade are others."""
    recipes = (replace(recipe, parameters=one.parameters) for one in choices)
    return tuple(
        replace(one, key=key_of(digest, made_of)) for one, made_of in zip(choices, recipes, strict=True)
    )


def previous_of(choices: Sequence[Deployment], said: Marks) -> Deployment | None:
    """The choice before the last one, of another model that is not retired; None if there is none."""
    *before, last = choices
    others = (one for one in reversed(before) if one.key != last.key)
    return next((one for one in others if not said.is_retired(one.key)), None)


def kept(folder: Path, fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """Those whose models are still in a folder, each once, by version; of one version the latest last."""
    found: dict[str, Fit] = {}
    for one in fits:
        found.pop(one.key, None)
        if (folder / one.key / CARD).exists():
            found[one.key] = one
    return tuple(sorted(found.values(), key=lambda one: one.version))


def settings_of(digest: str, recipe: Recipe) -> str:
    """Hash of what an operator has set: data, rules and parameters, whatever the versions of libraries."""
    made_of = {"data": digest, "rules": recipe.rules, "parameters": recipe.parameters.told}
    return named_after(made_of)


def _deployment(row: Row[Any]) -> Deployment:
    return Deployment(row.model, _PARAMETERS.validate_json(row.parameters), row.who, row.at)


_PARAMETERS: TypeAdapter[Parameters] = TypeAdapter(Parameters)
