"""What was counted, and who passed, kept for who asks the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeVar

import numpy.typing as npt

Array = npt.NDArray[Any]
Query = TypeVar("Query", bound=Hashable)
LONGEST_REMEMBERED = 64_000  # bytes, so that views of two long axes can't fill the memory
MOST_BYTES = 1 << 24  # of all answers together


class Memory:
    """The latest answers, so many at most; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, Array] = OrderedDict()
        self._bytes = 0

    def recall(self, queries: Sequence[Query]) -> dict[Query, Array]:
        """What is known of these."""
        with self._lock:
            found = {query: self._answers[query] for query in queries if query in self._answers}
            for query in found:
                self._answers.move_to_end(query)
        return found

    def remember(self, answers: Mapping[Query, Array]) -> None:
        """Keep these, read-only, and let the oldest go where there are too many."""
        for numbers in answers.values():
            numbers.setflags(write=False)
        with self._lock:
            new: dict[Hashable, Array] = {
                q: a for q, a in answers.items() if a.nbytes <= LONGEST_REMEMBERED and q not in self._answers
            }
            self._answers |= new
            self._bytes += sum(answer.nbytes for answer in new.values())
            while len(self._answers) > self._most or self._bytes > MOST_BYTES:
                self._bytes -= self._answers.popitem(last=False)[1].nbytes


class Lately:
    """What was worked out last, so many bytes of it at most; safe between threads."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

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
            self._left += self._kept.pop(key, (None, 0))[1] - size
            self._kept[key] = what, size
            while self._left < 0:
                self._left += self._kept.popitem(last=False)[1][1]
