"""What is built once in each process and handed to every view and every job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache

from core.accounts import audit, stores
from core.accounts.access import Access
from core.accounts.permissions import Action
from core.accounts.users import UserStore
from core.crossfilter.binning import Axis
from core.customers import erase
from core.datasets.catalogue import Catalogue, Dataset
from core.datasets.live import Live
from core.datasets.personal import PersonalColumns
from core.datasets.served import Marks
from core.datasets.workspace import Workspaces
from core.evidence.evidence import grouped
from core.evidence.results import Findings
from core.jobs.jobs import Jobs
from core.jobs.kinds import WORK, Work
from core.jobs.queue import Queue
from core.model.artefacts import Model
from core.model.sorting import Orders
from core.numbers import Numbers, written_in
from core.schema.fields import plain
from core.schema.schema import Schema
from core.settings import Settings
from core.store.database import Database, opened
from core.store.files import close_to_others

# The locale of who asks, in this thread.
_READER: ContextVar[str] = ContextVar("parterre_reader", default="")


@dataclass(frozen=True)
class Services:
    """The database, the datasets, long work, accounts, and how numbers are written.

    What is said of a dataset is about the one that this request or job is about.
    """

    settings: Settings
    database: Database
    users: UserStore
    access: Access
    workspaces: Workspaces
    jobs: Jobs
    orders: Orders = field(default_factory=Orders)

    @property
    def dataset(self) -> Dataset:
        """Which customers."""
        return self.workspaces.current.dataset

    @property
    def live(self) -> Live:
        """Which of their models is live."""
        return self.workspaces.current.live

    @property
    def findings(self) -> Findings:
        """What was found about their models."""
        return self.workspaces.current.findings

    @property
    def numbers(self) -> Numbers:
        """How numbers are written: as it was chosen for the dataset, else as the house has it, else for who reads."""
        settings, chosen = self.settings, self.dataset.writing
        currency = settings.currency if chosen.currency is None else chosen.currency
        return written_in(chosen.locale or settings.locale or _READER.get() or Numbers.locale, currency)

    @contextmanager
    def read_in(self, locale: str) -> Iterator[None]:
        """Write numbers for a reader of `locale` to the end of the block, unless the dataset or the house has one for all."""
        token = _READER.set(locale)
        try:
            yield
        finally:
            _READER.reset(token)

    def marks_for(self, username: str) -> Callable[[str], Marks | None]:
        """What the personal columns of a dataset are, if the account of that name may not see them."""

        def marks(slug: str) -> Marks | None:
            sees = self.access.may(username, Action.SEE_PERSONAL, slug)
            return None if sees else PersonalColumns(self.database, slug).marks()

        return cache(marks)

    @property
    def model(self) -> Model:
        """The live model; the same one to the end of a request or job. Never keep it longer."""
        return self.live.model

    @property
    def schema(self) -> Schema:
        """What the columns of the live model's customers are, and which roles they play."""
        return self.model.schema

    @property
    def grouped(self) -> bool | None:
        """Whether the customers of the live model lie in groups; None while that is not known."""
        return grouped(self.findings, self.model.card)

    def axis(self, name: str) -> Axis:
        """What the codes of a field mean, in the words and numbers of who reads."""
        return self.model.crossfilter.fields[name].told(self.numbers)

    def label(self, name: str) -> str:
        """What a field is called; an axis in logarithmic bins is called like its field."""
        return self.schema.label(plain(name))


def create_services(settings: Settings, work: Mapping[str, Work] = WORK) -> Services:
    """What views and jobs work with; the model is fitted if it is new."""
    written_in(settings.locale or Numbers.locale, settings.currency)  # what can't be one stops the start
    close_to_others(settings.home)
    database = opened(settings)
    audit.keep_in(database, settings.home)
    spaces = Workspaces(Catalogue(settings, database))
    erase.resume(spaces)
    users = stores.chosen(settings, database)
    return Services(
        settings=settings,
        database=database,
        users=users,
        access=Access.of(settings, users, database),
        workspaces=spaces,
        jobs=Jobs(
            Queue.of(settings, database),
            work,
            lambda: spaces.current.live.model.card.key,
            lambda: spaces.current.dataset.slug,
        ),
    )
