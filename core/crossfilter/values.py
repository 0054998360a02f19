"""The numbers of a field that is summed, in the fewest bytes that lose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data.whole import in_pieces

Array = npt.NDArray[Any]
_MOST_WHOLE = 1 << 31


def _short(exact: Array, kind: type[np.number[Any]], per: int = 1) -> Array | None:
    """`exact * per` in fewer bytes; None where that loses anything."""
    found = np.empty(len(exact), dtype=kind)
    for part in in_pieces(len(exact)):
        some = exact[part]
        found[part] = (
            some if (per == 1 and some.dtype.kind == "i") or kind is np.float32 else np.rint(some * per)
        )
        if not np.array_equal(found[part] / per if per > 1 else found[part], some):
            return None
    return found


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
            if most * per < _MOST_WHOLE:
                kind = next(one for one in (np.int8, np.int16, np.int32) if most * per <= np.iinfo(one).max)
                if (short := _short(exact, kind, per)) is not None:
                    return cls(short, per)
        short = _short(exact, np.float32)
        return cls(exact if short is None else short)

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
