"""Are there groups at all? Customers beside crowds without groups that are like them in all else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.stats import kurtosis, skew
from threadpoolctl import threadpool_limits

from core.evidence import crowds
from core.evidence.crowds import Points
from core.evidence.other_crowds import Round, Scored, Turned
from core.evidence.valleys import FEWEST, borders
from core.model.lloyd import Clustering, kmeans

KS = (2, 3, 4, 6)  # two alone would miss six equal groups
CROWDS, STARTS = 39, 3
EARLY = 19  # crowds, of which none thins out as much in one case of twenty where there are no groups
MOST = 2500  # customers; of more, a seeded sample stands for all
LEVEL = 0.05
FLAT = (
    2  # times that level for crowds as flat along their axes as customers allow: nothing is more like groups
)
FLOOR = 0.02  # of a valley: the spread among crowds that is allowed for at least
SKEWED, LONG = (
    1.0,
    3.0,
)  # skewness and excess kurtosis of a field, past which a cut may be one of its tail only


class Crowd(Protocol):
    """Something that customers without groups can be drawn from."""

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """So many customers, standardised."""


Kind = Callable[[Points, np.random.Generator], Crowd]


@dataclass(frozen=True)
class Groups:
    """Whether customers lie in groups.

    Attributes
    ----------
    chance : float
        Chance of error of whoever says "groups": the share of crowds without groups, these customers counted as
        one, that thin out between segments as much; of the kind of crowds that is most like the customers.
    k : int
        The number of segments whose valleys are least like those of that kind.
    depth, usual : float
        Part by which customers thin out between those segments on average, and what 95 of 100 crowds stay below.
    crowds, rows : int
        How many crowds of each kind, and of how many customers each.
    beyond : int
        How many crowds of that kind thin out less.
    """

    chance: float
    k: int
    depth: float
    usual: float
    crowds: int
    rows: int
    beyond: int

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
        Seed of all draws, and crowds to draw of each kind; below 19 none can be told from the customers.
    at, so_far : functions of two int and of Groups
        Called before each with how many are done, of how many; with what the first `EARLY` say. May raise to cancel.

    Notes
    -----
    The mean depth of the valleys between touching segments of K-Means, standardised over customers and crowds alike; the
    largest over `KS`, and its rank among the crowds' (Besag and Clifford 1989). A cut makes valleys in any crowd, so the
    crowds are cut, too. "Groups" where every kind of crowd is left behind (intersection-union: Berger 1982).
    """
    rng = np.random.default_rng(seed)
    if not (points := _tested(points, rng)).shape[1]:
        return None
    looks, found = _looks(points), list[Groups]()
    with threadpool_limits(1):
        own = _seen(looks, seed)
        for kind in _kinds(points):
            alike, depths = [kind(look, rng) for look in looks], [own]
            for turn in range(references):
                at(len(found) * references + turn, 4 * references)
                depths.append(_seen([one.draw(rng, len(points)) for one in alike], seed + turn + 1))
                if not found and turn + 1 == EARLY < references:
                    so_far(judged(depths, len(points)))
            found.append(judged(depths, len(points), FLAT if kind is turned else 1))
            if not found[-1].found:
                return found[-1]
    return max(found, key=lambda one: one.chance)


def _tested(points: Points, rng: np.random.Generator) -> Points:
    """As many customers as are looked at, in the fields that they differ in."""
    if len(points) > MOST:
        points = points[np.sort(rng.choice(len(points), MOST, replace=False))]
    return points[:, np.ptp(points, axis=0) > 0]


def _seen(looks: Sequence[Points], seed: int) -> Points:
    """How deep the valleys of each cut of each look are."""
    found = [valley(kmeans(look, k, starts=STARTS, seed=seed), look) for look in looks for k in KS]
    return np.array(found)


def _looks(points: Points) -> list[Points]:
    """Customers as they are; and with their tails shortened, where one is long."""
    far = (np.abs(skew(points)) > SKEWED) | (kurtosis(points) > LONG)
    return [crowds.standardised(points), *([crowds.tempered(points)] if far.any() else [])]


def turned(points: Points, _: np.random.Generator) -> Crowd:
    """The crowd that is like customers along their principal axes."""
    return Turned.of(points)


def rounded(points: Points, _: np.random.Generator) -> Crowd:
    """The crowd that is alike in all directions, as far from its centre as customers are."""
    return Round.of(points)


def scored(points: Points, _: np.random.Generator) -> Crowd:
    """The same by ranks, with the values of customers."""
    return Scored.of(points)


def _kinds(points: Points) -> tuple[Kind, ...]:
    """Kinds of crowds, those that most tables end with first; a single field has no directions to be alike in."""
    return (crowds.in_place_of, turned, *((rounded, scored) if points.shape[1] > 1 else ()))


def judged(cut: Sequence[Points] | Points, rows: int, ease: float = 1.0) -> Groups:
    """The verdict on the depths of customers (first row) and crowds, shape (1 + n_crowds, n_looks * len(KS)).

    `ease` divides the chance, never below that of customers before all crowds.
    """
    depths = np.asarray(cut)
    spread = np.maximum(depths.std(axis=0), FLOOR)
    unlike = (depths - depths.mean(axis=0)) / spread
    largest, place = unlike.max(axis=1), int(unlike[0].argmax())
    own, others = depths[0, place], depths[1:, place]
    before = int((largest[1:] < largest[0]).sum())
    chance = max((len(depths) - before) / len(depths) / ease, 1 / len(depths))
    usual = float(np.quantile(others, 1 - LEVEL))
    return Groups(chance, KS[place % len(KS)], float(own), usual, len(others), rows, before)


def valley(fit: Clustering, scores: Points) -> float:
    """Part by which customers thin out between touching segments: mean over pairs, by their customers."""
    found = [one for one in borders(scores, fit.centres, fit.labels) if one.size >= FEWEST]
    depths, sizes = [one.depth for one in found], [one.size for one in found]
    return float(np.average(depths, weights=sizes)) if found else 0.0
