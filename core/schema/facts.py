"""What is to be seen in a column before anybody says what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.schema.decisions import Decision

Floats = NDArray[np.float64]


class Form(StrEnum):
    """What all, or nearly all, of the values of a column can be read as."""

    EMPTY = "empty"
    FLAG = "yes or no"
    NUMBER = "numbers"
    DATE = "dates"
    TEXT = "text"


@dataclass(frozen=True)
class Facts:
    """Facts of one column."""

    column: str  # what the file calls it
    form: Form
    # shape (rows,): numbers, 1 and 0 for yes and no, days since 1970, or for texts the number of the text; NaN for a
    # gap.
    values: Floats
    # Different texts as in the file, in the order in which they come; at most a thousand.
    texts: tuple[str, ...] = ()
    distinct: int = 0  # how many different texts there are
    unreadable: int = 0  # rows with a text that is not of this form
    unlike: str = ""  # of texts of which most are numbers, the first that is none
    length: float = 0.0  # mean length of its texts
    percent: str = ""  # the sign of percent, if it stands at most of its values
    money: tuple[str, ...] = ()  # the currencies that stand at most of its values, the commonest first
    named: bool = True  # whether the file calls it so, and no other column
    codes: bool = False  # whether numbers are written as no quantity is: with zeros before them
    decisions: tuple[Decision, ...] = ()  # how they were read where they could mean something else

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.values)

    @cached_property
    def known(self) -> Floats:
        """The values that there are."""
        found: Floats = self.values[~np.isnan(self.values)]
        return found

    @cached_property
    def filled(self) -> int:
        """How many rows say something."""
        return len(self.known) + self.unreadable

    @property
    def examples(self) -> tuple[str, ...]:
        """The first different texts."""
        return tuple(text[:60] for text in self.texts[:3])

    @property
    def is_number(self) -> bool:
        """Whether there are numbers in it, be it only 0 and 1."""
        return self.form is Form.NUMBER or (self.form is Form.FLAG and set(self.texts) <= {"0", "1"})

    @cached_property
    def is_whole(self) -> bool:
        """Whether all numbers are whole."""
        return bool(len(self.known)) and bool((self.known == np.floor(self.known)).all())

    @cached_property
    def different(self) -> int:
        """How many different values there are."""
        return len(np.unique(self.known))

    @cached_property
    def least(self) -> float:
        """The least value; 0 if there is none."""
        return float(self.known.min()) if len(self.known) else 0.0

    @cached_property
    def greatest(self) -> float:
        """The greatest value; 0 if there is none."""
        return float(self.known.max()) if len(self.known) else 0.0

    @cached_property
    def middle(self) -> float:
        """The median; 0 if there is none."""
        return float(np.median(self.known)) if len(self.known) else 0.0

    @cached_property
    def commonest(self) -> float:
        """Share of the known values that the commonest one has."""
        if not len(self.known):
            return 1.0
        return float(np.unique(self.known, return_counts=True)[1].max() / len(self.known))

    @cached_property
    def is_unique(self) -> bool:
        """Whether nearly every row has a value, and hardly two have the same."""
        few = max(2, 0.05 * self.rows)
        return self.rows > 1 and self.filled >= self.rows - few and self.distinct >= self.filled - few

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it numbers the rows, one by one."""
        steps = np.diff(self.values)
        return self.form is Form.NUMBER and len(steps) > 1 and bool((np.abs(steps) == 1).mean() > 0.98)
