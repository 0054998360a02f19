"""How clearly customers thin out between the segments of a cut, measured along the shape that segments share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence.crowds import LEAST, Points
from core.evidence.valleys import FEWEST, touching
from core.model.lloyd import Clustering, first_at, kmeans

STEPS = 6  # of cutting along the shape; cuts between groups stand by then
BROAD, WIDE, NARROW = 0.45, 0.3, 0.2  # how far around a place customers count, of the way between two centres
ENDS = (-0.75, 1.75)  # of the line through them
FEW = 0.375  # customers that each count has more, so that its square root errs as much as that of others
ROUND = 1e-3  # of the shape, at least, is alike in all directions: there can be some that nobody spreads in
PARTS, TURNS = 5, 2  # of the customers, each of which is held out once; and how often they are dealt anew
_PLACES = np.array([0.0, 0.5, 1.0])[:, None]


@dataclass(frozen=True)
class Thinning:
    """How customers thin out between touching segments.

    Attributes
    ----------
    all, pair : float
        By how many chance errors they are fewer in the middle than at the emptier of both centres, all pairs together, in
        broad places, and at the clearest pair, in wide ones: the mean of those of both segments and of those who lie
        between these two alone.
    clear : float
        The same of all pairs, of the latter in narrow places.
    """

    all: float
    pair: float
    clear: float


@dataclass(frozen=True)
class Fresh:
    """The same of customers who had no part in the cut, of those between two segments alone."""

    all: float
    pair: float


@dataclass(frozen=True, eq=False)
class Cut:
    """Segments by their centres, how many customers made each, and the covariances that they share."""

    centres: Points
    sizes: Points
    within: Points

    @property
    def lines(self) -> Points:
        """Squared distances from each centre, less what is the same for all of them: slopes, and last a constant, (k, p + 1)."""
        bent = self.centres @ np.linalg.inv(self.within)
        return np.column_stack([-2 * bent, np.vecdot(bent, self.centres)])

    @property
    def round(self) -> Points:
        """The centres where segments are round."""
        return self.centres @ np.linalg.inv(np.linalg.cholesky(self.within)).T


def thinning(points: Points, fit: Clustering) -> Thinning:
    """How clearly customers thin out between touching segments, begun by K-Means.

    Notes
    -----
    The union of two segments is not convex, so that a crowd with corners can be wider at two centres than between. The
    cylinder over the face that both share is, and in it no log-concave crowd (a Gaussian, any convex body evenly full)
    is fuller at both centres than in the middle (Prékopa 1973).
    """
    cut = along_shape(points, fit)
    counts = np.array([_each(own, between) for own, between in _pairs(cut, points)])
    if not len(counts):
        return Thinning(0.0, 0.0, 0.0)
    together: Points = counts.sum(axis=0)
    return Thinning(_steady(together[:2]), max(map(_steady, counts[:, 2:4])), _clearness(together[4]))


def held_out(points: Points, k: int, starts: int, seed: int) -> Fresh:
    """By how many chance errors customers are fewer between segments that others made; the clearest pair is theirs, too.

    Notes
    -----
    A cut goes where its own customers are few by chance, more so the more fields there are; others are not.
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(TURNS):
        part = rng.permutation(len(points)) % PARTS
        counts = [_fresh(points[part != one], points[part == one], k, starts, seed) for one in range(PARTS)]
        found.append([_clearness(one) for one in np.sum(counts, axis=0)])
    return Fresh(*np.mean(found, axis=0).tolist())


def _fresh(known: Points, others: Points, k: int, starts: int, seed: int) -> Points:
    """What is counted of others between segments of the known, all pairs together and the clearest of the known."""
    cut = along_shape(known, kmeans(known, k, starts=starts, seed=seed))
    both, clearest = np.zeros((2, 6)), -np.inf
    for (_, before), (_, between) in zip(_pairs(cut, known), _pairs(cut, others), strict=True):
        [told], [found] = _counted(before, WIDE), _counted(between, NARROW)
        found = found[_order(told)]
        both[0] += found
        if (clear := _clearness(told)) > clearest:
            both[1], clearest = found, clear
    return both


def along_shape(points: Points, fit: Clustering) -> Cut:
    """The cut that is left when customers are measured by the shape that segments share, over and over.

    Notes
    -----
    Distances by the covariances within segments (Friedman and Rubin 1967), these drawn towards a ball as far as chance
    blurs them (Ledoit and Wolf 2004). Standardised fields pull centres away from the line between groups.
    """
    quick, total = points.astype(np.float32), points.T @ points
    far = np.vecdot(points, points) - 2 * fit.high
    spread = float(np.vdot(far, far)) / len(far)
    inside = (fit.labels == np.arange(len(fit.centres))[:, None]).astype(np.float32)
    for _ in range(STEPS):
        sizes = np.add.reduce(inside, axis=1, dtype=np.float64)
        if 0.0 in sizes.tolist():
            inside, sizes = inside[sizes > 0], sizes[sizes > 0]
        centres = (inside @ quick) / sizes[:, None]
        bent = centres @ np.linalg.inv(_within(total, centres, sizes, spread, len(far)))
        near = bent.astype(np.float32) @ quick.T
        near -= (np.vecdot(bent, centres) / 2).astype(np.float32)[:, None]
        before, inside = inside, (near == np.maximum.reduce(near)).astype(np.float32)
        if np.array_equal(before, inside):
            break
    centres = before.astype(np.float64) @ points / sizes[:, None]
    return Cut(centres, sizes, _within(total, centres, sizes, spread, len(far)))


def _within(total: Points, centres: Points, sizes: Points, spread: float, rows: int) -> Points:
    """Covariances within segments and those of a ball, in the mixture that errs least.

    `total` are the products of all customers' fields, `spread` the mean square of their squared distances from centres.
    """
    within: Points = (total - (centres.T * sizes) @ centres) / rows
    fields, trace, squares = len(total), float(within.trace()), float(np.vdot(within, within))
    level = max(trace / fields, LEAST)
    apart, blur = squares - level * (2 * trace - level * fields), (spread - squares) / rows
    part = min(max(blur / apart, ROUND), 1.0) if apart > 0 else 1.0
    within *= 1 - part
    within.flat[:: fields + 1] += part * level
    return within


def _pairs(cut: Cut, points: Points) -> Iterator[tuple[Points, Points]]:
    """Of each two segments that touch, where their customers are on the line from centre to centre, 0 to 1; and where those
    of all who lie between these two alone are."""
    lines, centres, rows = cut.lines, cut.round, np.vstack([points.T, np.ones(len(points))])
    squares, everyone = lines @ rows, np.arange(len(centres))
    labels = first_at(squares, squares.min(axis=0))
    for one, other in touching(centres):
        if cut.sizes[one] + cut.sizes[other] < FEWEST:
            continue
        way = centres[other] - centres[one]
        past = (lines[one] - lines[other]) / (2 * way @ way)
        asides = 2 * ((centres - centres[one]) @ way)[:, None] * past + lines - lines[one]
        found = np.vstack([past, asides[(everyone != one) & (everyone != other)]]) @ rows
        along = found[0] + 0.5
        between = (along > ENDS[0]) & (along < ENDS[1])
        if len(found) > 1:
            between &= found[1:].min(axis=0) >= 0
        yield along[(labels == one) | (labels == other)], along[between]


def _counted(along: Points, *reaches: float) -> list[Points]:
    """Customers around one centre, the middle and the other, so far each; and the squares of their chance errors."""
    away, found = np.abs(along - _PLACES), []
    for reach in reaches:
        near = np.maximum(reach - away, 0.0)
        found.append(np.concatenate([near.sum(axis=1) / reach, np.vecdot(near, near) / reach**2]))
    return found


def _each(own: Points, between: Points) -> Points:
    """Counts of a pair, of its own customers and of all between them: in broad places, in wide ones; the latter in narrow."""
    mine, all_ = _counted(own, BROAD, WIDE), _counted(between, BROAD, WIDE, NARROW)
    found = (mine[0], all_[0], mine[1], *all_[1:])
    return np.array([one[_order(one)] for one in found])


def _steady(counts: Points) -> float:
    return (_clearness(counts[0]) + _clearness(counts[1])) / 2


def _order(counted: Points) -> NDArray[np.int64]:
    """The places of counts with the fuller centre first: pairs that thin out to either end are not to be added up."""
    return np.array([0, 1, 2, 3, 4, 5] if counted[0] >= counted[2] else [2, 1, 0, 5, 4, 3])


def _clearness(counted: Points) -> float:
    """By how many chance errors the middle is emptier than the emptier of both centres.

    Notes
    -----
    Of square roots, whose errors depend on counts least (Anscombe 1948).
    """
    if not counted.any():
        return 0.0
    counts, errors = counted[:3] + FEW, counted[3:] + FEW
    side = 0 if counts[0] < counts[2] else 2
    error = np.sqrt(errors[side] / counts[side] + errors[1] / counts[1])
    return float(2 * (np.sqrt(counts[side]) - np.sqrt(counts[1])) / error)
