"""Long work outside the web workers: who asked for what, how far it is, and how it ended.

A job is kept under several names, each with one writer, so that nobody overwrites what another has said:

| name | written by | what |
| --- | --- | --- |
| `job:<id>` | who submits, once | kind, arguments, model, owner |
| `slot:<equal>:<n>` | who submits, once | id of the n-th try of equal jobs: of many who submit at once one wins |
| `open:<id>` | who submits | there while the job is not over |
| `claim:<id>:<try>` | the worker, once | of many workers that take the job from the queue one runs it |
| `state:<id>`, `result:<id>` | the worker | progress, end, and what came out |
| `beat:<id>`, `worker` | the worker, each second | it lives |
| `cancel:<id>` | who cancels, once | who it was |
| `alone:<kind>:<user>` | who submits | the latest job of a kind of which one has one at a time |
| `starts:<user>` | who starts a job again | when that was, in the last hour |
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from core.accounts.users import Role, User
from core.errors import JobError, TooMuchError
from core.jobs.kinds import Work
from core.jobs.store import JSON, Store

STALE_SECONDS = 20  # without a beat, after which the worker counts as gone
LONGEST_ARGUMENTS = 100_000
ALONE_WAIT_SECONDS = 30
MOST_STARTS = 20  # of calculations that one user starts again in an hour
_LOOKED_AHEAD = 8

Arguments = Mapping[str, JSON]


class State(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # its worker is gone; it is run again when there is one


OVER = frozenset({State.DONE, State.FAILED, State.CANCELLED})
UNDER_WAY = frozenset({State.WAITING, State.RUNNING})
WITHOUT_RESULT = frozenset({State.FAILED, State.CANCELLED, State.INTERRUPTED})


@dataclass(frozen=True)
class Job:
    """A job as it is now.

    Attributes
    ----------
    dataset, model : str
        Slug and key of what it is about: the model that was live when it was submitted.
    words, share : str, float
        What is being done, and how much of all work is done, from 0 to 1.
    error : str
        Why it failed or what interrupted it, in words for the user; else empty.
    created, started, ended : float
        Seconds since 1970; 0 where that has not happened.
    attended : bool
        Whether a worker is there to run jobs.
    """

    id: str
    kind: str
    arguments: Arguments
    dataset: str
    model: str
    owner: str
    created: float
    state: State
    words: str
    share: float
    error: str
    started: float
    ended: float
    attended: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER

    def may_be_changed_by(self, user: User) -> bool:
        """Whether it is the user's own, or the user is an administrator."""
        return user.role is Role.ADMINISTRATOR or user.key == self.owner.casefold()


class Jobs:
    """Submit, look at and cancel jobs; the worker runs them.

    Parameters
    ----------
    store : Store
    work : mapping of kind to Work
    model : callable
        Key of the live model.
    dataset : callable
        Slug of the dataset that is looked at: jobs about others are not there.
    """

    def __init__(
        self,
        store: Store,
        work: Mapping[str, Work],
        model: Callable[[], str],
        dataset: Callable[[], str] = lambda: "",
    ) -> None:
        self._store, self._work, self._model, self._dataset = store, work, model, dataset
        self._run = store.task(_in_the_worker)

    def submit(self, kind: str, arguments: Arguments, owner: str, *, anew: bool = False) -> Job:
        """The job that does this work about the live model; equal jobs are one, and run once.

        Parameters
        ----------
        kind : str
            One of the names in `core.jobs.kinds.WORK`.
        arguments : mapping
            JSON that the work is given.
        owner : str
            Name of the account that asks; it may cancel the job.
        anew : bool, default=False
            Start again if the equal job is over; without it, a job that ended, however, is returned as it is.

        Raises
        ------
        JobError
            If there is no such work, the arguments are no JSON or too large, or the store can't be reached.
        """
        made = self._made(kind, arguments, owner)
        while True:
            place, latest = self._latest(made["equal"])
            if latest and not (anew and latest.state not in UNDER_WAY):
                return latest
            self._check_alone(kind, owner)
            if latest:
                self._store.put_if_empty(f"cancel:{latest.id}", {"by": owner, "when": time.time()})
            if job := self._start(made, f"slot:{made['equal']}:{place}"):
                if self._work[kind].alone:
                    self._store.put(f"alone:{kind}:{owner.casefold()}", job.id)
                return job

    def find(self, id: str) -> Job | None:
        """The job of that id, as it is now; None if there is none about this dataset."""
        job = self._find(id)
        return job if job and job.dataset == self._dataset() else None

    def _find(self, id: str) -> Job | None:
        made, said, cancelled, beat, worker = self._store.read(
            *(f"{name}:{id}" for name in ("job", "state", "cancel", "beat")), "worker"
        )
        return _job(id, made, said or {}, bool(cancelled), _fresh(beat), _fresh(worker)) if made else None

    def newest(self, job: Job) -> Job:
        """The job that does the same work now, if it has been started anew since."""
        (made,) = self._store.read(f"job:{job.id}")
        return (self._latest(made["equal"])[1] if made else None) or job

    def may_see(self, job: Job, user: User) -> bool:
        """Whether the user may look at the job: what is not about one person's own data, everybody may."""
        work = self._work.get(job.kind)
        return job.may_be_changed_by(user) or (work is not None and not work.private)

    def title(self, kind: str) -> str:
        """What a kind of work is called."""
        return self._work[kind].title if kind in self._work else kind

    def result(self, id: str) -> JSON:
        """What came out of a job; None before, or if nothing did."""
        return self._store.read(f"result:{id}")[0]

    def cancel(self, id: str, *, by: User) -> Job:
        """Stop a job: at once if it waits, else when its work next tells how far it is.

        Raises
        ------
        JobError
            If there is no such job, or it is somebody else's.
        """
        job = self.find(id)
        if job is None:
            raise JobError("There is no such calculation any more. Reload the page.")
        if not job.may_be_changed_by(by):
            raise JobError(f"Only {job.owner} or an administrator can cancel this. Ask one of them.")
        if not job.is_over:
            self._store.put_if_empty(f"cancel:{id}", {"by": by.username, "when": time.time()})
        job = self.find(id) or job
        if job.state is State.CANCELLED and job.kind in self._work:
            self._work[job.kind].clean_up(self._store.home, job.arguments)
        return job

    def may_start_again(self, job: Job, user: User) -> bool:
        """Whether the user may start it anew: it ended without a result, and it is the user's to decide."""
        work = self._work.get(job.kind)
        repeatable = work is not None and (work.can_be_repeated or job.state is State.INTERRUPTED)
        return repeatable and job.state in WITHOUT_RESULT and job.may_be_changed_by(user)

    def again(self, id: str, *, by: User) -> Job:
        """Start anew a job that ended without a result, in the name of who asks.

        Raises
        ------
        JobError
            If there is no such job, it has a result or is under way, or it is somebody else's.
        TooMuchError
            If the user has started too many anew in the last hour.
        """
        job = self.find(id)
        if job is None:
            raise JobError("There is no such calculation any more. Reload the page.")
        if not self.may_start_again(job, by):
            raise JobError(
                f"Found a calculation of {job.owner} that is {job.state}. Expected one of yours that was "
                "cancelled or did not work. Reload the page."
            )
        self._count(by)
        named = {"by": by.username} if "by" in job.arguments else {}
        return self.submit(job.kind, {**job.arguments, **named}, by.username, anew=True)

    def _check_alone(self, kind: str, owner: str) -> None:
        """Refuse a second one of a kind that takes long and is each person's own."""
        if not self._work[kind].alone:
            return
        (id,) = self._store.read(f"alone:{kind}:{owner.casefold()}")
        job = self._find(id) if id else None
        if job is not None and job.state in UNDER_WAY:
            raise TooMuchError(
                f"{self.title(kind)}: one of yours is under way already. Wait until it is done, or cancel it.",
                ALONE_WAIT_SECONDS,
            )

    def _count(self, user: User) -> None:
        """Count a start of the user's; two at the same moment may count as one."""
        name, now = f"starts:{user.key}", time.time()
        (kept,) = self._store.read(name)
        recent = [moment for moment in kept or [] if now - moment < 3600]
        if len(recent) >= MOST_STARTS:
            wait = 3600 - (now - min(recent, default=now))
            raise TooMuchError(
                f"You have started {MOST_STARTS} calculations again within an hour, which is the most. "
                f"Try again in {math.ceil(wait / 60)} min.",
                wait,
            )
        self._store.put(name, [*recent, now])

    def _made(self, kind: str, arguments: Arguments, owner: str) -> dict[str, Any]:
        work = self._work.get(kind)
        if work is None:
            raise JobError(f"Found {kind[:40]!r}. Expected one of {', '.join(self._work) or 'none'}.")
        dataset, model, text = self._dataset(), self._model(), _canonical(arguments)
        equal = json.dumps([kind, text, dataset, model, owner.casefold() if work.private else ""])
        return {
            "kind": kind,
            "arguments": json.loads(text),
            "dataset": dataset,
            "model": model,
            "owner": owner,
            "created": time.time(),
            "equal": hashlib.sha256(equal.encode()).hexdigest()[:32],
        }

    def _latest(self, equal: str) -> tuple[int, Job | None]:
        """The first free slot of equal jobs, and the job in the last one that is taken."""
        place, latest = 0, None
        while True:
            names = [f"slot:{equal}:{n}" for n in range(place, place + _LOOKED_AHEAD)]
            for id in self._store.read(*names):
                if id is None:
                    return place, self.find(latest) if latest else None
                place, latest = place + 1, id

    def _start(self, made: dict[str, Any], slot: str) -> Job | None:
        """A new job in `slot`; None if somebody else was faster."""
        id = secrets.token_urlsafe(18)
        self._store.put(f"job:{id}", made | {"slot": slot})
        self._store.put(f"open:{id}", 1)
        if not self._store.put_if_empty(slot, id):
            self._store.delete(f"open:{id}", f"job:{id}")
            return None
        # Who is killed here leaves an open job that is not queued; the worker finds it.
        self._run(id, 1)
        return self.find(id)


def moment(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _in_the_worker(_id: str, _attempt: int) -> None:
    """What a task is called by; only the worker has something to do for it."""
    raise JobError("Jobs are run by the worker.")


def _canonical(arguments: Arguments) -> str:
    try:
        text = json.dumps(dict(arguments), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise JobError(
            f"Found arguments that are no JSON: {error}. Reload the page, and try again."
        ) from error
    if len(text) > LONGEST_ARGUMENTS:
        raise JobError(
            f"Found {len(text)} characters. Expected at most {LONGEST_ARGUMENTS}. Ask for less at once."
        )
    return text


def _fresh(beat: JSON) -> bool:
    return bool(beat) and time.time() - float(beat["time"]) < STALE_SECONDS


def _job(id: str, made: JSON, said: JSON, cancelled: bool, alive: bool, attended: bool) -> Job:
    state = State(said.get("state", State.WAITING))
    error = said.get("error", "")
    if state is State.RUNNING and not alive:
        state = State.INTERRUPTED
        error = (
            "The worker stopped in the middle of this. It is run again when there is one; or try again now."
        )
    if cancelled and state in (State.WAITING, State.INTERRUPTED):
        state, error = State.CANCELLED, ""
    return Job(
        id=id,
        kind=made["kind"],
        arguments=made["arguments"],
        dataset=made.get("dataset", ""),
        model=made["model"],
        owner=made["owner"],
        created=made["created"],
        state=state,
        words="Stopping" if cancelled and state is State.RUNNING else said.get("words", ""),
        share=said.get("share", 0.0),
        error=error,
        started=said.get("started", 0.0),
        ended=said.get("ended", 0.0),
        attended=attended,
    )
