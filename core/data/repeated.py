"""Rows that are as an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.tight import Tight

_ENOUGH = 8  # columns that tell nearly all rows apart
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio (Knuth 1973, section 6.4)
_LOW = np.uint64(40)  # bits of a hash beyond the 24 that it begins with


def repeated(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series[bool]:
    """Which rows are in these columns as an earlier one is.

    Of millions only those are compared that have a hash of some columns in common with another: all columns of all rows at
    once need gigabytes.
    """
    if not isinstance(frame, Tight):
        return frame.duplicated(list(names))
    found = np.zeros(len(frame), dtype=np.bool_)
    alike = _alike(frame, names[:_ENOUGH])
    found[alike] = frame.rows(alike, names).duplicated().to_numpy()
    return pd.Series(found, index=frame.index)


def _alike(frame: Tight, names: Sequence[str]) -> NDArray[np.intp]:
    """Places, ascending, of rows that share a hash with another."""
    if (
        len(names) == 1
        and (ids := frame[names[0]]).dtype.kind in "iu"
        and (np.diff(ids.to_numpy()) > 0).all()
    ):
        return np.empty(0, dtype=np.intp)
    hashes = np.zeros(len(frame), dtype=np.uint64)
    for name in names:
        hashes += frame.bits(name)
        hashes *= _ODD
    in_order = np.sort(hashes)
    shared = in_order[1:][in_order[1:] == in_order[:-1]]
    near = np.zeros(1 << 24, dtype=np.bool_)  # most have no other whose hash even begins alike
    near[shared >> _LOW] = True
    places = np.flatnonzero(near[hashes >> _LOW])
    return places[np.isin(hashes[places], shared)]
