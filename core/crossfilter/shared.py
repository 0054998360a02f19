"""Answers that all processes of a server know: what one has counted no other counts again.

Memory that is shared by all that are forked from the process that imported this; nothing is on a disk. An answer has
the place that its key says and nobody waits for anybody: what another answer has written over, or is just writing,
does not fit its own digest, and then is not there.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from mmap import mmap
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
MOST_BYTES = 1 << 26  # taken page by page, as answers come
LONGEST = 64_000  # bytes of one answer, so that views of two long axes can't fill the memory
_STEP = 64  # bytes between places
_KINDS = (np.dtype(np.int64), np.dtype(np.float64))
_DIGEST = 16  # bytes
_HEAD = struct.Struct(f"<{_DIGEST}s2B3H")  # digest, kind, axes, length of each


class Shared:
    """Arrays of counts and sums by key; any may be gone, none is ever wrong."""

    def __init__(self, size: int = MOST_BYTES) -> None:
        self._bytes = memoryview(mmap(-1, size))

    def get(self, key: bytes) -> Array | None:
        """What was kept under `key`, of at least eight bytes; None if nothing was, or is no more."""
        start = self._start(key)
        digest, kind, axes, *shape = _HEAD.unpack_from(self._bytes, start)
        if kind >= len(_KINDS) or axes > len(shape) or not any(digest):
            return None
        shape = shape[:axes]
        size = 8 * int(np.prod(shape))
        if size > LONGEST:
            return None
        content = bytes(self._bytes[start + _DIGEST : start + _HEAD.size + size])
        if _digest(key, content) != digest:
            return None
        found: Array = np.frombuffer(content, _KINDS[kind], offset=_HEAD.size - _DIGEST).reshape(shape)
        return found

    def keep(self, key: bytes, what: Array) -> None:
        """Keep it for all; nothing that is no count or sum, or is too long."""
        if what.dtype not in _KINDS or what.ndim > 3 or what.nbytes > LONGEST:
            return
        lengths = [*what.shape, 0, 0, 0][:3]
        content = _HEAD.pack(b"", _KINDS.index(what.dtype), what.ndim, *lengths)[_DIGEST:] + what.tobytes()
        start, whole = self._start(key), _digest(key, content) + content
        self._bytes[start : start + len(whole)] = whole

    def _start(self, key: bytes) -> int:
        places = (len(self._bytes) - _HEAD.size - LONGEST) // _STEP
        return int.from_bytes(key[:8]) % places * _STEP


def _digest(key: bytes, content: bytes) -> bytes:
    return blake2b(content, key=key, digest_size=_DIGEST).digest()


SHARED = Shared()
