"""What was asked of the database while something was made: whether it would come to the same now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Watched:
    """`asked` counts transactions; `questions` are those of them that can be asked again, with their answers."""

    asked: int = 0
    questions: list[tuple[Callable[[], object], object]] = field(default_factory=list)

    @property
    def can_be_asked_again(self) -> bool:
        return self.asked == len(self.questions)

    def says_the_same(self) -> bool:
        """Whether each question is answered as it was."""
        return all(ask() == answer for ask, answer in self.questions)


_WATCHED: ContextVar[Watched | None] = ContextVar("parterre_watched", default=None)


@contextmanager
def watched() -> Iterator[Watched]:
    """To the end of the block, note what is asked of the database in this thread."""
    noted = Watched()
    token = _WATCHED.set(noted)
    try:
        yield noted
    finally:
        _WATCHED.reset(token)


def count() -> None:
    """A transaction begins."""
    if (noted := _WATCHED.get()) is not None:
        noted.asked += 1


def repeatable(ask: Callable[[], T]) -> T:
    """The answer to a question of one transaction, which can be asked again."""
    answer = ask()
    if (noted := _WATCHED.get()) is not None:
        noted.questions.append((ask, answer))
    return answer
