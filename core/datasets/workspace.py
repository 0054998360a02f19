"""The datasets that are open, and the one that a request or job is about, from beginning to end."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from core.data import cleaning
from core.data.tight import MANY
from core.datasets import operators
from core.datasets.catalogue import DEFAULT, SCHEMA_FILE, Catalogue, Dataset, Entered, kept_as, nothing_else
from core.datasets.earlier import Earlier
from core.datasets.intake import existing
from core.datasets.live import Live
from core.datasets.templates import PERSONALITY
from core.errors import DataError, ParterreError, StoreError
from core.evidence.results import Findings
from core.model.fit import Parameters
from core.model.preparation import proposed
from core.model.registry import Recipe, Registry
from core.profiles.rulebook import rules_of
from core.progress import Tell, silent
from core.schema.schema import Schema
from core.settings import Settings
from core.store.files import new_folder, write_whole

log = logging.getLogger(__name__)

MOST_OPEN = 4  # besides the default one; a model that is open is a file in memory
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Workspace:
    """A dataset that is open: its live model, and what was found about it."""

    dataset: Dataset
    live: Live
    findings: Findings


# Of the request or job that this thread works at.
_HERE: ContextVar[Workspace | None] = ContextVar("parterre_workspace", default=None)


class Workspaces:
    """The datasets of a home folder; the default one is always open.

    Raises DataError or ModelError if the default file can't be read as customers, or no segments can be made of them.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        operators.follow(catalogue, self.made)
        self._default = self.made(catalogue.find(""))
        self._others: OrderedDict[str, Workspace] = OrderedDict()
        self._lock = Lock()
        catalogue.sweep()
        self._make_ready()

    @property
    def current(self) -> Workspace:
        """What this request or job is about: the default dataset unless it is `at` another."""
        return _HERE.get() or self._default

    @property
    def open(self) -> int:
        """How many this process has in memory."""
        return 1 + len(self._others)

    def dataset(self, slug: str) -> Dataset:
        """The dataset of that name, as it is served; raises NoSuchDatasetError if there is none."""
        return self.catalogue.find(slug)

    @contextmanager
    def at(self, slug: str, model: str | None = None) -> Iterator[None]:
        """Serve one dataset, and of it one model, to this thread to the end of the block.

        Raises NoSuchDatasetError if there is no such dataset; DataError or ModelError if it can't be opened, or has
        no such model.
        """
        opened = self._opened(slug)
        token = _HERE.set(opened)
        try:
            with opened.live.pinned(model):
                yield
        finally:
            _HERE.reset(token)

    def add(
        self,
        source: Path,
        title: str = "",
        schema: Schema = PERSONALITY,
        *,
        by: str = "",
        tell: Tell = silent,
        also: Entered = nothing_else,
        made: Callable[[Registry, Recipe], object] = Registry.ensure,
        asked: str = "",
    ) -> Dataset:
        """Make a dataset of a copy of a file and its schema: all of it, with its model, or nothing; `also` as it is entered.

        `made` makes its model, here unless another machine does. `asked` names what asked for it: where that is run
        again, as a job whose worker was killed, it is done once.
        Raises DataError or ModelError if the file can't be read as customers, no segments can be made of them, or the
        title is none.
        """
        title = checked_title(title or source.stem)
        if asked and (there := self.catalogue.entered(asked)):
            return there
        tell("Making segments", 0.2)
        with new_folder(self.catalogue.folder / (asked or secrets.token_hex(8))) as home:
            copy = Path(shutil.copyfile(existing(source), home / kept_as(source.name)))
            copy.chmod(0o600)
            write_whole(home / SCHEMA_FILE, schema.to_json())
            dataset = Dataset(DEFAULT, title, copy, home, schema)
            made(Registry(home / "models"), recipe_of(dataset, self.catalogue.settings))
            rows = len(self.made(dataset).live.model.people)
            tell("Entering the dataset", 0.95)
            return self.catalogue.add(title, copy, rows=rows, by=by, also=also)

    def _opened(self, slug: str) -> Workspace:
        if slug in ("", DEFAULT):
            return self._default_now()
        known = self._others.get(slug)
        if known and (still := self._still(known)):
            with self._lock:
                self._others[slug] = known
                self._others.move_to_end(slug)
            return still
        with self._lock:
            self._others.pop(slug, None)
        made = self.made(self.catalogue.find(slug))
        with self._lock:
            made = self._others.setdefault(slug, made)
            while len(self._others) > MOST_OPEN:
                self._others.popitem(last=False)
        return made

    def _default_now(self) -> Workspace:
        """The default dataset as its live version is, which another process may have made live."""
        if still := self._still(self._default):
            return still
        with self._lock:
            if not self._still(self._default):
                self._default = self.made(self.catalogue.find(""))
        return self._default

    def _still(self, known: Workspace) -> Workspace | None:
        """What is open, with its numbers as they are written now; None if it is served no more."""
        try:
            now = self.catalogue.now(known.dataset)
        except (StoreError, OSError) as error:
            log.error(
                "Which datasets there are can't be asked, so %s is served on: %s", known.dataset.slug, error
            )
            return known
        return replace(known, dataset=now) if now else None

    def _make_ready(self) -> None:
        """Make the models that have to be made anew, as after an upgrade, before anybody waits for them."""
        for dataset in self.catalogue.all()[1:]:
            try:
                self.made(dataset)
            except (ParterreError, OSError) as error:
                log.error("The dataset %s can't be opened: %s", dataset.slug, error)

    def made(self, dataset: Dataset) -> Workspace:
        """A dataset as an open one; its model is made if it is new."""
        catalogue, registry = self.catalogue, Registry(dataset.home / "models")
        recipe, database = recipe_of(dataset, catalogue.settings), catalogue.database
        live = Live(registry, recipe, database, dataset.slug, self._earlier(dataset, registry))
        findings = Findings(database, dataset.slug)
        if len(live.fitted.people) > MANY:  # seconds, once, for which no page shall wait
            rules_of(live.fitted, findings)
        return Workspace(dataset, live, findings)

    def _earlier(self, dataset: Dataset, registry: Registry) -> Earlier | None:
        if dataset.slug == DEFAULT:  # one that is about to be added
            return None
        catalogue, versions = self.catalogue, self.catalogue.versions(dataset)

        def recipes() -> dict[int, Recipe]:
            kept = {one.number: catalogue.at(dataset, one) for one in versions.all()}
            return {number: recipe_of(one, catalogue.settings) for number, one in kept.items()}

        number = dataset.version.number
        return Earlier(registry, catalogue.database, dataset.slug, number, recipes, versions.history)


def checked_title(title: str) -> str:
    """What a dataset is called, without spare blanks; raises DataError if it can't be called that."""
    title = " ".join(title.split())
    if not (0 < len(title) <= LONGEST_TITLE and title.isprintable()):
        raise DataError(f"Found the title {title[:LONGEST_TITLE]!r}. Expected 1 to {LONGEST_TITLE} letters.")
    return title


def recipe_of(dataset: Dataset, settings: Settings) -> Recipe:
    """How a dataset is made a model, until somebody chooses otherwise."""
    schema = dataset.schema
    k, how = dataset.version.segments or settings.segments, proposed(schema)
    parameters = Parameters(k, schema.basis, preparation=how)
    rules = cleaning.chosen(settings.rules, schema)
    follows = dataset.file.parent if dataset.version.folder else None
    return Recipe(dataset.file, schema, dataset.template, rules, parameters, settings.max_file_mb, follows)
