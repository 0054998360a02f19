"""Files that wait: whose they are, and the work on them that is under way."""

from __future__ import annotations

from collections.abc import Collection

from flask import abort

from callbacks import progress
from callbacks.web.sessions import signed_in, visitor
from core.datasets import next_file
from core.datasets import staged as work
from core.jobs.queue import UNDER_WAY, Job, State
from core.services import Services
from core.store.staged_files import Staged, StagedFiles

MAKES = ("dataset", next_file.LIVE)


def of_visitor(services: Services) -> list[Staged]:
    """The visitor's, that are no dataset yet, the newest first."""
    user = signed_in()
    return [one for one in work.of(services).of(user.key) if not one.made] if user else []


def mine(services: Services, identity: object) -> tuple[StagedFiles, Staged]:
    """The visitor's file of that id; 404 in words for everybody else's."""
    files = work.of(services)
    staged = files.find(identity, visitor().key)
    if staged is None:
        abort(404, work.GONE)
    return files, staged


def looking(services: Services, staged: Staged) -> Job:
    """The job that looks at a file, started if it has to be."""
    known = services.jobs.find(staged.looking)
    if known and known.arguments["mapping"] == staged.mapping and known.state is not State.DONE:
        return services.jobs.newest(known)
    return look_anew(services, staged)


def look_anew(services: Services, staged: Staged) -> Job:
    """Look at a file as its columns are chosen now; a look at what was chosen before ends."""
    stop(services, staged)
    job = progress.start(services, "look", {"id": staged.id, "mapping": staged.mapping}, anew=True)
    work.of(services).watch(staged, looking=job.id)
    return job


def making(services: Services, staged: Staged) -> Job | None:
    """The job that makes a dataset of a file, or did not."""
    job = services.jobs.find(staged.making)
    return services.jobs.newest(job) if job else None


def is_made(services: Services, staged: Staged, kinds: Collection[str] = MAKES) -> bool:
    """Whether a dataset, or a version of one, is being made of it: it stays as it is until then."""
    job = making(services, staged)
    return job is not None and job.kind in kinds and job.state in UNDER_WAY


def refuse_while_made(services: Services, staged: Staged, kinds: Collection[str] = MAKES) -> None:
    """409 in words while a dataset, or a version of one, is being made of it."""
    if is_made(services, staged, kinds):
        abort(409, "Segments are being made of this file as it was. Wait until that is done, or cancel it.")


def stop(services: Services, staged: Staged) -> None:
    """Nobody wants the work on a file any more."""
    for identity in (staged.looking, staged.making):
        job = services.jobs.find(identity)
        if job and job.state in UNDER_WAY:
            services.jobs.cancel(job.id, by=visitor())
