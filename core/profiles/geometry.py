"""Where segments lie: distances between their centres, and a flat picture of the space they were made in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from core.data.people import People
from core.model.space import Space

Matrix = NDArray[np.float64]
SHOWN, SEED = 700, 1  # customers drawn, and how they are chosen
MOST = 50_000  # customers behind the axes; of more, a seeded sample stands for them


@dataclass(frozen=True)
class Biplot:
    """The two directions in which customers vary most."""

    points: Matrix  # shape (shown, 2): a sample of customers, in standard deviations of the basis
    segments: NDArray[np.int64]  # shape (shown,): their segments, 1..k
    centres: Matrix  # shape (k, 2)
    loadings: Matrix  # shape (n_basis, 2): correlation of each basis field with each direction
    fields: tuple[str, ...]  # the basis
    shares: tuple[float, float]  # part of the variance of the basis along each direction, in [0, 1]


def biplot(space: Space, people: People, *, shown: int = SHOWN) -> Biplot:
    """Principal components of the scaled basis, for viewing; segments were made in all of its dimensions.

    Notes
    -----
    Gabriel (1971), Biometrika 58: 453-467. Clustering on the two directions instead could hide segments
    (Chang 1983, Applied Statistics 32: 267-275).
    """
    random = np.random.default_rng(SEED)
    places = random.permutation(len(people))[:MOST]
    rows = people.rows(places, [*space.basis, "Segment"])
    points = space.place(rows)
    flat = PCA(2, svd_solver="covariance_eigh").fit(points)
    deviations = points.std(axis=0)
    loadings = flat.components_.T * np.sqrt(flat.explained_variance_)
    first, second = (float(share) for share in flat.explained_variance_ratio_)
    return Biplot(
        points=flat.transform(points[:shown]),
        segments=rows["Segment"].to_numpy(dtype=np.int64)[:shown],
        centres=flat.transform(space.centres),
        loadings=loadings / np.where(deviations > 0, deviations, 1.0)[:, None],
        fields=space.basis,
        shares=(first, second),
    )


def centre_distances(space: Space) -> Matrix:
    """Euclidean distances between the segments' centres, in standard deviations; shape (k, k)."""
    centres = space.centres
    distances: Matrix = np.sqrt(((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))
    return distances
