"""One question after the other, as long as each is short: side by side in one process they only take turns in Python.

There each waits up to 5 ms whenever it comes back from the database or numpy while another one computes, so that the
shortest, which ask most often, wait longest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

SECONDS = 0.05


class Turns:
    """Who has one when; whoever takes longer than `SECONDS` goes on beside the others."""

    def __init__(self) -> None:
        self._free = Condition()
        self._whose: object = None

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn to the end of the block, which begins after `SECONDS` at the latest."""
        mine = object()
        with self._free:
            self._free.wait_for(lambda: self._whose is None, SECONDS)
            self._whose = mine
        try:
            yield
        finally:
            with self._free:
                if self._whose is mine:
                    self._whose = None
                    self._free.notify()
