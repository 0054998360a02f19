"""How the segments of a model go on from those of the model before, as its card has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kin:
    """A segment, and the one of before that it goes on from; None where it is new.

    `share` is of the customers of both versions in the larger of the two, those that are in both, in [0, 1].
    """

    number: int
    before: int | None
    share: float


@dataclass(frozen=True)
class Flow:
    """Customers who were in one segment and are in another."""

    before: int
    after: int
    customers: int
    # "changed": they have; "border": the segments have, and they would have moved as they were; "new": there was no
    # such segment; "gone": theirs goes on nowhere.
    why: str
    field: str = ""  # what decided, where they or the border moved, with the median of theirs before and now
    was: float = 0.0
    now: float = 0.0


@dataclass(frozen=True)
class Succession:
    """How the segments of a model go on from those of the model before."""

    model: str  # key of the model before
    version: int  # of whose customers
    # Whether too few customers are in both, so that the new ones were placed by the borders of before.
    by_centres: bool
    kin: tuple[Kin, ...]  # by number
    counts: tuple[tuple[int, ...], ...]  # customers of both versions, by segment before and now
    # Customers of one version only, by segment before, and by segment now.
    gone: tuple[int, ...]
    new: tuple[int, ...]
    flows: tuple[Flow, ...]  # who moved, most first

    @property
    def names(self) -> dict[int, int]:
        """Segments that go on, and which ones of before they were."""
        return {one.number: one.before for one in self.kin if one.before is not None}

    @property
    def before(self) -> tuple[int, ...]:
        """Customers of the version before, by segment; nothing where that is not known."""
        return tuple(sum(stayed) + gone for stayed, gone in zip(self.counts, self.gone, strict=False))

    @property
    def shared(self) -> int:
        """Customers of both versions."""
        return sum(map(sum, self.counts))

    @property
    def moved(self) -> int:
        """Those of them who are in another segment than before."""
        return sum(one.customers for one in self.flows)
