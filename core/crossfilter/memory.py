"""What was counted, and who passed, kept for who asks the same again."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Any, Protocol, TypeVar

import numpy.typing as npt

from core.crossfilter.shared import LONGEST, SHARED

Array = npt.NDArray[Any]
MOST_BYTES = 1 << 24  # of all answers together


class Question(Hashable, Protocol):
    """What an answer is kept under."""

    def key(self, table: str) -> bytes:
        """The same in all processes for the same question about the same table, and for no other."""


Query = TypeVar("Query", bound=Question)


class Lately:
    """What was worked out last, so many bytes of it at most, and so many things; safe between threads."""

    def __init__(self, most: int, things: int = sys.maxsize) -> None:
        self._most, self._things = most, things
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.held = 0  # bytes

    def get(self, key: Hashable) -> Any:
        """What is kept under `key`; None if nothing is."""
        with self._lock:
            if (found := self._kept.get(key)) is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, what: Any, size: int) -> None:
        """Keep it, and let the oldest go where there is too much."""
        with self._lock:
            self.held += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = what, size
            while self.held > self._most or len(self._kept) > self._things:
                self.held -= self._kept.popitem(last=False)[1][1]


class Memory:
    """The latest answers, so many at most, beside those that `kept` has; those about a table of a `name` are shared with
    other processes."""

    def __init__(self, most: int, kept: Callable[[Any], Array | None], name: str = "") -> None:
        self._lately, self._kept, self._name = Lately(MOST_BYTES, most), kept, name if most else ""

    def recall(self, queries: Sequence[Query]) -> dict[Query, Array]:
        """What is known of these."""
        return {one: found for one in queries if (found := self._recalled(one)) is not None}

    def remember(self, answers: Mapping[Query, Array]) -> None:
        """Keep these, read-only."""
        for query, numbers in answers.items():
            self._keep(query, numbers)
            if self._name:
                SHARED.keep(query.key(self._name), numbers)

    def _recalled(self, query: Query) -> Array | None:
        known: Array | None = self._lately.get(query)
        if known is not None:
            return known
        if (known := self._kept(query)) is None and self._name:
            known = SHARED.get(query.key(self._name))
        if known is not None:
            self._keep(query, known)
        return known

    def _keep(self, query: Query, numbers: Array) -> None:
        numbers.setflags(write=False)
        if numbers.nbytes <= LONGEST:
            self._lately.keep(query, numbers, numbers.nbytes)
