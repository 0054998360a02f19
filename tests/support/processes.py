"""Processes of their own that are there at once: forked from one that has imported what they need."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

SERVER = get_context("forkserver")  # not of the tests' own process, which has threads and connections
SERVER.set_forkserver_preload(
    ["pytest", "core.accounts.entry", "core.datasets.live", "tests.support.postgresql"]
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
