"""What a number of segments means in practice: the smallest, small groups, and what segments tell of answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evidence.algorithms import read
from core.evidence.evidence import Evidence
from core.evidence.preference import none_found
from core.evidence.recommendation import many
from core.numbers import Numbers, spell

SMALL = 0.08  # of all customers, up to which a group is called small
FEWEST = 20  # customers who can be called a group
SAME = 0.5  # of two groups together, from which they are the same (Jaccard)


@dataclass(frozen=True)
class SmallGroup:
    """A group that the best mixture sets apart, and from how many segments on it is one; None if at none."""

    share: float
    k: int | None


def smallest(evidence: Evidence, k: int) -> float:
    """Share of customers in the smallest of `k` segments."""
    return min(group.size for group in evidence.choice(k).groups) / evidence.rows


def small_group(evidence: Evidence) -> SmallGroup | None:
    """The smallest group of the best mixture, if it is small; nothing where there are no groups."""
    best = min(evidence.choices[1:], key=lambda one: one.icl).k
    labels = read(evidence.others[best - 2].labels)
    sizes = np.bincount(labels)
    sizes = np.where(sizes < FEWEST, len(labels), sizes)
    group = int(sizes.argmin())
    if none_found(evidence) or sizes[group] > SMALL * len(labels):
        return None
    own = labels == group
    alone = [one.k for one in evidence.choices[1:] if _likeness(read(one.labels), own) >= SAME]
    return SmallGroup(float(own.mean()), min(alone, default=None))


def _likeness(labels: np.ndarray, own: np.ndarray) -> float:
    """Largest Jaccard similarity of a segment with a group."""
    shared, sizes = np.bincount(labels[own], minlength=labels.max() + 1), np.bincount(labels)
    return float((shared / (sizes + own.sum() - shared)).max())


def of_sizes(evidence: Evidence, live: int, numbers: Numbers) -> str:
    """How large the smallest live segment is, and whether there is a small group."""
    return f"{_smallest(evidence, live, numbers)} {_small(evidence, numbers)}".rstrip()


def of_answers(evidence: Evidence, live: int, answer: str, numbers: Numbers) -> str:
    """What the live segments tell of the latest answer, and at which number segments tell most."""
    known = {one.k: one.told for one in evidence.choices[1:] if one.told is not None}
    if not known:
        return ""
    most = max(known, key=lambda k: known[k] or 0.0)
    best = (
        "no other number tells more"
        if known[live] == known[most]
        else f"{spell(most).lower()} tell most, {numbers.percent(known[most])}"
    )
    return (
        f"Of the differences in “{answer}”, which built no segment, {spell(live).lower()} segments tell "
        f"{numbers.percent(known[live])} in customers who were held out; {best}."
    )


def counted(evidence: Evidence, k: int, numbers: Numbers) -> str:
    """Customers of the smallest of `k` segments; of a sample, about as many."""
    share = smallest(evidence, k)
    return f"{many(share * evidence.rows, evidence, numbers)} ({numbers.percent(share)})"


def _smallest(evidence: Evidence, live: int, numbers: Numbers) -> str:
    share, about = smallest(evidence, live), "about " if evidence.sampled else ""
    size = numbers.many(round(share * evidence.customers), "customer", "customers")
    return f"The smallest of {spell(live).lower()} segments has {about}{size} ({numbers.percent(share)})."


def _small(evidence: Evidence, numbers: Numbers) -> str:
    if none_found(evidence) or SMALL * evidence.rows < FEWEST:
        return ""
    found = small_group(evidence)
    if found is None:
        least, most = many(FEWEST, evidence, numbers), numbers.percent(SMALL)
        return f"No group of {least} customers to {most} of all is to be seen: mixtures of groups have none."
    size = many(found.share * evidence.rows, evidence, numbers)
    where = (
        f"it is no segment by itself at any number up to {spell(evidence.choices[-1].k).lower()}"
        if found.k is None
        else f"with {spell(found.k).lower()} segments it is one of them"
    )
    return f"There is a small group: mixtures set {size} customers ({numbers.percent(found.share)}) apart; {where}."
