"""What programs have done: files scored, datasets and versions made of files, and the jobs that do it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from flask import Response, abort
from pydantic import Field

from callbacks import progress
from callbacks.api import answers
from callbacks.api.answers import refuse
from callbacks.api.endpoint import Asked, Paged
from callbacks.predict import batch
from callbacks.web import audit
from callbacks.web.guard import allows, demand
from callbacks.web.sessions import visitor
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.datasets import received
from core.datasets import staged as waiting
from core.datasets.next_file import COMPARE, LIVE
from core.errors import JobError, StoreError
from core.jobs.queue import Job
from core.scoring import scored_files
from core.services import Services
from core.store.arriving_files import Arriving
from core.store.times import moment

EMPTY = "Found an empty file. Expected a table of customers."


@dataclass(frozen=True)
class Titled:
    """What a new dataset is called."""

    title: Annotated[
        str, Field(max_length=80, description="What people call it; the file's name unless said.")
    ] = ""


@dataclass(frozen=True)
class Updating:
    """How a file becomes the next version."""

    way: Annotated[
        Literal["replace", "by key"],
        Field(description="“replace”: its customers are all there are; “by key”: others stay as they are."),
    ] = "replace"


def largest(services: Services) -> int:
    """Megabytes of a file that a dataset is made of."""
    return services.settings.max_file_mb


def score(services: Services, asked: Asked) -> answers.Job:
    """Have the worker score a file."""
    files, sent = scored_files.of(services), asked.sent
    name, content = batch.taken(services, sent)
    if not content:
        refuse(400, EMPTY, "file")
    kept = scored_files.receive(files, content, owner=visitor().username, name=name)
    try:
        return _job(services, progress.start(services, "scoring", {"id": kept.id}))
    except (JobError, StoreError):
        scored_files.drop_sent(services.settings.home, {"id": kept.id})
        raise


def scored(services: Services, asked: Asked) -> answers.Scored:
    """What was scored, row by row."""
    files, paged = scored_files.of(services), asked.query
    kept = files.find(asked.path["id"], visitor().username)
    if kept is None or not scored_files.is_scored(kept):
        refuse(404, "There is no such file any more. Results are kept for an hour: send the file again.")
    people = scored_files.people(services, kept)
    places = np.arange(min(paged.offset, len(people)), min(paged.offset + paged.limit, len(people)))
    frame = people.rows(places) if len(places) else people.frame().head(0)
    end = paged.offset + paged.limit
    return answers.Scored(
        len(people),
        end if end < len(people) else None,
        kept.name,
        kept.told["model"],
        kept.told["sizes"],
        [(words, rows) for words, rows in kept.told["notes"]],
        [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")],
    )


def scored_as_csv(services: Services, asked: Asked) -> Response:
    """The same as a file."""
    return batch.download(services, asked.path["id"], "csv")


def add_dataset(services: Services, asked: Asked) -> answers.Job:
    """Have a dataset made of a file, as its columns are guessed."""
    arriving = _arrived(services, asked)
    title = asked.form.title.strip() or arriving.name.rpartition(".")[0] or arriving.name
    return _made(services, received.DATASET, arriving, {"title": title})


def add_version(services: Services, asked: Asked) -> answers.Job:
    """Have a file made the live version of the dataset of the address."""
    dataset = services.dataset
    about = {"slug": dataset.slug, "way": asked.form.way, "after": dataset.version.number}
    return _made(services, received.VERSION, _arrived(services, asked), about)


def jobs(services: Services, asked: Asked) -> answers.Jobs:
    """Those about the dataset of the address that the user may see."""
    paged: Paged = asked.query
    hidden = _hidden(services)
    total, found = services.jobs.listed(visitor(), paged.limit, paged.offset, hidden=hidden)
    end = paged.offset + paged.limit
    return answers.Jobs(total, end if end < total else None, [_job(services, one) for one in found])


def job(services: Services, asked: Asked) -> answers.Job:
    """One of them."""
    return _job(services, _found(services, asked))


def cancel(services: Services, asked: Asked) -> answers.Job:
    """Stop one."""
    found = _found(services, asked)
    demand(services.jobs.action(found.kind))
    if not found.may_be_changed_by(visitor()):
        abort(403, f"Only {found.owner} or an administrator can cancel this. Ask one of them.")
    return _job(services, services.jobs.cancel(found.id, by=visitor()))


def again(services: Services, asked: Asked) -> answers.Job:
    """Start one anew that ended without a result."""
    found = _found(services, asked)
    demand(services.jobs.action(found.kind))
    if not found.may_be_changed_by(visitor()):
        abort(403, f"Only {found.owner} or an administrator can start this again. Ask one of them.")
    if not services.jobs.may_start_again(found, visitor()):
        abort(409, "This can't be started again: it is under way, or has its result. Reload the page.")
    return _job(services, services.jobs.again(found.id, by=visitor()))


def _found(services: Services, asked: Asked) -> Job:
    found = services.jobs.find(asked.path["id"])
    if found is None or found.kind in _hidden(services) or not services.jobs.may_see(found, visitor()):
        abort(404, "There is no such calculation any more. Reload the page.")
    return found


def _hidden(services: Services) -> list[str]:
    """Kinds of somebody's own work that who asks could not have had done, as a token that is less than its user."""
    return [kind for kind, action in services.jobs.private().items() if not allows(action)]


def _job(services: Services, one: Job) -> answers.Job:
    shown, result = progress.seen(services, one), services.jobs.result(one.id) if _may_know(one) else None
    return answers.Job(**vars(shown), kind=one.kind, created=moment(one.created), result=result)


def _may_know(one: Job) -> bool:
    """Whether who asks may still bring the next file of the dataset that a job has compared a file with."""
    return one.kind not in (COMPARE, LIVE) or allows(Action.UPDATE_DATASET, of=one.arguments["slug"])


def _arrived(services: Services, asked: Asked) -> Arriving:
    """The file that was sent, kept where files wait."""
    sent, files = asked.sent, waiting.arriving_of(services)
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    if not size:
        refuse(400, EMPTY, "file")
    arriving = files.begin(visitor().key, str(sent.filename), size, anew=True)
    audit.told(Event.UPLOAD, "begun", what="to be a dataset", size=size)
    with ExitStack() as undone:
        undone.callback(files.files.drop, arriving.id)
        files.add(arriving, 0, sent.stream)
        undone.pop_all()
    return arriving


def _made(services: Services, kind: str, arriving: Arriving, about: dict[str, Any]) -> answers.Job:
    files = waiting.of(services)
    with ExitStack() as undone:
        undone.callback(files.drop, arriving.id)
        found = progress.start(services, kind, {"id": arriving.id, "by": visitor().username} | about)
        undone.pop_all()
    if staged := files.find(arriving.id):
        files.watch(staged, making=found.id)
    return _job(services, found)


def _plain(value: Any) -> Any:
    """A value of a table as JSON has it: no gap but null, no type but its own."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value != value:
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)
