"""Answers that were counted, kept for who asks the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy.typing as npt

from core.crossfilter.counting import Query

Array = npt.NDArray[Any]
LONGEST_REMEMBERED = 64_000  # bytes, so that views of two long axes can't fill the memory


class Memory:
    """The latest answers, so many at most; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Query, Array] = OrderedDict()

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
            self._answers |= {q: a for q, a in answers.items() if a.nbytes <= LONGEST_REMEMBERED}
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
