"""How many crowds the valleys between segments part, and what that makes of a number of segments, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.evidence.evidence import Evidence
from core.evidence.groups import LEVEL, Groups
from core.evidence.valleys import Valley
from core.numbers import Numbers, spell

A_WAY = " is a way to cut them."


@dataclass(frozen=True)
class Parting:
    """How many crowds there are at least, and with how few segments the valleys between all of them are seen."""

    crowds: int
    k: int


def crowds_of(k: int, valleys: Sequence[Valley]) -> int:
    """Segments joined with every one that they touch without a valley between: how many crowds are left."""
    pairs = np.array([one.pair for one in valleys if one.chance > LEVEL], dtype=int).reshape(-1, 2) - 1
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(k, k))
    return int(connected_components(joined, directed=False)[0])


def parting(groups: Groups | None, valleys: Sequence[Sequence[Valley]]) -> Parting | None:
    """The most crowds that any number of segments shows, by the valleys of k = 1, 2, ...; None where no two are apart."""
    if groups is None or not groups.found:
        return None
    crowds, k = max((crowds_of(k, one), -k) for k, one in enumerate(valleys, start=1))
    return Parting(crowds, -k) if crowds > 1 else None


def seen(found: Parting | None) -> str:
    """How many crowds have valleys between them; nothing where none is shown."""
    if found is None:
        return ""
    said = f"{spell(found.crowds)} crowds with {'a valley' if found.crowds == 2 else 'valleys'} between them"
    cut = f" are seen when customers are cut into {spell(found.k).lower()}"
    return f"{said}{cut if found.k > found.crowds else ''}."


def within(evidence: Evidence, k: int) -> str:
    """How many crowds the valleys between `k` segments part them into; nothing where each is one, or none is shown."""
    crowds = crowds_of(k, evidence.choice(k).valleys)
    if evidence.groups is None or not evidence.groups.found or crowds == k:
        return ""
    parts = f"into {spell(crowds).lower()} crowds" if crowds > 1 else "into no two crowds"
    return f" Valleys part these {spell(k).lower()} {parts}."


def standing(evidence: Evidence, live: int | None, numbers: Numbers) -> str:
    """How many crowds have valleys between them, and whether the live segments are these; nothing where none is shown."""
    said = brief(evidence, live)
    if live is None or not said.endswith(A_WAY):
        return said
    valleys = evidence.choice(live).valleys
    clear = sum(one.chance <= LEVEL for one in valleys)
    have = f"{numbers.whole(clear)} have" if clear > 1 else "one has" if clear else "none has"
    pairs = numbers.many(len(valleys), "pair", "pairs")
    return f"{said[:-1]} (of {pairs} of segments that touch, {have} a valley between)."


def brief(evidence: Evidence, live: int | None) -> str:
    """The same without what it rests on."""
    found = parting(evidence.groups, [one.valleys for one in evidence.choices])
    if found is None or live is None or live == found.k == found.crowds:
        return seen(found)
    beside = " segments hold some of them together." if live < found.crowds else A_WAY
    return f"{seen(found)[:-1]}; {spell(live).lower()}{beside}"
