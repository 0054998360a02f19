"""/admin/jobs: what the worker does, what waits for it, and what became of the rest."""

from __future__ import annotations

from functools import partial

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
    frame.add(server, Section(PATH, "Calculations", partial(_listed, services)))
    frame.add_route(server, f"{PATH}/cancel", partial(_cancel, services))


def _listed(services: Services) -> Response:
    """What is under way, and the newest of what is over, of all datasets and people."""
    count, running = services.jobs.everywhere(is_over=False, most=MOST)
    _, over = services.jobs.everywhere(is_over=True, most=MOST)
    tables = [("Under way", _rows(services, running)), ("Over", _rows(services, over))]
    return frame.drawn("admin_jobs.html", lead=_lead(count, running), tables=tables)


def _rows(services: Services, jobs: list[Job]) -> list[tuple[Job, Panel, str]]:
    titles = {one.slug: one.title for one in services.workspaces.catalogue.all()}
    return [
        (one, progress.shown(services, one, visitor()), titles.get(one.dataset, "one that is gone"))
        for one in jobs
    ]


def _cancel(services: Services) -> ResponseReturnValue:
    """Stop one, of whichever dataset it is."""
    try:
        jobs = services.jobs.of(request.form.get("dataset", ""))
        jobs.cancel(request.form.get("job", ""), by=visitor())
    except (JobError, NoSuchDatasetError):
        return redirect(f"{PATH}?why=gone")
    return redirect(f"{PATH}?why=cancelled")


def _lead(count: int, jobs: list[Job]) -> str:
    """Whether somebody is there to do what waits."""
    if not count:
        return "Nothing is under way."
    waiting = f"{g.numbers.many(count, 'calculation is', 'calculations are')} under way or waiting."
    return waiting if any(one.attended for one in jobs) else f"{waiting} No worker is running: start one."
