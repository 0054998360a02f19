"""What every download asks first: that it was asked for here, and that there is a thread to spare for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import BoundedSemaphore

from filelock import Timeout
from flask import Flask, Response, abort, current_app, request

from callbacks.web.sessions import visitor
from core.errors import TooMuchError
from core.services import Services
from core.store.files import lock

PREFIXES = (
    "/customers/files/",
    "/data/files/",
    "/export/",
    "/models/files/",
    "/predict/scored/",
    "/reports/",
)
FOREIGN = ("cross-site", "same-site")  # a sibling host is another one
LONG_ROWS = 20_000  # from which a file takes so long that each person has one at a time
WAIT_SECONDS = 10
BLOCK = 1 << 16
EXTENSION = "parterre.downloads"


class Turns:
    """How many threads of this process may be busy with files at once, and how many with long ones."""

    def __init__(self, threads: int) -> None:
        self.long = BoundedSemaphore(max(1, threads // 4))
        self.any = BoundedSemaphore(max(1, threads // 2))


def register(server: Flask, services: Services) -> None:
    """Refuse downloads that another site starts with a visitor's cookie."""
    server.extensions[EXTENSION] = Turns(services.settings.threads)

    @server.before_request
    def refuse_foreign() -> None:
        # A top-level GET brings the cookie along even though it is SameSite=Lax.
        if request.path.startswith(PREFIXES) and request.headers.get("Sec-Fetch-Site") in FOREIGN:
            abort(403, "Another site asked for this file. Open Parterre, and download it there.")


def take_turn(services: Services, rows: int) -> ExitStack:
    """A turn at making a file of so many rows; close it when the file has been sent.

    Raises TooMuchError if the visitor has a long one already, or the threads that are for files are all busy.
    """
    turns: Turns = current_app.extensions[EXTENSION]
    is_long = rows > LONG_ROWS
    with ExitStack() as held:
        if is_long:
            _take_own(held, services)
        for turn in (turns.long, turns.any) if is_long else (turns.any,):
            if not turn.acquire(blocking=False):
                raise TooMuchError(
                    "Other files are being made at the moment. Try again in a few seconds.", WAIT_SECONDS
                )
            held.callback(turn.release)
        return held.pop_all()


def sent(content: Iterator[bytes], held: ExitStack, kind: str, name: str) -> Response:
    """A file called `name` that gives its turn back when all of it has been taken, or the visitor has left."""
    turn = held.pop_all()
    answer = Response(_until_end(content, turn), content_type=kind)
    answer.call_on_close(turn.close)
    return named(answer, name)


def named(answer: Response, name: str) -> Response:
    """The answer as a file to keep under `name`."""
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def sent_file(path: Path, held: ExitStack, kind: str, name: str) -> Response:
    """The same of a file on disk, a block at a time."""
    answer = sent(_blocks(path), held, kind, name)
    answer.content_length = path.stat().st_size
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _until_end(content: Iterator[bytes], turn: ExitStack) -> Iterator[bytes]:
    with turn:
        yield from content


def _take_own(held: ExitStack, services: Services) -> None:
    """One long file for each person, whichever process makes it; the lock goes with a process that dies."""
    name = hashlib.sha256(visitor().key.encode()).hexdigest()[:16]
    own = lock(services.settings.home / "locks" / f"{name}.lock", timeout=0)
    try:
        own.acquire()
    except Timeout:
        raise TooMuchError(
            "A large file of yours is being downloaded already. Wait until it has arrived, then try again.",
            WAIT_SECONDS,
        ) from None
    held.callback(own.release)
