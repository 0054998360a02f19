"""Choose k: what the live segments hang on."""

from __future__ import annotations

from dash.development.base_component import Component

from callbacks import progress
from callbacks.web.sessions import signed_in
from core.errors import JobError, StoreError
from core.evidence.sensitivity import KEPT_AS, Sensitivity
from core.evidence.sensitivity_told import HEAD, Told
from core.jobs.queue import Job
from core.services import Services
from layouts.choose_k import page as layout
from layouts.components import Table, notice
from layouts.progress import UNDER_WAY, quietly

ABOUT = "What the segments hang on"


def found(services: Services) -> Sensitivity | None:
    """What the live model's segments hang on; None until it has been measured."""
    return services.findings.read(services.model.card.key, KEPT_AS, Sensitivity)


def section(services: Services) -> Component | None:
    """The ways that were tried, and what they show; until they are known, how far their calculation is."""
    known = found(services)
    if known is not None:
        return _table(services, known)
    if signed_in() is None:
        return None
    try:
        job = progress.shared(services, KEPT_AS)
    except (JobError, StoreError) as error:
        return notice(ABOUT, str(error))
    return notice(ABOUT, progress.NOT_YET) if job is None else _under_way(services, job)


def _table(services: Services, known: Sensitivity) -> Component:
    told = Told(known, services.model.card, services.numbers)
    rows = [told.row(way) for way in known.ways]
    return layout.told(ABOUT, told.finding(), Table(HEAD, rows), "k-hangs", told.tails())


def _under_way(services: Services, job: Job) -> Component:
    """A line while it goes on, since the page is read meanwhile; where it did not work, why."""
    shown = progress.seen(services, job)
    if shown.state not in UNDER_WAY:
        return progress.panel(services, job)
    return quietly(shown, ABOUT, show="Show it", failed="Reload the page to read why.")
