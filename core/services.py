"""What is built once in each process and handed to every view and every job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.accounts.csv_store import CsvUserStore
from core.accounts.users import UserStore
from core.data import cleaning
from core.datasets.live import Live
from core.evidence.results import Findings
from core.jobs.jobs import Jobs
from core.jobs.kinds import WORK, Work
from core.jobs.store import Store
from core.model.artefacts import Model
from core.model.axes import plain
from core.model.fit import Parameters
from core.model.registry import Recipe, Registry
from core.model.sorting import Orders
from core.numbers import Numbers
from core.schema.schema import Schema
from core.settings import Settings
from core.store.database import Database, opened
from core.store.files import close_to_others


@dataclass(frozen=True)
class Services:
    """The database, the live model and what was found about it, long work, accounts, and how numbers are written."""

    settings: Settings
    database: Database
    users: UserStore
    live: Live
    numbers: Numbers
    findings: Findings
    jobs: Jobs
    orders: Orders = field(default_factory=Orders)

    @property
    def model(self) -> Model:
        """The live model; the same one to the end of a request or job. Never keep it longer."""
        return self.live.model

    @property
    def schema(self) -> Schema:
        """What the columns of the live model's customers are, and which roles they play."""
        return self.model.schema

    def label(self, name: str) -> str:
        """What a field is called; an axis in logarithmic bins is called like its field."""
        return self.schema.label(plain(name))


def create_services(settings: Settings, work: Mapping[str, Work] = WORK) -> Services:
    """What views and jobs work with; the model is fitted if it is new."""
    close_to_others(settings.home)
    recipe = Recipe(
        settings.data, cleaning.chosen(settings.rules), Parameters(k=settings.segments), settings.max_file_mb
    )
    database = opened(settings)
    live = Live(Registry(settings.home / "models"), recipe, database)
    return Services(
        settings=settings,
        database=database,
        users=CsvUserStore(settings.home / "users.csv"),
        live=live,
        numbers=Numbers(settings.locale, settings.currency),
        findings=Findings(database),
        jobs=Jobs(Store.of(settings), work, lambda: live.model.card.key),
    )
