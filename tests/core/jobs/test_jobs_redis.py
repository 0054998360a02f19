"""The same jobs in Redis, with a real server; skipped where there is none, or no package to reach it with."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time

import pytest

from core.accounts.users import Role
from core.errors import JobError
from core.jobs.jobs import Jobs, State
from core.jobs.run import Worker
from core.jobs.store import Store
from tests.core.jobs.test_jobs import KEY, WORK, claim, services, until, user, work_off

redis = pytest.importorskip("redis", reason="the package redis is not installed")
SERVER = shutil.which("redis-server") or shutil.which("valkey-server")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Redis server of these tests' own, which listens to a file."""
    if SERVER is None:
        pytest.skip("there is no Redis server on this machine")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "socket"
    command = [SERVER, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"unix://{socket}"
    until(lambda: answers(url))
    yield url
    process.terminate()
    process.wait()


def answers(url: str) -> bool:
    try:
        return redis.Redis.from_url(url).ping()
    except redis.ConnectionError:
        return False


@pytest.fixture
def store(server, tmp_path) -> Store:
    redis.Redis.from_url(server).flushall()
    return Store(tmp_path, server, KEY)


@pytest.fixture
def another(store, server, tmp_path):
    """`another()`: the store as another machine sees it."""
    return lambda: Store(tmp_path / "elsewhere", server, KEY)


@pytest.fixture
def jobs(store) -> Jobs:
    return Jobs(store, WORK, lambda: KEY)


@pytest.fixture
def worker(another) -> Worker:
    return Worker(another(), WORK, services)


def test_what_one_machine_submits_another_runs(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    assert job.state is State.WAITING
    assert work_off(worker) == 1
    assert jobs.find(job.id).state is State.DONE
    assert jobs.result(job.id) == {"counted": 3, "model": KEY}


def test_many_machines_that_submit_at_once_share_one_job(another, worker):
    at_once, ids = threading.Barrier(6), []

    def submit() -> None:
        own = Jobs(another(), WORK, lambda: KEY)
        at_once.wait()
        ids.append(own.submit("count", {"to": 3}, owner="ada").id)

    threads = [threading.Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1
    assert work_off(worker) == 1


def test_only_the_owner_or_an_administrator_cancels(jobs, worker):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    with pytest.raises(JobError, match="Only ada"):
        jobs.cancel(job.id, by=user("mallory"))
    assert jobs.cancel(job.id, by=user("root", Role.ADMINISTRATOR)).state is State.CANCELLED
    work_off(worker)
    assert jobs.result(job.id) is None


def test_the_next_worker_runs_what_was_interrupted(jobs, worker, another):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    claim(worker, job.id)
    after = Worker(another(), WORK, services)
    after.sweep()
    work_off(after)
    assert jobs.find(job.id).state is State.DONE


def test_finished_jobs_are_forgotten_after_a_month(jobs, worker, store):
    job = jobs.submit("count", {"to": 3}, owner="ada")
    work_off(worker)
    (said,) = store.read(f"state:{job.id}")
    store.put(f"state:{job.id}", said | {"ended": time.time() - 31 * 24 * 3600})
    worker.forget()
    assert store.names("") == []


def test_a_server_that_is_gone_is_told_in_words(tmp_path):
    with pytest.raises(JobError, match="can't be reached"):
        Jobs(Store(tmp_path, f"unix://{tmp_path}/nobody", KEY), WORK, lambda: KEY).submit(
            "count", {"to": 1}, owner="ada"
        )
    assert list(tmp_path.iterdir()) == []
