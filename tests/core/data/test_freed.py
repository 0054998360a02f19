from __future__ import annotations

import ctypes
import resource

import numpy as np
import pytest

from core.data.freed import freed_memory_kept


def pages_asked_for() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(5_000_000).sum()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library than glibc")
def test_columns_that_come_and_go_are_given_the_same_memory_again():
    with freed_memory_kept():
        pages_asked_for()
        kept = pages_asked_for()
    assert 3 * kept < pages_asked_for()
