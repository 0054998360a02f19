"""What is bought together more often, or less, than by chance: lift of pairs, with intervals and few false discoveries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
FEWEST = 10  # purchases that have both, below which nothing is said of a pair
FALSE = 0.05  # of the pairs of which something is said


@dataclass(frozen=True)
class Lift:
    """Two things and how often they are in one purchase.

    Attributes
    ----------
    pair : two int
        Their places.
    both : int
        Purchases that have both.
    support : float
        The part of all purchases that has both.
    confidence : two float
        Of the purchases with the first the part that has the second as well, and the other way round.
    lift : float
        How many times as often they are together as they would be by chance.
    interval : two float
        Of the lift; it leaves out 1, and is widened by how many pairs were looked at.
    """

    pair: tuple[int, int]
    both: int
    support: float
    confidence: tuple[float, float]
    lift: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Lifts:
    """The pairs of which something can be said, furthest from chance first; how many were looked at, in how many purchases."""

    found: tuple[Lift, ...]
    pairs: int
    purchases: int


def lifts(inside: Mask, customers: Ints) -> Lifts:
    """Which things are in one purchase more often, or less, than by chance.

    Parameters
    ----------
    inside : bool array, shape (n_purchases, n_things)
        Whether a purchase has a thing.
    customers : int array, shape (n_purchases,)
        Who bought.

    Notes
    -----
    Lift (Brin, Motwani, Ullman, Tsur 1997, SIGMOD: 255-264, as interest). Its logarithm is tested by the delta method,
    with purchases of one customer taken together since they are alike (sandwich variance; Liang, Zeger 1986, Biometrika
    73: 13-22). Pairs are chosen at a false discovery rate of 5 % (Benjamini, Hochberg 1995) and have intervals that
    hold over those that are chosen (Benjamini, Yekutieli 2005, JASA 100: 71-81).
    """
    whole, parts = len(inside), inside.mean(axis=0) if len(inside) else np.zeros(inside.shape[1])
    who = np.unique(customers, return_inverse=True)[1]
    looked, logs, errors = [], [], []
    for one, other in combinations(range(inside.shape[1]), 2):
        both = inside[:, one] & inside[:, other]
        if both.sum() < FEWEST or parts[one] == 1 or parts[other] == 1:
            continue
        looked.append((one, other, int(both.sum())))
        logs.append(np.log(both.mean() / (parts[one] * parts[other])))
        pull = both / both.mean() - inside[:, one] / parts[one] - inside[:, other] / parts[other] + 1
        errors.append(np.sqrt((np.bincount(who, pull) ** 2).sum()) / whole)
    chosen = _chosen(np.array(logs), np.array(errors))
    found = [_lift(*looked[place], whole, parts, logs[place], margin) for place, margin in chosen]
    return Lifts(tuple(sorted(found, key=_surest, reverse=True)), len(looked), whole)


def _chosen(logs: NDArray[np.float64], errors: NDArray[np.float64]) -> list[tuple[int, float]]:
    """The places of pairs that are no chance, and the half width of each one's interval."""
    sure = errors > 0
    p = np.where(sure, 2 * stats.norm.sf(np.abs(logs) / np.where(sure, errors, 1)), 1)
    if not len(p):
        return []
    places = np.flatnonzero(stats.false_discovery_control(p) <= FALSE)
    wide = stats.norm.isf(FALSE * len(places) / len(p) / 2) if len(places) else 0.0
    return [(int(place), float(wide * errors[place])) for place in places]


def _lift(
    one: int, other: int, both: int, whole: int, parts: NDArray[np.float64], log: float, margin: float
) -> Lift:
    support = both / whole
    confidence = float(support / parts[one]), float(support / parts[other])
    interval = float(np.exp(log - margin)), float(np.exp(log + margin))
    return Lift((one, other), both, support, confidence, float(np.exp(log)), interval)


def _surest(one: Lift) -> float:
    """How far the end of the interval that is nearer to chance is from it."""
    low, high = np.log(one.interval)
    return float(max(low, -high))
