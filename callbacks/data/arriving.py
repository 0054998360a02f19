"""A file comes in, piece by piece: each is taken where the last one ended, also after the page or the server was gone."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from callbacks.files.uploads import too_large
from callbacks.web import audit
from callbacks.web.sessions import signed_in, visitor
from core.accounts.audit import Event
from core.datasets import staged as work
from core.errors import OffsetError
from core.numbers import to_tell
from core.services import Services
from core.store.arriving_files import Arriving


def of_visitor(services: Services) -> list[Arriving]:
    """The visitor's that are not here whole."""
    user = signed_in()
    return work.arriving_of(services).of(user.key) if user else []


def mine(services: Services, identity: object) -> Arriving | None:
    """The visitor's file of that id, if it is not here whole."""
    return work.arriving_of(services).find(identity, visitor().key)


def begin(services: Services) -> ResponseReturnValue:
    """Which id its pieces are sent to, and from which byte on; and what is here, to be held against the file."""
    name, size, anew = _expected(services, request.get_json(silent=True))
    files = work.arriving_of(services)
    arriving = files.begin(visitor().key, name, size, anew=anew)
    audit.told(Event.UPLOAD, "begun", what="to be a dataset", size=size)
    if arriving.come >= arriving.size:  # the server was gone before its row said so
        return _added(services, arriving, arriving.come, BytesIO())
    return jsonify(id=arriving.id, offset=arriving.come, blocks=files.blocks(arriving))


def _expected(services: Services, body: Any) -> tuple[str, int, bool]:
    """What is to come, as the browser says; refused in words where it can't be."""
    told = body if isinstance(body, dict) else {}
    name, size, most = told.get("name"), told.get("size"), services.settings.max_file_mb
    if not isinstance(name, str) or not name or type(size) is not int or size < 0:
        abort(400, "Found no file. Expected a file of customers (CSV or XLSX). Choose one.")
    if not size:
        abort(400, "Found an empty file. Expected a table of customers. Export it again, and send that.")
    if size > most * 1_000_000:
        abort(413, too_large(f"{to_tell(size / 1e6, ',.1f')} MB", most))
    return name, size, told.get("anew") is True


def add(services: Services, identity: str) -> ResponseReturnValue:
    """Take the piece that goes on where the last one ended."""
    arriving = mine(services, identity)
    if arriving is None:
        if work.of(services).find(identity, visitor().key):  # the answer to its last piece was lost
            return jsonify(id=identity, whole=True)
        abort(404, "This file is not on its way any more. Send it again.")
    offset = request.args.get("offset", type=int)
    if offset is None or not request.content_length:
        abort(400, "Found no piece of a file. Expected bytes, and from which one on. Send it again.")
    return _added(services, arriving, offset, request.stream)


def _added(services: Services, arriving: Arriving, offset: int, piece: IO[bytes]) -> ResponseReturnValue:
    try:
        come = work.arriving_of(services).add(arriving, offset, piece)
    except OffsetError as error:
        return jsonify(error=str(error), offset=error.come), 409
    return jsonify(id=arriving.id, offset=come, whole=come == arriving.size)
