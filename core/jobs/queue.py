"""The table of jobs: what was asked for, signed by who may ask, and how far it is.

Arguments and results are JSON: nothing that is read from here is run as code. What was asked for is signed, so
that nobody who can write to the database, but has not the secret key, can have work done in somebody else's name.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from core.accounts.secret import session_key
from core.accounts.users import Role, User
from core.settings import Settings
from core.store.database import Database
from core.store.tables import jobs as table
from core.store.tables import workers

log = logging.getLogger(__name__)

STALE_SECONDS = 20  # without a beat, after which the worker counts as gone

JSON = Any
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

INTERRUPTED = "The worker stopped in the middle of this. It is run again when there is one; or try again now."


@dataclass(frozen=True)
class Job:
    """A job as it is now."""

    id: str
    kind: str
    arguments: Arguments
    # Slug and key of what it is about: the model that was live when it was submitted; empty of files that wait.
    dataset: str
    model: str
    owner: str
    created: float  # seconds since 1970, as those below; 0 where that has not happened
    state: State
    words: str  # what is being done, below what has been found so far
    share: float  # of all work that is done, from 0 to 1
    error: str  # why it failed or what interrupted it, in words for the user; else empty
    started: float
    ended: float
    attended: bool  # whether a worker is there to run jobs

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER

    def may_be_changed_by(self, user: User) -> bool:
        """Whether it is the user's own, or the user is an administrator."""
        return user.role is Role.ADMINISTRATOR or user.key == self.owner.casefold()


@dataclass(frozen=True)
class Queue:
    """Where jobs are, the key that signs them, and the folder that work writes to."""

    database: Database
    home: Path
    key: str = field(repr=False)

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Queue:
        """The queue that the settings name."""
        return cls(database, settings.home, session_key(settings))

    def newest(self, connection: Connection, *where: ColumnElement[bool]) -> Job | None:
        """The newest job of which that is so."""
        asked = _AS_IT_IS.where(*where).order_by(table.c.number.desc())
        row = connection.execute(asked.limit(1)).first()
        return _job(row) if row is not None and self.is_signed(row) else None

    def listed(self, where: ColumnElement[bool], limit: int, offset: int) -> tuple[int, list[Job]]:
        """How many jobs there are of which that is so, and some of them, the newest first."""
        asked = _AS_IT_IS.where(where).order_by(table.c.number.desc()).limit(limit).offset(offset)
        with self.database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(table).where(where)) or 0
            return total, [_job(row) for row in connection.execute(asked) if self.is_signed(row)]

    def signature(self, made: Mapping[str, Any]) -> str:
        """What proves that a job was asked for by a process that has the key."""
        said = json.dumps([made[name] for name in _SIGNED])
        return hmac.digest(f"parterre.jobs:{self.key}".encode(), said.encode(), "sha256").hex()

    def is_signed(self, row: Row[Any]) -> bool:
        """Whether a row was written with our key; said in the log if not."""
        good = hmac.compare_digest(self.signature(dict(row._mapping)), row.signature)
        if not good:
            log.warning("Left out of the table of jobs, not signed with our key: a job")
        return good


def live_beat() -> ColumnElement[bool]:
    """Of a running job: that its worker is heard of."""
    now = time.time()
    # One that is heard of in the future was heard of before its clock was set back.
    return table.c.beat.between(now - STALE_SECONDS, now + STALE_SECONDS)


def under_way() -> ColumnElement[bool]:
    """That a job waits, or runs in a worker that is heard of."""
    running = and_(table.c.state == State.RUNNING, live_beat())
    return (table.c.state == State.WAITING) | running


_SIGNED = ("id", "dataset", "kind", "arguments", "model", "owner", "created", "equal")
_AS_IT_IS: Select[Any] = select(
    *(column for column in table.c if column.name != "result"),
    select(func.max(workers.c.beat)).scalar_subquery().label("heard"),
)


def _job(row: Row[Any]) -> Job:
    state, words, error = State(row.state), row.words, row.error
    if state is State.RUNNING and row.cancelled_by:
        words = "Stopping"
    if state is State.RUNNING and abs(time.time() - row.beat) >= STALE_SECONDS:
        state, error = State.INTERRUPTED, INTERRUPTED
    if state is State.INTERRUPTED and row.cancelled_by:
        state, error = State.CANCELLED, ""
    return Job(
        id=row.id,
        kind=row.kind,
        arguments=json.loads(row.arguments),
        dataset=row.dataset,
        model=row.model,
        owner=row.owner,
        created=row.created,
        state=state,
        words=words,
        share=row.share,
        error=error,
        started=row.started,
        ended=row.ended,
        attended=time.time() - (row.heard or 0.0) < STALE_SECONDS,
    )
