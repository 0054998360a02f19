"""What a reader did beyond reading: assumed, repaired or left out; shown with the findings about the file."""

from __future__ import annotations

from dataclasses import dataclass

from core.numbers import to_tell


@dataclass(frozen=True)
class Remark:
    """One assumption or repair.

    `column` is empty where it is about whole rows; `count` is of rows, or of lines left out; `examples` are
    values as they are in the file.
    """

    name: str
    column: str
    count: int
    sentence: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """Values of one column that could not be read and became gaps."""

    count: int
    examples: tuple[str, ...]


def counted(count: int, one: str, many: str = "") -> str:
    """`One row` or `24 rows`."""
    return f"One {one}" if count == 1 else f"{to_tell(count)} {many or one + 's'}"
