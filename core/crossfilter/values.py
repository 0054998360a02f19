"""The numbers of a field that is summed, in the fewest bytes that lose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data.whole import in_pieces

Array = npt.NDArray[Any]
_MOST_WHOLE = 1 << 31


@dataclass(frozen=True)
class Values:
    """What a field is summed by, exactly: `numbers / per`."""

    numbers: Array
    per: int = 1

    @classmethod
    def of(cls, exact: Array) -> Values:
        """Numbers without gaps, as whole ones or hundredths in the fewest bytes, so that no sum of theirs is rounded."""
        most = max(abs(float(end)) for end in (exact.min(initial=0), exact.max(initial=0)))
        for per in (1, 100):
            whole = exact if exact.dtype.kind == "i" else np.rint(exact * per)
            if most * per < _MOST_WHOLE and (whole is exact or np.array_equal(whole / per, exact)):
                kinds = (np.int8, np.int16, np.int32)
                return cls(whole.astype(next(one for one in kinds if most * per <= np.iinfo(one).max)), per)
        short = exact.astype(np.float32)
        return cls(short if np.array_equal(short, exact) else exact)

    def __getitem__(self, rows: slice | npt.NDArray[np.intp] | npt.NDArray[np.int32]) -> Values:
        return Values(self.numbers[rows], self.per)

    def sums(self, key: Array, bins: int) -> npt.NDArray[np.float64]:
        """Added in float64 by bin, `key` having one for each."""
        found = np.zeros(bins)
        for part in in_pieces(len(key), bins):
            found += np.bincount(key[part], self.numbers[part], bins)
        return found / self.per

    def moments(self) -> npt.NDArray[np.float64]:
        """Sum and sum of squares, added in float64."""
        found = np.zeros(2)
        for part in in_pieces(len(self.numbers)):
            exact = self.numbers[part].astype(np.float64)
            # Not a dot product: BLAS would start threads of its own beside the server's.
            found += exact.sum(), np.square(exact, out=exact).sum()
        return found / (self.per, self.per**2)
