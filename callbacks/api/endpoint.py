"""A question that programs may ask: how it is read, answered and refused, from one line of the table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Annotated, Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from pydantic import Field, TypeAdapter, ValidationError
from werkzeug.datastructures import FileStorage

from callbacks.api import repeats
from callbacks.api.answers import refuse
from callbacks.web.guard import requires
from core.accounts.permissions import Action
from core.services import Services

ROOT = "/api/v1"
MOST_LISTED, FURTHEST = 500, 1_000_000_000


@dataclass(frozen=True)
class Paged:
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST_LISTED, description="How many at most.")] = 100
    offset: Annotated[int, Field(ge=0, le=FURTHEST, description="How many are left out before.")] = 0


@dataclass(frozen=True)
class Nothing:
    """No parameters."""


@dataclass(frozen=True)
class Asked:
    """What stands in a request: the `path`, the `query` and `form` as they were declared, the `file`, the body."""

    path: Mapping[str, Any]
    query: Any = None
    form: Any = None
    file: FileStorage | None = None

    @property
    def sent(self) -> FileStorage:
        """The file, or 400 where none came."""
        if self.file is None or not self.file.filename:
            words = "Found no file. Expected a form (multipart/form-data) with a file named “file”."
            refuse(400, words, "file")
        return self.file


Does = Callable[[Services, Asked], Any]


@dataclass(frozen=True)
class Endpoint:
    """One line of the table."""

    method: str
    path: str  # below /api/v1, as Flask writes it
    name: str
    action: Action
    does: Does  # given the services and what is asked, gives an `answer`, or a response as it is
    answer: Any
    summary: str
    # Its parameters, and the fields beside the file that is sent.
    query: type = Nothing
    form: type = Nothing
    clauses: bool = False  # whether the query may hold filters as well, as addresses of pages do
    most_mb: Callable[[Services], int] | None = None  # how large the file that it takes may be
    status: int = 200
    body: Any = None

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What writes the answer, and says what it looks like."""
        return TypeAdapter(self.answer)

    def register(self, server: Flask, services: Services) -> None:
        """Add the route."""
        view = requires(self.action)(partial(self.respond, services))
        server.add_url_rule(
            f"{ROOT}{self.path}", self.name, view, methods=[self.method], provide_automatic_options=False
        )

    def respond(self, services: Services, **path: Any) -> ResponseReturnValue:
        """The answer to this request, or a refusal in words."""
        asked = self._read(path)
        if self.most_mb is None:
            return self._answered(services, asked)
        answer = repeats.once(
            services.database, _fingerprint(asked), partial(self._answered, services, asked)
        )
        answer.headers["Location"] = f"{ROOT}/jobs/{answer.get_json()['id']}"
        return answer

    def _answered(self, services: Services, asked: Asked) -> Response:
        found = self.does(services, asked)
        if isinstance(found, Response):
            return found
        return Response(self.adapter.dump_json(found), self.status, content_type="application/json")

    def _read(self, path: Mapping[str, Any]) -> Asked:
        query = None if self.clauses else _typed(self.query, request.args)
        if self.most_mb is None:
            return Asked(path, query)
        asked = Asked(path, query, file=request.files.get("file"))
        return replace(asked, file=asked.sent, form=_typed(self.form, request.form))


def _typed(kind: type, given: Any) -> Any:
    """Parameters as `kind` declares them; 400 for one that it does not know, comes twice, or can't be that."""
    known = [one.name for one in fields(kind)]
    for name in given:
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else "none"
            refuse(400, f"Found the parameter {name[:40]!r}. Expected {expected}.", name[:40])
        if len(given.getlist(name)) > 1:
            refuse(400, f"Found {name} more than once. Expected it once.", name)
    try:
        return TypeAdapter(kind).validate_python(given.to_dict())
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        refuse(400, f"Found {str(wrong['input'])[:40]!r} in {name}. {wrong['msg']}.", name)


def _fingerprint(asked: Asked) -> str:
    """What tells a request that is sent again from another one under the same key."""
    found = hashlib.sha256(f"{asked.query}{asked.form}".encode())
    found.update(str(asked.sent.filename).encode())
    while block := asked.sent.stream.read(1 << 20):
        found.update(block)
    asked.sent.stream.seek(0)
    return found.hexdigest()
