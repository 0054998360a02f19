"""A dataset of a table in the warehouse, which cuts it into segments itself and takes them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sklearn.pipeline import Pipeline
from sqlalchemy import Connection, TableClause

from core.datasets.catalogue import Dataset
from core.datasets.intake import propose
from core.datasets.orders_intake import customers_schema
from core.datasets.workspace import Workspaces, checked_title
from core.errors import DataError, SourceError
from core.model.artefacts import Model
from core.model.fit import Parameters, fit
from core.model.registry import Recipe, Registry
from core.progress import Tell, silent
from core.runners import pulling
from core.runners.fitting import fit_on, pipeline_of
from core.runners.source import Source, numbers_in
from core.runners.sql import Sql, with_groups
from core.runners.sql_lines import LinesInSql, dated
from core.runners.verbs import moments
from core.schema.fields import IDENTIFIER
from core.schema.heading_words import slug_of
from core.schema.order_lines import Lines
from core.schema.schema import Schema
from core.store.files import passing_folder

SAMPLE = 50_000  # rows by which it is guessed what columns are
_ALIKE = 1e-9


@dataclass(frozen=True)
class Sourced:
    """What is made of tables of the warehouse: all of it, or nothing."""

    spaces: Workspaces
    source: Source
    tell: Tell = silent

    def add(self, name: str, title: str = "", *, by: str = "") -> Dataset:
        """A dataset of the customers in a table, or of those whom its order lines add up to.

        Raises SourceError if the warehouse can't be reached or refuses, or there is no such table; DataError or
        ModelError if its rows are neither customers nor order lines, or no segments can be made of them.
        """
        title = checked_title(title or name)
        home = self.spaces.catalogue.settings.home
        with passing_folder(home) as folder, self.source.opened() as connection:
            table = self.source.table(connection, name)
            schema = self._guessed(connection, table, folder)
            file = folder / f"{slug_of(title, 1)}.parquet"
            if schema.lines:
                lines, customers = self._folded(connection, table, schema.lines)
                runner = Sql(connection, customers, {str(one.name): str(one.name) for one in customers.c})
                frame = with_groups(dated(pd.concat([*runner.frames()], ignore_index=True)), lines)
                frame.to_parquet(file, index=False)
                schema = replace(customers_schema(frame, lines), lines=None)
                fields: Mapping[str, str] = {one: one for one in (IDENTIFIER, *schema.basis)}
            else:
                customers, fields = table, fields_in(table, schema, self.source.called)
                self.tell("Fetching the customers", 0.2)
                pulling.to_parquet(connection, table, file)

            def made(registry: Registry, recipe: Recipe) -> None:
                runner = Sql(connection, customers, fields)
                registry.ensure(recipe, cut=Cut(runner, self._later))

            return self.spaces.add(file, title, schema, by=by, made=made)

    def score(self, model: Model, name: str, into: str) -> int:
        """Write the segment of each customer of a table, by the exact SQL of the model, into another: how many they are.

        Raises SourceError as `add`; or if `into` is there already, and no table of segments.
        """
        home = self.spaces.catalogue.settings.home
        with passing_folder(home) as folder, self.source.opened() as connection:
            table = self.source.table(connection, name)
            if not {*model.space.basis} <= {*_named(table, model.schema)}:
                schema = self._guessed(connection, table, folder)
                if schema.lines is None:
                    fields_in(table, model.schema, self.source.called, model.space.basis)
                else:
                    table = self._folded(connection, table, schema.lines)[1]
            fields = fields_in(table, model.schema, self.source.called, model.space.basis)
            key = model.card.key
            self.tell(f"Writing segments into {into}", 0.6)
            return pulling.written(
                self.source, connection, Sql(connection, table, fields), model.space, into, key
            )

    def _guessed(self, connection: Connection, table: TableClause, folder: Path) -> Schema:
        """What the columns seem to be, by some rows."""
        self.tell(f"Looking at the columns of {table.name}", 0.05)
        file = folder / f"{slug_of(str(table.name), 1)}.parquet"
        pulling.to_parquet(connection, table, file, most=SAMPLE)
        found = propose(file, max_mb=self.spaces.catalogue.settings.max_file_mb)
        if found.schema is None:
            raise DataError(found.refused.replace(file.name, str(table.name)))
        return found.schema

    def _folded(self, connection: Connection, table: TableClause, lines: Lines) -> tuple[Lines, TableClause]:
        """The customers of lines, in a table that is gone at the end."""
        self.tell("Adding up order lines in the warehouse", 0.1)
        used = {one: name for one in ("amount", "quantity", "price", "discount", "refunded") if (name := getattr(lines, one))}  # fmt: skip
        numbers_in(table, used, source=self.source.called)
        lines, asked = LinesInSql(connection, table, replace(lines, names=())).folded(np.datetime64("now"))
        return lines, pulling.for_now(connection, asked)

    def _later(self, words: str, share: float) -> None:
        self.tell(words, 0.4 + 0.5 * share)


@dataclass(frozen=True)
class Cut:
    """How the pipeline of a model is made: in the warehouse, unless cleaning has changed what is built on here."""

    runner: Sql
    tell: Tell = silent

    def __call__(self, table: pd.DataFrame, parameters: Parameters, schema: Schema) -> Pipeline:
        """The pipeline, with the labels of the customers in `table`."""
        known = {*self.runner.fields} >= {*parameters.basis}
        if not known or not self._same(table, parameters.basis):
            self.tell("Cutting segments here, since cleaning changed what they are built on", 0.5)
            return fit(table, parameters, schema)
        value = schema.value if schema.value in self.runner.fields else None
        found = fit_on(self.runner, parameters, replace(schema, value=value), self.tell)
        return pipeline_of(found, table, parameters)

    def _same(self, table: pd.DataFrame, names: tuple[str, ...]) -> bool:
        here, there = moments(table, names), self.runner.moments(names)
        return here.rows == there.rows and bool(
            np.array_equal(here.known, there.known)
            and np.allclose([here.means, here.squares], [there.means, there.squares], rtol=_ALIKE)
        )


def fields_in(
    table: TableClause, schema: Schema, source: str, wanted: tuple[str, ...] = ()
) -> Mapping[str, str]:
    """The columns of a table that hold the identifier and numbers of the basis, by field; all of `wanted` have to be there.

    Raises SourceError if one is missing, or holds no numbers.
    """
    found = _named(table, schema)
    if lacking := [one for one in (IDENTIFIER, *wanted) if one not in found]:
        label = schema[lacking[0]].column or lacking[0] if lacking[0] in schema else lacking[0]
        hint = "Make a view that has it, under that name, and use that."
        raise SourceError.of(source, f"no column {label} in {table.name}", "what segments are built on", hint)  # fmt: skip
    numbers = {f"field {one}": name for one, name in found.items() if one in wanted}
    numbers_in(table, numbers, source=source)
    return found


def _named(table: TableClause, schema: Schema) -> dict[str, str]:
    """By field, the column of its own name, or of that in the file."""
    names = {str(one.name): one.type for one in table.c}
    numbers = {name for name, kind in names.items() if isinstance(kind, sa.BigInteger | sa.Double)}
    asked: dict[str, tuple[str, ...]] = {
        one: (one, (schema[one].column or one) if one in schema else one)
        for one in (IDENTIFIER, *schema.basis, *([schema.value] if schema.value else []))
    }
    found: dict[str, Any] = {
        field: next((one for one in places if one in names), None) for field, places in asked.items()
    }
    return {field: one for field, one in found.items() if one and (field == IDENTIFIER or one in numbers)}
