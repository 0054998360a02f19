"""What was computed about a model: one function computes it once, every page reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy import bindparam, delete, insert, select

from core.errors import ModelError
from core.store.database import Database
from core.store.tables import findings as table
from core.store.watched import repeatable

T = TypeVar("T")

_KEY = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MADE = 32  # findings that a process keeps as what they say
_OF_ONE = (
    (table.c.dataset == bindparam("of"))
    & (table.c.model == bindparam("key"))
    & (table.c.name == bindparam("called"))
)
_CONTENT = select(table.c.content).where(_OF_ONE)


@dataclass(frozen=True)
class Findings:
    """JSON about the models of a dataset, under a name for each finding.

    Findings hold segment numbers, never names: a name may be changed after they were made.
    """

    database: Database
    dataset: str = ""

    def read(self, key: str, name: str, kind: Callable[..., T]) -> T | None:
        """What is known as `name` about the model `key`; None if nothing is, or nothing of that kind.

        It is made of JSON once for each content: all who read it share that.

        Raises
        ------
        ModelError
            If that is no key of a model, or no name of a finding.
        """
        place = self._place(key, name)
        content = repeatable(lambda: self._content(place))
        return None if content is None else _said(content, kind)

    def _content(self, place: dict[str, str]) -> str | None:
        with self.database.reading() as connection:
            return connection.scalar(_CONTENT, place)

    def each(self, start: str, kind: Callable[..., T]) -> list[tuple[str, str, T]]:
        """What is known of any model under names that `start` so: the model's key, the name, and that."""
        of_these = (table.c.dataset == self.dataset) & table.c.name.startswith(start, autoescape=True)
        rows = self.database.rows(select(table.c.model, table.c.name, table.c.content).where(of_these))
        said = ((row.model, row.name, _said(row.content, kind)) for row in rows)
        return [one for one in said if one[2] is not None]

    def drop(self, key: str, name: str) -> None:
        """Keep no longer what is known as `name` of the model `key`."""
        place = self._place(key, name)
        self.database.change(delete(table).where(_OF_ONE), "findings", self.dataset, key, name, values=place)

    def write(self, key: str, name: str, content: object) -> None:
        """Keep `content` as `name` of the model `key`, in place of what was there.

        Raises
        ------
        ModelError
            If that is no key of a model, or no name of a finding.
        ValueError, TypeError
            If `content` can't be written as JSON; NaN and infinity can't.
        """
        text = json.dumps(to_jsonable_python(content), allow_nan=False, separators=(",", ":"))
        place = self._place(key, name)
        with self.database.changing("findings", self.dataset, key, name) as connection:
            connection.execute(delete(table).where(_OF_ONE), place)
            row = {"dataset": self.dataset, "model": key, "name": name, "content": text}
            connection.execute(insert(table), row)

    def _place(self, key: str, name: str) -> dict[str, str]:
        if not _KEY.fullmatch(key) or not _NAME.fullmatch(name):
            raise ModelError(
                f"Found {key[:40]!r} and {name[:80]!r}. Expected the key of a model (16 hex digits) and the name "
                "of a finding (small letters, digits, hyphens). Ask for one that is listed."
            )
        return {"of": self.dataset, "key": key, "called": name}


@lru_cache(maxsize=_MADE)
def _said(content: str, kind: Any) -> Any:
    try:
        return _adapter(kind).validate_json(content)
    except ValidationError:
        return None  # written by another version: it is made again


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
