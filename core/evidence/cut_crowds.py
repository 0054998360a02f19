"""How far apart segments lie in the fields that made them, beside crowds without groups that are cut alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence.crowds import Points
from core.model.lloyd import kmeans
from core.model.pools import one_thread
from core.model.profile import SMALL
from core.progress import Tell, silent

KEPT_AS = "cut-crowds"  # among what is found about a model
CROWDS, STARTS = 39, 3
LEVEL = 0.05

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Apart:
    """A field that made segments: how far the two furthest apart lie, in standard deviations.

    Attributes
    ----------
    own : float
        Between the means of segments of 30 customers or more.
    usual, most : float
        The same in crowds, on average, and what 95 of 100 stay below in all fields at once.
    """

    field: str
    own: float
    usual: float
    most: float

    @property
    def more(self) -> bool:
        """Whether the segments lie further apart than nearly all crowds cut alike."""
        return self.own > self.most


@dataclass(frozen=True)
class CutCrowds:
    """All fields that made segments, and beside how many crowds."""

    crowds: int
    fields: tuple[Apart, ...]


def cut_crowds(
    points: Points,
    labels: Labels,
    basis: Sequence[str],
    crowd: Sequence[Points],
    tell: Tell = silent,
) -> CutCrowds:
    """Segments beside those of crowds without groups, cut alike.

    Parameters
    ----------
    points : float array, shape (n, n_basis)
        Customers in the space that segments were made in.
    labels : int array, shape (n,)
        Their segments, 0..k-1.
    basis : sequence of str
        The fields, in the order of the columns.
    crowd : sequence of arrays like `points`
        Drawn as `core.evidence.crowds` has them: nearly the customers' values in every field, and their correlations.

    Notes
    -----
    Segments differ in what they were made from whether there are groups or not, so a test of that difference finds
    what was put in (Gao, Bien and Witten 2024, JASA 119: 332-342).
    """
    k, found = int(labels.max()) + 1, []
    with one_thread():
        for turn, drawn in enumerate(crowd):
            tell(f"Cutting crowds without groups alike, {turn + 1} of {len(crowd)}", turn / len(crowd))
            found.append(_apart(drawn, kmeans(drawn, k, starts=STARTS, seed=turn).labels))
    own, usual = _apart(points, labels), np.mean(found, axis=0)
    most = _above(own, np.array(found))
    rows = zip(basis, own.tolist(), usual.tolist(), most.tolist(), strict=True)
    return CutCrowds(len(found), tuple(Apart(*row) for row in rows))


def _above(own: Points, found: Points) -> Points:
    """What all but one in twenty crowds stay below in every field at once.

    Parameters
    ----------
    own : float array, shape (n_fields,)
    found : float array, shape (n_crowds, n_fields)

    Notes
    -----
    The largest over fields, standardised over segments and crowds alike, and its rank (Westfall and Young 1993): the
    segments of one more crowd are further apart in any field in one of twenty tables.
    """
    all_ = np.vstack([own, found])
    usual, spread = all_.mean(axis=0), all_.std(axis=0, ddof=1)
    unlike = ((found - usual) / np.where(spread > 0, spread, 1.0)).max(axis=1)
    above = max(int(LEVEL * len(all_)), 1)
    most: Points = usual + np.sort(unlike)[-above] * spread
    return most


def _apart(points: Points, labels: Labels) -> Points:
    """Between the highest and the lowest mean of a segment, in standard deviations of each column."""
    sizes = np.bincount(labels)
    large = sizes >= min(SMALL, np.sort(sizes)[-2:][0])
    sums = np.array([np.bincount(labels, column, len(sizes)) for column in points.T])
    means = sums[:, large] / sizes[large]
    spread = points.std(axis=0)
    found: Points = np.ptp(means, axis=1) / np.where(spread > 0, spread, 1.0)
    return found
