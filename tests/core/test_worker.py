"""Workers as processes of their own, and what is left when they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import StoreError
from core.jobs.jobs import Jobs
from core.jobs.queue import Job, Queue, State
from core.settings import ROOT
from tests.core.jobs.test_jobs import KEY, user
from tests.core.jobs.test_jobs import until as soon
from tests.core.jobs.worker_process import WORK
from tests.support.job_pages import worker_pid
from tests.support.postgresql import BOTH, address
from tests.support.processes import Forked, forked
from tests.support.server import WORKER, environment

PROCESS = [sys.executable, "-m", "tests.core.jobs.worker_process"]


@pytest.fixture
def at(where) -> tuple[str, str]:
    """Where the queue is, for another process."""
    return str(where.home), address(where)


@pytest.fixture
def jobs(where, database) -> Jobs:
    return Jobs(Queue(database, where.home, "a key"), WORK, lambda: KEY)


@pytest.fixture
def start(at, tmp_path) -> Iterator[Callable[[], Forked]]:
    """`start()`: a worker; all of them end with the test."""
    workers: list[Forked] = []

    def start_one() -> Forked:
        workers.append(forked([*PROCESS, *at], os.environ, tmp_path / "log"))
        return workers[-1]

    yield start_one
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def lingering(jobs, tmp_path) -> Job:
    """A job that goes on until the file `go` appears, and writes down each of its runs."""
    arguments = {"runs": str(tmp_path / "runs"), "go": str(tmp_path / "go")}
    return jobs.submit("until-told", arguments, owner="ada")


def runs(tmp_path) -> int:
    path = tmp_path / "runs"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_worker_runs_what_was_submitted_before_it_started(jobs, start):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    start()
    soon(lambda: jobs.find(job.id).is_over)
    assert jobs.result(job.id) == {"counted": 3, "model": KEY}


@BOTH
def test_a_worker_that_is_killed_in_the_middle_leaves_the_job_to_the_next(jobs, start, tmp_path):
    job = jobs.submit("once-deadly", {"runs": str(tmp_path / "runs")}, owner="ada")
    assert start().wait() == -signal.SIGKILL
    assert jobs.find(job.id).state is State.RUNNING
    start()
    soon(lambda: jobs.find(job.id).is_over)
    assert (jobs.find(job.id).state, jobs.result(job.id)) == (State.DONE, 2)


def test_a_worker_that_is_stopped_puts_its_job_back_at_once(jobs, start, lingering, tmp_path):
    worker = start()
    soon(lambda: jobs.find(lingering.id).words)
    worker.terminate()
    assert worker.wait() == 0
    assert jobs.find(lingering.id).state is State.WAITING
    (tmp_path / "go").touch()
    start()
    soon(lambda: jobs.find(lingering.id).is_over)
    assert jobs.find(lingering.id).state is State.DONE
    assert runs(tmp_path) == 2


@BOTH
def test_of_two_workers_one_runs_a_job(jobs, start, lingering, tmp_path):
    start()
    start()
    soon(lambda: jobs.find(lingering.id).words)
    (tmp_path / "go").touch()
    soon(lambda: jobs.find(lingering.id).is_over)
    assert runs(tmp_path) == 1


def test_long_work_has_one_thread_of_openmp(jobs, at, lingering, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    (tmp_path / "go").touch()
    with subprocess.Popen([*PROCESS, *at], cwd=ROOT) as worker:
        try:
            soon(lambda: jobs.find(lingering.id).is_over)
        finally:
            worker.kill()
    assert jobs.result(lingering.id) == "1"


def test_what_was_submitted_by_a_web_worker_that_is_killed_is_done_all_the_same(jobs, start, at, tmp_path):
    assert forked([*PROCESS, *at, "submit"], os.environ, tmp_path / "said").wait() == -signal.SIGKILL
    job = (tmp_path / "said").read_text().strip()
    start()
    soon(lambda: jobs.find(job).is_over)
    assert jobs.result(job)["counted"] == 3


def test_what_was_finished_survives_the_death_of_the_worker(jobs, start):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    worker = start()
    soon(lambda: jobs.find(job.id).is_over)
    worker.kill()
    worker.wait()
    assert jobs.submit("count", {"to": 3}, owner="bo").id == job.id
    assert jobs.result(job.id)["counted"] == 3


def test_somebody_cancels_what_a_worker_runs(jobs, start, lingering):
    start()
    soon(lambda: jobs.find(lingering.id).words)
    jobs.cancel(lingering.id, by=user("ada"))
    soon(lambda: jobs.find(lingering.id).is_over)
    assert jobs.find(lingering.id).state is State.CANCELLED


def test_the_worker_of_the_product_starts_without_customers_is_nice_to_pages_and_ends_when_told(tmp_path):
    told = environment(home=tmp_path, data=tmp_path / "none.csv")
    worker = forked(WORKER, told, tmp_path / "log")
    try:
        soon(lambda: worker_pid(tmp_path))
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) > os.getpriority(os.PRIO_PROCESS, 0)
        # Processors are shared out by sessions where there is such a file.
        session = Path(f"/proc/{worker.pid}/autogroup")
        assert not session.exists() or session.read_text().endswith("nice 10\n")
        worker.terminate()
        assert worker.wait() == 0
    finally:
        worker.kill()


def test_a_worker_says_in_a_sentence_what_it_can_not_start_with(tmp_path):
    told = environment(home=tmp_path, database_url="http://example.org")
    assert forked(WORKER, told, tmp_path / "log").wait() != 0
    said = (tmp_path / "log").read_text()
    assert "Parterre's worker can't start. DATABASE_URL" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("where", ["new"], ids=["postgresql"], indirect=True)
def test_a_server_of_the_database_that_is_killed_and_comes_back_costs_no_work(
    jobs, start, lingering, tmp_path, postgresql
):
    start()
    soon(lambda: jobs.find(lingering.id).words)
    with postgresql.gone():
        (tmp_path / "go").touch()
        with pytest.raises(StoreError, match="can't be reached"):
            jobs.find(lingering.id)
    soon(lambda: jobs.find(lingering.id).is_over)
    assert (jobs.find(lingering.id).state, runs(tmp_path)) == (State.DONE, 1)
    after = jobs.submit("count", {"to": 3}, owner="ada")
    soon(lambda: jobs.find(after.id).state is State.DONE)
