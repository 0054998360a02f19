"""Tukey's fences: which values lie outside, and which far out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import NaTType

from core.data.whole import Array, in_pieces, quantiles, whole

OUTSIDE = 1.5
FAR_OUT = 3.0

ALONE_LATE, ALONE_EARLY = 2 * 365, 10 * 365  # days without a date between one that is far out and the others
FEW = 0.05  # share of dates that can be far out on one side


class Fences(NamedTuple):
    """Values below `low` or above `high` lie beyond the fences."""

    low: float
    high: float


class Days(NamedTuple):
    """First and last day that is believed; NaT where there is no date."""

    first: pd.Timestamp | NaTType
    last: pd.Timestamp | NaTType


@dataclass(frozen=True)
class OfAll:
    """What is known of columns, by name, of which a part is looked at: far-out fences, days that are believed, and all."""

    fences: Mapping[str, Fences] = field(default_factory=dict)
    days: Mapping[str, Days] = field(default_factory=dict)
    spans: Mapping[str, Days] = field(default_factory=dict)


_NOTHING = OfAll()
_OF_ALL: ContextVar[OfAll | None] = ContextVar("parterre_of_all", default=None)


@contextmanager
def of_all(known: OfAll) -> Iterator[None]:
    """To the end of the block, columns are parts of those that this is known of."""
    token = _OF_ALL.set(known)
    try:
        yield
    finally:
        _OF_ALL.reset(token)


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
    if reach == FAR_OUT and (given := (_OF_ALL.get() or _NOTHING).fences.get(str(values.name))):
        return given
    return fences_of(values.dropna().to_numpy(dtype="float64"), reach=reach)


def fences_of(known: Array, *, reach: float) -> Fences:
    """The same of numbers without gaps."""
    counts, shares = whole(known), np.array([0.25, 0.75])
    first, third = (
        counts.quantiles(shares) if counts else quantiles(known, shares) if len(known) else shares * np.nan
    )
    spread = third - first
    if not spread > 0:
        return Fences(-math.inf, math.inf)
    return Fences(float(first - reach * spread), float(third + reach * spread))


def believed_days(dates: pd.Series, times: NDArray[np.int64] | None = None) -> Days:
    """Where the dates of a column lie, without those that stand alone and far out.

    Parameters
    ----------
    dates : Series of datetime64
        Gaps are left out.
    times : int array, optional
        How often each is there, where there are no gaps; else once.

    Notes
    -----
    A date is far out if it lies outside Tukey's fences (1.5 interquartile ranges beyond the quartiles), if no
    other lies between it and the rest for `ALONE_LATE` or `ALONE_EARLY` days, and if there are few like it, or
    all are of one day and ten years away: 31-12-2099 for "no end", 2041 for 2014, 01-01-1900 for "not known". Early ones are believed for longer,
    since the first customers of a shop can be far apart.
    """
    if given := (_OF_ALL.get() or _NOTHING).days.get(str(dates.name)):
        return given
    known = dates.dropna().to_numpy()
    if not len(known):
        return Days(pd.NaT, pd.NaT)
    start, end = (int(_days(one)) for one in (known.min(), known.max()))
    rows = np.zeros(end - start + 1, dtype=np.int64)
    for part in in_pieces(len(known), len(rows)):
        found = np.bincount(_days(known[part]) - start, None if times is None else times[part], len(rows))
        rows += found.astype(np.int64)
    days = np.flatnonzero(rows)
    last = _last_believed(days, rows[days], ALONE_LATE)
    first = days[-1] - _last_believed(days[-1] - days[::-1], rows[days][::-1], ALONE_EARLY)
    return Days(*(pd.Timestamp("1970-01-01") + pd.Timedelta(days=start + int(one)) for one in (first, last)))


def span(dates: pd.Series) -> Days:
    """First and last day, believed or not; NaT where there is no date."""
    given = (_OF_ALL.get() or _NOTHING).spans.get(str(dates.name))
    return given or Days(dates.min(), dates.max())


def far_out_days(dates: pd.Series) -> pd.Series[bool]:
    """Which dates lie before the first or after the last that is believed."""
    days = believed_days(dates)
    far_out: pd.Series[bool] = (dates < days.first) | (dates >= days.last + pd.Timedelta(days=1))
    return far_out


def _days(dates: NDArray[np.datetime64] | np.datetime64) -> NDArray[np.int64]:
    return dates.astype("datetime64[D]").astype(np.int64)


def _last_believed(days: NDArray[np.int64], rows: NDArray[np.int64], alone: int) -> int:
    """The last of the sorted `days` that does not stand alone beyond the fence."""
    below = rows.cumsum()
    first, third = (int(days[np.searchsorted(below, part * below[-1])]) for part in (0.25, 0.75))
    fence = third + OUTSIDE * (third - first)
    above = below[-1] - below[:-1]
    apart, few = np.diff(days), above <= max(1, FEW * below[-1])
    few[-1:] |= apart[-1:] >= ALONE_EARLY
    lonely = (apart >= alone) & (days[1:] > fence) & few
    return int(days[int(lonely.argmax())]) if lonely.any() else int(days[-1])
