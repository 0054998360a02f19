"""What the worker does: it takes jobs, tells how far they are, and finds those that were lost."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, func, insert, select, update

from core.datasets.served import read_by
from core.errors import GoneError, ParterreError, StoreError
from core.jobs.kinds import Work
from core.jobs.queue import OVER, STALE_SECONDS, Queue, State
from core.logs import REQUEST, our_fault
from core.progress import Cancelled
from core.reports.weekly import WeeklyReports
from core.store.files import FULL, is_full
from core.store.kept_files import WEEK_SECONDS, sweep
from core.store.staged_files import StagedFiles
from core.store.tables import jobs as table
from core.store.tables import workers

if TYPE_CHECKING:
    from core.services import Services

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
SWEEP_SECONDS = 3.0
FORGET_SECONDS = 3600.0
TIDY_SECONDS = 300.0
DUE_SECONDS = 60.0
TELL_SECONDS = 0.2
LOOK_SECONDS = 0.2
KEPT_DAYS = 30
MOST_LACKED = 20  # times that one worker meets no database under one job, before that is given up
MOST_DEATHS = 3  # of the worker under one job, before the job is given up
LONGEST_WORDS = 400
_WAITING = {"state": State.WAITING, "claim": None, "words": "", "share": 0.0}
_WAITS = select(table.c.number).where(table.c.state == State.WAITING).limit(1)
_other = table.alias()
_THEIRS = (
    select(func.count())
    .where(_other.c.state == State.RUNNING, _other.c.owner_key == table.c.owner_key)
    .correlate(table)
    .scalar_subquery()
)
# Of those of whom the fewest run the one that waits longest: nobody's many keep others waiting.
_NEXT = _WAITS.order_by(_THEIRS, table.c.number)


class Worker:
    """Runs jobs in threads of this process, which is never forked from one that serves pages.

    `services`: makes what the work is given; called once, when the first job comes.
    """

    def __init__(
        self, queue: Queue, work: Mapping[str, Work], services: Callable[[], Services], *, threads: int = 2
    ) -> None:
        self._queue, self._work, self._make = queue, work, services
        self._threads = threads
        self._services: Services | None = None
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._stopped = threading.Event()
        self._running: set[str] = set()
        self._lacked: Counter[str] = Counter()
        self.me = {"token": secrets.token_hex(8), "host": socket.gethostname(), "pid": os.getpid()}

    def serve(self) -> None:
        """Run jobs until SIGTERM or SIGINT; what runs then is put back."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopped.set())
        self._do_chores(due := dict.fromkeys(self._chores, 0.0))
        for place in range(self._threads):
            threading.Thread(target=self._keep_taking, name=f"jobs {place}", daemon=True).start()
        while not self._stopped.wait(BEAT_SECONDS):
            self._do_chores(due)
        self.put_back()

    def take(self) -> bool:
        """Run the job that is next; whether there was one."""
        row = self._claimed()
        if row is None:
            return False
        if not self._queue.is_signed(row):
            self._end(
                row, State.FAILED, error="Found a calculation that nobody asked for. Start it on its page."
            )
        elif row.kind not in self._work:
            self._end(row, State.FAILED, error=f"There is no {row.kind[:40]!r} in this version any more.")
        else:
            self._run(row)
        return True

    def beat(self) -> None:
        """Say that this worker and what it runs are alive."""
        token, now = self.me["token"], time.time()
        with self._queue.database.changing(durable=False) as connection:
            this = update(workers).where(workers.c.token == token).values(beat=now)
            if not connection.execute(this).rowcount:
                connection.execute(insert(workers), self.me | {"beat": now})
            mine = update(table).where(table.c.claim.in_(list(self._running)))
            connection.execute(mine.values(beat=now))

    def sweep(self) -> None:
        """Let jobs wait again that a worker that is gone was running, and forget that worker."""
        runs = select(table, workers.c.host, workers.c.pid).where(table.c.state == State.RUNNING)
        asked = runs.outerjoin_from(table, workers, table.c.worker == workers.c.token)
        for row in self._queue.database.rows(asked):
            if self._is_dead(row):
                self._bury(row)

    def forget(self) -> None:
        """Forget jobs that ended long ago, and workers that are gone."""
        now = time.time()
        old = table.c.state.in_(OVER) & (table.c.ended < now - KEPT_DAYS * 24 * 3600)
        with self._queue.database.changing() as connection:
            connection.execute(delete(table).where(old))
            connection.execute(delete(workers).where(workers.c.beat < now - 24 * 3600))

    def tidy(self) -> None:
        """Take away files whose time is over."""
        sweep(*(self._queue.home / name for name in ("scored", "exports", "tmp")))
        sweep(self._queue.home / "reports", seconds=WEEK_SECONDS)
        StagedFiles(self._queue.home, self._queue.database).sweep()

    def send_due(self) -> None:
        """Have the weekly reports made whose time has come."""
        for one in WeeklyReports(self._queue.database).take_due(time.time()):
            services = self._served()
            if not services.access.may(one.owner, self._work["weekly-report"].action, one.dataset):
                WeeklyReports(self._queue.database).stop(one.id)
                continue
            try:
                with services.workspaces.at(one.dataset):
                    services.jobs.submit("weekly-report", {"id": one.id}, one.owner, anew=True)
            except ParterreError as error:
                log.warning("A weekly report can't be made: %s", _place(error))

    def put_back(self) -> None:
        """This worker ends: the next one goes on with what it runs."""
        token = self.me["token"]
        with self._queue.database.changing() as connection:
            mine = (table.c.state == State.RUNNING) & (table.c.worker == token)
            over = {"state": State.CANCELLED, "ended": time.time(), "claim": None}
            connection.execute(update(table).where(mine, table.c.cancelled_by != "").values(over))
            connection.execute(update(table).where(mine, table.c.cancelled_by == "").values(_WAITING))
            connection.execute(delete(workers).where(workers.c.token == token))

    @property
    def _chores(self) -> dict[Callable[[], None], float]:
        """What has to be done every so many seconds."""
        return {
            self.beat: BEAT_SECONDS,
            self.sweep: SWEEP_SECONDS,
            self.forget: FORGET_SECONDS,
            self.tidy: TIDY_SECONDS,
            self.send_due: DUE_SECONDS,
        }

    def _do_chores(self, due: dict[Callable[[], None], float]) -> None:
        with _GoingOn("say that this worker is alive"):
            for chore, seconds in self._chores.items():
                if time.monotonic() >= due[chore]:
                    due[chore] = time.monotonic() + seconds
                    chore()

    def _keep_taking(self) -> None:
        while not self._stopped.is_set():
            with _GoingOn("ask for jobs"):
                self._await_job()
                self.take()
                continue
            self._stopped.wait(BEAT_SECONDS)

    def _await_job(self) -> None:
        """Return once a job waits, or this worker is to stop; one thread looks, the others wait for their turn."""
        with self._turn:
            while not self._has_waiting() and not self._stopped.wait(LOOK_SECONDS):
                pass

    def _has_waiting(self) -> bool:
        return self._queue.database.row(_WAITS) is not None

    def _claimed(self) -> Row[Any] | None:
        """The job that is next, which now is this worker's: of many who ask one gets it."""
        if not self._has_waiting():
            return None
        now = time.time()
        runs = {"state": State.RUNNING, "claim": secrets.token_hex(8), "worker": self.me["token"]}
        first = _NEXT.with_for_update(skip_locked=True).scalar_subquery()
        claim = update(table).where(table.c.number == first).values(runs | {"beat": now, "started": now})
        with self._queue.database.changing() as connection:
            return connection.execute(claim.returning(table)).first()

    def _run(self, row: Row[Any]) -> None:
        self._running.add(row.claim)
        REQUEST.set(row.request)
        try:
            with _Failing(lambda state, error: self._end(row, state, error=error), self._await_database, row):
                services, work = self._served(), self._work[row.kind].doing()
                services.access.check(row.owner, self._work[row.kind].action, row.dataset)
                with (
                    read_by(services.marks_for(row.owner)),
                    services.workspaces.at(row.dataset, row.model or None),
                ):
                    result = work(services, json.loads(row.arguments), _Progress(self._queue, row.claim).tell)
                self._end(row, State.DONE, share=1.0, result=json.dumps(result, allow_nan=False))
        finally:
            REQUEST.set("")
            self._running.discard(row.claim)

    def _served(self) -> Services:
        with self._lock:
            if self._services is None:
                self._services = self._make()
            return self._services

    def _end(self, row: Row[Any], state: State, **more: object) -> None:
        over = {"state": state, "ended": time.time(), "claim": None, **more}
        is_mine = self._surely_change(row, over)
        if is_mine and state is not State.DONE and row.kind in self._work:
            queue, arguments = self._queue, json.loads(row.arguments)
            self._work[row.kind].clean_up(queue.home, arguments, queue.database)

    def _change(self, row: Row[Any], values: Mapping[str, object]) -> bool:
        """Change a job that runs, unless it was taken for dead and is another's by now."""
        this = (table.c.number == row.number) & (table.c.claim == row.claim)
        return self._queue.database.change(update(table).where(this).values(values)) > 0

    def _surely_change(self, row: Row[Any], values: Mapping[str, object]) -> bool:
        """The same, however long the database is away."""
        while True:
            try:
                return self._change(row, values)
            except (StoreError, OSError) as error:
                log.warning("Can't write down what became of job %s: %s", row.id, error)
                if self._stopped.wait(BEAT_SECONDS):
                    raise

    def _await_database(self, row: Row[Any]) -> None:
        """Let a job wait again in the middle of which the database was gone: seldom by its fault."""
        self._lacked[row.id] += 1
        if self._lacked[row.id] < MOST_LACKED:
            self._surely_change(row, _WAITING)
        else:
            words = f"The database was gone {MOST_LACKED} times in the middle of this. Ask the administrator to look at its log."
            self._end(row, State.FAILED, error=words)

    def _bury(self, row: Row[Any]) -> None:
        deaths = row.deaths + 1
        log.warning("The worker was gone in the middle of job %s (%d times so far)", row.id, deaths)
        if row.cancelled_by:
            self._end(row, State.CANCELLED)
        elif deaths >= MOST_DEATHS:
            words = (
                f"The worker was stopped {deaths} times in the middle of this; it may need more memory than "
                "there is. Ask the administrator to look at its log, then try again."
            )
            self._end(row, State.FAILED, error=words)
        else:
            self._change(row, _WAITING | {"deaths": deaths})

    def _is_dead(self, row: Row[Any]) -> bool:
        if abs(time.time() - row.beat) > STALE_SECONDS:
            return True
        if row.worker == self.me["token"] or row.host != self.me["host"]:
            return False
        return bool(row.pid == self.me["pid"]) or not _is_alive(row.pid)


class _Progress:
    """How a job tells how far it is, a few times a second at most."""

    def __init__(self, queue: Queue, claim: str) -> None:
        self._queue, self._claim = queue, claim
        self._told = 0.0

    def tell(self, words: str, share: float) -> None:
        """Keep the words and the share; raises Cancelled if the job was cancelled or given to another worker."""
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        part = min(max(float(share), 0.0), 1.0)
        mine = (table.c.claim == self._claim) & (table.c.cancelled_by == "")
        said = {"words": words[:LONGEST_WORDS], "share": round(part, 4)}
        self._told = time.monotonic()
        try:
            with self._queue.database.changing(durable=False) as connection:
                is_mine = connection.execute(update(table).where(mine).values(said)).rowcount > 0
        except (StoreError, OSError) as error:
            log.warning("Can't say how far a job is: %s", error)
            return
        if not is_mine:
            raise Cancelled


@dataclass(frozen=True)
class _Failing:
    """Says how a job ended, whatever goes wrong within the block."""

    end: Callable[[State, str], None]
    lack: Callable[[Row[Any]], None]  # of the database
    row: Row[Any]

    def __enter__(self) -> None:
        """Nothing has gone wrong yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Tell the user: a word of ours as it is, any other as a reference to the log, also what is no `Exception`.

        Panics of libraries in Rust and `SystemExit` are none, and would end the thread that takes jobs.
        """
        if isinstance(error, Cancelled):
            self.end(State.CANCELLED, "")
        elif isinstance(error, GoneError):
            self.lack(self.row)
        elif isinstance(error, ParterreError):
            # What it says may quote a customer's row; it is kept for who asked, not in the log.
            log.info("Job %s (%s) failed: %s", self.row.id, self.row.kind, _place(error))
            self.end(State.FAILED, str(error))
        elif isinstance(error, OSError) and is_full(error):
            self.end(State.FAILED, FULL)
        elif error is not None:
            self.end(State.FAILED, our_fault(log, f"Job {self.row.id}", error))
        return True


@dataclass(frozen=True)
class _GoingOn:
    """Goes on after the block, whatever goes wrong within: a worker that beats but takes no jobs would help nobody."""

    doing: str

    def __enter__(self) -> None:
        """Nothing has gone wrong yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Say in the log what could not be done."""
        if isinstance(error, StoreError | OSError):
            log.warning("Can't %s: %s", self.doing, error)
        elif error is not None:
            our_fault(log, f"To {self.doing}", error)
        return True


def _place(error: Exception) -> str:
    """Where an error comes from: kind, function and line."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {Path(last.filename).name} line {last.lineno}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
