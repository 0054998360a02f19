"""Where a process has its memory from, as glibc gives it."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def one_heap() -> None:
    """Threads that are begun from now on share one heap: they take turns anyway, and what one has freed another may have.

    From a heap of its own a thread has every array of more than 64 MB mapped and cleared anew.
    """
    with suppress(AttributeError):  # of other libraries, which have no such thing
        ctypes.CDLL(None).mallopt(-8, 1)  # M_ARENA_MAX of malloc.h
