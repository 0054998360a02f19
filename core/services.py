"""What is built once in each process and handed to every view and every job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.accounts.csv_store import CsvUserStore
from core.accounts.users import UserStore
from core.customers import cleaning
from core.customers.schema import label
from core.files import close_to_others
from core.jobs import Jobs
from core.jobs_store import Store
from core.numbers import Numbers
from core.ordered import Orders
from core.segments.artefacts import Model
from core.segments.axes import plain
from core.segments.findings import Findings
from core.segments.fit import Parameters
from core.segments.live import Live
from core.segments.registry import Recipe, Registry
from core.settings import Settings
from core.work import WORK, Work


@dataclass(frozen=True)
class Services:
    """The live model and what was found about it, long work, accounts, and how numbers are written."""

    settings: Settings
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

    def label(self, name: str) -> str:
        """What a field is called; an axis in logarithmic bins is called like its field."""
        return label(plain(name))


def create_services(settings: Settings, work: Mapping[str, Work] = WORK) -> Services:
    """What views and jobs work with; the model is fitted if it is new."""
    close_to_others(settings.home)
    recipe = Recipe(
        settings.data, cleaning.chosen(settings.rules), Parameters(k=settings.segments), settings.max_file_mb
    )
    live = Live(Registry(settings.home / "models"), recipe)
    return Services(
        settings=settings,
        users=CsvUserStore(settings.home / "users.csv"),
        live=live,
        numbers=Numbers(settings.locale, settings.currency),
        findings=Findings(settings.home),
        jobs=Jobs(Store.of(settings), work, lambda: live.model.card.key),
    )
