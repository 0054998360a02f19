"""Models by what made them: loaded if they exist, fitted by one process if they don't."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from sklearn.pipeline import Pipeline

from core.data import cleaning, derive, quality
from core.data.freed import arrow_in_heap, freed_memory_kept
from core.data.read import Read, read_customers
from core.data.tight import MANY, Tight, at_once, has_room, let_go
from core.errors import DataError
from core.forecast.forecast import Forecast
from core.forecast.history import History
from core.model.artefacts import DamagedError, Model, load, save
from core.model.before import Before, identity
from core.model.card import FORMAT, Card, DataSource, RuleRun
from core.model.fit import Parameters, method, renumber
from core.model.kin import Succession
from core.model.pieces import fit
from core.model.profile import SegmentProfile
from core.model.profiling import profile
from core.model.refits import Refits, refits
from core.model.space import Space
from core.model.succession import order, succession
from core.model.together import Together, together
from core.schema.fields import IDENTIFIER, SEGMENT
from core.schema.schema import Schema, Template
from core.store.files import lock, named_after, private_folder, sha256, write_whole
from core.store.times import now

log = logging.getLogger(__name__)

Cut = Callable[[pd.DataFrame, Parameters, Schema], Pipeline]
_LIBRARIES = ("numpy", "pandas", "scikit-learn", "skops")


@dataclass(frozen=True)
class Recipe:
    """What makes a model: a customer file, what its columns are and how they are headed, cleaning rules, parameters.

    `follows` is the folder that knows the segments of the version before, whose numbers and names go on.
    """

    data: Path
    schema: Schema
    template: Template
    rules: tuple[str, ...]
    parameters: Parameters
    max_mb: int = 500
    follows: Path | None = None

    @property
    def on(self) -> tuple[str, ...]:
        """Cleaning rules that are on: as chosen, else as set."""
        return self.rules if self.parameters.rules is None else self.parameters.rules

    @property
    def meant(self) -> Schema:
        """The schema with what builds segments here."""
        if self.schema.basis == self.parameters.basis:
            return self.schema
        return replace(self.schema, basis=self.parameters.basis)


@dataclass(frozen=True)
class Registry:
    """Models under `folder`, one folder each, named by the hash of what made them."""

    folder: Path

    def ensure(
        self, recipe: Recipe, read: Callable[[Recipe], Read] | None = None, cut: Cut | None = None
    ) -> Model:
        """The model of `recipe`: loaded if it was made before, else fitted once while others wait.

        `read` gives the customers where `recipe.data` only names them and is no table itself, `cut` the pipeline where
        another machine fits it.
        Raises DataError or ModelError if the file can't be read as customers, or no segments can be made of them.
        """
        digest = self.digest(recipe.data)
        key = key_of(digest, recipe)
        try:
            return load(self.folder / key)
        except DamagedError:
            with lock(self.folder / f"{key}.lock"):
                return self._load_or_make(key, digest, recipe, read or _read, cut)

    def _load_or_make(
        self, key: str, digest: str, recipe: Recipe, read: Callable[[Recipe], Read], cut: Cut | None
    ) -> Model:
        for left_by_a_killed_fit in self.folder.glob(f".{key}.*"):
            shutil.rmtree(left_by_a_killed_fit)
        if (self.folder / key).exists():
            try:
                return load(self.folder / key)
            except DamagedError as error:
                self._set_aside(key, error)
        _make(self.folder, key, digest, recipe, read, cut)
        return load(self.folder / key)

    def digest(self, data: Path) -> str:
        """SHA-256 of the customer file; remembered by path, size and time of change, since files are large.

        Raises DataError if there is no such file, or it can't be read.
        """
        private_folder(self.folder)
        try:
            status = data.stat()
            known: list[str | int] = [str(data.resolve()), status.st_size, status.st_mtime_ns]
            kept = self.folder / f"source-{hashlib.sha256(str(known[0]).encode()).hexdigest()[:8]}.json"
            remembered = json.loads(kept.read_text()) if kept.exists() else {}
            if remembered.get("file") != known:
                remembered = {"file": known, "sha256": sha256(data)}
                write_whole(kept, json.dumps(remembered).encode())
            return str(remembered["sha256"])
        except (OSError, ValueError, AttributeError, KeyError) as error:
            return _unreadable(data, error)

    def _set_aside(self, key: str, error: DamagedError) -> None:
        aside = self.folder / f"damaged-{key}-{secrets.token_hex(4)}"
        (self.folder / key).rename(aside)
        log.warning("Model %s is damaged: %s. Set aside as %s and fitted again.", key, error, aside.name)


def _read(recipe: Recipe) -> Read:
    return read_customers(recipe.data, recipe.meant, recipe.template, max_mb=recipe.max_mb)


def _make(
    folder: Path, key: str, digest: str, recipe: Recipe, source: Callable[[Recipe], Read], cut: Cut | None
) -> None:
    started = time.perf_counter()
    read = _tight(source(recipe))
    with _memory(len(read.frame)), ThreadPoolExecutor(1) as beside:
        findings = beside.submit(copy_context().run, quality.inspect, read, recipe.meant)
        if not has_room(len(read.frame)):
            findings.result()
        cleaned = cleaning.clean(read.frame, recipe.on, recipe.meant)
        read = _without_columns(read)
        let_go(len(read.frame))
        runs, table = cleaned.log, derive.engineer(cleaned.frame, recipe.meant)
        del cleaned
        let_go(len(read.frame))
        before = _before(recipe)
        pipeline, table, came, again, reach = _cut(table, recipe, cut or fit, before)
        let_go(len(read.frame))
        card = Card(
            format=FORMAT,
            key=key,
            made=now(),
            seconds=round(time.perf_counter() - started, 3),
            data=_source(read, digest, recipe.data.name),
            rules=tuple(RuleRun(run.rule, run.rows) for run in runs),
            parameters=recipe.parameters,
            versions=_versions(),
            inertia=float(pipeline["kmeans"].inertia_),
            reach=reach,
            profile=profile(table, recipe.parameters.k, recipe.meant, _known(came, before)),
            findings=tuple(findings.result()),
            digests={},
            method=method(len(table)),
            schema=recipe.meant,
            succession=came,
            forecast=_forecast(read.forecast, table, recipe.schema),
            together=_together(read, table),
        )
        save(folder, pipeline, again, table, card)
    log.info("Fitted model %s on %d customers in %.1f s", key, len(table), card.seconds)


@contextmanager
def _memory(rows: int) -> Iterator[None]:
    """Of customers of whom there is room for two columns what is freed is kept; of more it goes back."""
    with (
        freed_memory_kept() if rows <= MANY or has_room(rows) else nullcontext(),
        arrow_in_heap() if rows > MANY else nullcontext(),
    ):
        yield


def _tight(read: Read) -> Read:
    """What was read, narrow where it is of millions."""
    if len(read.frame) <= MANY or isinstance(read.frame, Tight):
        return read
    return replace(read, frame=Tight.of(read.frame))


def _without_columns(read: Read) -> Read:
    """What was read, with the IDs alone of millions: what cleaning has changed would be held twice."""
    if not isinstance(read.frame, Tight):
        return read
    return replace(read, frame=Tight(read.frame.narrow.only([IDENTIFIER])).as_frame())


def _cut(
    table: pd.DataFrame, recipe: Recipe, cut: Cut, before: Before | None
) -> tuple[Pipeline, pd.DataFrame, Succession | None, Refits, float]:
    """The pipeline, customers with their segment, how those of before go on, the same made again, and how far they reach."""
    pipeline = cut(table, recipe.parameters, recipe.meant)
    table, came = _numbered(table, pipeline, before)
    space = Space.of(pipeline)
    again, reach = at_once(
        lambda: refits(space, table, recipe.parameters), lambda: space.reach(table), rows=len(table)
    )
    return pipeline, table, came, again, reach


def _forecast(found: Forecast | None, table: pd.DataFrame, schema: Schema) -> Forecast | None:
    """What is expected of each segment, of customers whose orders were added up."""
    names = list(schema.picked("history"))
    if found is None or not found.tells or not names:
        return found
    known = table[[*names, SEGMENT]].dropna()
    columns = (known[name].to_numpy(dtype="float64") for name in names)
    return found.by_segment(History.of(*columns), known[SEGMENT].to_numpy(dtype="int64"))


def _together(read: Read, table: pd.DataFrame) -> Together | None:
    """Which categories are bought together, where orders have any."""
    if read.baskets is None:
        return None
    segments = (
        table[[IDENTIFIER, SEGMENT]].set_index(IDENTIFIER)[SEGMENT].reindex(read.frame[IDENTIFIER]).fillna(0)
    )
    return together(read.baskets, segments.to_numpy(dtype="int64"))


def _before(recipe: Recipe) -> Before | None:
    """The segments that these go on from: of as many, built on the same."""
    if not identity(recipe.follows) or recipe.follows is None:
        return None
    before, wanted = Before.load(recipe.follows), recipe.parameters
    fits = len(before.space.centres) == wanted.k and before.space.basis == wanted.basis
    return before if fits else None


def _numbered(
    table: pd.DataFrame, pipeline: Pipeline, before: Before | None
) -> tuple[pd.DataFrame, Succession | None]:
    """The customers with their segment, numbered as those of before where it goes on from one, and how they go on."""
    kmeans = pipeline["kmeans"]
    table = table.assign(Segment=(kmeans.labels_ + 1).astype("int8"))
    came = None
    if before:
        renumber(kmeans, order(before, table, Space.of(pipeline)))
        table = table.assign(Segment=(kmeans.labels_ + 1).astype("int8"))
        came = succession(before, table, Space.of(pipeline))
    del kmeans.labels_  # they are in the table; here they would only make the file larger
    return table, came


def _known(came: Succession | None, before: Before | None) -> dict[int, SegmentProfile]:
    """What the segments that go on were like, by their numbers of now; below zero those that are gone."""
    if came is None or before is None:
        return {}
    own = {old: number for number, old in came.names.items()}
    return {own.get(one.number, -one.number): one for one in before.profile.segments}


def _unreadable(data: Path, error: Exception) -> str:
    if not isinstance(error, OSError):
        return sha256(data)  # what was remembered is no use; it is written anew at the next start
    raise DataError.of(
        str(data),
        error.strerror or "an unreadable file",
        "a customer file (CSV)",
        "Set PARTERRE_DATA to its path.",
    ) from error


def key_of(digest: str, recipe: Recipe) -> str:
    """Name of the model that `recipe` makes of a file with that digest, with the libraries of today."""
    made_of = {
        "format": FORMAT,
        "data": digest,
        "schema": recipe.meant.identity,
        "rules": recipe.on,
        "parameters": recipe.parameters.told,
        "versions": _versions(),
    }
    if before := identity(recipe.follows):
        made_of["follows"] = before
    return named_after(made_of)


@cache  # looked up in files
def _versions() -> dict[str, str]:
    return {library: version(library) for library in _LIBRARIES}


def _source(read: Read, digest: str, name: str) -> DataSource:
    return DataSource(
        name=name,
        sha256=digest,
        rows=len(read.frame),
        encoding=read.notes.encoding,
        delimiter=read.notes.delimiter,
        date_order=read.notes.date_order,
    )
