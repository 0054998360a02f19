"""How far the evidence is, and what it has found so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.evidence.groups import Groups
from core.numbers import spell, to_tell
from core.progress import Tell, with_findings

FLAT = (
    "cut into parts, customers thin out no more than chance makes of a crowd that is equally full all over."
)


@dataclass
class Progress:
    """Tells how far the work is, along with what has been found; the words of a finding stay until others replace them."""

    tell: Tell
    found: str = ""

    def stage(self, words: str, start: float, end: float) -> Stage:
        """A part of the work, from one share of it to another."""
        return Stage(self, words, start, end)


@dataclass(frozen=True)
class Stage:
    """A part of the work, from one share of it to another."""

    progress: Progress
    words: str
    start: float
    end: float

    def each(self, of: int) -> Iterator[int]:
        """So many steps, each told before it is begun."""
        for done in range(of):
            self.at(done, of)
            yield done

    def at(self, done: int, of: int) -> None:
        """Tell that `done` of `of` steps are done."""
        words = with_findings(self.progress.found, f"{self.words}, {done + 1} of {of}")
        self.progress.tell(words, self.start + (self.end - self.start) * done / of)


def early(found: Groups, of: int) -> str:
    """What the first of `of` crowds say, as what it is: preliminary."""
    first, each = to_tell(found.crowds), f"of {to_tell(of)} crowds without groups of a first kind"
    if found.found:
        return (
            f"So far, there seem to be groups: cut into {spell(found.k).lower()}, customers thin out between the parts "
            f"more than the first {first} {each} do. That is preliminary."
        )
    if found.flat:
        return f"So far, no groups are to be seen: {FLAT} That is preliminary."
    return (
        f"So far, no groups are to be seen: cut into parts, customers thin out between them {found.more} than the first "
        f"{first} {each} do ({_alike(found)} as much). That is preliminary."
    )


def tested(found: Groups | None) -> str:
    """What all crowds say."""
    if found is None:
        return "No figure differs between customers: there are no groups to look for."
    crowds = f"{to_tell(found.crowds)} crowds without groups"
    if found.found:
        return (
            f"There are groups: cut into {spell(found.k).lower()}, customers thin out between the parts more than "
            f"{to_tell(found.beyond)} of {crowds} of each kind do (chance of error {to_tell(found.chance, '.0%')})."
        )
    if found.flat:
        return f"No groups are to be seen: {FLAT}"
    return (
        f"No groups are to be seen: cut into parts, customers thin out between them {found.more} than {crowds} do "
        f"({_alike(found)} as much)."
    )


def _alike(found: Groups) -> str:
    """How many crowds thin out as much as customers do."""
    count = found.as_much
    return "1 thins out" if count == 1 else f"{to_tell(count)} thin out"
