"""/admin/jobs: what the worker does, what waits for it, and what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from callbacks import progress
from callbacks.admin import frame
from callbacks.admin.frame import Section
from callbacks.web.sessions import visitor
from core.errors import JobError, NoSuchDatasetError
from core.jobs.queue import Job
from core.services import Services
from layouts.progress import Panel

PATH = "/admin/jobs"
MOST = 50  # that one page lists


def register(server: Flask, services: Services) -> None:
    """Add the section, and the way to stop a calculation."""
    section = Calculations(services)
    frame.add(server, Section(PATH, "Calculations", section.listed))
    frame.add_route(server, f"{PATH}/cancel", section.cancel)


@dataclass(frozen=True)
class Calculations:
    """Those of all datasets and people."""

    services: Services

    def listed(self) -> Response:
        """What is under way, and the newest of what is over."""
        count, running = self.services.jobs.everywhere(is_over=False, most=MOST)
        _, over = self.services.jobs.everywhere(is_over=True, most=MOST)
        titles = {one.slug: one.title for one in self.services.workspaces.catalogue.all()}
        return frame.drawn(
            "admin_jobs.html",
            lead=_lead(count, running),
            tables=[("Under way", self._rows(running, titles)), ("Over", self._rows(over, titles))],
        )

    def _rows(self, jobs: list[Job], titles: dict[str, str]) -> list[tuple[Job, Panel, str]]:
        user = visitor()
        return [
            (one, progress.shown(self.services, one, user), titles.get(one.dataset, "one that is gone"))
            for one in jobs
        ]

    def cancel(self) -> ResponseReturnValue:
        """Stop one, of whichever dataset it is."""
        try:
            self.services.jobs.of(request.form.get("dataset", "")).cancel(
                request.form.get("job", ""), by=visitor()
            )
        except (JobError, NoSuchDatasetError):
            return redirect(f"{PATH}?why=gone")
        return redirect(f"{PATH}?why=cancelled")


def _lead(count: int, jobs: list[Job]) -> str:
    """Whether somebody is there to do what waits."""
    if not count:
        return "Nothing is under way."
    waiting = f"{g.numbers.many(count, 'calculation is', 'calculations are')} under way or waiting."
    return waiting if any(one.attended for one in jobs) else f"{waiting} No worker is running: start one."
