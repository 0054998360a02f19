"""`Idempotency-Key`: what is sent again after a broken connection is made once, and answered as it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import ExitStack

from flask import Response, request

from callbacks.api.answers import refuse
from callbacks.web.sessions import visitor
from core.store.database import Database
from core.store.repeats import Repeats

HEADER = "Idempotency-Key"
LONGEST = 255
SIGNS = r"[!-~]+"


def once(database: Database, asked: str, answer: Callable[[], Response]) -> Response:
    """The answer of now, or the one that was given to the same request of the same user within a day."""
    given = request.headers.get(HEADER)
    if given is None:
        return answer()
    if len(given) > LONGEST or not re.fullmatch(SIGNS, given):
        refuse(
            400,
            f"Found {HEADER} of {len(given)} characters. Expected 1 to {LONGEST} of ASCII, no blanks.",
            HEADER,
        )
    repeats = Repeats(database)
    about = "\n".join([visitor().key, request.method, request.script_root + request.path, given])
    key = hashlib.sha256(about.encode()).hexdigest()
    known = repeats.begin(key, asked)
    if known is None:
        return _first(repeats, key, answer)
    if known.asked != asked:
        words = f"Found another request than the one that came with this {HEADER} before. Send another key with it."
        refuse(409, words, HEADER, "idempotency-key-reused")
    if not known.status:
        refuse(409, "The same request is being answered at the moment. Wait, and ask again.", HEADER)
    again = Response(known.answer, known.status, content_type="application/json")
    again.headers["Idempotency-Replayed"] = "true"
    return again


def _first(repeats: Repeats, key: str, answer: Callable[[], Response]) -> Response:
    """Answer, and keep what was answered unless nothing was made."""
    with ExitStack() as undone:
        undone.callback(repeats.drop, key)
        found = answer()
        undone.pop_all()
    repeats.end(key, found.status_code, found.get_data(as_text=True))
    return found
