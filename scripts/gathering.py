"""Requests as they come in, and answers as they leave, without a thread that waits for the other side."""

from __future__ import annotations

import errno
import re
import select
import socket
import time
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

BLOCK = 1 << 18
# What anybody may send, in memory. More is received only from whom the app would read it.
SMALL = 1 << 16
LARGEST_HEAD = 1 << 17
# A request has this long, and a second more for each so many bytes that have come; so has an answer.
SECONDS, BYTES_A_SECOND = 20.0, 16_000
# Of an answer, kept for the poller to send; a thread waits for the other side only above that.
MOST_UNSENT = 1 << 19

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_MEASURED = re.compile(rb"\r\ncontent-length", re.IGNORECASE)
_CODED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_LITTLE = 1 << 12
# Who sends chunks sends thousands of bytes in each; so many tiny ones cost more to read than to send.
_CHUNKS, _BYTES_A_CHUNK = 2_000, 256
_SIZE = re.compile(rb"[0-9a-fA-F]{1,12}")
NONSENSE = -1
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


def patience(moved: int) -> float:
    """Seconds within which so many bytes have to have moved."""
    return SECONDS + moved / BYTES_A_SECOND


class Gathering:
    """One request, as far as it has come.

    It only says when a request is whole. What it means is for gunicorn's parser to say, which is given these
    bytes and no others: where the two disagree the parser meets an end, and the connection is closed.
    """

    def __init__(self, folder: str | None = None) -> None:
        self.head = b""
        self.surplus = b""  # of the next request
        self.received = 0
        self.is_whole = False
        self.is_cut = False  # the rest of the body will not be read
        self.ran_out = False  # the parser asked for more than there was
        self._room, self._is_told = SMALL, False
        self._rest: Callable[[bytes], int | None] | None = None
        self._body = SpooledTemporaryFile(max_size=SMALL, dir=folder)  # noqa: SIM115  # closed in `close`
        self._size = 0
        self._length: int | None = None

    @property
    def expects(self) -> bool:
        """Whether the other side waits to be told to go on."""
        return bool(self.head) and not self.is_whole and bool(_EXPECTS.search(self.head))

    @property
    def asks(self) -> bool:
        """Whether its body needs more room than everybody has, and nobody has said how much it gets."""
        return bool(self.head) and not self.is_whole and not self._is_told and self._is_large

    @property
    def wants(self) -> int | None:
        """How long it says that its body is."""
        return self._length

    def allow(self, room: int) -> None:
        """Let the body be that large; a larger one is cut."""
        self._room, self._is_told = max(room, SMALL), True
        if self._is_large:
            self.cut()

    def cut(self) -> None:
        """Receive no more of it."""
        self.is_cut = self.is_whole = True

    def take(self, data: bytes) -> None:
        """Add what came; raises OSError where the disk is full."""
        self.received += len(data)
        if self._rest is None:
            data = self._take_head(data)
        if data and self._rest is not None and not self.is_whole:
            self._take_body(data)

    def blocks(self) -> Iterator[bytes]:
        """The request, for the parser."""
        yield self.head or self.surplus
        self._body.seek(0)
        # For each chunk the parser copies all that it was given and has not read yet.
        while block := self._body.read(SMALL if self._length is not None else _LITTLE):
            yield block
        self.ran_out = True

    def body_of(self, length: int) -> IO[bytes] | None:
        """The body as a file, where it has come whole and is that long; read by the parser it is copied six times."""
        if self.is_cut or not self._length or not length == self._length == self._size:
            return None
        self._body.seek(0)
        return self._body

    def close(self) -> None:
        """Let go of the body."""
        self._body.close()

    @property
    def _is_large(self) -> bool:
        return max(self._size, self._length or 0) > self._room

    def _take_head(self, data: bytes) -> bytes:
        """Look for the end of the head; what comes after it."""
        known = len(self.surplus)
        self.surplus += data
        end = self.surplus.find(_END, max(known - len(_END), 0))
        if end < 0:
            # No head of ours is that long.
            self.is_whole = self.is_cut = len(self.surplus) > LARGEST_HEAD
            return b""
        self.head, rest = self.surplus[: end + len(_END)], self.surplus[end + len(_END) :]
        self.surplus = b""
        self._measure()
        if not self.is_whole and self._length == 0:
            self.is_whole, self.surplus = True, rest
        return rest

    def _measure(self) -> None:
        """How the end of the body will be known."""
        length, is_coded = _LENGTH.search(self.head), bool(_CODED.search(self.head))
        self._rest = _Chunks().end if is_coded else self._counted
        self._length = int(length[1]) if length else None if is_coded else 0
        if len(_MEASURED.findall(self.head)) != bool(length) or (is_coded and length):
            self.cut()

    def _take_body(self, data: bytes) -> None:
        end = self._rest(data) if self._rest else None
        if end == NONSENSE:
            self.cut()
            return
        own = data[:end]
        self._body.write(own)
        self._size += len(own)
        if end is not None:
            self.is_whole, self.surplus = True, data[end:]
        elif self._is_told and self._is_large:
            self.cut()

    def _counted(self, data: bytes) -> int | None:
        missing = (self._length or 0) - self._size
        return missing if len(data) >= missing else None


class _Chunks:
    """Where a body in chunks ends."""

    def __init__(self) -> None:
        self._line = b""
        self._data = 0  # bytes to come of a chunk, with its end of line
        self._last = False
        self._number = self._whole = 0  # of chunks, and of bytes in them

    def end(self, data: bytes) -> int | None:
        """How much of `data` is still of the body; None for all of it, and more, or NONSENSE."""
        place = 0
        while place < len(data):
            if self._data:
                step = min(self._data, len(data) - place)
                self._data, place = self._data - step, place + step
                continue
            stop = data.find(b"\n", place)
            self._line += data[place : stop + 1 if stop >= 0 else len(data)]
            if stop < 0 and len(self._line) <= SMALL:
                return None
            place = stop + 1 if stop >= 0 else len(data)
            line, self._line = self._line.strip(), b""
            if self._last and not line:
                return place
            if not self._last and not self._begin(line):
                return NONSENSE
        return None

    def _begin(self, line: bytes) -> bool:
        """Whether a chunk begins with this line."""
        size = _SIZE.fullmatch(line.partition(b";")[0].strip())
        if size is None:
            return False
        bytes_ = int(size[0], 16)
        self._last, self._data = bytes_ == 0, bytes_ + 2 if bytes_ else 0
        self._number, self._whole = self._number + 1, self._whole + bytes_
        return self._number <= _CHUNKS + self._whole // _BYTES_A_CHUNK


class Line(socket.socket):
    """A connection that never blocks: what can't be sent at once is kept, and sent by `flush`."""

    @classmethod
    def of(cls, accepted: socket.socket) -> Line:
        """Take over an accepted socket."""
        line = cls(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        line.setblocking(False)
        line.unsent = bytearray()
        return line

    unsent: bytearray

    def setblocking(self, _flag: bool) -> None:
        """Stay as it is: gunicorn would have threads wait."""
        super().setblocking(False)

    def sendall(self, data: Any, _flags: int = 0) -> None:
        """Send, or keep; waits only while more than `MOST_UNSENT` bytes are kept, and not for ever."""
        self.unsent += data
        began, left = time.monotonic(), len(self.unsent)
        self.flush()
        while len(self.unsent) > MOST_UNSENT:
            due = began + patience(left - len(self.unsent))
            if not select_writable(self, due - time.monotonic()):
                raise BrokenPipeError(errno.EPIPE, "too slow to be sent to")
            self.flush()

    def flush(self) -> bool:
        """Send what goes out at once; whether that is all."""
        while self.unsent:
            with memoryview(self.unsent) as view:
                try:
                    sent = self.send(view[:BLOCK])
                except (BlockingIOError, InterruptedError):
                    return False
            del self.unsent[:sent]
        return True


def select_writable(line: socket.socket, seconds: float) -> bool:
    """Whether more can be sent within so many seconds."""
    if seconds <= 0:
        return False
    poll = select.poll()
    poll.register(line, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))
