"""What every download asks first: that it was asked for here, and that there is a thread to spare for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import quote

from filelock import Timeout
from flask import Flask, Response, abort, current_app, request

from callbacks.web.sessions import signed_in
from core.errors import TooMuchError
from core.services import Services
from core.store.files import lock

PREFIXES = ("/export/", "/models/files/", "/predict/scored/")
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

    Raises
    ------
    TooMuchError
        If the visitor has a long one already, or the threads that are for files are all busy.
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


def sent(content: Iterator[bytes], held: ExitStack, kind: str) -> Response:
    """An answer that gives its turn back when all of it has been taken, or the visitor has left."""
    turn = held.pop_all()
    answer = Response(_until_end(content, turn), content_type=kind)
    answer.call_on_close(turn.close)
    return answer


def blocks(path: Path) -> Iterator[bytes]:
    """A file, a block at a time."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _until_end(content: Iterator[bytes], turn: ExitStack) -> Iterator[bytes]:
    with turn:
        yield from content


def _take_own(held: ExitStack, services: Services) -> None:
    """One long file for each person, whichever process makes it; the lock goes with a process that dies."""
    user = signed_in()
    name = hashlib.sha256((user.key if user else "").encode()).hexdigest()[:16]
    own = lock(services.settings.home / "locks" / f"{name}.lock", timeout=0)
    try:
        own.acquire()
    except Timeout:
        raise TooMuchError(
            "A large file of yours is being downloaded already. Wait until it has arrived, then try again.",
            WAIT_SECONDS,
        ) from None
    held.callback(own.release)


def attachment(name: str) -> str:
    """A header that saves the answer under `name`, in ASCII and as it is (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
