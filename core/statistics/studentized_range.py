"""How far apart the two furthest of several means lie by chance: quantiles of the studentized range, fast enough for a click."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, ndtr, stdtrit

Values = npt.NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_RANGES = np.linspace(0, 16, 801)  # of standard normal numbers
_QUANTILES = np.linspace(1.5, 12, 211)
_FURTHEST = 8.0  # a standard normal number further out counts for nothing


def critical(confidence: float, groups: int, freedom: float) -> float:
    """How many standard errors a difference may be off, where the pair is any of so many groups.

    Parameters
    ----------
    confidence : float
        That no pair is further off.
    groups : int
        Of which the pair is one; 2 gives Student's t.
    freedom : float
        Degrees of freedom; infinity gives the normal distribution.

    Notes
    -----
    The quantile of the studentized range by the square root of 2 (Tukey 1953), to the third decimal. Its distribution is
    that of the range of normal numbers over a scale of chi; both integrals are Gauss and Legendre's, the outer one over
    the root of the scale's own probabilities. Up to where one in a million is further off; beyond, as there.
    """
    if groups < 3:
        return float(stdtrit(min(freedom, 1e10), (1 + confidence) / 2))
    beyond = _beyond(groups, min(freedom, 1e10))
    return float(np.interp(-math.log1p(-confidence), beyond, _QUANTILES)) / math.sqrt(2)


@lru_cache(maxsize=1024)
def _beyond(groups: int, freedom: float) -> Values:
    """Minus the logarithm of the chance of more than each of `_QUANTILES`."""
    root = (_NODES + 1) / 2
    chances, weights = root**2, root * _WEIGHTS
    scales = np.sqrt(chdtri(freedom, 1 - chances) / freedom)
    more = np.interp(np.outer(_QUANTILES, scales), _RANGES, _chances(groups))
    found: Values = -np.log(np.maximum(more @ weights, 1e-300))
    return found


@lru_cache(maxsize=32)
def _chances(groups: int) -> Values:
    """How likely so many standard normal numbers span more than each of `_RANGES`."""
    z = _NODES * _FURTHEST
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * _WEIGHTS * _FURTHEST
    within = (ndtr(z) - ndtr(z - _RANGES[:, None])) ** (groups - 1) @ density * groups
    found: Values = np.clip(1 - within, 0.0, 1.0)
    return found
