"""What is counted of requests, by all processes forked from the one that imported this, in memory that they share.

A process writes to a slot of its own, so none waits for another, and what one that died has counted stays.
Nothing is on a disk, so nothing is left behind.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import product
from mmap import mmap
from threading import Lock

SLOTS = 129  # twice the most web workers, which are there at once while others take their place, and one
ROUTES = ("page", "callback", "api", "asset", "account", "file", "probe", "other", "unread")
CODES = (200, 204, 206, 302, 303, 304, 400, 401, 403, 404, 405, 408, 409, 413, 429, 431, 500, 503)
STATUSES = (*map(str, CODES), "other")
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
OUTCOMES = ("done", "refused", "locked out", "code asked", "other")
Cell = tuple[str, ...]
_CELLS: dict[Cell, int] = {
    cell: place
    for place, cell in enumerate(
        [
            *(("requests", *one) for one in product(ROUTES, STATUSES)),
            *(("seconds", *one) for one in product(ROUTES, map(str, (*BOUNDS, "+Inf", "sum")))),
            *(("sign_ins", one) for one in OUTCOMES),
            ("workspaces",),
            ("connections",),  # and one more, so that none says that there is no process
        ]
    )
}


class Meter:
    """A number for each cell, of each slot; there are no others, whatever is asked."""

    def __init__(self) -> None:
        self._numbers = memoryview(mmap(-1, SLOTS * len(_CELLS) * 8)).cast("d")
        self._lock, self._start = Lock(), 0

    def take(self, slot: int) -> None:
        """Write to this slot from now on."""
        self._start = slot * len(_CELLS)

    def leave(self, slot: int) -> None:
        """Forget what held only while its process lived."""
        for cell in ("workspaces", "connections"):
            self._numbers[slot * len(_CELLS) + _CELLS[cell,]] = 0

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        code = str(status) if status in CODES else "other"
        bound = str((*BOUNDS, "+Inf")[bisect_left(BOUNDS, seconds)])
        with self._lock:
            self._numbers[self._place("requests", route, code)] += 1
            self._numbers[self._place("seconds", route, bound)] += 1
            self._numbers[self._place("seconds", route, "sum")] += seconds

    def signed_in(self, outcome: str) -> None:
        """Count an attempt to sign in; one that ended otherwise than is known here stops nobody."""
        with self._lock:
            self._numbers[self._place("sign_ins", outcome if outcome in OUTCOMES else "other")] += 1

    def opened(self, workspaces: int) -> None:
        """Say how many datasets this process has open."""
        self._numbers[self._place("workspaces")] = workspaces

    def connected(self, connections: int) -> None:
        """Say how many connections this process has."""
        self._numbers[self._place("connections")] = connections + 1

    def is_fuller(self, connections: int) -> bool:
        """Whether another process has fewer than that."""
        others = self._numbers[_CELLS["connections",] :: len(_CELLS)]
        return any(0 < one <= connections for one in others)

    def read(self, *cell: str) -> float:
        """The sum over all slots."""
        return sum(self._numbers[_CELLS[cell] :: len(_CELLS)])

    def lines(self) -> Iterable[str]:
        """All that was counted, in Prometheus's text format; requests of a kind that never came are left out."""
        yield from _head(
            "requests", "counter", "Requests, by what was asked for and how it was answered.", "_total"
        )
        for route, status in product(ROUTES, STATUSES):
            if number := self.read("requests", route, status):
                yield f'parterre_requests_total{{route="{route}",status="{status}"}} {number:.0f}'
        yield from _head("request_seconds", "histogram", "From a whole request to its answer.")
        for route in ROUTES:
            yield from self._histogram(route)
        yield from _head("sign_ins", "counter", "Attempts to sign in, by outcome.", "_total")
        for outcome in OUTCOMES:
            yield f'parterre_sign_ins_total{{outcome="{outcome}"}} {self.read("sign_ins", outcome):.0f}'
        yield from _head("workspaces_open", "gauge", "Datasets in memory, over all web workers.")
        yield f"parterre_workspaces_open {self.read('workspaces'):.0f}"

    def _histogram(self, route: str) -> Iterable[str]:
        count = 0.0
        for bound in map(str, (*BOUNDS, "+Inf")):
            count += self.read("seconds", route, bound)
            yield f'parterre_request_seconds_bucket{{route="{route}",le="{bound}"}} {count:.0f}'
        yield f'parterre_request_seconds_sum{{route="{route}"}} {self.read("seconds", route, "sum"):.6f}'
        yield f'parterre_request_seconds_count{{route="{route}"}} {count:.0f}'

    def _place(self, *cell: str) -> int:
        return self._start + _CELLS[cell]


def _head(name: str, kind: str, words: str, suffix: str = "") -> list[str]:
    return [f"# HELP parterre_{name}{suffix} {words}", f"# TYPE parterre_{name}{suffix} {kind}"]


def gauge(name: str, words: str, values: dict[str, float]) -> list[str]:
    """A measure of now; `values` by label as it is written, or by none."""
    lines = [f"parterre_{name}{label} {value:g}" for label, value in values.items()]
    return [*_head(name, "gauge", words), *lines]


METER = Meter()
