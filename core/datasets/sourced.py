"""A dataset of a table in the warehouse, which cuts it into segments itself and takes them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sqlalchemy import Connection, TableClause

from core.accounts import audit
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.data.outliers import believed_days
from core.datasets.catalogue import Dataset
from core.datasets.intake import propose
from core.datasets.offered import What, table_of, tables_offered
from core.datasets.orders_intake import customers_schema
from core.datasets.update import Update
from core.datasets.versions import Version, Way
from core.datasets.workspace import Workspaces, checked_title
from core.errors import DataError
from core.model.artefacts import Model
from core.model.fit import Parameters, fit
from core.model.registry import Recipe, Registry
from core.progress import Tell, silent
from core.runners import pulling
from core.runners.derived import Derived, days_in
from core.runners.fitting import fit_on, pipeline_of
from core.runners.source import Source, numbers_in
from core.runners.sql import Sql, with_groups
from core.runners.sql_lines import LinesInSql, dated
from core.runners.verbs import moments
from core.schema.derivations import DaysTo, YearsAt
from core.schema.fields import IDENTIFIER
from core.schema.heading_words import slug_of
from core.schema.order_lines import Lines
from core.schema.schema import Schema
from core.schema.templates.orders import categories
from core.scoring.batch import possible
from core.store.files import named_after, passing_folder

if TYPE_CHECKING:
    from core.services import Services

SAMPLE = 50_000  # rows by which it is guessed what columns are
_ALIKE = 1e-9


@dataclass(frozen=True)
class Sourced:
    """What is made of tables of the warehouse: all of it, or nothing."""

    spaces: Workspaces
    source: Source
    tell: Tell = silent

    def add(self, name: str, title: str = "", *, by: str = "", asked: str = "") -> Dataset:
        """A dataset of the customers in a table, or of those whom its order lines add up to; `asked` as `Workspaces.add`.

        Raises SourceError if the warehouse can't be reached or refuses, or there is no such table; DataError or
        ModelError if its rows are neither customers nor order lines, or no segments can be made of them.
        """
        title = checked_title(title or name)
        with passing_folder(self._home) as folder, self.source.opened() as connection:
            table = self.source.table(connection, name)
            schema = self._guessed(connection, table, folder)
            lines = schema.lines and replace(schema.lines, names=())
            found = self._folded(connection, table, lines) if lines else Found(table)
            file = folder / f"{slug_of(title, 1)}.parquet"
            frame = self._fetched(connection, found, file)
            if found.lines and frame is not None:
                schema = replace(customers_schema(frame, found.lines), lines=None)

            def made(registry: Registry, recipe: Recipe) -> None:
                cut = Cut(connection, found.table, self.source.called, self._later)
                registry.ensure(recipe, cut=cut)

            return self.spaces.add(file, title, schema, by=by, made=made, asked=asked)

    def update(
        self, name: str, slug: str, *, by: str = "", after: int | None = None, asked: str = ""
    ) -> Version:
        """The customers of a table, as they are now, as the next version of a dataset; `after` and `asked` as `Update`.

        Raises SourceError, DataError or ModelError as `add`; or if it lacks columns of the dataset.
        """
        schema = self.spaces.dataset(slug).schema
        with passing_folder(self._home) as folder:
            file = folder / f"{slug_of(name, 1)}.parquet"
            with self.source.opened() as connection:
                self._fetched(connection, self._found(connection, name, schema, folder), file)
            return Update(self.spaces, slug, self._later, asked=asked).go(
                file, Way.REPLACE, by=by, after=after
            )

    def score(self, model: Model, name: str, into: str) -> int:
        """Write the segment of each customer of a table, by the exact SQL of the model, into another: how many they are.

        Raises SourceError as `add`; if the table has no column for what segments are built on, nor for what that is made
        of; or if `into` is there already, and no table of segments.
        """
        schema, basis = model.schema, model.space.basis
        with passing_folder(self._home) as folder, self.source.opened() as connection:
            table = self._found(connection, name, schema, folder).table
            today = _today(connection, table, model)
            seen = Derived(table, schema, self.source.called, today, possible(model)).customers(basis)
            runner = Sql(connection, seen, {one: one for one in (IDENTIFIER, *basis)})
            self.tell(f"Writing segments into {into}", 0.6)
            return pulling.written(self.source, connection, runner, model.space, into, model.card.key)

    @property
    def _home(self) -> Path:
        return self.spaces.catalogue.settings.home

    def _found(self, connection: Connection, name: str, schema: Schema, folder: Path) -> Found:
        """The customers of a table by a schema that is known: its rows, or what they add up to where they are order lines."""
        table = self.source.table(connection, name)
        seen = Derived(table, schema, self.source.called, days_in(connection, table, schema))
        if not any(map(seen.lacking, (IDENTIFIER, *schema.basis))):
            return Found(table)
        lines = self._guessed(connection, table, folder).lines
        return (
            self._folded(connection, table, replace(lines, names=categories(schema)))
            if lines
            else Found(table)
        )

    def _fetched(self, connection: Connection, found: Found, file: Path) -> pd.DataFrame | None:
        """Write the customers into a file; those of order lines are told."""
        self.tell("Fetching the customers", 0.2)
        if found.lines is None:
            pulling.to_parquet(connection, found.table, file)
            return None
        runner = Sql(connection, found.table, {str(one.name): str(one.name) for one in found.table.c})
        frame = with_groups(dated(pd.concat([*runner.frames()], ignore_index=True)), found.lines)
        frame.to_parquet(file, index=False)
        return frame

    def _guessed(self, connection: Connection, table: TableClause, folder: Path) -> Schema:
        """What the columns seem to be, by some rows."""
        self.tell(f"Looking at the columns of {table.name}", 0.05)
        file = folder / f"{slug_of(str(table.name), 1)}-sample.parquet"
        pulling.to_parquet(connection, table, file, most=SAMPLE)
        found = propose(file, max_mb=self.spaces.catalogue.settings.max_file_mb)
        if found.schema is None:
            raise DataError(found.refused.replace(file.name, str(table.name)))
        return found.schema

    def _folded(self, connection: Connection, table: TableClause, lines: Lines) -> Found:
        """The customers of lines, in a table that is gone at the end."""
        self.tell("Adding up order lines in the warehouse", 0.1)
        used = {one: name for one in ("amount", "quantity", "price", "discount", "refunded") if (name := getattr(lines, one))}  # fmt: skip
        numbers_in(table, used, source=self.source.called)
        lines, asked = LinesInSql(connection, table, lines).folded(np.datetime64("now"))
        return Found(pulling.for_now(connection, asked), lines)

    def _later(self, words: str, share: float) -> None:
        self.tell(words, 0.4 + 0.5 * share)


def _today(connection: Connection, table: TableClause, model: Model) -> dict[str, pd.Timestamp]:
    """By date that ages and tenures are counted from: the latest day of the model or of the table, whichever is later."""
    found = days_in(connection, table, model.schema)
    for how in (one.derived for one in model.schema.fields if isinstance(one.derived, YearsAt | DaysTo)):
        known = believed_days(model.people.column(how.date)).last
        if isinstance(known, pd.Timestamp):
            found[how.date] = max(known, found.get(how.date, known))
    return found


@dataclass(frozen=True)
class Found:
    """Customers in the warehouse: a table, with the order lines that it was added up from, where it was."""

    table: TableClause
    lines: Lines | None = None


@dataclass(frozen=True)
class Cut:
    """How the pipeline of a model is made: in the warehouse, unless cleaning has changed what is built on here."""

    connection: Connection
    table: TableClause
    source: str  # names the warehouse
    tell: Tell = silent

    def __call__(self, table: pd.DataFrame, parameters: Parameters, schema: Schema) -> Pipeline:
        """The pipeline, with the labels of the customers in `table`."""
        runner = self._runner(parameters.basis, schema)
        if runner is None or not _is_same(table, runner, parameters.basis):
            self.tell("Cutting segments here, since cleaning changed what they are built on", 0.5)
            return fit(table, parameters, schema)
        value = schema.value if schema.value in runner.fields else None
        found = fit_on(runner, parameters, replace(schema, value=value), self.tell)
        return pipeline_of(found, table, parameters)

    def _runner(self, basis: tuple[str, ...], schema: Schema) -> Sql | None:
        """What builds segments there, and their value if it is known; None where that is not."""
        seen = Derived(self.table, schema, self.source, days_in(self.connection, self.table, schema))
        if any(map(seen.lacking, (IDENTIFIER, *basis))):
            return None
        value = [schema.value] if schema.value and not seen.lacking(schema.value) else []
        names = tuple(dict.fromkeys((*basis, *value)))
        return Sql(self.connection, seen.customers(names), {one: one for one in (IDENTIFIER, *names)})


def _is_same(table: pd.DataFrame, runner: Sql, names: tuple[str, ...]) -> bool:
    here, there = moments(table, names), runner.moments(names)
    return here.rows == there.rows and bool(
        np.array_equal(here.known, there.known)
        and np.allclose([here.means, here.squares], [there.means, there.squares], rtol=_ALIKE)
    )


def source_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: what `arguments["what"]` says of the table `arguments["table"]`, for who asked, `arguments["by"]`.

    A dataset of it, the next version of the dataset `arguments["slug"]`, or the segments of that one's live model, written
    back. Raises DataError if the operator no longer names the table, or who asked may not; and as `Sourced`.
    """
    table, by, slug = (str(arguments[one]) for one in ("table", "by", "slug"))
    what, asked = What(arguments["what"]), named_after(arguments)
    if table not in tables_offered(services.settings):
        found, expected = "a table that is not offered any more", "one of PARTERRE_SOURCE_TABLES"
        raise DataError.of("Customers in the warehouse", found, expected, "Choose another.")
    sourced = Sourced(services.workspaces, Source.of(services.settings), tell)
    if what is What.ADD:
        added = services.workspaces.catalogue.entered(asked) or sourced.add(table, by=by, asked=asked)
        audit.record(Event.DATASET_ADDED, by=by, dataset=added.slug)
        return {"slug": added.slug}
    services.access.check(by, Action.UPDATE_DATASET, slug)
    if what is What.UPDATE:
        return {"slug": slug, "version": sourced.update(table, slug, by=by, after=arguments["after"], asked=asked).number}  # fmt: skip
    return {"slug": slug, "into": table_of(slug), "rows": score_back(services, sourced, slug, table, table_of(slug), by=by)}  # fmt: skip


def score_back(services: Services, sourced: Sourced, slug: str, table: str, into: str, *, by: str) -> int:
    """Write the segments of a dataset's live model into the warehouse, and that it was done into the log: of how many."""
    with services.workspaces.at(slug):
        model = services.model
        rows = sourced.score(model, table, into)
    audit.record(Event.SCORED_BACK, by=by, dataset=slug or None, model=model.card.key, customers=rows)
    return rows
