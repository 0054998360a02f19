"""Processes of their own that are there at once: forked from one that has imported what they need."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.forkserver import _forkserver as forking
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from core.settings import ROOT

SERVER = get_context("forkserver")  # not of the tests' own process, which has threads and connections
forking.set_forkserver_preload(
    [
        "core.worker",
        "pytest",
        "app",
        "gunicorn.app.wsgiapp",
        "tests.support.postgresql",
        "skops.io",
        "alembic.command",
        "distributed",
    ]
)
PATIENCE_SECONDS = 120
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Other:
    """Another process, and the line to it."""

    process: BaseProcess
    line: Connection

    def said(self) -> Any:
        """The next thing that it says; EOFError if it died instead."""
        assert self.line.poll(PATIENCE_SECONDS), "it said nothing"
        return self.line.recv()

    def ended(self) -> int | None:
        """Its exit code, once it has one."""
        self.process.join(PATIENCE_SECONDS)
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def started(does: Callable[..., None], *arguments: object) -> Other:
    """A process that does something with its end of the line, and `arguments`."""
    ours, theirs = SERVER.Pipe()
    process = SERVER.Process(target=does, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return Other(process, ours)


@dataclass(frozen=True)
class Forked:
    """A forked process in the place of a `subprocess.Popen`."""

    process: BaseProcess

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.poll()

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()


def forked(command: Sequence[str], settled: Mapping[str, str], log: Path) -> Forked:
    """What `python -m module ...` starts, without the seconds that its imports take; it writes to `log`."""
    process = SERVER.Process(target=run_module, args=(*command[2:], dict(settled), log))
    process.start()
    return Forked(process)


def run_module(*told: Any) -> None:
    """For the process itself: be `module` in a process group of its own."""
    module, *arguments, settled, log = told
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(settled)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for ours in (1, 2):
        os.dup2(output, ours)
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def together(others: Sequence[Other]) -> list[str]:
    """All that they say, once all have said that they are ready and were let go at once."""
    for other in others:
        assert other.said() == "ready"
    for other in others:
        other.line.send("go")
    said = [one for other in others for one in other.said()]
    assert [other.ended() for other in others] == [0] * len(others)
    return said


def let_go(line: Connection) -> None:
    """For the process itself: say that it is ready, and wait for the others."""
    line.send("ready")
    line.recv()


def die(*_: object, **__: object) -> None:
    """For the process itself: as it would be killed, at this very place."""
    os.kill(os.getpid(), signal.SIGKILL)
