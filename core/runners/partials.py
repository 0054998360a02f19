"""What the verbs find of a part of the customers: partials add up to what is true of all, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model.coreset import Coreset
from core.model.fit import ordered
from core.model.space import Floats, Space

Ints = NDArray[np.int64]
T = TypeVar("T")


def added(partials: Iterable[T]) -> T:
    """All of them as one; there is one at least."""
    return reduce(add, partials)


@dataclass(frozen=True, eq=False)
class Moments:
    """Fields of some customers; gaps are left out."""

    names: tuple[str, ...]  # field names
    rows: int  # customers
    known: Ints  # shape (n_names,)
    # shape (n_names,): of those known; squared distances to the mean, summed. 0 where none is known.
    means: Floats
    squares: Floats
    # shape (n_names,): least and most; inf and -inf where none is known.
    low: Floats
    high: Floats

    def __add__(self, other: Moments) -> Moments:
        """Chan, Golub and LeVeque (1983), Am. Stat. 37: 242-247."""
        known, apart = self.known + other.known, other.means - self.means
        share = other.known / np.maximum(known, 1)
        return Moments(
            self.names,
            self.rows + other.rows,
            known,
            np.where(self.known > 0, self.means + apart * share, other.means),
            self.squares + other.squares + apart**2 * self.known * share,
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
        )

    @property
    def sums(self) -> Floats:
        """Of each field."""
        return self.means * self.known

    @property
    def deviations(self) -> Floats:
        """Standard deviations of all who are known, not of a sample."""
        return np.sqrt(self.squares / np.maximum(self.known, 1))


@dataclass(frozen=True, eq=False)
class Step:
    """One of Lloyd's iterations: customers, each at the nearest centre, of equally near ones the first."""

    sizes: Ints  # shape (k,)
    sums: Floats  # shape (k, n_basis): of where they stand
    squares: float  # squared distances to these centres, summed: WCSS
    # shape (k,): sum of the value, where one was asked for, and of how many customers it is known.
    worth: Floats
    valued: Ints

    def __add__(self, other: Step) -> Step:
        return Step(
            self.sizes + other.sizes,
            self.sums + other.sums,
            self.squares + other.squares,
            self.worth + other.worth,
            self.valued + other.valued,
        )

    def moved(self, centres: Floats) -> Floats:
        """The means of the customers of each centre; one without any stays."""
        sizes = self.sizes[:, None]
        found: Floats = np.where(sizes > 0, self.sums / np.maximum(sizes, 1), centres)
        return found


@dataclass(frozen=True, eq=False)
class Histogram:
    """Values of fields between edges: how many, the least and the most; arrays of shape (n_names, n_bins)."""

    counts: Ints
    low: Floats
    high: Floats

    def __add__(self, other: Histogram) -> Histogram:
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        return Histogram(self.counts + other.counts, low, high)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Customers of a coreset in the units of the file, shape (m, n_basis), and how many each stands for."""

    values: Floats
    weights: Floats

    def __add__(self, other: Drawn) -> Drawn:
        return Drawn(np.vstack([self.values, other.values]), np.append(self.weights, other.weights))

    def placed(self, space: Space) -> Coreset:
        """Where they stand, in the order in which a fit sees customers, whatever part they come from."""
        places = ordered(pd.DataFrame(self.values), range(self.values.shape[1]))
        return Coreset(space.points(self.values[places]), self.weights[places])
