"""Who goes where: from k segments to k + 1, and from the live segments to others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from core.evidence.algorithms import Labels, read
from core.evidence.criteria import Band
from core.evidence.evidence import Candidate, Evidence

Counts = NDArray[np.int64]
CLEAN = 0.85  # share of customers that stay together, from which a step counts as the split of one segment


@dataclass(frozen=True)
class Step:
    """What one segment more changes and buys.

    Attributes
    ----------
    k : int
        Segments before the step.
    counts : int array, shape (k, k + 1)
        Customers by segment before and after.
    parent : int
        Number of the segment that splits.
    children : tuple of int
        Numbers of the segments that it mainly becomes.
    together : float
        Share of customers that stay with the larger part of the segment they are in after the step; 1 where
        one segment splits and nothing else moves.
    gain : float
        Part of the remaining WCSS that the step removes.
    crowd_gain : Band
        The same in crowds without groups.
    """

    k: int
    counts: Counts
    parent: int
    children: tuple[int, ...]
    together: float
    gain: float
    crowd_gain: Band

    @property
    def clean(self) -> bool:
        """Whether one segment splits and the others go on."""
        return self.together >= CLEAN


def counted(before: Labels, after: Labels, rows: int, columns: int) -> Counts:
    """Customers by group before and after; shape (rows, columns)."""
    counts = np.zeros((rows, columns), dtype=np.int64)
    np.add.at(counts, (before, after), 1)
    return counts


def steps(evidence: Evidence) -> list[Step]:
    """Every step from k to k + 1."""
    pairs = zip(evidence.choices, evidence.choices[1:], strict=False)
    return [_step(before, after) for before, after in pairs]


def _step(before: Candidate, after: Candidate) -> Step:
    counts = counted(read(before.labels), read(after.labels), before.k, after.k)
    parents = counts.argmax(axis=0)
    children = {parent: np.flatnonzero(parents == parent) for parent in range(before.k)}
    # The segment with most children; of several, the one whose second child is largest.
    parent = max(children, key=lambda one: (len(children[one]) > 1, _second(counts[one, children[one]])))
    return Step(
        k=before.k,
        counts=counts,
        parent=parent + 1,
        children=tuple((children[parent] + 1).tolist()),
        together=float(counts.max(axis=0).sum() / counts.sum()),
        gain=1 - after.wcss / before.wcss,
        crowd_gain=after.crowd_gain,
    )


def _second(sizes: Counts) -> int:
    return int(np.sort(sizes)[-2]) if len(sizes) > 1 else 0


@dataclass(frozen=True)
class Moves:
    """From the live segments to others.

    Attributes
    ----------
    counts : int array, shape (n_live, n_other)
    heirs : dict of live number to other number
        Which segment goes on as which, matched so that most customers stay.
    moved : int
        Customers outside the heir of their live segment.
    """

    counts: Counts
    heirs: dict[int, int]
    moved: int


def moves(live: Labels, live_k: int, choice: Candidate) -> Moves:
    """Who leaves whom if `choice` becomes the live model.

    Notes
    -----
    Matched by the Hungarian method (Kuhn 1955) on the customers in common.
    """
    counts = counted(live, read(choice.labels), live_k, choice.k)
    rows, columns = linear_sum_assignment(-counts)
    heirs = {int(row) + 1: int(column) + 1 for row, column in zip(rows, columns, strict=True)}
    return Moves(counts, heirs, int(counts.sum() - counts[rows, columns].sum()))


def agreement(live: Labels, labels: str) -> float:
    """Adjusted Rand index: 1 for the same groups, 0 for as much as chance gives; noise is a group of its own.

    Notes
    -----
    Hubert and Arabie (1985), J. Classif. 2: 193-218.
    """
    return float(adjusted_rand_score(live, read(labels)))
