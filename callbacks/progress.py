"""Long work on a page: start it, tell how far it is, cancel it, try it again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts.users import User
from core.jobs.queue import Job, State
from core.progress import parts
from core.services import Services
from layouts import progress as layout
from layouts.progress import Panel

NOT_YET = (
    "This takes a long calculation. It begins when an analyst or an owner of this dataset opens this page."
)
PATIENCE_SECONDS = 5  # without a worker, before a page says so
WORDS: Mapping[State, str] = {
    State.WAITING: "Waiting for its turn.",
    State.RUNNING: "Starting.",
    State.DONE: "Done.",
    State.FAILED: "This did not work.",
    State.CANCELLED: "Cancelled.",
    State.INTERRUPTED: "Interrupted.",
}
NOBODY = "Waiting for the worker, and none is running. Ask the administrator to start one."


def start(
    services: Services, kind: str, arguments: Mapping[str, Any] | None = None, *, anew: bool = False
) -> Job:
    """Have work done for the visitor; equal work that was asked for before is not done again, unless `anew`.

    Raises JobError if it can't be asked for.
    """
    demand(services.jobs.action(kind))
    return services.jobs.submit(kind, arguments or {}, owner=visitor().username, anew=anew)


def shared(services: Services, kind: str) -> Job | None:
    """The job that measures for everybody what has not been found yet: started by whoever may, else as others have."""
    if not allows(services.jobs.action(kind)):
        known = services.jobs.known(kind)
        return None if known is None or known.state is State.DONE else known
    job = start(services, kind)
    # Of one that is done, what it found is gone, or of an older version.
    return start(services, kind, anew=True) if job.state is State.DONE else job


def panel(services: Services, job: Job) -> Component:
    """How far a job is, kept up to date; the page is drawn anew when it is done."""
    return layout.panel(seen(services, job))


def seen(services: Services, job: Job) -> Panel:
    """What the visitor is shown of a job."""
    return shown(services, job, visitor())


def shown(services: Services, job: Job, user: User) -> Panel:
    """What the user is shown of a job."""
    over = job.is_over or job.state is State.INTERRUPTED
    found, doing = parts(_words(job))
    return Panel(
        id=job.id,
        state=job.state.value,
        title=services.jobs.title(job.kind),
        found=services.numbers.told(found),
        words=services.numbers.told(doing),
        share=job.share,
        percent=services.numbers.percent(job.share),
        error=services.numbers.told(job.error),
        can_cancel=not over and job.may_be_changed_by(user),
        can_start=services.jobs.may_start_again(job, user),
        idle=_is_idle(job),
        start="Start again" if job.state is State.CANCELLED else "Try again",
    )


def _words(job: Job) -> str:
    if job.state is State.WAITING and _is_idle(job):
        return NOBODY
    return (job.words if job.state is State.RUNNING else "") or WORDS[job.state]


def _is_idle(job: Job) -> bool:
    """Whether nobody is there to do it, and has not been for longer than a worker takes to start."""
    waited = time.time() - job.created > PATIENCE_SECONDS
    return job.state in (State.WAITING, State.INTERRUPTED) and waited and not job.attended
