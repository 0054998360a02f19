"""What the worker does: it takes jobs from the queue, tells how far they are, and finds those that were lost."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huey import signals
from huey.api import Task

from core.errors import JobError, ParterreError
from core.jobs.jobs import OVER, STALE_SECONDS, State
from core.jobs.kinds import Work, found
from core.jobs.store import JSON, Store
from core.progress import Cancelled

if TYPE_CHECKING:
    from core.services import Services

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
SWEEP_SECONDS = 3.0
FORGET_SECONDS = 3600.0
TIDY_SECONDS = 300.0
TELL_SECONDS = 0.2
KEPT_DAYS = 30
MOST_DEATHS = 3  # of the worker under one job, before the job is given up
LONGEST_WORDS = 200


class Worker:
    """Runs jobs in threads of this process, which is never forked from one that serves pages.

    Parameters
    ----------
    store : Store
    work : mapping of kind to Work
    services : callable
        Makes what the work is given; called once, when the first job comes.
    """

    def __init__(
        self, store: Store, work: Mapping[str, Work], services: Callable[[], Services], *, threads: int = 2
    ) -> None:
        self._store, self._work, self._make = store, work, services
        self._threads = threads
        self._services: Services | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._running: dict[str, int] = {}
        self._me = {"token": secrets.token_hex(8), "host": socket.gethostname(), "pid": os.getpid()}
        self._enqueue = store.task(self._take)
        store.huey.signal(signals.SIGNAL_ERROR)(self._failed)
        store.huey.signal(signals.SIGNAL_INTERRUPTED)(self._interrupted)

    def serve(self) -> None:
        """Run jobs until SIGTERM or SIGINT; what runs then is put back into the queue."""
        self.sweep()
        threading.Thread(target=self._keep_beating, name="beat", daemon=True).start()
        consumer = self._store.huey.create_consumer(
            workers=self._threads,
            worker_type="thread",
            periodic=False,
            initial_delay=0.1,
            max_delay=0.5,
            shutdown_timeout=1,
        )
        consumer.run()
        self._stopped.set()

    def beat(self) -> None:
        """Say that this worker and what it runs are alive."""
        now = self._me | {"time": time.time()}
        self._store.put("worker", now)
        for id in list(self._running):
            self._store.put(f"beat:{id}", now)

    def sweep(self) -> None:
        """Put back into the queue what a worker that is gone was running, and what never got there."""
        queued = {id for id, _ in self._store.queued()}
        for name in self._store.names("open:"):
            self._look_after(name.partition(":")[2], queued)

    def forget(self) -> None:
        """Forget jobs that ended long ago."""
        before = time.time() - KEPT_DAYS * 24 * 3600
        for name in self._store.names("state:"):
            id = name.partition(":")[2]
            said, made = self._store.read(name, f"job:{id}")
            if said is None or (State(said["state"]) in OVER and said["ended"] < before):
                kinds = ("state", "result", "beat", "cancel", "job")
                claims = self._store.names(f"claim:{id}:")
                self._store.delete(*([made["slot"]] if made else []), *claims, *(f"{k}:{id}" for k in kinds))

    def tidy(self) -> None:
        """Take away files whose hour is over."""
        for sweep in ("core.exports.prepared:sweep", "core.scoring.scored_files:sweep"):
            found(sweep)(self._store.home)

    def _keep_beating(self) -> None:
        due = dict.fromkeys(self._chores, 0.0)
        while not self._stopped.is_set():
            try:
                self._do_chores(due)
            except (JobError, OSError) as error:
                log.warning("Can't say that this worker is alive: %s", error)
            self._stopped.wait(BEAT_SECONDS)

    @property
    def _chores(self) -> dict[Callable[[], None], float]:
        """What has to be done every so many seconds."""
        return {
            self.beat: BEAT_SECONDS,
            self.sweep: SWEEP_SECONDS,
            self.forget: FORGET_SECONDS,
            self.tidy: TIDY_SECONDS,
        }

    def _do_chores(self, due: dict[Callable[[], None], float]) -> None:
        for chore, seconds in self._chores.items():
            if time.monotonic() >= due[chore]:
                due[chore] = time.monotonic() + seconds
                chore()

    def _take(self, id: str, attempt: int) -> None:
        """Run a job, unless it is over or another worker has taken it; a huey task."""
        made, said, cancelled = self._store.read(f"job:{id}", f"state:{id}", f"cancel:{id}")
        said = said or {}
        if made is None or State(said.get("state", "waiting")) in OVER or said.get("attempt", 1) != attempt:
            return
        now = self._me | {"time": time.time()}
        if not self._store.put_if_empty(f"claim:{id}:{attempt}", now):
            return
        if cancelled:
            self._end(id, attempt, State.CANCELLED)
            return
        self._run(id, attempt, made, said, now)

    def _run(self, id: str, attempt: int, made: JSON, said: JSON, now: JSON) -> None:
        self._store.put(f"beat:{id}", now)
        self._running[id] = attempt
        started = {
            "state": State.RUNNING,
            "attempt": attempt,
            "started": time.time(),
            "words": "",
            "share": 0.0,
        }
        self._store.put(f"state:{id}", {**said, **started})
        try:
            result = self._do(made, _Progress(self._store, id, attempt))
            self._store.put(f"result:{id}", result)
            self._end(id, attempt, State.DONE, share=1.0)
        except Cancelled:
            self._end(id, attempt, State.CANCELLED)
        except ParterreError as error:
            # What it says may quote a customer's row; it is kept for who asked, not in the log.
            log.info("Job %s (%s) failed: %s", id, made["kind"], _place(error))
            self._end(id, attempt, State.FAILED, error=str(error))
        finally:
            self._running.pop(id, None)

    def _do(self, made: JSON, progress: _Progress) -> Any:
        work = self._work.get(made["kind"])
        if work is None:
            raise JobError(f"There is no such calculation as {made['kind'][:40]} in this version any more.")
        services = self._served()
        with services.workspaces.at(made.get("dataset", ""), made["model"]):
            return work.doing()(services, made["arguments"], progress.tell)

    def _served(self) -> Services:
        with self._lock:
            if self._services is None:
                self._services = self._make()
            return self._services

    def _end(self, id: str, attempt: int, state: State, **more: object) -> None:
        (said,) = self._store.read(f"state:{id}")
        said = said or {}
        if said.get("attempt", attempt) != attempt:
            return  # it was taken for dead, and is run again elsewhere
        self._store.put(f"state:{id}", {**said, "state": state, "ended": time.time(), **more})
        self._store.delete(f"open:{id}", f"beat:{id}")
        if state is not State.DONE:
            self._clean_up(id)

    def _clean_up(self, id: str) -> None:
        (made,) = self._store.read(f"job:{id}")
        if made and made["kind"] in self._work:
            self._work[made["kind"]].clean_up(self._store.home, made["arguments"])

    def _failed(self, _signal: str, task: Task, _error: Exception | None = None) -> None:
        """huey met an error that is no word of ours: it has written it down; the user gets the reference."""
        id, attempt = task.args
        log.error("Job %s failed, reference %s", id, reference := secrets.token_hex(4))
        said = (
            f"That did not work, and it is our fault. Try again; if it happens again, give your administrator "
            f"the reference {reference}."
        )
        self._end(id, attempt, State.FAILED, error=said)

    def _interrupted(self, _signal: str, task: Task) -> None:
        """This worker is being stopped: the next one goes on."""
        id, attempt = task.args
        self._again(id, attempt, deaths=0)

    def _look_after(self, id: str, queued: set[str]) -> None:
        made, said, cancelled, beat = self._store.read(
            *(f"{name}:{id}" for name in ("job", "state", "cancel", "beat"))
        )
        said = said or {}
        state, attempt = State(said.get("state", "waiting")), said.get("attempt", 1)
        if made is None or state in OVER:
            self._store.delete(f"open:{id}")
            return
        (claim,) = self._store.read(f"claim:{id}:{attempt}")
        if claim is None:
            self._look_after_waiting(id, attempt, made, cancelled=bool(cancelled), queued=id in queued)
        elif self._is_dead(beat or claim):
            self._bury(id, attempt, said, cancelled=bool(cancelled))

    def _look_after_waiting(
        self, id: str, attempt: int, made: JSON, *, cancelled: bool, queued: bool
    ) -> None:
        if cancelled:
            self._end(id, attempt, State.CANCELLED)
        elif not queued and time.time() - made["created"] > SWEEP_SECONDS:
            # Whoever submitted it was killed before it was queued, or a worker before it was claimed.
            self._enqueue(id, attempt)

    def _bury(self, id: str, attempt: int, said: JSON, *, cancelled: bool) -> None:
        deaths = said.get("deaths", 0) + 1
        log.warning("The worker was gone in the middle of job %s (%d times so far)", id, deaths)
        if cancelled:
            self._end(id, attempt, State.CANCELLED)
        elif deaths >= MOST_DEATHS:
            words = (
                f"The worker was stopped {deaths} times in the middle of this; it may need more memory than "
                "there is. Ask the administrator to look at its log, then try again."
            )
            self._end(id, attempt, State.FAILED, error=words)
        else:
            self._again(id, attempt, deaths=deaths)

    def _again(self, id: str, attempt: int, *, deaths: int) -> None:
        (said,) = self._store.read(f"state:{id}")
        said = said or {}
        if said.get("attempt", 1) != attempt or State(said.get("state", "waiting")) in OVER:
            return
        waiting = {"state": State.WAITING, "attempt": attempt + 1, "words": "", "share": 0.0}
        self._store.put(f"state:{id}", {**said, **waiting, "deaths": said.get("deaths", 0) + (deaths > 0)})
        self._enqueue(id, attempt + 1)

    def _is_dead(self, beat: JSON) -> bool:
        if time.time() - beat["time"] > STALE_SECONDS:
            return True
        if beat["token"] == self._me["token"] or beat["host"] != self._me["host"]:
            return False
        return beat["pid"] == self._me["pid"] or not _is_alive(beat["pid"])


class _Progress:
    """How a job tells how far it is, a few times a second at most."""

    def __init__(self, store: Store, id: str, attempt: int) -> None:
        self._store, self._id, self._attempt = store, id, attempt
        self._told = 0.0

    def tell(self, words: str, share: float) -> None:
        """Keep the words and the share; raises Cancelled if the job was cancelled or given to another worker."""
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        said, cancelled = self._store.read(f"state:{self._id}", f"cancel:{self._id}")
        if cancelled or not said or said.get("attempt") != self._attempt:
            raise Cancelled
        part = min(max(float(share), 0.0), 1.0)
        self._store.put(
            f"state:{self._id}", {**said, "words": words[:LONGEST_WORDS], "share": round(part, 4)}
        )
        self._told = time.monotonic()


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
