"""The verbs over one part of the customers, each giving partials that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model import coreset as drawing
from core.model.lloyd import first_at
from core.model.space import Floats, Space
from core.runners.partials import Drawn, Histogram, Ints, Moments, Step
from core.schema.fields import IDENTIFIER

_AT_ONCE = 1 << 14  # customers, whose distances stay in the cache
_HASHES = 2.0**64


def moments(part: pd.DataFrame, names: Sequence[str], space: Space | None = None) -> Moments:
    """Fields as they are; with a `space`, where customers stand on its basis, which `names` is then."""
    values = _values(part, names)
    if space is not None:
        values = space.points(values)
    known = (~np.isnan(values)).sum(axis=0)
    means = np.nansum(values, axis=0) / np.maximum(known, 1)
    squares = np.nansum((values - means) ** 2, axis=0)
    low = np.fmin.reduce(values, axis=0, initial=np.inf)
    high = np.fmax.reduce(values, axis=0, initial=-np.inf)
    return Moments(tuple(names), len(part), known.astype(np.int64), means, squares, low, high)


def histogram(part: pd.DataFrame, names: Sequence[str], edges: Floats) -> Histogram:
    """Values of fields between their `edges`, shape (n_names, n_bins + 1); the last of them is within."""
    found = [
        _between(values[~np.isnan(values)], own)
        for values, own in zip(_values(part, names).T, edges, strict=True)
    ]
    return Histogram(*(np.array(one) for one in zip(*found, strict=True)))


def coreset(part: pd.DataFrame, space: Space, everyone: Moments, *, rows: int, seed: int) -> Drawn:
    """Customers who are drawn of a lightweight coreset of about `rows`, each by a hash of who it is.

    Notes
    -----
    As `core.model.coreset.coreset`, whose chances these are, but each customer is in or out alone (Poisson sampling), so
    that who is in does not depend on parts and their order. `everyone` tells where all stand in this space.
    """
    values = _values(part, space.basis)
    squares = ((space.points(values) - everyone.means) ** 2).sum(axis=1)
    spread = float(everyone.squares.sum())
    chance = np.minimum(rows * drawing.chances(squares, everyone.rows, spread), 1.0)
    if everyone.rows <= rows:
        chance = np.ones(len(part))
    drawn = _uniform(part[IDENTIFIER], seed) < chance
    return Drawn(values[drawn], 1 / chance[drawn])


def assign(part: pd.DataFrame, space: Space, value: str | None = None) -> Step:
    """One exact Lloyd step from the centres of `space`."""
    k, p = space.centres.shape
    sizes, sums, squares = np.zeros(k, dtype=np.int64), np.zeros((k, p)), 0.0
    worth, valued = np.zeros(k), np.zeros(k, dtype=np.int64)
    for piece, points, nearness, nearest in _near(part, space):
        inside = np.equal(nearest, np.arange(k)[:, None]).astype(np.float64)
        sizes += np.bincount(nearest, minlength=k)
        sums += inside @ points
        squares += max(float(np.vdot(points, points) - 2 * nearness.sum()), 0.0)
        if value is not None:
            money = piece[value].to_numpy(dtype=np.float64)
            known = ~np.isnan(money)
            worth += np.bincount(nearest[known], money[known], k)
            valued += np.bincount(nearest[known], minlength=k)
    return Step(sizes, sums, squares, worth, valued)


def labels(part: pd.DataFrame, space: Space) -> NDArray[np.int8]:
    """The segment of each customer, 1..k."""
    found = [nearest for *_, nearest in _near(part, space)]
    return (np.concatenate(found) + 1 if found else np.empty(0)).astype(np.int8)


def _values(part: pd.DataFrame, names: Sequence[str]) -> Floats:
    return part[list(names)].to_numpy(dtype=np.float64)


def _between(values: Floats, edges: Floats) -> tuple[Ints, Floats, Floats]:
    bins = len(edges) - 1
    codes = np.searchsorted(edges, values, side="right") - 1
    codes[values == edges[-1]] = bins - 1
    inside = (codes >= 0) & (codes < bins)
    codes, values = codes[inside], values[inside]
    low, high = np.full(bins, np.inf), np.full(bins, -np.inf)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    return np.bincount(codes, minlength=bins), low, high


def _uniform(identifiers: pd.Series, seed: int) -> Floats:
    """A number from 0 to 1 for each customer, that looks drawn and is the same wherever the customer is met."""
    key = f"{seed:016d}"[-16:]
    hashes = pd.util.hash_pandas_object(
        identifiers.astype("str"), index=False, hash_key=key, categorize=False
    )
    found: Floats = hashes.to_numpy() / _HASHES
    return found


def _near(part: pd.DataFrame, space: Space) -> Iterator[tuple[pd.DataFrame, Floats, Floats, Ints]]:
    """Some customers at a time: they, where they stand, how near the nearest centre is (the more, the nearer), and which it is."""
    lengths = (space.centres**2).sum(axis=1) / 2
    for start in range(0, len(part), _AT_ONCE):
        piece = part.iloc[start : start + _AT_ONCE]
        points = space.place(piece)
        near = space.centres @ points.T
        near -= lengths[:, None]
        most = near.max(axis=0)
        yield piece, points, most, first_at(near, most)
