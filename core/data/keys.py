"""Which columns of two tables name the same customers: by their headings, and by how many values both have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.headings import key as bare
from core.data.rows import whole_identifiers
from core.data.words import is_gap, unmarked
from core.schema.facts import Facts, Form
from core.schema.heading_words import says

MOST = 40  # columns of a table that are looked at as keys of another; pairs of them take time
LONGEST = 60  # letters of a key on average
SHARED = 0.1  # of the keys of the table that has fewer, where the headings tell that they are the same
SHARED_UNTOLD = 0.6  # where only the values do
FEW = 20  # different keys below which values alone tell nothing
SPARSE = (
    0.1  # share of the numbers between the least and the greatest that are keys, up to which numbers tell
)
MOSTLY = (
    0.05  # keys that are the same but for their spelling, of all that are, from which on spelling is ignored
)
_NUMBERS = ("order", "line", "thing", "row", "amount", "age", "count")
_SPELLING = r"^0+([0-9])"
_UNTOLD = 4  # rank of columns whose headings don't say that they name the same

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class KeyColumn:
    """A column that could name customers."""

    fact: Facts
    texts: pa.ChunkedArray

    @property
    def name(self) -> str:
        """What the file calls it."""
        return self.fact.column

    @cached_property
    def exact(self) -> pa.Array:
        """The keys as they are written, null for a gap."""
        text = unmarked(pc.utf8_trim_whitespace(whole_identifiers(self.texts))).combine_chunks()
        return pc.if_else(is_gap(text), pa.scalar(None, pa.string()), text)

    @cached_property
    def loose(self) -> pa.Array:
        """The keys without zeros before them, in small letters."""
        return pc.utf8_lower(pc.replace_substring_regex(self.exact, _SPELLING, r"\1"))

    @cached_property
    def different(self) -> pa.Array:
        """The keys, each once."""
        return self.exact.unique().drop_null()

    @cached_property
    def loosely_different(self) -> pa.Array:
        """The keys without their spelling, each once."""
        return self.loose.unique().drop_null()

    @property
    def clashes(self) -> bool:
        """Whether two keys differ in nothing but their spelling."""
        return len(self.different) > len(self.loosely_different)

    @property
    def is_unique(self) -> bool:
        """Whether hardly two rows have the same."""
        return self.fact.is_unique

    @property
    def is_called_key(self) -> bool:
        """Whether its heading says that it names somebody."""
        return bool(_kind(self.name))

    @property
    def tells(self) -> bool:
        """Whether values that are in another column as well are hardly so by chance."""
        if self.fact.form is Form.TEXT:
            return len(self.different) >= FEW
        span = self.fact.greatest - self.fact.least + 1
        return len(self.different) >= FEW and len(self.different) <= SPARSE * span


@dataclass(frozen=True)
class Key:
    """The columns of two tables that name the same, the more plainly by their headings the lower the rank."""

    left: KeyColumn
    right: KeyColumn
    rank: int
    spelled: bool | None = None  # what somebody chose: whether spelling counts
    is_chosen: bool = False

    @property
    def name(self) -> str:
        """How it is written in a choice."""
        return f"{self.left.name}={self.right.name}"

    def is_named(self, said: str) -> bool:
        """Whether somebody means it by `A=B`, in either order."""
        return said.strip().replace(" = ", "=") in (self.name, f"{self.right.name}={self.left.name}")

    @property
    def told(self) -> str:
        """How it is called in a sentence."""
        same = self.left.name == self.right.name
        return self.left.name[:60] if same else f"{self.left.name[:60]} = {self.right.name[:60]}"

    @cached_property
    def exactly(self) -> int:
        """Different keys that both have, as they are written."""
        return shared(self.left.different, self.right.different)

    @cached_property
    def loosely(self) -> int:
        """Different keys that both have, whatever zeros are before them and whatever their case."""
        return shared(self.left.loosely_different, self.right.loosely_different)

    @property
    def clashes(self) -> bool:
        """Whether keys of one table differ in nothing but their spelling, so that it has to count."""
        return self.left.clashes or self.right.clashes

    @property
    def is_loose(self) -> bool:
        """Whether spelling is ignored."""
        if self.spelled is not None or self.clashes:
            return self.spelled is False and not self.clashes
        return self.loosely - self.exactly > MOSTLY * self.loosely

    @property
    def share(self) -> float:
        """Of the keys of the table that has fewer, those that the other has."""
        fewer = min(len(self.left.loosely_different), len(self.right.loosely_different))
        return self.loosely / max(1, fewer)

    @property
    def is_no_chance(self) -> bool:
        """Whether headings, or else values, tell that both name the same."""
        return self.rank < _UNTOLD or (self.left.tells and self.right.tells)

    @property
    def columns(self) -> tuple[pa.Array, pa.Array]:
        """The keys of both as they are compared."""
        if self.is_loose:
            return self.left.loose, self.right.loose
        return self.left.exact, self.right.exact


def shared(one: pa.Array, other: pa.Array) -> int:
    """How many values of one are among the other."""
    return int(pc.sum(pc.is_in(one, value_set=other), min_count=0).as_py() or 0)


def key_columns(facts: Sequence[Facts], columns: dict[str, pa.ChunkedArray]) -> list[KeyColumn]:
    """The columns that could name customers."""
    return [KeyColumn(one, columns[one.column]) for one in facts if _may_be_key(one)]


def _may_be_key(one: Facts) -> bool:
    if one.distinct < 2 or one.length > LONGEST or one.filled < 0.2 * one.rows:
        return False
    return one.form is Form.TEXT or (one.form is Form.NUMBER and one.is_whole and not one.money)


def keys_between(left: Sequence[KeyColumn], right: Sequence[KeyColumn]) -> list[Key]:
    """The keys of two tables, the likeliest first; each row of the left has one of its own."""
    both = {bare(one.name) for one in left} & {bare(one.name) for one in right}
    found = list(_possible(_likeliest(left, both), _likeliest(right, both)))
    return sorted(found, key=lambda one: (one.rank, -round(one.share, 2), -one.loosely))


def _likeliest(columns: Sequence[KeyColumn], both: Collection[str]) -> list[KeyColumn]:
    """Those that are held against all of another table: of a wide one the likeliest by their headings."""
    ranked = sorted(columns, key=lambda one: (not one.is_called_key, bare(one.name) not in both))
    return ranked[:MOST]


def _possible(left: Sequence[KeyColumn], right: Sequence[KeyColumn]) -> Iterator[Key]:
    for one in (column for column in left if column.is_unique):
        for other in right:
            key = Key(one, other, _rank(one.name, other.name))
            if key.share >= (SHARED if key.rank < _UNTOLD else SHARED_UNTOLD) and key.is_no_chance:
                yield key


def _rank(left: str, right: str) -> int:
    """How plainly headings say that they name the same, 0 at best; _UNTOLD where they don't, or tell of something else."""
    kinds = [_kind(one) for one in (left, right)]
    if kinds == ["customer", "customer"]:
        return 0
    if bare(left) == bare(right) and not says(left, *_NUMBERS):
        return 1
    if kinds[0] and kinds[0] == kinds[1]:
        return 2
    return 3 if {*kinds} == {"customer", "id"} else _UNTOLD


def _kind(heading: str) -> str:
    """What a heading says that it names."""
    if says(heading, "customer"):
        return "customer"
    if says(heading, "email"):
        return "email"
    if says(heading, "customer name"):
        return "customer name"
    return "id" if says(heading, "id") and not says(heading, *_NUMBERS) else ""
