"""`make run` in small: server and worker start together, and end together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.settings import ROOT
from core.store.database import HEAD
from tests.support.job_pages import worker_pid
from tests.support.server import ADDRESS, environment, is_ready, started

SERVE = [sys.executable, "-m", "scripts.serve"]
WORKS = re.compile(r"^(\d+) works$", re.MULTILINE)
IDLE = """
import sys, scripts.serve as serve
serve.WEB = (*serve.WEB[:-1], "tests.support.slow_worker:app")
work = "import os, time; print(os.getpid(), 'works', flush=True); time.sleep(60)"
serve.WORKER = (sys.executable, "-c", work)
sys.exit(serve.main())
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home, tmp_path):
    """`run()`: what `make run` starts, and the file that it writes to."""
    started: list[subprocess.Popen] = []

    def start(command: list[str] = SERVE, **settings: object) -> tuple[subprocess.Popen, Path]:
        log = tmp_path / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(home=home, workers=1, **settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return process, log

    yield start
    for process in started:
        with_suppressed_kill(process.pid)
        process.wait()


def with_suppressed_kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def soon(happened, seconds: float = 90):
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return found


def address(log: Path) -> str:
    said = soon(lambda: ADDRESS.search(log.read_text()))
    soon(lambda: is_ready(said[1]))
    return said[1]


def worker_of(home: Path) -> int:
    """The process that says that it runs jobs, once it does and if it lives."""

    def living() -> int | None:
        pid = worker_pid(home)
        return pid if pid and Path(f"/proc/{pid}").exists() else None

    return soon(living)


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def ends(process: subprocess.Popen, log: Path, url: str, worker: int, number: signal.Signals) -> None:
    """Server and worker, by one signal."""
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    assert not is_ready(url)
    assert soon(lambda: is_gone(worker))
    assert "Traceback" not in log.read_text()


def test_what_the_server_says_stands_there_a_worker_that_dies_is_started_again_and_one_signal_ends_both(
    run, home
):
    process, log = run()
    url, first = address(log), worker_of(home)
    assert re.search(
        rf"^Parterre is at {url}\nThe first account to sign up there is the administrator\.$",
        log.read_text(),
        re.M,
    )
    assert re.findall(r"(?i)database.*|.*upgrade.*", log.read_text()) == [
        f"database: Database: from revision none to {HEAD}"
    ]
    os.kill(first, signal.SIGKILL)
    soon(lambda: "It is started again" in log.read_text())
    assert is_ready(url)
    assert soon(lambda: worker_of(home) != first)
    ends(process, log, url, worker_of(home), signal.SIGTERM)


def test_ctrl_c_ends_both(run):
    """Of a server and a worker that have nothing to do, and so are there at once."""
    process, log = run([sys.executable, "-c", IDLE])
    url, worker = (soon(lambda what=what: what.search(log.read_text()))[1] for what in (ADDRESS, WORKS))
    assert not is_gone(int(worker))
    ends(process, log, url, int(worker), signal.SIGINT)


def test_a_setting_that_can_not_work_ends_both_with_a_sentence(run):
    process, log = run(segments="many")
    assert process.wait(timeout=60) != 0
    assert "PARTERRE_SEGMENTS: found 'many'" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_server_that_is_told_to_end_while_its_workers_start_does_not_wait_for_them(home, tmp_path):
    web = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
    web += ["--worker-class", "tests.support.slow_worker.SlowWorker", "tests.support.slow_worker:app"]
    process = started(web, environment(home=home, workers=2), tmp_path / "log")
    try:
        soon(lambda: (tmp_path / "log").read_text().count("starting") == 2)
        told = time.monotonic()
        process.terminate()
        assert process.wait(timeout=60) == 0
        assert time.monotonic() - told < 5
    finally:
        with_suppressed_kill(process.pid)
        process.wait()
