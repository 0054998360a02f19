"""Work that tests have done: what a job can do, and what can happen to it."""

from __future__ import annotations

import errno
import math
import os
import time
from pathlib import Path

from core.errors import GoneError, ModelError
from core.progress import with_findings


def count(services, arguments, tell):
    for number in range(arguments["to"]):
        tell(f"Counting to {number}", number / arguments["to"])
    return {"counted": arguments["to"], "model": services.pinned[-1]}


def refuse(services, arguments, tell):
    raise ModelError("Found two customers. Expected more. Use a larger file.")


def break_down(services, arguments, tell):
    raise ZeroDivisionError("the inside of the worker")


class PanicException(BaseException):
    """What a library in Rust raises for a fault of its own."""


def panic(services, arguments, tell):
    raise PanicException("the inside of a library")


def leave(services, arguments, tell):
    raise SystemExit


def never_clean(home, arguments, database):
    raise KeyError("what it left")


def infinite(services, arguments, tell):
    return {"share": math.inf}


def linger(services, arguments, tell):
    """Go on until somebody cancels it."""
    while True:
        tell("Lingering", 0.5)
        time.sleep(0.01)


def once_deadly(services, arguments, tell):
    """Kill the worker the first time, as the kernel does when memory is short."""
    runs = Path(arguments["runs"])
    before = runs.read_text() if runs.exists() else ""
    runs.write_text(before + f"{os.getpid()}\n")
    if not before:
        os.kill(os.getpid(), 9)
    return before.count("\n") + 1


def until_told(services, arguments, tell):
    """Write down that it runs, and go on until a file appears."""
    with Path(arguments["runs"]).open("a") as runs:
        runs.write(f"{os.getpid()}\n")
    while not Path(arguments["go"]).exists():
        tell(with_findings("There is none so far.", "Waiting for a sign"), 0.5)
        time.sleep(0.01)
    return os.environ["OMP_NUM_THREADS"]


def fill(services, arguments, tell):
    raise OSError(errno.ENOSPC, "No space left on device")


def without_database(services, arguments, tell):
    """Meets a database that is gone, so many times."""
    if (gone := Path(arguments["file"])).stat().st_size < arguments["times"]:
        gone.write_bytes(gone.read_bytes() + b".")
        raise GoneError("The database can't be reached.")
    return "there"
