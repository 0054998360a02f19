"""Rows that are as an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.tight import Tight

_ENOUGH = 8  # columns that tell nearly all rows apart


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
        hashes *= np.uint64(1_000_003)
        hashes ^= pd.util.hash_pandas_object(frame[name], index=False).to_numpy()
    order = np.argsort(hashes)
    same = np.diff(hashes[order]) == 0
    shared = np.zeros(len(frame), dtype=np.bool_)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    return np.flatnonzero(shared)
