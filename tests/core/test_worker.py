"""Workers as processes of their own, and what is left when they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs.jobs import Job, Jobs, State
from core.jobs.kinds import Work
from core.jobs.store import Store
from core.settings import ROOT
from tests.core.jobs.test_jobs import KEY, user
from tests.core.jobs.test_jobs import until as soon
from tests.support.server import environment

HERE = "tests.core.jobs.job_work"
WORK = {
    name: Work(name, f"{HERE}:{name.replace('-', '_')}") for name in ("count", "once-deadly", "until-told")
}
WORKER = """
import sys
from pathlib import Path
from core import worker
from core.jobs.store import Store
from core.jobs.run import Worker
from tests.core.jobs.test_jobs import services
from tests.core.test_worker import WORK
Worker(Store(Path(sys.argv[1])), WORK, services).serve()
"""
SUBMIT_AND_DIE = """
import os, sys
from pathlib import Path
from core.jobs.jobs import Jobs
from core.jobs.store import Store
from tests.core.test_worker import KEY, WORK
print(Jobs(Store(Path(sys.argv[1])), WORK, lambda: KEY).submit("count", {"to": 3}, owner="ada").id, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def jobs(home) -> Jobs:
    return Jobs(Store(home), WORK, lambda: KEY)


@pytest.fixture
def start(home) -> Iterator[Callable[[], subprocess.Popen]]:
    """`start()`: a worker; all of them end with the test."""
    workers: list[subprocess.Popen] = []

    def start_one() -> subprocess.Popen:
        workers.append(subprocess.Popen([sys.executable, "-c", WORKER, str(home)], cwd=ROOT))
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


def test_a_worker_that_is_killed_in_the_middle_leaves_the_job_to_the_next(jobs, start, tmp_path):
    job = jobs.submit("once-deadly", {"runs": str(tmp_path / "runs")}, owner="ada")
    assert start().wait(timeout=60) == -signal.SIGKILL
    assert jobs.find(job.id).state is State.RUNNING
    start()
    soon(lambda: jobs.find(job.id).is_over)
    assert (jobs.find(job.id).state, jobs.result(job.id)) == (State.DONE, 2)


def test_a_worker_that_is_stopped_puts_its_job_back_at_once(jobs, start, lingering, tmp_path):
    worker = start()
    soon(lambda: jobs.find(lingering.id).words)
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert jobs.find(lingering.id).state is State.WAITING
    (tmp_path / "go").touch()
    start()
    soon(lambda: jobs.find(lingering.id).is_over)
    assert jobs.find(lingering.id).state is State.DONE
    assert runs(tmp_path) == 2


def test_of_two_workers_one_runs_a_job(jobs, start, lingering, tmp_path):
    start()
    start()
    soon(lambda: jobs.find(lingering.id).words)
    (tmp_path / "go").touch()
    soon(lambda: jobs.find(lingering.id).is_over)
    assert runs(tmp_path) == 1


def test_long_work_has_one_thread_of_openmp(jobs, start, lingering, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    (tmp_path / "go").touch()
    start()
    soon(lambda: jobs.find(lingering.id).is_over)
    assert jobs.result(lingering.id) == "1"


def test_what_was_submitted_by_a_web_worker_that_is_killed_is_done_all_the_same(jobs, start, home):
    dead = subprocess.run(
        [sys.executable, "-c", SUBMIT_AND_DIE, str(home)], cwd=ROOT, capture_output=True, text=True
    )
    assert dead.returncode == -signal.SIGKILL
    start()
    soon(lambda: jobs.find(dead.stdout.strip()).is_over)
    assert jobs.result(dead.stdout.strip())["counted"] == 3


def test_what_was_finished_survives_the_death_of_the_worker(jobs, start, home):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    worker = start()
    soon(lambda: jobs.find(job.id).is_over)
    worker.kill()
    worker.wait()
    assert Jobs(Store(home), WORK, lambda: KEY).submit("count", {"to": 3}, owner="bo").id == job.id
    assert jobs.result(job.id)["counted"] == 3


def test_somebody_cancels_what_a_worker_runs(jobs, start, lingering):
    start()
    soon(lambda: jobs.find(lingering.id).words)
    jobs.cancel(lingering.id, by=user("ada"))
    soon(lambda: jobs.find(lingering.id).is_over)
    assert jobs.find(lingering.id).state is State.CANCELLED


def test_the_worker_of_the_product_starts_without_customers_and_ends_when_told(home, tmp_path):
    settled = environment(home=home, data=tmp_path / "none.csv")
    worker = subprocess.Popen([sys.executable, "-m", "core.worker"], cwd=ROOT, env=settled)
    try:
        store = Store(home)
        soon(lambda: store.read("worker")[0])
        worker.terminate()
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()


def test_a_worker_says_in_a_sentence_what_it_can_not_start_with(home):
    settled = environment(home=home, redis_url="http://example.org")
    ended = subprocess.run(
        [sys.executable, "-m", "core.worker"],
        cwd=ROOT,
        env=settled,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert "Parterre's worker can't start. REDIS_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_worker_is_nice_to_those_who_look_at_pages(home):
    worker = subprocess.Popen([sys.executable, "-m", "core.worker"], cwd=ROOT, env=environment(home=home))
    try:
        soon(lambda: Store(home).read("worker")[0])
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        worker.kill()
        worker.wait()
