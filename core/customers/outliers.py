"""Tukey's fences: which values lie outside, and which far out."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

OUTSIDE = 1.5
FAR_OUT = 3.0


class Fences(NamedTuple):
    """Values below `low` or above `high` lie beyond the fences."""

    low: float
    high: float


def fences(values: pd.Series[float], *, reach: float) -> Fences:
    """Tukey's fences of a sample.

    Parameters
    ----------
    values : Series
        Numbers; gaps are left out.
    reach : float
        Interquartile ranges from the quartiles to the fences: `OUTSIDE` (1.5) or `FAR_OUT` (3).

    Returns
    -------
    Fences
        In the unit of `values`; infinite where the quartiles coincide and so measure no spread.

    Notes
    -----
    Tukey (1977), Exploratory Data Analysis, section 2D; quartiles by linear interpolation.
    """
    first, third = values.quantile(0.25), values.quantile(0.75)
    spread = third - first
    if not spread > 0:
        return Fences(-math.inf, math.inf)
    return Fences(float(first - reach * spread), float(third + reach * spread))
