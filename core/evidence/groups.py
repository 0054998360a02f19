"""Are there groups at all? Customers beside crowds without groups that are like them in all else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from core.evidence import crowds
from core.evidence.crowds import Points
from core.evidence.valleys import FEWEST, TOLERANCE, borders
from core.model.lloyd import Clustering, kmeans

KS = (2, 3, 4, 6)  # two alone would miss six equal groups
CROWDS, STARTS = 99, 3
EARLY = 19  # crowds, of which none thins out as much in one case of twenty where there are no groups
MOST = 2500  # customers; of more, a seeded sample stands for all
LEVEL = 0.05
ENOUGH = 2000  # customers to see that; of fewer, chance hides more of it
FLOOR = 0.02  # of a valley: the spread among crowds that is allowed for at least


@dataclass(frozen=True)
class Groups:
    """Whether customers lie in groups.

    Attributes
    ----------
    chance : float
        Share of crowds without groups, this one counted, that thin out between segments as much: the chance
        of error of whoever says "groups".
    k : int
        The number of segments whose valleys are least like those of the crowds.
    depth, usual : float
        Part by which customers thin out between those segments on average, and what 95 of 100 crowds stay below.
    crowds, rows : int
        How many crowds, and of how many customers each.
    """

    chance: float
    k: int
    depth: float
    usual: float
    crowds: int
    rows: int

    @property
    def found(self) -> bool:
        """Whether there are groups."""
        return self.chance <= LEVEL


def groups(
    points: Points,
    seed: int,
    references: int = CROWDS,
    at: Callable[[int, int], None] = lambda *_: None,
    so_far: Callable[[Groups], None] = lambda _: None,
) -> Groups | None:
    """Test customers for groups; None where nobody differs from anybody.

    Parameters
    ----------
    points : float array, shape (n_customers, n_fields)
    seed, references : int
        Seed of all draws, and crowds to draw; below 19 none can be told from the customers.
    at, so_far : functions of two int and of Groups
        Called before each with how many are done, of how many; with what the first `EARLY` crowds say. May raise to cancel.

    Notes
    -----
    K-Means on fields with their tails shortened; of each two touching segments, how much the customers thin out on the
    line through the centres; the mean over pairs, standardised over customers and crowds alike; the largest over `KS`,
    and its rank among those of the crowds (a Monte Carlo test: Besag and Clifford 1989). Kin: SigClust (Liu, Hayes, Nobel
    and Marron 2008) has a Gaussian null, dip-means (Kalogeratos and Likas 2012) looks for valleys. A cut makes a valley
    of its own in any crowd, so no table of a unimodal null holds: the crowds are cut, too.
    """
    rng = np.random.default_rng(seed)
    if len(points) > MOST:
        points = points[np.sort(rng.choice(len(points), MOST, replace=False))]
    points = points[:, np.ptp(points, axis=0) > 0]
    if not points.shape[1]:
        return None
    scores = crowds.tempered(points)
    crowd, found = crowds.alike(scores, rng), []
    with threadpool_limits(1):
        for turn in range(references + 1):
            at(turn, references + 1)
            found.append(_valleys(scores if turn == 0 else crowd.draw(rng, len(scores)), seed + turn))
            if turn == EARLY < references:
                so_far(judged(np.array(found), len(points)))
    return judged(np.array(found), len(points))


def judged(depths: Points, rows: int) -> Groups:
    """The verdict on the depths of customers (first row) and crowds, shape (1 + n_crowds, len(KS))."""
    spread = np.maximum(depths.std(axis=0), FLOOR)
    unlike = (depths - depths.mean(axis=0)) / spread
    unlike[0] -= TOLERANCE * min(1.0, rows / ENOUGH) ** 0.5 / spread
    largest, place = unlike.max(axis=1), int(unlike[0].argmax())
    own, others = depths[0, place], depths[1:, place]
    chance = float((largest >= largest[0]).mean())
    return Groups(chance, KS[place], float(own), float(np.quantile(others, 1 - LEVEL)), len(others), rows)


def _valleys(scores: Points, seed: int) -> list[float]:
    return [valley(kmeans(scores, k, starts=STARTS, seed=seed), scores) for k in KS]


def valley(fit: Clustering, scores: Points) -> float:
    """Part by which customers thin out between touching segments: mean over pairs, by their customers."""
    found = [one for one in borders(scores, fit.centres, fit.labels) if one.size >= FEWEST]
    depths, sizes = [one.depth for one in found], [one.size for one in found]
    return float(np.average(depths, weights=sizes)) if found else 0.0
