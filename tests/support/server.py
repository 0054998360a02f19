"""A real Parterre for tests and pictures: gunicorn and a worker with their own home, on a port of its own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

from core.evidence import evidence
from core.evidence.measure import measure
from core.evidence.repetitions import Effort
from core.evidence.sensitivity import work as sensitivity_work
from core.evidence.stability import work as stability_work
from core.progress import Tell, silent
from core.services import Services, create_services
from core.settings import ROOT, Settings, load, variable
from core.store.files import lock
from tests.support import forks
from tests.support.processes import Forked

COMMAND = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_server()"]
WORKER = [sys.executable, "-m", "core.worker"]
ADDRESS = re.compile(r"^Parterre is at (http://\S+)$", re.MULTILINE)
PATIENCE_SECONDS = 90
Process = subprocess.Popen[bytes] | Forked
LIGHT = Effort(curves=2, references=3, splits=2, crowds=39, cuts=19)


@dataclass(frozen=True)
class Server:
    """A running Parterre: where it answers, where it writes, what it says, and its master process."""

    url: str
    home: Path
    log: Path
    pid: int

    def said(self) -> str:
        """Everything that gunicorn and the app have written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def workers(self) -> list[int]:
        """The processes that answer, on machines that have /proc."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process that does nothing meanwhile, so that another one has to."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def serving(
    home: Path,
    *,
    web: list[str] = COMMAND,
    worker: list[str] | None = WORKER,
    begin: Callable[[list[str], dict[str, str], Path], Process] | None = None,
    **settings: object,
) -> Iterator[Server]:
    """Start gunicorn and a worker as an operator would, with `settings` by field name; end both after."""
    home.mkdir(parents=True, exist_ok=True)
    log = Path(mkstemp(dir=home, prefix="server-", suffix=".log")[1])
    settled = environment(home=home, **settings)
    begun = [(begin or started)(command, settled, log) for command in (web, worker) if command]
    try:
        yield Server(answering(begun[0], log), home, log, begun[0].pid)
    finally:
        for ended in begun:  # not asked to end, which takes seconds: nobody waits any more for an answer
            kill_group(ended.pid)
            ended.wait()


def furnish(home: Path, kept: Path, **settings: object) -> None:
    """Give a new home the model, its evidence, its stability and what it hangs on, which are made once, under `kept`.

    Those who ask at the same time each make another part, and wait for the rest.
    """
    about = {name: str(settings[name]) for name in ("data", "rules", "segments") if name in settings}
    made = kept / hashlib.sha256(repr(sorted(about.items())).encode()).hexdigest()[:16]
    # Evidence takes long, and only the sample has pages that show it.
    works = [stability_work] if "data" in about else [light_evidence, stability_work, sensitivity_work]
    first = (forks.number or 0) % len(works)
    for work in works[first:] + works[:first]:
        name = f"{made.name}-{work.__module__}"
        with lock(kept / f"{name}.lock"):
            if not (kept / name).exists():
                services = create_services(load(home=made, **about))
                work(services, {}, silent)
                services.database.close()
                (kept / name).touch()
    shutil.copytree(made, home, dirs_exist_ok=True)


def light_evidence(services: Services, _arguments: Mapping[str, object], tell: Tell) -> None:
    """Evidence of few repetitions, for pages that show some."""
    model = services.model
    customers = model.people.rows(np.arange(len(model.people)))
    found = measure(model.space, customers, model.card.parameters, model.schema, tell, LIGHT)
    evidence.keep(services.findings, model.card, found)


def started(command: list[str], settled: dict[str, str], log: Path, folder: Path = ROOT) -> Process:
    """A process group of its own, which writes to `log`; of the Parterre in `folder`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=settled,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def environment(**settings: object) -> dict[str, str]:
    """This process's environment without what it says of Parterre, and with `settings` instead."""
    ours = {variable(name) for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    chosen = {"port": 0, **settings}
    return (
        inherited
        | {"FLASK_SKIP_DOTENV": "1", "PYTHONUNBUFFERED": "1"}
        | {variable(name): str(value) for name, value in chosen.items()}
    )


def answering(process: Process, log: Path) -> str:
    """The address of a server, once it is ready to be used."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        said = ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if said and is_ready(said[1]):
            return said[1]
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start (exit code {process.poll()}). It said:\n{log.read_text()}")


def is_ready(url: str) -> bool:
    """Whether `/readyz` says yes."""
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def kill_group(group: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
