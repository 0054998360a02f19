"""Long work outside the web workers: who asked for what, and who may stop it or start it again."""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, insert, not_, select, true, update

from core.accounts import audit
from core.accounts.audit import Event
from core.accounts.permissions import Action
from core.accounts.users import Role, User
from core.errors import JobError, TooMuchError
from core.jobs.kinds import Work
from core.jobs.queue import (
    JSON,
    UNDER_WAY,
    WITHOUT_RESULT,
    Arguments,
    Job,
    Queue,
    State,
    live_beat,
    under_way,
)
from core.logs import REQUEST
from core.store.tables import jobs as table

LONGEST_ARGUMENTS = 100_000
ALONE_WAIT_SECONDS = 30
MOST_STARTS = 20  # of calculations that one user starts again in an hour
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Jobs:
    """Submit, look at and cancel jobs; the worker runs them.

    `model`: key of the live model. `dataset`: slug of the dataset that is looked at: jobs about others are not there,
    those about files that wait are.
    """

    def __init__(
        self,
        queue: Queue,
        work: Mapping[str, Work],
        model: Callable[[], str],
        dataset: Callable[[], str] = lambda: "",
    ) -> None:
        self._queue, self._work, self._model, self._dataset = queue, work, model, dataset

    def submit(
        self, kind: str, arguments: Arguments, owner: str, *, anew: bool = False, again_by: str = ""
    ) -> Job:
        """The job that does this work about the live model; equal jobs are one, and run once.

        `kind`: one of the names in `core.jobs.kinds.WORK`. `arguments`: JSON that the work is given. `owner`: name of
        the account that asks; it may cancel the job. `anew`: start again if the equal job is over;
        without it, a job that ended, however, is returned as it is. `again_by`: whose start again it is,
        of which there are only so many in an hour. Raises JobError if there is no such work, or the arguments are no
        JSON or too large. Raises TooMuchError if one of this kind of the owner's is under way, or the user has started
        too many again.
        """
        made = self._made(kind, arguments, owner) | {"again_by": again_by}
        if not anew and (known := self._latest(made["equal"])):
            return known
        with self._queue.database.changing("jobs") as connection:
            latest = self._queue.newest(connection, table.c.equal == made["equal"])
            if latest and not (anew and latest.state not in UNDER_WAY):
                return latest
            self._check_alone(connection, kind, owner)
            _count(connection, again_by)
            # What is left under way was interrupted, or signed with another key.
            over = {"state": State.CANCELLED, "cancelled_by": owner, "ended": time.time(), "claim": None}
            left = (table.c.equal == made["equal"]) & table.c.state.in_(UNDER_WAY)
            connection.execute(update(table).where(left).values(over))
            connection.execute(insert(table), made)
            return self._known(connection, made["id"])

    def find(self, id: str) -> Job | None:
        """The job of that id, as it is now; None if there is none about this dataset."""
        if not _ID.fullmatch(id):
            return None
        with self._queue.database.reading() as connection:
            return self._queue.newest(connection, table.c.id == id, self._is_here())

    def listed(
        self, user: User, limit: int, offset: int, *, hidden: Collection[str] = ()
    ) -> tuple[int, list[Job]]:
        """How many jobs about this dataset, but for kinds that are `hidden`, the user may look at; some, the newest first."""
        own = true() if user.role is Role.ADMINISTRATOR else table.c.owner_key == user.key
        shared = table.c.kind.in_([kind for kind, work in self._work.items() if not work.private])
        seen = self._is_here() & table.c.kind.not_in(hidden)
        return self._queue.listed(seen & (own | shared), limit, offset)

    def everywhere(self, *, is_over: bool, most: int) -> tuple[int, list[Job]]:
        """How many jobs there are of all datasets and people, over or under way, and the newest of them."""
        return self._queue.listed(not_(under_way()) if is_over else under_way(), most, 0)

    def of(self, dataset: str) -> Jobs:
        """Those of another dataset than the one that is looked at."""
        return Jobs(self._queue, self._work, self._model, lambda: dataset)

    def under_way(self, kind: str, owner: str) -> Job | None:
        """The owner's job of that kind about this dataset that waits or runs, if there is one."""
        mine = (table.c.kind == kind) & (table.c.owner_key == owner.casefold())
        with self._queue.database.reading() as connection:
            return self._queue.newest(connection, mine, self._is_here(), under_way())

    def newest(self, job: Job) -> Job:
        """The job that does the same work now, if it has been started anew since."""
        return self._latest(select(table.c.equal).where(table.c.id == job.id).scalar_subquery()) or job

    def may_see(self, job: Job, user: User) -> bool:
        """Whether the user may look at the job: what is not about one person's own data, everybody may."""
        work = self._work.get(job.kind)
        return job.may_be_changed_by(user) or (work is not None and not work.private)

    def known(self, kind: str) -> Job | None:
        """The newest job of that kind about the live model, whoever asked for it; of work that takes no arguments."""
        made = self._made(kind, {}, "")
        return self._latest(made["equal"])

    def action(self, kind: str) -> Action:
        """What one has to be allowed for a kind of work; of one that is no more, nothing that anybody may."""
        return self._work[kind].action if kind in self._work else Action.MANAGE_USERS

    def private(self) -> Mapping[str, Action]:
        """The kinds of work that are about one person's own data, and what one has to be allowed for each."""
        return {kind: work.action for kind, work in self._work.items() if work.private}

    def title(self, kind: str) -> str:
        """What a kind of work is called."""
        return self._work[kind].title if kind in self._work else kind

    def result(self, id: str) -> JSON:
        """What came out of a job; None before, or if nothing did."""
        if self.find(id) is None:
            return None
        with self._queue.database.reading() as connection:
            content = connection.scalar(select(table.c.result).where(table.c.id == id))
        return None if content is None else json.loads(content)

    def cancel(self, id: str, *, by: User) -> Job:
        """Stop a job: at once if it waits, else when its work next tells how far it is.

        Raises JobError if there is no such job, or it is somebody else's.
        """
        job = self.find(id)
        if job is None:
            raise JobError("There is no such calculation any more. Reload the page.")
        if not job.may_be_changed_by(by):
            raise JobError(f"Only {job.owner} or an administrator can cancel this. Ask one of them.")
        with self._queue.database.changing() as connection:
            this, now = update(table).where(table.c.id == id), time.time()
            runs = (table.c.state == State.RUNNING) & live_beat()
            connection.execute(this.where(runs).values(cancelled_by=by.username))
            lies = table.c.state.in_([State.WAITING, State.RUNNING]) & ~runs
            over = {"state": State.CANCELLED, "cancelled_by": by.username, "ended": now, "claim": None}
            stopped = connection.execute(this.where(lies).values(over)).rowcount
            job = self._known(connection, id)
        if stopped and job.kind in self._work:
            self._work[job.kind].clean_up(self._queue.home, job.arguments, self._queue.database)
        audit.record(Event.JOB_CANCELLED, user=by.username, job=id, kind=job.kind, owner=job.owner)
        return job

    def may_start_again(self, job: Job, user: User) -> bool:
        """Whether the user may start it anew: it ended without a result, and it is the user's to decide."""
        work = self._work.get(job.kind)
        repeatable = work is not None and (work.can_be_repeated or job.state is State.INTERRUPTED)
        return repeatable and job.state in WITHOUT_RESULT and job.may_be_changed_by(user)

    def again(self, id: str, *, by: User) -> Job:
        """Start anew a job that ended without a result, in the name of who asks.

        Raises JobError if there is no such job, it has a result or is under way, or it is somebody else's;
        TooMuchError if the user has started too many anew in the last hour.
        """
        job = self.find(id)
        if job is None:
            raise JobError("There is no such calculation any more. Reload the page.")
        if not self.may_start_again(job, by):
            raise JobError(
                f"Found a calculation of {job.owner} that is {job.state}. Expected one of yours that was "
                "cancelled or did not work. Reload the page."
            )
        named = {"by": by.username} if "by" in job.arguments else {}
        return self.submit(job.kind, {**job.arguments, **named}, by.username, anew=True, again_by=by.key)

    def _is_here(self) -> ColumnElement[bool]:
        of_files = [kind for kind, work in self._work.items() if work.of_files]
        return (table.c.dataset == self._dataset()) | table.c.kind.in_(of_files)

    def _latest(self, equal: str | ScalarSelect[str]) -> Job | None:
        with self._queue.database.reading() as connection:
            return self._queue.newest(connection, table.c.equal == equal)

    def _known(self, connection: Connection, id: str) -> Job:
        job = self._queue.newest(connection, table.c.id == id)
        if job is None:
            raise JobError("There is no such calculation any more. Reload the page.")
        return job

    def _check_alone(self, connection: Connection, kind: str, owner: str) -> None:
        """Refuse a second one of a kind that takes long and is each person's own."""
        if not self._work[kind].alone:
            return
        same = (table.c.kind == kind) & (table.c.owner_key == owner.casefold())
        own = select(table.c.id).where(same, under_way())
        if connection.scalar(own.limit(1)):
            raise TooMuchError(
                f"{self.title(kind)}: one of yours is under way already. Wait until it is done, or cancel it.",
                ALONE_WAIT_SECONDS,
            )

    def _made(self, kind: str, arguments: Arguments, owner: str) -> dict[str, Any]:
        work = self._work.get(kind)
        if work is None:
            raise JobError(f"Found {kind[:40]!r}. Expected one of {', '.join(self._work) or 'none'}.")
        dataset, model = ("", "") if work.of_files else (self._dataset(), self._model())
        text = _canonical(arguments)
        equal = json.dumps([kind, text, model, owner.casefold() if work.private else "", dataset])
        made = {
            "id": secrets.token_urlsafe(18),
            "dataset": dataset,
            "kind": kind,
            "arguments": text,
            "model": model,
            "owner": owner,
            "owner_key": owner.casefold(),
            "created": time.time(),
            "equal": hashlib.sha256(equal.encode()).hexdigest()[:32],
            "state": State.WAITING.value,
            "request": REQUEST.get(),
        }
        return made | {"signature": self._queue.signature(made)}


def _count(connection: Connection, who: str) -> None:
    """Refuse one more start again of the user's than there may be in an hour; a first start has no such user."""
    if not who:
        return
    now = time.time()
    recent = (table.c.again_by == who) & (table.c.created > now - 3600)
    count, first = connection.execute(select(func.count(), func.min(table.c.created)).where(recent)).one()
    if count >= MOST_STARTS:
        wait = 3600 - (now - first)
        raise TooMuchError(
            f"You have started {MOST_STARTS} calculations again within an hour, which is the most. "
            f"Try again in {math.ceil(wait / 60)} min.",
            wait,
        )


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
