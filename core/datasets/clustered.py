"""A dataset of customers in files on shared storage, read and cut into segments by a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet
from sklearn.pipeline import Pipeline

from core.accounts import audit
from core.accounts.audit import Event
from core.data.read import Read
from core.datasets.catalogue import Dataset
from core.datasets.intake import propose
from core.datasets.offered import offered, title_of
from core.datasets.templates import template_of
from core.datasets.workspace import Workspaces, checked_title
from core.errors import DataError
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.progress import Tell, silent
from core.runners import shared, whole
from core.runners.fitting import fit_on, pipeline_of
from core.runners.partials import added
from core.runners.reading import as_one
from core.schema.heading_words import slug_of
from core.schema.schema import Schema
from core.store.files import named_after, passing_folder

if TYPE_CHECKING:
    from distributed import Client

    from core.runners.cluster import Parts
    from core.services import Services

SAMPLE = 50_000  # customers by whom it is guessed what columns are
_READ, _MODEL = 0.4, 0.9  # of all work, once parts are read, and once the model is made


@dataclass(frozen=True)
class Clustered:
    """What is made of files at an address, with the workers of a scheduler: all of it, or nothing."""

    spaces: Workspaces
    address: str
    scheduler: str
    tell: Tell = silent

    def add(self, title: str, *, schema: Schema | None = None, by: str = "", asked: str = "") -> Dataset:
        """The files as one dataset, with its model; `asked` as `Workspaces.add`.

        Raises DataError or ModelError if a file can't be read, or no segments can be made; what is wrong in one file
        names it; ClusterError if the cluster can't be reached, or is gone before the end.
        """
        from core.runners.cluster import connected  # half a second, which nobody else has to wait

        title = checked_title(title)
        home = self.spaces.catalogue.settings.home
        with connected(self.scheduler) as client, passing_folder(home) as folder:
            parts = parts_at(client, self.address, self.tell)
            file = folder / f"{slug_of(title, 1)}.parquet"
            meant = schema or self._proposed(_sample(parts, folder))
            if meant.lines:
                self.tell(
                    "Adding up order lines here, since those of one order may lie in several files", _READ
                )
                _copied(parts, file)
                meant = schema or self._proposed(file)
                return self.spaces.add(file, title, meant, by=by, asked=asked)
            read = read_by(client, parts, meant, self.tell)
            _copied(parts, file)

            def made(registry: Registry, recipe: Recipe) -> None:
                self._made(read, registry, recipe)

            return self.spaces.add(file, title, meant, by=by, made=made, asked=asked)

    def _proposed(self, file: Path) -> Schema:
        """What the columns seem to be."""
        self.tell("Looking at the columns", 0.05)
        found = propose(file, max_mb=self.spaces.catalogue.settings.max_file_mb)
        if found.schema is None:
            raise DataError(found.refused.replace(file.name, self.address))
        return found.schema

    def _made(self, read: Parts, registry: Registry, recipe: Recipe) -> None:
        of = known_of(read, recipe.meant)
        people = read.then(frame_of).then(whole.cleaned, of, recipe.on, places=True)

        def cut(table: pd.DataFrame, parameters: Parameters, schema: Schema) -> Pipeline:
            found = fit_on(people, parameters, schema, self._later)
            return pipeline_of(found, table, parameters)

        def gathered(_recipe: Recipe) -> Read:
            self.tell("Fetching the customers", _READ)
            return as_one(dict(zip(read.futures, read.here(), strict=True)))

        registry.ensure(recipe, gathered, cut)
        self.tell("Entering the dataset", _MODEL)

    def _later(self, words: str, share: float) -> None:
        self.tell(words, _READ + share * (_MODEL - _READ))


def cluster_work(services: Services, arguments: Mapping[str, Any], tell: Tell = silent) -> dict[str, object]:
    """The job: make the dataset of the files at `arguments["address"]`, for who asked, `arguments["by"]`.

    Raises DataError if the operator no longer names the address; and as `Clustered.add`.
    """
    address, by, settings = str(arguments["address"]), str(arguments["by"]), services.settings
    if address not in offered(settings):
        found, expected = "an address that is not offered any more", "one of PARTERRE_CLUSTER_DATA"
        raise DataError.of("Files on shared storage", found, expected, "Choose another.")
    made, asked = (
        Clustered(services.workspaces, address, settings.dask_scheduler, tell),
        named_after(arguments),
    )
    dataset = services.workspaces.catalogue.entered(asked) or made.add(title_of(address), by=by, asked=asked)
    audit.record(Event.DATASET_ADDED, by=by, dataset=dataset.slug)
    return {"slug": dataset.slug}


def parts_at(client: Client, address: str, tell: Tell = silent) -> tuple[shared.Part, ...]:
    """The files at an address in parts; raises DataError or SchemaError naming one that is damaged, or not as the others."""
    from core.runners.cluster import Parts

    tell(f"Looking at the files of {address}", 0.0)
    paths = shared.files(address)
    named = {path.rsplit("/", 1)[-1]: path for path in paths}
    named = named if len(named) == len(paths) else {path: path for path in paths}
    return shared.parts(Parts.made_by(client, shared.footer, named).here())


def read_by(client: Client, parts: tuple[shared.Part, ...], meant: Schema, tell: Tell = silent) -> Parts:
    """The customers of each part, which stay on the workers."""
    from core.runners.cluster import Parts

    named = {one.name: one for one in parts}
    asked = Parts.made_by(client, shared.read, named, meant, template_of(meant))
    words = "Reading files on the cluster"
    return asked.made(lambda said, share: tell(said, 0.1 + share * (_READ - 0.1)), words)


def known_of(read: Parts, meant: Schema) -> whole.Whole:
    """What has to be known of all customers before some are cleaned."""
    return whole.whole(added(read.then(frame_of).each(whole.outline, meant)), meant)


def frame_of(read: Read) -> pd.DataFrame:
    """What was read, without what was remarked."""
    return read.frame


def _sample(parts: tuple[shared.Part, ...], folder: Path) -> Path:
    """Some rows of each part in one file."""
    file, each = folder / "sample.parquet", max(1, SAMPLE // len(parts))
    tables = [shared.table(one, each) for one in parts]
    parquet.write_table(pa.concat_tables(tables, promote_options="permissive"), file)
    return file


def _copied(parts: tuple[shared.Part, ...], path: Path) -> Path:
    """All parts in one file, which is what a dataset is made of."""
    first = shared.table(parts[0], 1).schema.remove_metadata()
    with parquet.ParquetWriter(path, first, compression="zstd") as writer:
        for one in parts:
            writer.write_table(_alike(shared.table(one), first, one.name))
    return path


def _alike(table: pa.Table, schema: pa.Schema, name: str) -> pa.Table:
    try:
        return table.select(schema.names).cast(schema)
    except pa.ArrowException as error:
        raise DataError.of(name, f"values of another kind ({str(error)[:80]})", "those of the first file", "Write all files alike.") from error  # fmt: skip
