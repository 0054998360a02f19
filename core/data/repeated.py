"""Rows that are as an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.tight import Tight
from core.data.whole import in_pieces

_ENOUGH = 8  # columns that tell nearly all rows apart
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio (Knuth 1973, section 6.4)
_PARTS, _LAST = 8, np.uint64(61)  # by their first bits, so that a part of them is sorted at a time
_AT_ONCE = 1 << 20  # rows
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
    ids = frame.whole(names[0]) if len(names) == 1 else None
    if ids is not None and (ids[1:] > ids[:-1]).all():
        return np.empty(0, dtype=np.intp)
    hashes = np.zeros(len(frame), dtype=np.uint64)
    for rows in in_pieces(len(frame), _AT_ONCE):
        some = frame[rows]
        for name in names:
            hashes[rows] += some.bits(name)
            hashes[rows] *= _ODD
    shared = np.concatenate([_twice(hashes[hashes >> _LAST == part]) for part in range(_PARTS)])
    near = np.zeros(1 << 24, dtype=np.bool_)  # most have no other whose hash even begins alike
    near[shared >> _LOW] = True
    places = np.concatenate(
        [np.flatnonzero(near[hashes[rows] >> _LOW]) + rows.start for rows in in_pieces(len(hashes), _AT_ONCE)]
    )
    return places[np.isin(hashes[places], shared)]


def _twice(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Those that are there more than once."""
    hashes.sort()
    found: NDArray[np.uint64] = hashes[1:][hashes[1:] == hashes[:-1]]
    return found
