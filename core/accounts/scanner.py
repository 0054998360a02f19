"""A virus scanner that is shown what people send: a clamd, by its INSTREAM, at `tcp://host:port` or `unix:///path`.

It is one of the operator's own. One that is named and does not say that a file is clean keeps the file out.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import IO
from urllib.parse import urlsplit

from core.accounts import audit
from core.accounts.audit import Event
from core.errors import DataError, UnscannedError

SECONDS = 60  # without a word
PIECE = 1 << 20
LONGEST = 1000  # bytes of an answer
TURNS = 2  # in each process, whose other threads answer clicks meanwhile
CLEAN, FOUND = "stream: OK", re.compile(r"stream: (\S{1,100}) FOUND")
log = logging.getLogger(__name__)
_scanned: set[str] = set()  # whose files are being seen
_changing = Lock()


def scan(address: str, file: IO[bytes], name: str, owner: str) -> None:
    """Nothing if the file is clean, or nobody is to be asked.

    Raises DataError if something was found in it, UnscannedError if the scanner did not say.
    """
    if not address:
        return
    with _turn(owner, name):
        try:
            said = _asked(address, file)
        except OSError as error:
            said = type(error).__name__
    if said == CLEAN:
        return
    known = FOUND.fullmatch(said)
    audit.record(Event.UPLOAD, "refused", user=owner, what=known[1] if known else "not scanned")
    if known:
        what, hint = f"“{known[1]}” by the virus scanner", "Nothing was kept. Tell whoever the file is from."
        raise DataError.of(name, what, "a file without", hint)
    log.error("The virus scanner at %s did not say whether a file is clean, but: %r", address, said)
    raise UnscannedError(
        f"{name} was not taken: the virus scanner did not say whether it is clean. Tell the administrator, "
        "and send it again once it answers."
    )


@contextmanager
def _turn(owner: str, name: str) -> Iterator[None]:
    """One of the turns; nobody has two, so that a single person can't keep the others' files out."""
    with _changing:
        if owner in _scanned or len(_scanned) >= TURNS:
            raise UnscannedError(
                f"{name} was not taken: the virus scanner is busy. Send it again in a moment."
            )
        _scanned.add(owner)
    try:
        yield
    finally:
        with _changing:
            _scanned.discard(owner)


def _asked(address: str, file: IO[bytes]) -> str:
    """What the scanner says of a file; a reset line where it takes no more."""
    with _line(address) as line:
        with suppress(ConnectionError):  # what it thinks is too large it answers before the end
            line.sendall(b"zINSTREAM\0")
            for piece in _pieces(file):
                line.sendall(len(piece).to_bytes(4) + piece)
        with line.makefile("rb") as answer:
            return answer.read(LONGEST).partition(b"\0")[0].decode("utf-8", "replace").strip()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file, and nothing, which ends it."""
    while piece := file.read(PIECE):
        yield piece
    yield b""


@contextmanager
def _line(address: str) -> Iterator[socket.socket]:
    at = urlsplit(address)
    if at.scheme == "tcp":
        with socket.create_connection((at.hostname or "", at.port or 0), SECONDS) as line:
            yield line
        return
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SECONDS)
        line.connect(at.path)
        yield line
