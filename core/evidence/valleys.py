"""How much customers thin out between two segments that touch, and whether more than a cut across one crowd does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from core.evidence import crowds
from core.evidence.crowds import Points
from core.model.lloyd import kmeans
from core.model.pools import one_thread

Labels = NDArray[np.int64] | NDArray[np.int32]

CUTS = 39  # crowds that are cut as the customers are: chances of error are 1 in 40 at best
FEWEST = 20  # customers of two segments, below which no valley is looked for
TOLERANCE = 0.05  # of a valley: so far the shape of one crowd may deepen it
WIDER = 4 / 3  # than the usual kernel: groups 3 standard deviations apart are seen more often
_BINS, _FROM, _WIDTH = 51, -0.75, 0.05  # of the line through two centres, which are 0 and 1 on it
_BETWEEN = slice(15, 36)
_REACH = np.arange(-16, 17)


@dataclass(frozen=True)
class Border:
    """Two segments that touch, less one each; by which part customers thin out between them; how many there are."""

    pair: tuple[int, int]
    depth: float
    sizes: tuple[int, int]

    @property
    def size(self) -> int:
        """Customers of both."""
        return sum(self.sizes)

    @property
    def clearness(self) -> float:
        """The depth by its own chance error: the fewer customers the smaller segment has, the more depth chance makes.

        Nothing where the shape of one crowd may make as much.
        """
        return max(self.depth - TOLERANCE, 0.0) * math.sqrt(min(self.sizes))


@dataclass(frozen=True)
class Valley:
    """Whether customers thin out between two touching segments more than between parts of crowds.

    Attributes
    ----------
    pair : tuple of int
        Numbers of the segments.
    depth : float
        Part by which customers thin out from the lower of both sides to the deepest place between.
    chance : float
        Share of crowds, the customers counted as one, that thin out as much anywhere, cut into as many: the chance
        of error of whoever says "a valley", corrected over pairs.
    """

    pair: tuple[int, int]
    depth: float
    chance: float


def valleys(
    points: Points,
    cuts: Sequence[tuple[Points, Labels]],
    seed: int,
    references: int = CUTS,
    at: Callable[[int, int], None] | None = None,
) -> list[tuple[Valley, ...]]:
    """The valleys between the segments of each cut, tested against crowds without groups that are cut alike.

    Parameters
    ----------
    points : float array, shape (n_customers, n_fields)
    cuts : sequence of pairs
        Centres, shape (k, n_fields), and the segment of each customer, from 0.
    seed, references : int
        Seed of all draws, and crowds to draw.
    at : function of two int
        Called before each with how many are done, of how many; may raise to cancel.

    Notes
    -----
    The clearest border of each crowd is what borders of the customers are held against, which corrects over pairs
    (Westfall and Young 1993). A crowd is cut by one start of K-Means: it has no good solution to miss.
    """
    rng = np.random.default_rng(seed)
    crowd, clearest = crowds.in_place_of(points, rng), []
    with one_thread():
        for turn in range(references):
            if at is not None:
                at(turn, references)
            drawn = crowd.draw(rng, len(points))
            clearest.append([_clearest(drawn, len(centres), seed + turn) for centres, _ in cuts])
    held = np.array(clearest).reshape(references, len(cuts))
    return [_tested(borders(points, *cut), held[:, place]) for place, cut in enumerate(cuts)]


def _clearest(points: Points, k: int, seed: int) -> float:
    if k < 2:
        return 0.0
    fit = kmeans(points, k, starts=1, seed=seed)
    found = borders(points, fit.centres, fit.labels)
    return max((one.clearness for one in found), default=0.0)


def _tested(found: Sequence[Border], clearest: Points) -> tuple[Valley, ...]:
    of = len(clearest) + 1
    return tuple(
        Valley(
            (one.pair[0] + 1, one.pair[1] + 1),
            round(one.depth, 3),
            float(1 + (clearest >= one.clearness).sum()) / of,
        )
        for one in found
    )


def borders(points: Points, centres: Points, labels: Labels) -> list[Border]:
    """Every two segments that touch, with the depth between them; none is seen between too few customers."""
    sizes, found = np.bincount(labels, minlength=len(centres)), []
    squares = cdist(centres, points[np.argsort(labels, kind="stable")], "sqeuclidean")
    own = [slice(end - size, end) for end, size in zip(sizes.cumsum().tolist(), sizes.tolist(), strict=True)]
    for one, other in touching(centres):
        both, depth = (int(sizes[one]), int(sizes[other])), 0.0
        if sum(both) >= FEWEST:
            apart = ((centres[one] - centres[other]) ** 2).sum()
            nearer = [squares[one, part] - squares[other, part] for part in (own[one], own[other])]
            depth = _depth((1 + np.concatenate(nearer) / apart) / 2)
        found.append(Border((one, other), depth, both))
    return found


def touching(centres: Points) -> list[tuple[int, int]]:
    """Each two centres to whose middle no third one is nearer (Gabriel and Sokal 1969)."""
    squares = cdist(centres, centres, "sqeuclidean")
    round_ = squares[:, :, None] + squares[:, None, :] >= squares * (1 - 1e-9)
    return [pair for pair in combinations(range(len(centres)), 2) if round_[:, *pair].all()]


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
    quarters = (len(along) // 4, 3 * len(along) // 4)
    lower, upper = np.partition(along, quarters)[list(quarters)]
    spread = min(along.std(), (upper - lower) / 1.34) or along.std()
    width = WIDER * 0.9 * spread * len(along) ** -0.2
    kernel = np.exp(-0.5 * (_REACH / max(width / _WIDTH, 0.8)) ** 2)
    bins = ((along - _FROM) / _WIDTH).round().astype(np.int64)
    counts = np.bincount(bins[(bins >= 0) & (bins < _BINS)], minlength=_BINS).astype(np.float64)
    smooth: NDArray[np.float64] = np.convolve(counts, kernel / kernel.sum(), "same")
    return smooth
