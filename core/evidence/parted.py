"""How many crowds the valleys between segments part, and what that makes of a number of segments, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.evidence.evidence import Candidate, Evidence
from core.evidence.groups import LEVEL
from core.numbers import Numbers, spell


@dataclass(frozen=True)
class Parting:
    """How many crowds there are at least, and with how few segments the valleys between all of them are seen."""

    crowds: int
    k: int


def crowds_of(choice: Candidate) -> int:
    """Segments joined with every one that they touch without a valley between: how many crowds are left."""
    pairs = np.array([one.pair for one in choice.valleys if one.chance > LEVEL], dtype=int).reshape(-1, 2) - 1
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(choice.k, choice.k))
    return int(connected_components(joined, directed=False)[0])


def parting(evidence: Evidence) -> Parting | None:
    """The most crowds that any number of segments shows; None where there are no groups, or no two are shown apart."""
    if evidence.groups is None or not evidence.groups.found:
        return None
    best = max(evidence.choices, key=lambda one: (crowds_of(one), -one.k))
    return Parting(crowds_of(best), best.k) if crowds_of(best) > 1 else None


def standing(evidence: Evidence, live: int | None, numbers: Numbers) -> str:
    """How many crowds have valleys between them, and whether the live segments are these; nothing where none is shown."""
    found = parting(evidence)
    if found is None:
        return ""
    between = "a valley between them" if found.crowds == 2 else "valleys between them"
    said = f"{spell(found.crowds)} crowds with {between}"
    if found.k > found.crowds:
        said += f" are seen when customers are cut into {spell(found.k).lower()}"
    if live is None or live == found.k == found.crowds:
        return f"{said}."
    return f"{said}; {_live(evidence.choice(live), found, numbers)}."


def _live(choice: Candidate, found: Parting, numbers: Numbers) -> str:
    """What the live number of segments is beside them."""
    live = spell(choice.k).lower()
    if choice.k < found.crowds:
        return f"{live} segments hold some of them together"
    clear = sum(one.chance <= LEVEL for one in choice.valleys)
    have = f"{numbers.whole(clear)} have" if clear > 1 else "one has" if clear else "none has"
    pairs = numbers.whole(len(choice.valleys))
    return f"{live} is a way to cut them (of {pairs} pairs of segments that touch, {have} a valley between)"
