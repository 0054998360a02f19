"""What is bought together more often, or less, than by chance: lift of pairs, with intervals and few false discoveries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
FEWEST = 10  # purchases that would have both by chance, below which nothing is said of a pair
_ROUNDS, _LEAST = 30, 1e-6
NOTHING = 0.01  # of the logarithm of a lift, which is not worth telling
FALSE = 0.05  # of the pairs of which something is said


@dataclass(frozen=True)
class Lift:
    """Two things and how often they are in one purchase."""

    pair: tuple[int, int]  # two int: their places
    both: int  # purchases that have both
    support: float  # the part of all purchases that has both
    # Two float: of the purchases with the first the part that has the second as well, and the other way round.
    confidence: tuple[float, float]
    # How many times as often they are together as they would be by chance, in purchases of as many things.
    lift: float
    # Two float: of the lift; it leaves out 1, and is widened by how many pairs were looked at.
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
    Lift is how often two are together by how often they would be if each purchase had as many things as it has, drawn by
    how common each is in purchases of that size and by nothing else (conditional Bernoulli sampling; Chen, Dempster, Liu
    1994, Biometrika 81: 457-469). Beside the mere product of their parts (Brin, Motwani, Ullman, Tsur 1997, SIGMOD:
    255-264) large purchases would make all pairs go together, and purchases of one thing none. The error of its logarithm
    is that of the delta method, with purchases of one customer taken together since they are alike (sandwich variance;
    Liang, Zeger 1986, Biometrika 73: 13-22). It says how many purchases that come singly would be as sure (Kish 1965), and
    these are tested, and have their interval, as counts are (Garwood 1936, Biometrika 28: 437-442): a normal logarithm is
    too sure of few. Which pairs are looked at hangs on what chance would have, and not on what was counted, or few would be
    those that came often by luck. Pairs are chosen at a false discovery rate of 5 % (Benjamini, Hochberg 1995) and have
    intervals that hold over those that are chosen (Benjamini, Yekutieli 2005, JASA 100: 71-81).
    """
    sizes = inside.sum(axis=1)
    several = sizes > 1
    things = np.flatnonzero(~inside.all(axis=0)).tolist()
    looked, above, errors = _looked(inside[several], customers[several], sizes[several], things)
    chosen = _chosen(np.array(above), np.array(errors))
    found = [_lift(*looked[at], inside, above[at], interval) for at, interval in chosen]
    return Lifts(tuple(sorted(found, key=_surest, reverse=True)), len(looked), len(inside))


def _looked(
    some: Mask, customers: Ints, sizes: Ints, things: list[int]
) -> tuple[list[tuple[int, int, int]], list[float], list[float]]:
    """Pairs that can be looked at with how often they come, their lift, and the error of its logarithm."""
    who = np.unique(customers, return_inverse=True)[1]
    parts, pairs = _by_size(some, sizes)
    looked, above, errors = [], [], []
    for one, other in combinations(things, 2):
        both, usual = some[:, one] & some[:, other], pairs[:, one, other][sizes]
        if usual.sum() < FEWEST or not both.any():
            continue
        either = some[:, one] / parts[sizes, one] + some[:, other] / parts[sizes, other]
        pull = both / both.mean() - np.where(usual > 0, usual * (either - 1), 0) / usual.mean()
        looked.append((one, other, int(both.sum())))
        above.append(float(both.mean() / usual.mean()))
        errors.append(float(np.sqrt((np.bincount(who, pull) ** 2).sum()) / len(some)))
    return looked, above, errors


def _by_size(inside: Mask, sizes: Ints) -> tuple[Floats, Floats]:
    """By how many things are in a purchase: the part that has each, and the part that would have each two."""
    things = inside.shape[1]
    parts, pairs = np.ones((things + 1, things)), np.zeros((things + 1, things, things))
    for size in np.unique(sizes):
        shares = inside[sizes == size].mean(axis=0)
        pairs[size] = _drawn_together(shares, int(size))
        parts[size] = np.maximum(shares, _LEAST)
    return parts, pairs


def _drawn_together(shares: Floats, size: int) -> Floats:
    """How often each two are among `size` things that are drawn so that each is as often among them as it is."""
    wanted = np.clip(shares, _LEAST, 1 - _LEAST)
    odds = wanted / (1 - wanted)
    for _ in range(_ROUNDS):
        without = _sums(odds, np.eye(len(odds), dtype=bool), size - 1)
        odds = odds * wanted * _sums(odds, np.zeros((1, len(odds)), dtype=bool), size)[0] / (odds * without)
        odds /= np.exp(np.log(odds).mean())
    left = np.array([[one, other] for one, other in np.ndindex(len(odds), len(odds))])
    out = np.zeros((len(left), len(odds)), dtype=bool)
    out[np.arange(len(left)), left[:, 0]] = out[np.arange(len(left)), left[:, 1]] = True
    rest = _sums(odds, out, size - 2).reshape(len(odds), len(odds))
    found: Floats = np.outer(odds, odds) * rest / _sums(odds, np.zeros((1, len(odds)), dtype=bool), size)[0]
    return found


def _sums(odds: Floats, out: Mask, size: int) -> Floats:
    """The sum over all choices of `size` things of the product of their odds; each row of `out` leaves some out."""
    sums = np.zeros((len(out), size + 1))
    sums[:, 0] = 1
    for place, one in enumerate(odds):
        sums[:, 1:] += np.where(out[:, place], 0, one)[:, None] * sums[:, :-1]
    return sums[:, size]


def _chosen(above: Floats, errors: Floats) -> list[tuple[int, tuple[float, float]]]:
    """The places of pairs whose lift is no chance, and the interval of each."""
    sure = (errors > 0) & (np.abs(np.log(above)) > NOTHING)
    singly = 1 / np.where(sure, errors, 1) ** 2
    by_chance = singly / above
    tails = stats.gamma.cdf(by_chance, singly), stats.gamma.sf(by_chance, singly + 1)
    p = np.where(sure, np.minimum(2 * np.minimum(*tails), 1), 1)
    if not len(p):
        return []
    places = np.flatnonzero(stats.false_discovery_control(p) <= FALSE)
    tail = FALSE * len(places) / len(p) / 2
    low, high = stats.gamma.ppf(tail, singly) / by_chance, stats.gamma.isf(tail, singly + 1) / by_chance
    return [(int(place), (float(low[place]), float(high[place]))) for place in places]


def _lift(one: int, other: int, both: int, inside: Mask, above: float, interval: tuple[float, float]) -> Lift:
    confidence = both / int(inside[:, one].sum()), both / int(inside[:, other].sum())
    return Lift((one, other), both, both / len(inside), confidence, float(above), interval)


def _surest(one: Lift) -> float:
    """How far the end of the interval that is nearer to chance is from it."""
    low, high = np.log(one.interval)
    return float(max(low, -high))
