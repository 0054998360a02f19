"""Are there groups at all? Customers beside crowds without groups that are like them in all else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from core.evidence import crowds
from core.evidence.crowds import Points

KS = (2, 3, 4, 6)  # two alone would miss six equal groups
CROWDS, STARTS = 99, 3
MOST = 2500  # customers; of more, a seeded sample stands for all
LEVEL = 0.05
TOLERANCE = 0.05  # of a valley: so far the shape of one crowd may deepen it
ENOUGH = 2000  # customers to see that; of fewer, chance hides more of it
FLOOR = 0.02  # of a valley: the spread among crowds that is allowed for at least
FEWEST = 20  # customers of two segments, below which no valley is looked for
WIDER = 4 / 3  # than the usual kernel: groups 3 standard deviations apart are seen more often
_BINS, _FROM, _WIDTH = 51, -0.75, 0.05  # of the line through two centres, which are 0 and 1 on it
_BETWEEN = slice(15, 36)
_REACH = np.arange(-16, 17)


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
    at: Callable[[int, int], None] | None = None,
) -> Groups | None:
    """Test customers for groups; None where fewer than two fields differ, since a crowd keeps each field as it is.

    Parameters
    ----------
    points : float array, shape (n_customers, n_fields)
    seed, references : int
        Seed of all draws, and crowds to draw; below 19 none can be told from the customers.
    at : function of two int
        Called before each with how many are done, of how many; may raise to cancel.

    Notes
    -----
    K-Means on normal scores; of each two touching segments, how much the customers thin out on the line through
    the centres; the mean over pairs, standardised over customers and crowds alike; the largest over `KS`, and
    its rank among those of the crowds (a Monte Carlo test: Besag and Clifford 1989). Kin: SigClust (Liu,
    Hayes, Nobel and Marron 2008) has a Gaussian null, dip-means (Kalogeratos and Likas 2012) looks for valleys.
    A cut makes a valley of its own in any crowd, so no table of a unimodal null holds: the crowds are cut, too.
    """
    rng = np.random.default_rng(seed)
    if len(points) > MOST:
        points = points[np.sort(rng.choice(len(points), MOST, replace=False))]
    points = points[:, np.ptp(points, axis=0) > 0]
    if points.shape[1] < 2:
        return None
    scores = crowds.normal_scores(points)
    crowd, found = crowds.alike(scores, rng), []
    with threadpool_limits(1):
        for turn in range(references + 1):
            if at is not None:
                at(turn, references + 1)
            found.append(_valleys(scores if turn == 0 else crowd.draw(rng), seed + turn))
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
    return [valley(KMeans(k, n_init=STARTS, random_state=seed).fit(scores), scores) for k in KS]


def valley(fit: KMeans, scores: Points) -> float:
    """Part by which customers thin out between touching segments: mean over pairs, by their customers."""
    depths, sizes = [0.0], [0]
    squares, centres, labels = fit.transform(scores) ** 2, fit.cluster_centers_, fit.labels_
    for one, other in combinations(range(len(centres)), 2):
        pair = (labels == one) | (labels == other)
        size = int(pair.sum())
        if size < FEWEST or not _touch(centres, one, other):
            continue
        apart = ((centres[one] - centres[other]) ** 2).sum()
        depths.append(_depth((1 + (squares[pair, one] - squares[pair, other]) / apart) / 2))
        sizes.append(size)
    return float(np.average(depths, weights=sizes)) if any(sizes) else 0.0


def _touch(centres: Points, one: int, other: int) -> bool:
    """Whether no third centre is nearer to the middle between two (Gabriel and Sokal 1969)."""
    middle = (centres[one] + centres[other]) / 2
    squares = ((centres - middle) ** 2).sum(axis=1)
    return bool((squares >= squares[one] * (1 - 1e-9)).all())


def _depth(along: Points) -> float:
    """Part by which density falls from the lower of both sides to the deepest place between two centres.

    `along` is where customers are on the line through the centres, 0 at the one, 1 at the other.
    """
    density = _density(along)
    rising, falling = np.maximum.accumulate(density), np.maximum.accumulate(density[::-1])[::-1]
    sides = np.minimum(rising, falling)
    deepest = _BETWEEN.start + int((np.sqrt(sides) - np.sqrt(density))[_BETWEEN].argmax())
    return float(1 - (density[deepest] + 0.5) / (sides[deepest] + 0.5))


def _density(along: Points) -> NDArray[np.float64]:
    """Customers by place on the line, smoothed by a Gaussian kernel (width: Silverman 1986, 3.31)."""
    lower, upper = np.quantile(along, (0.25, 0.75))
    spread = min(along.std(), (upper - lower) / 1.34) or along.std()
    width = WIDER * 0.9 * spread * len(along) ** -0.2
    kernel = np.exp(-0.5 * (_REACH / max(width / _WIDTH, 0.8)) ** 2)
    bins = ((along - _FROM) / _WIDTH).round().astype(np.int64)
    counts = np.bincount(bins[(bins >= 0) & (bins < _BINS)], minlength=_BINS).astype(np.float64)
    smooth: NDArray[np.float64] = np.convolve(counts, kernel / kernel.sum(), "same")
    return smooth
