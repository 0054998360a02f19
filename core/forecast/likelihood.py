"""Parameters above zero by maximum likelihood, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Loss = Callable[[Floats], tuple[float, Floats]]
_STEP = 1e-4  # of logarithms, of numeric curvature
_WIDEST = 1.0  # standard deviation of a logarithm that the data say nothing of
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Estimate:
    """Logarithms of parameters at the maximum, and their covariances."""

    logs: tuple[float, ...]
    spread: tuple[tuple[float, ...], ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters."""
        return tuple(map(float, np.exp(self.logs)))

    @property
    def steps(self) -> Floats:
        """Independent directions, a standard deviation long each, as rows: their products add up to `spread`."""
        size, way = np.linalg.eigh(np.array(self.spread))
        steps: Floats = (way * np.sqrt(np.maximum(size, 0))).T
        return steps

    def moved(self, by: Floats) -> Estimate:
        """Other parameters, so far from the maximum."""
        return Estimate(tuple(map(float, np.array(self.logs) + by)), self.spread)


def estimate(loss: Loss, customers: int, limits: tuple[tuple[float, float], ...]) -> Estimate:
    """The parameters of least loss, by their logarithms.

    Parameters
    ----------
    loss : callable
        The mean of minus the log-likelihood by customers, and its slopes, at some logarithms.

    Notes
    -----
    The covariance is the inverse of the observed information (Efron, Hinkley 1978, Biometrika 65: 457-483); where the
    likelihood is flat, a logarithm is given a standard deviation of one and not an endless one.
    """
    start = np.zeros(len(limits))
    found = minimize(loss, start, method="L-BFGS-B", jac=True, bounds=limits, options={"ftol": _TOLERANCE})
    size, way = np.linalg.eigh(customers * _curvature(loss, found.x))
    spread = (way / np.maximum(size, 1 / _WIDEST**2)) @ way.T
    return Estimate(tuple(map(float, found.x)), tuple(tuple(map(float, row)) for row in spread))


def _curvature(loss: Loss, at: Floats) -> Floats:
    """Second derivatives, by central differences of the slopes."""
    rows = [(loss(at + step)[1] - loss(at - step)[1]) / (2 * _STEP) for step in np.eye(len(at)) * _STEP]
    found = np.array(rows)
    curvature: Floats = (found + found.T) / 2
    return curvature
