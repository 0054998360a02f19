"""Dask clusters on this machine, and what their workers are asked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dask
from distributed import Client, LocalCluster

from tests.support.processes import forking


@contextmanager
def clustered() -> Iterator[LocalCluster]:
    """Two worker processes, forked from one that has imported what they need; work that kills two of them is given up."""
    forking.ensure_running()
    told = {"scheduler.allowed-failures": 1, "worker.multiprocessing-method": "forkserver"}
    with (
        dask.config.set({f"distributed.{name}": value for name, value in told.items()}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as found,
    ):
        yield found


@contextmanager
def client() -> Iterator[Client]:
    """A connection to one whose workers are threads of this process, which takes the least time."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as found,
        Client(found, set_as_default=False) as connected,
    ):
        yield connected


def squared(number: int) -> int:
    return number**2


def dies_at_three(square: int, path: str) -> int:
    if square == 9 and not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), 9)
    return square


def dies(_number: int) -> None:
    os.kill(os.getpid(), 9)


def divided_by_two_less(number: int) -> float:
    return 1 / (2 - number)


def lasts(number: int, path: str) -> int:
    Path(path).touch()
    time.sleep(60)
    return number
