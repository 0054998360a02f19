"""The codes that values of another table have on the axes of this one, so that both can be asked the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.crossfilter.binning import MOST_CODES, OTHER, Axis, Scale

NOWHERE = -1  # no code of the axis
Recoded = npt.NDArray[np.int16]


def recoded(axis: Axis, column: pd.Series, say: Callable[[object], str] = str) -> Recoded:
    """The code of each value of `column` on `axis`; `NOWHERE` where it lies outside of all.

    Parameters
    ----------
    column : Series
        Of a table that the axis was not made from; a bin that is open on a side takes in what lies beyond.
    say : callable
        How a category is labelled on the axis.
    """
    return _in_bins(axis, column) if axis.scale is not Scale.CATEGORY else _in_words(axis, column, say)


def _in_bins(axis: Axis, column: pd.Series) -> Recoded:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    present = np.abs(values) <= np.finfo(np.float32).max
    codes = np.searchsorted(np.array(axis.edges), values, side="right") - 1
    inside = present & (codes >= 0) & (codes < axis.known)
    missing = NOWHERE if axis.missing is None else axis.missing
    found: Recoded = np.where(inside, codes, np.where(present, NOWHERE, missing)).astype(np.int16)
    return found


def _in_words(axis: Axis, column: pd.Series, say: Callable[[object], str]) -> Recoded:
    places, values = pd.factorize(column)  # gaps are -1
    known = {label: code for code, label in enumerate(axis.labels[: axis.known])}
    rest = known[OTHER] if OTHER in known and axis.known == MOST_CODES - 1 else NOWHERE
    missing = NOWHERE if axis.missing is None else axis.missing
    codes = [*(known.get(say(value), rest) for value in values), missing]
    found: Recoded = np.array(codes, dtype=np.int16)[places]
    return found
