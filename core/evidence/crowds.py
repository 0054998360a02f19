"""Crowds without groups that are like given customers: in each field the same values but a single peak, and the same correlations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import ndtr
from scipy.stats import kurtosis, yeojohnson

Points = NDArray[np.float64]
STEPS = 6  # of calibration; then correlations are met to the second decimal
DRAWN = 20_000  # customers that it is done on, at least, so that chance does not blur it
LEAST = 1e-6  # smallest eigenvalue of a correlation matrix
HEAP = 0.05  # of the customers at one value: a crowd has the same heap, be it zero or an answer from 1 to 5
ROUNDED = 1e-12  # of the range of a field, that values differ by where they are equal but for rounding
CELLS, PEAKS = 400, 24  # places that a density has, and among how many of them its peak is looked for
STRONGEST, HALVINGS = 8.0, 12  # bend of long tails, and how its search ends
_MIDDLE, _DEVIATIONS = (0.05, 0.95), 3.3  # a Gaussian has nine of ten within so many standard deviations


def tempered(points: Points) -> Points:
    """Each column with its long tails shortened, standardised; what lies apart stays apart, unlike in ranks.

    Notes
    -----
    Yeo and Johnson (2000), Biometrika 87: 954-959, by maximum likelihood.
    """
    columns = points.T.astype(np.float64)
    return standardised(np.column_stack([_shortened(column.tobytes()) for column in columns]))


def standardised(points: Points) -> Points:
    """Each column with mean 0 and standard deviation 1; one that is constant with 0."""
    centred: Points = points - points.mean(axis=0)
    spread = centred.std(axis=0)
    return centred / np.where(spread > 0, spread, 1.0)


@lru_cache(maxsize=32)  # several crowds are drawn in place of the same customers
def _shortened(figures: bytes) -> Points:
    column = np.frombuffer(figures)
    if not np.ptp(column):
        return column
    low, high = np.quantile(column, _MIDDLE)
    spread = (high - low) / _DEVIATIONS or column.std() or 1.0
    return _with_short_tails(standardised(yeojohnson((column - np.median(column)) / spread)[0]))


def _with_short_tails(column: Points) -> Points:
    """Both tails bent inwards until they are no heavier than those of a Gaussian; a column with lighter ones as it is."""
    weakest, strongest = 0.0, STRONGEST
    if kurtosis(column) <= 0:
        return column
    for _ in range(HALVINGS):
        middle = (weakest + strongest) / 2
        heavy = kurtosis(np.arcsinh(middle * column)) > 0
        weakest, strongest = (middle, strongest) if heavy else (weakest, middle)
    bent: Points = np.arcsinh(strongest * column)
    return bent


@dataclass(frozen=True, eq=False)
class Margin:
    """The values of one field as a crowd has them: with a single peak, heaps at one value aside.

    Attributes
    ----------
    values : float array, shape (n,)
        The different values, in order.
    edges : float array, shape (n + 1,)
        Where one value ends and the next begins.
    until : float array, shape (n,)
        Share of the crowd up to each value.
    tied : bool array, shape (n,)
        Values that several customers have: nobody has one between them.
    """

    values: Points
    edges: Points
    until: Points
    tied: NDArray[np.bool_]

    @classmethod
    def of(cls, column: Points) -> Margin:
        """The margin nearest to a field's values that has a single peak."""
        values, counts = _different(column)
        if len(values) == 1:
            return cls(values, values[0] + np.array([-0.5, 0.5]), np.ones(1), np.ones(1, dtype=np.bool_))
        middles = (values[1:] + values[:-1]) / 2
        edges = np.concatenate([[2 * values[0] - middles[0]], middles, [2 * values[-1] - middles[-1]]])
        shares = counts / len(column)
        loose = counts <= max(HEAP * len(column), 3)
        if loose.sum() > 2:
            shares[loose] = _with_one_peak(np.diff(edges)[loose], shares[loose])
        return cls(values, edges, np.cumsum(shares), counts > 1)

    @classmethod
    def as_is(cls, column: Points) -> Margin:
        """The margin of a field's values, however many peaks they have."""
        return replace(cls.of(column), until=np.cumsum(_different(column)[1] / len(column)))

    def draw(self, latent: Points) -> Points:
        """Values in the order of standard normal numbers."""
        begins, lowest, slopes = self._cells
        share = np.minimum(ndtr(latent), self.until[-1])
        place = np.searchsorted(self.until, share)
        drawn: Points = lowest[place] + (share - begins[place]) * slopes[place]
        return drawn

    @cached_property
    def _cells(self) -> tuple[Points, Points, Points]:
        """Of each value, the share before it, the lowest figure drawn, and by how much it rises with the share."""
        begins = np.concatenate([[0.0], self.until[:-1]])
        slopes = np.diff(self.edges) / np.maximum(self.until - begins, 1e-12)
        return begins, np.where(self.tied, self.values, self.edges[:-1]), np.where(self.tied, 0.0, slopes)


def _different(column: Points) -> tuple[Points, NDArray[np.int64]]:
    """The different values, in order, and how many customers have each; what is apart by rounding alone is one value."""
    values, counts = np.unique(column, return_counts=True)
    first = np.flatnonzero(np.diff(values, prepend=-np.inf) > ROUNDED * np.ptp(values))
    return values[first], np.add.reduceat(counts, first)


def _with_one_peak(widths: Points, shares: Points) -> Points:
    """Shares of neighbouring cells whose density has a single peak, nearest to given ones in their sums.

    Notes
    -----
    To each side of a peak the nearest monotone density (Grenander 1956, by isotonic regression), at the peak with
    the smallest distance between distributions, as in the dip of Hartigan and Hartigan (1985).
    """
    rank = (np.cumsum(shares) - shares / 2) / shares.sum()
    _, cell = np.unique(np.minimum(rank * CELLS, CELLS - 1).astype(np.int64), return_inverse=True)
    width, share = (np.bincount(cell, one).astype(np.float64) for one in (widths, shares))
    peaks = np.unique(np.linspace(0, len(width), PEAKS + 1).astype(np.int64))
    found = [_monotone_around(peak, width, share) for peak in peaks]
    nearest = min(found, key=lambda one: float(np.abs(np.cumsum(one - share)).max()))
    return nearest[cell] * widths / width[cell]


def _monotone_around(peak: int, widths: Points, shares: Points) -> Points:
    density = shares / widths
    parts = [
        isotonic_regression(density[side], weights=widths[side], increasing=rises).x
        for side, rises in ((slice(0, peak), True), (slice(peak, None), False))
        if len(density[side])
    ]
    return np.concatenate(parts) * widths


@dataclass(frozen=True, eq=False)
class Crowd:
    """A Gaussian copula, with a margin for each field, and the Cholesky root of its latent correlations.

    `spread` are the standard deviations of the customers, where these are not 1: scaled robustly, or weighed.
    """

    margins: tuple[Margin, ...]
    root: Points
    spread: Points | None = None

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """Customers of the crowd, standardised, or as spread as those that it is like."""
        found = _valued(rng.normal(size=(rows, len(self.margins))) @ self.root.T, self.margins)
        return found if self.spread is None else found * self.spread


def alike(points: Points, rng: np.random.Generator) -> Crowd:
    """The crowd that is like customers, standardised.

    Notes
    -----
    Ties weaken correlations, so the latent ones are raised until those of the crowd are the observed ones: NORTA,
    Cario and Nelson (1997), by fixed-point steps.
    """
    margins = tuple(map(Margin.of, points.T))
    noise = rng.normal(size=(max(DRAWN, len(points)), points.shape[1]))
    latent = wanted = _correlations(points)
    for _ in range(STEPS):
        latent = latent + wanted - _correlations(_valued(noise @ _root(latent).T, margins))
    return Crowd(margins, _root(latent))


def in_place_of(points: Points, rng: np.random.Generator) -> Crowd:
    """The crowd that is like customers where they are; correlations are taken with short tails, where they are steady."""
    spread = points.std(axis=0)
    other = None if np.allclose(spread[spread > 0], 1.0, atol=1e-6) else spread
    return replace(alike(tempered(points), rng), margins=tuple(map(Margin.of, points.T)), spread=other)


def drawn(points: Points, count: int, seed: int) -> list[Points]:
    """So many crowds in place of customers."""
    rng = np.random.default_rng(seed)
    crowd = in_place_of(points, rng)
    return [crowd.draw(rng, len(points)) for _ in range(count)]


def _valued(latent: Points, margins: tuple[Margin, ...]) -> Points:
    columns = [margin.draw(column) for margin, column in zip(margins, latent.T, strict=True)]
    return standardised(np.column_stack(columns))


def _correlations(points: Points) -> Points:
    """Of standardised columns; a constant one is related to none."""
    found: Points = points.T @ points / len(points)
    np.fill_diagonal(found, 1.0)
    return found


def _root(latent: Points) -> Points:
    """Cholesky root of the nearest correlation matrix, by clipped eigenvalues."""
    values, axes = np.linalg.eigh(latent)
    near = (axes * np.clip(values, LEAST, None)) @ axes.T
    scale = np.sqrt(np.diag(near))
    root: Points = np.linalg.cholesky(near / np.outer(scale, scale))
    return root
