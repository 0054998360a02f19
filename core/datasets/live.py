"""The live model: the one that every page and every worker answers with, until somebody chooses another."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import bindparam, func, select

from core.accounts import audit
from core.accounts.audit import Event
from core.datasets.deployments import Deployment, Deployments, Fit, kept, previous_of, settings_of
from core.datasets.earlier import Earlier
from core.datasets.making import checked
from core.datasets.marks import Marks
from core.datasets.served import Served
from core.errors import ModelError, ParterreError, StoreError
from core.model.artefacts import DamagedError, Model, load
from core.model.card import Card
from core.model.fit import Parameters
from core.model.given_names import Names, Namings
from core.model.registry import Recipe, Registry, key_of
from core.store.database import Database
from core.store.tables import deployments, segment_names
from core.store.times import now

log = logging.getLogger(__name__)

FEWEST, MOST = 2, 12
MOST_OLDER = 2  # models that are not live and stay open, for those who look at them
_KEY = re.compile(r"[0-9a-f]{16}")
_LATEST = select(
    *(
        select(func.max(table.c.id)).where(table.c.dataset == bindparam("dataset")).scalar_subquery()
        for table in (deployments, segment_names)
    )
)
Latest = tuple[int | None, ...]


@dataclass(frozen=True)
class Change:
    """What has become of a model that was live: who made another one live, and when.

    `by` is empty where nobody did, but an operator changed the settings or the file; `before` is None where
    the model is none that is remembered; `version` is that of the customers where another one was made live.
    """

    by: str
    when: str
    before: int | None
    after: int
    version: int | None = None


@dataclass(frozen=True)
class _Known:
    """What this process serves, and which rows said so."""

    served: Served
    latest: Latest


# Of the request or job that this thread works at: what it was served first, it is served to the end.
_PINNED: ContextVar[dict[int, Served] | None] = ContextVar("parterre_pinned", default=None)


class Live:
    """The live model of a dataset, shared by all processes through the database.

    `recipe`: what the settings say: live until somebody chooses, and again once an operator changes it. `dataset`: its
    slug. `earlier`: its other versions, where it has any. Raises DataError or ModelError if the file can't be read as
    customers, or no segments can be made of them.
    """

    def __init__(
        self,
        registry: Registry,
        recipe: Recipe,
        database: Database,
        dataset: str = "",
        earlier: Earlier | None = None,
    ) -> None:
        self._registry, self._recipe, self._database, self._earlier = registry, recipe, database, earlier
        self._names = Names(database, dataset)
        self._digest = registry.digest(recipe.data)
        self._deployments = Deployments(database, settings_of(self._digest, recipe), dataset)
        self._deployments.renew(self._digest, recipe)
        self._lock = Lock()
        self._older: dict[str, Served] = {}
        self._known = self._look(None)

    @property
    def model(self) -> Model:
        """The live model; the same one to the end of a request or job, without what its reader may not see."""
        return self._served().shown(self._deployments.dataset)

    @property
    def hidden(self) -> frozenset[str]:
        """Columns of the model that whoever asks may not see."""
        return self._served().hidden(self._deployments.dataset)

    @property
    def served(self) -> Served:
        """The model with all that is known of it."""
        return self._served()

    @property
    def namings(self) -> Namings:
        """What people have said of the segments of `model`: names and notes, with who and when."""
        return self._served().namings

    @property
    def fitted(self) -> Model:
        """`model` under the names that were computed, whatever people call its segments."""
        return self._served().fitted

    @property
    def suggested(self) -> dict[int, str]:
        """The names that were computed, by segment number, whatever people call the segments."""
        return self._served().fitted.card.profile.names

    @property
    def recipe(self) -> Recipe:
        """What `model` was made of; raises ModelError if its file has changed since the start."""
        if self._registry.digest(self._recipe.data) != self._digest:
            raise self._has_changed()
        return self._with(self.model.card.parameters)

    @property
    def is_older(self) -> bool:
        """Whether this request or job was given a model by its key that is not the live one."""
        return self._served().older

    @property
    def version(self) -> int | None:
        """Which other version of the customers `model` is of; None if of the one that is live."""
        return self._earlier.version_of(self._served().fitted.card) if self._earlier else None

    def of_version(self, number: int) -> Model:
        """The model that answers whenever that version of the customers is live; raises ModelError if it is not kept."""
        if self._earlier is not None and number == self._earlier.number:
            return self._current().shown(self._deployments.dataset)
        key = self._earlier.key_of(number) if self._earlier else ""
        return self._of(key, is_ours=True).shown(self._deployments.dataset)

    @contextmanager
    def pinned(self, key: str | None = None) -> Iterator[None]:
        """Serve one model to this thread to the end of the block: of that key, or the one that is live.

        Raises ModelError if there is no such model of these data.
        """
        token = _PINNED.set({} if key is None else {id(self): self._of(key)})
        try:
            yield
        finally:
            _PINNED.reset(token)

    def choose(self, wanted: str | Parameters, *, by: str) -> Model:
        """Make a model of the same data and rules live, for all workers; fitted first if it is new.

        `wanted`: key of a model that was made before, or what to make it with. `by`: name of the account that asks; it
        is remembered. Raises ModelError if there is no such model of these data, or it can't be made.
        """
        model = self._of(wanted).fitted if isinstance(wanted, str) else self.made(wanted)
        return self._deploy(model.card, by)

    def restore(self, *, by: str) -> Model:
        """Make the model live again that was before this one; raises ModelError if there is none."""
        previous = previous_of(self.history(), self.marks)
        if previous is None:
            raise ModelError("There is no earlier model. Choose another number of segments instead.")
        return self._deploy(self._of(self.made(previous.parameters).card.key).fitted.card, by)

    @property
    def marks(self) -> Marks:
        """What people say of its models."""
        return Marks(self._database, self._deployments.dataset)

    def mark(self, key: str, note: str, *, retired: bool, by: str) -> None:
        """Note something about a model, and retire it unless it is live; raises ModelError if that can't be."""
        first, live = self.history()[0], self._deployments.live
        self.marks.say(key, note, retired=retired, by=by, live=lambda now: live(now, first=first))

    def history(self) -> tuple[Deployment, ...]:
        """Which models were live, the latest, which is, last."""
        return self._deployments.all() or (self._first(),)

    def fits(self) -> tuple[Fit, ...]:
        """Every model that was live and is kept, each once, by version; of one version the latest last."""
        number, others = (self._earlier.number, self._earlier.fits()) if self._earlier else (0, ())
        return kept(self._registry.folder, [*others, *(Fit(number, one) for one in self.history())])

    def changed_since(self, key: str) -> Change:
        """Who made another model live than that of `key`, and when."""
        choices = self.history()
        known = next((choice for choice in reversed(choices) if choice.key == key), None)
        before = known.parameters.k if known else self._segments_of(key)
        latest, after = choices[-1], self._current().fitted.card.parameters.k
        opened = self._earlier.opened() if self._earlier else None
        if opened and not (latest.by and latest.when > opened.at):
            return Change(opened.who, opened.at, before, after, opened.version)
        return Change(latest.by, latest.when, before, after)

    def key_at(self, when: str) -> str:
        """Key of the model that was live at a time (ISO 8601, UTC); empty where that is not remembered."""
        of_another = self._earlier.key_at(when) if self._earlier else None
        if of_another is not None:
            return of_another
        chosen = [choice for choice in self.history() if choice.when <= when]
        return chosen[-1].key if chosen else ""

    def name_segment(self, number: int, text: str, *, by: str) -> None:
        """Call a segment of the served model otherwise; raises ModelError if it can't be called that."""
        self._names.set_name(self._served().fitted, number, text, by=by)
        self._renamed()

    def note_segment(self, number: int, text: str, *, by: str) -> None:
        """Note something about a segment of the served model; raises ModelError if it is no such text."""
        self._names.set_note(self._served().fitted, number, text, by=by)
        self._renamed()

    def _served(self) -> Served:
        pinned = _PINNED.get()
        if pinned is None:
            return self._current()
        return pinned.get(id(self)) or pinned.setdefault(id(self), self._current())

    def _renewed(self) -> Served:
        """What is live now, for the rest of this request too: who changes something sees it changed."""
        if (pinned := _PINNED.get()) is not None:
            pinned.pop(id(self), None)
        return self._served()

    def _renamed(self) -> None:
        """The same model under its new names, for the rest of this request."""
        served, pinned = self._served(), _PINNED.get()
        if pinned is not None:
            pinned[id(self)] = self._of(served.fitted.card.key)

    def _segments_of(self, key: str) -> int | None:
        try:
            return self._of(key).fitted.card.parameters.k
        except ModelError:
            return None

    def _current(self) -> Served:
        """What is live now: nothing but the number of the latest row is read unless there is another."""
        known = self._known
        if not self._is_current(known):
            with self._lock:
                if not self._is_current(self._known):
                    self._known = self._look(self._known.served)
                known = self._known
        return known.served

    def _is_current(self, known: _Known) -> bool:
        try:
            latest = self._latest()
        except (StoreError, OSError) as error:
            log.error("Which model is live can't be asked, so what was served is served on: %s", error)
            return True
        return known.latest == latest

    def _latest(self) -> Latest:
        return tuple(self._database.known(_LATEST, {"dataset": self._deployments.dataset})[0])

    def _look(self, before: Served | None) -> _Known:
        """Read what is live; a change that can't be followed is logged, and what was served is served on."""
        latest = self._latest()
        try:
            fitted = self._fitted(self._parameters(), before)
        except (ParterreError, OSError) as error:
            if before is None:
                raise
            log.error("The live model can't be loaded, so %s stays: %s", before.fitted.card.key, error)
            fitted = before.fitted
        return _Known(Served.of(fitted, self._names.of(fitted), before), latest)

    def _parameters(self) -> Parameters:
        choices = self._deployments.all()
        return choices[-1].parameters if choices else self._recipe.parameters

    def _fitted(self, parameters: Parameters, before: Served | None) -> Model:
        if before is not None and before.fitted.card.parameters == parameters:
            return before.fitted
        try:
            return self.made(parameters)
        except ModelError as error:
            if before is not None or parameters == self._recipe.parameters:
                raise
            log.error("The chosen model can't be made, so the settings decide: %s", error)
            return self.made(self._recipe.parameters)

    def made(self, parameters: Parameters) -> Model:
        """A model of the same data, which nobody is served yet; raises ModelError if it can't be made."""
        recipe = self._with(parameters)
        try:
            return load(self._registry.folder / key_of(self._digest, recipe))
        except DamagedError:
            model = self._registry.ensure(recipe)
        if model.card.data.sha256 != self._digest:
            raise self._has_changed()
        return model

    def _has_changed(self) -> ModelError:
        return ModelError(
            f"{self._recipe.data.name} has changed since the start. Expected the customers of the live "
            "model. Restart the server to read the new ones."
        )

    def _of(self, key: str, *, is_ours: bool = False) -> Served:
        """The model of that key, if it is one of ours: nothing else is opened."""
        known = self._current()
        if key == known.fitted.card.key:
            return known
        before = self._older.get(key)
        fitted = before.fitted if before else self._load(key) if _KEY.fullmatch(key) else None
        if fitted is None or not (is_ours or self._is_ours(fitted.card)):
            raise _no_such(key)
        served = replace(Served.of(fitted, self._names.of(fitted), before), older=True)
        if served.is_secret(self._deployments.dataset):
            raise _no_such(key)
        with self._lock:
            self._older = {**self._older, key: served}
            while len(self._older) > MOST_OLDER:
                self._older.pop(next(iter(self._older)))
        return served

    def _with(self, parameters: Parameters) -> Recipe:
        """What the settings say, with another number of segments, or as somebody chose to make them."""
        settled = self._recipe.parameters
        alike = (parameters.starts, parameters.seed) == (settled.starts, settled.seed)
        if not alike or not FEWEST <= parameters.k <= MOST:
            raise ModelError(
                f"Found {parameters.k} segments. Expected {FEWEST} to {MOST}, made as the live ones are. "
                "Choose another number."
            )
        return replace(self._recipe, parameters=checked(parameters, self._recipe.schema))

    def _is_ours(self, card: Card) -> bool:
        """Whether a model is of these customers and rules, and of the libraries of today."""
        recipe = replace(self._recipe, parameters=card.parameters)
        if key_of(self._digest, recipe) == card.key:
            return True
        return self._earlier is not None and self._earlier.version_of(card) is not None

    def _load(self, key: str) -> Model | None:
        try:
            return load(self._registry.folder / key)
        except DamagedError:
            return None

    def _deploy(self, card: Card, by: str) -> Model:
        when = now()
        first = self.history()[0]
        if self._deployments.add(Deployment(card.key, card.parameters, by, when), first=first):
            slug, count = self._deployments.dataset or None, card.parameters.k
            audit.record(Event.MODEL_LIVE, user=by, dataset=slug, model=card.key, segments=count)
        return self._renewed().model

    def _first(self) -> Deployment:
        known, settled = self._known.served.fitted, self._recipe.parameters
        card = (known if known.card.parameters == settled else self.made(settled)).card
        return Deployment(card.key, card.parameters, "", card.made)


def _no_such(key: str) -> ModelError:
    return ModelError(
        f"Found no model {key[:40]!r} of these customers. Expected one that was made before. "
        "Reload the page, and choose again."
    )
