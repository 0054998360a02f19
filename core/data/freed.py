"""Memory that is freed and asked for again and again."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TRIM, _MAPPED_FROM, _MOST_MAPPED, _MOST_HEAPS = -1, -3, -4, -8  # as glibc's malloc.h numbers them
_KEPT = (_TRIM, (1 << 31) - 1), (_MOST_MAPPED, 0)
_GIVEN_BACK = (_TRIM, 1 << 26), (_MAPPED_FROM, 1 << 25), (_MOST_MAPPED, 1 << 16)


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """To the end of the block what is freed stays with this process, then all of it goes back.

    Arrays of more than 32 MB, which are whole columns of millions, are else mapped and cleared anew each time by
    glibc and the kernel, which takes as long as half of the work on them.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):  # another C library
        yield
        return
    for what, value in _KEPT:
        libc.mallopt(what, value)
    try:
        yield
    finally:
        for what, value in _GIVEN_BACK:
            libc.mallopt(what, value)
        libc.malloc_trim(0)


def give_back() -> None:
    """What is free in the heap goes back to the system, also from between what is used."""
    with suppress(AttributeError):  # of other libraries, which have no such thing
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def arrow_in_heap() -> Iterator[None]:
    """To the end of the block Arrow's arrays come from the same memory; its own pool gives back, and lets fewer gaps lie."""
    import pyarrow as pa  # not before a process has said that it has one heap

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    before.release_unused()
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def one_heap() -> None:
    """Threads that are begun from now on share one heap: they take turns anyway, and what one has freed another may have.

    From a heap of its own a thread has every array of more than 64 MB mapped and cleared anew.
    """
    with suppress(AttributeError):  # of other libraries, which have no such thing
        ctypes.CDLL(None).mallopt(_MOST_HEAPS, 1)
