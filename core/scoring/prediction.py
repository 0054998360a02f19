"""Which segment a customer belongs to, and how firmly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from core.model.fit import scaled


@dataclass(frozen=True)
class Scores:
    """Answers for n customers among k segments.

    Attributes
    ----------
    segment : int array, shape (n,)
        Segment numbers, 1..k.
    neighbour : int array, shape (n,)
        The segment behind the nearest border.
    distances : float array, shape (n, k)
        Euclidean distance to each centre, in standard deviations.
    border : float array, shape (n,)
        Distance to the nearest border, in standard deviations.
    firmness : float array, shape (n,)
        0 on the nearest border, 1 at the centre or beyond it.
    """

    segment: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    distances: NDArray[np.float64]
    border: NDArray[np.float64]
    firmness: NDArray[np.float64]


def score(pipeline: Pipeline, table: pd.DataFrame) -> Scores:
    """Score the customers of `table` (n rows with the basis columns; gaps are filled by the pipeline).

    Notes
    -----
    The border between centres a and b is the half-space |x-a| = |x-b|, at distance
    (|x-b|^2 - |x-a|^2) / (2 |a-b|) from x (a Voronoi cell; Aurenhammer 1991). Firmness is that distance
    by half the distance between the two centres, cut at 1.
    """
    points, centres = scaled(pipeline, table), pipeline["kmeans"].cluster_centers_
    squared = np.stack([((points - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
    own = squared.argmin(axis=1)
    rows = np.arange(len(points))
    between = np.sqrt(((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))[own]
    with np.errstate(divide="ignore", invalid="ignore"):
        borders = (squared - squared[rows, own][:, None]) / (2 * between)
    borders[rows, own] = np.inf
    neighbour = borders.argmin(axis=1)
    border = borders[rows, neighbour]
    firmness = np.clip(2 * border / between[rows, neighbour], 0.0, 1.0)
    return Scores(own + 1, neighbour + 1, np.sqrt(squared), border, firmness)
