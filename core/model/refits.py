"""The segments made again from other customers like these: how often a customer stays in the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from core.model.fit import Parameters, ordered
from core.model.pools import one_thread
from core.model.preparation import Preparation, prepared
from core.model.space import Floats, Space

REFITS = 50
STARTS = 3  # with one, refits end in poor optima and customers look less firm than they are
MOST = (
    2_500  # customers of one refit; where it should have more, what it ends near to is looked for among more
)
_SETTLED = 10_000  # customers for that
_POOL = 50_000  # customers that they are drawn from
_AT_ONCE = 20_000
_NOWHERE = -1e300  # offset of a segment that did not come out again

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Refits:
    """Each segment of each refit as a line: a customer is in the segment whose line is highest where they stand."""

    # shape (n_refits, k, n_basis + 1): slopes, then the offset, over points of the model's `Space`; segments by the
    # number that they have there.
    lines: Floats

    def __len__(self) -> int:
        return len(self.lines)

    def stays(self, points: Floats, own: Labels) -> Floats:
        """In what share of refits customers at `points`, shape (n, n_basis), are in segment `own`, 0..k-1."""
        found = np.empty(len(points))
        for segment in np.unique(own):
            places = np.flatnonzero(own == segment)
            above = np.delete(self.lines[:, [segment]] - self.lines, segment, axis=1)
            for start in range(0, len(places), _AT_ONCE):
                part = places[start : start + _AT_ONCE]
                found[part] = _all_above(points[part], above).mean(axis=1)
        return found

    def segments(self, points: Floats) -> Iterator[Labels]:
        """The segments, 0..k-1, of customers at `points` in each refit."""
        for line in self.lines:
            yield (points @ line[:, :-1].T + line[:, -1]).argmax(axis=1)

    def save(self, path: Path) -> None:
        np.save(path, self.lines, allow_pickle=False)

    @classmethod
    def open(cls, path: Path) -> Refits:
        """What `save` wrote; raises OSError or ValueError if it is anything else."""
        return cls(np.load(path, allow_pickle=False))


def _all_above(points: Floats, lines: Floats) -> NDArray[np.bool_]:
    """Whether each customer is above all lines of each refit, shape (n, n_refits)."""
    found = np.ones((len(points), len(lines)), dtype=np.bool_)
    for one in range(lines.shape[1]):
        found &= points @ lines[:, one, :-1].T >= -lines[:, one, -1]
    return found


def refits(space: Space, table: pd.DataFrame, parameters: Parameters, times: int = REFITS) -> Refits:
    """Make the segments again, so many times.

    Parameters
    ----------
    space : Space
        Of the fit.
    table : DataFrame
        The customers that it was made of, with their `Segment`, 1..k.

    Notes
    -----
    Half as many customers as there are, drawn with replacement, standardised anew, K-Means from `STARTS` starts;
    new segments are matched with old ones by the customers that they share (Kuhn 1955). Half, since the fit itself
    is off by chance as much as one from other customers would be: both together vary twice as much as a bootstrap
    of all shows, and that is what half as many vary. Of `MOST` customers refits vary more than they should. So it
    is looked up where Lloyd's iterations on more customers end from there, which may be another optimum than the
    fit's, and centres and scales are drawn to that by the root of the ratio.
    """
    places = ordered(table, space.basis)
    rng = np.random.default_rng(parameters.seed)
    if len(places) > _POOL:
        places = places[rng.choice(len(places), _POOL, replace=False)]
    points, labels = _cut(space, table.iloc[places], parameters.preparation)
    alike = np.unique(points, axis=0, return_inverse=True)[1].ravel()
    half = max(len(table) // 2, parameters.k)
    part, many = min(1.0, MOST / half) ** 0.5, points[:: max(1, len(points) // _SETTLED)]
    spread = partial(parameters.preparation.spread, basis=space.basis)
    lines = []
    with one_thread("openmp"):
        for turn in range(times):
            drawn = rng.integers(len(points), size=min(half, MOST))
            k = min(parameters.k, len(np.unique(alike[drawn])))
            kmeans = KMeans(k, n_init=STARTS, random_state=parameters.seed + turn)
            centres, scale = _again(kmeans, points[drawn], many, part, spread)
            old, new = matched(labels[drawn], kmeans.labels_.astype(np.int64), parameters.k)
            lines.append(_lines(old, centres[new], scale, parameters.k))
    return Refits(np.stack(lines))


def _cut(space: Space, pool: pd.DataFrame, how: Preparation) -> tuple[Floats, Labels]:
    """Where customers stand and what they are in, without those who are left out of the cutting."""
    points, labels = space.place(pool), pool["Segment"].to_numpy(dtype=np.int64) - 1
    kept = how.kept(points)
    return (points, labels) if kept is None else (points[kept], labels[kept])


def _again(
    kmeans: KMeans,
    points: Floats,
    many: Floats,
    part: float,
    spread: Callable[[Floats], tuple[Floats, Floats]],
) -> tuple[Floats, Floats]:
    """Centres and scales of one refit, so that `part` is left of how they differ from those of `many` customers."""
    mean, scale = spread(points)
    centres: Floats = kmeans.fit((points - mean) / scale).cluster_centers_ * scale + mean
    if part < 1:
        near = KMeans(len(centres), init=centres, n_init=1, max_iter=30).fit(many).cluster_centers_
        centres, scale = near + part * (centres - near), 1 + part * (scale - 1)
    return centres, scale


def _lines(numbers: Labels, centres: Floats, scale: Floats, k: int) -> Floats:
    """The lines of segments `numbers`, that have these centres; those of the others are below any."""
    found = np.zeros((k, centres.shape[1] + 1))
    found[:, -1] = _NOWHERE
    found[numbers, :-1] = 2 * centres / scale**2
    found[numbers, -1] = -((centres / scale) ** 2).sum(axis=1)
    return found


def made_again(values: Floats, labels: Labels, parameters: Parameters) -> Labels:
    """Segments of customers made again by the full procedure, each by the number of the old one that it shares most with.

    Parameters
    ----------
    values : float array, shape (n, n_basis)
        In the units of the file, NaN for a gap.
    labels : int array, shape (n,)
        Their old segments, 0..k-1.
    """
    known = [one[~np.isnan(one)] for one in values.T]
    points = np.where(np.isnan(values), [np.median(one) if len(one) else 0.0 for one in known], values)
    points, kept = prepared(points, parameters.basis, parameters.preparation)
    cut = points if kept is None else points[kept]
    k = min(parameters.k, len(np.unique(cut, axis=0)))
    with one_thread("openmp"):
        kmeans = KMeans(k, n_init=parameters.starts, random_state=parameters.seed).fit(cut)
        again = (kmeans.labels_ if kept is None else kmeans.predict(points)).astype(np.int64)
    old, new = matched(labels, again, parameters.k)
    numbers = np.empty(k, dtype=np.int64)
    numbers[new] = old
    named: Labels = numbers[again]
    return named


def matched(before: Labels, after: Labels, k: int) -> tuple[Labels, Labels]:
    """Old and new numbers of the segments that share most customers, one to one."""
    count = int(after.max()) + 1
    shared = np.bincount(before * count + after, minlength=k * count).reshape(k, count)
    old, new = linear_sum_assignment(shared, maximize=True)
    return old, new
