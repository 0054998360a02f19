"""The numbers of a field that is summed, in the fewest bytes that lose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data.whole import in_pieces

Array = npt.NDArray[Any]
_MOST_WHOLE = 1 << 31
MOST_BITS = 27  # up to a million in hundredths
ALONE = 12  # bits, up to which no other form is kept of what is seldom summed by bins
QUICKER = 8  # words of planes that are added up in the time in which one number is taken and added


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
    index: BitSliced | None = None  # of all of them

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

    def sums(self, key: Array, bins: int, *, squared: bool = False) -> npt.NDArray[np.float64]:
        """Numbers, or their squares, added in float64 by bin, `key` having one for each."""
        found = np.zeros(bins)
        for part in in_pieces(len(key), bins):
            some = self.numbers[part]
            found += np.bincount(key[part], np.square(some, dtype=np.float64) if squared else some, bins)
        return found / (self.per**2 if squared else self.per)

    def powers(self, most: int = 2) -> npt.NDArray[np.float64]:
        """Sum and, where `most` is two, sum of squares, added in float64."""
        found = np.zeros(most)
        for part in in_pieces(len(self.numbers)):
            exact = self.numbers[part].astype(np.float64)
            found[0] += exact.sum()
            if most > 1:  # not a dot product: BLAS would start threads of its own beside the server's
                found[1] += np.square(exact, out=exact).sum()
        return found / [self.per, self.per**2][:most]


@dataclass(frozen=True)
class BitSliced:
    """Whole numbers as a bit-sliced index: added up over any rows 64 at a time, whoever passes.

    O'Neil and Quass (1997), Improved query performance with variant indexes, SIGMOD: 38-49.

    Attributes
    ----------
    planes : uint64 array, shape (bits, words)
        The bits of `numbers - low`, slice after slice, as bit planes of codes are.
    starts, words : int array, shape (slices,)
        First row and first word of each slice.
    """

    planes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    low: int
    per: int = 1

    @staticmethod
    def fits(numbers: Array) -> bool:
        """Whether they are whole, and few bits tell them apart."""
        if numbers.dtype.kind not in "iu" or not len(numbers):
            return False
        return 0 < int(numbers.max()) - int(numbers.min()) < 1 << MOST_BITS

    def __getitem__(self, rows: slice | npt.NDArray[np.intp] | npt.NDArray[np.int32]) -> Values:
        """The numbers of a slice, or of any rows."""
        if isinstance(rows, slice):
            return Values(self._of_slice(rows.start, rows.stop), self.per)
        piece = np.searchsorted(self.starts, rows, side="right") - 1
        bits = self.words[piece] * 64 + rows - self.starts[piece]
        octets, shift = self.planes.view(np.uint8), (7 - (bits & 7)).astype(np.uint8)
        found = np.full(len(rows), self.low, dtype=np.int32)
        for bit, plane in enumerate(octets):
            found += ((plane[bits >> 3] >> shift) & 1).astype(np.int32) << bit
        return Values(found, self.per)

    def _of_slice(self, start: int, stop: int) -> npt.NDArray[np.int32]:
        """Numbers of the slice from `start`."""
        word = int(self.words[np.searchsorted(self.starts, start)])
        octets = self.planes.view(np.uint8)[:, word * 8 :]
        found = np.full(stop - start, self.low, dtype=np.int32)
        for bit, plane in enumerate(octets):
            found += np.unpackbits(plane, count=stop - start).astype(np.int32) << bit
        return found

    def is_quicker(self, words: int, rows: int) -> bool:
        """Whether adding up so many words of each plane is quicker than taking so many numbers."""
        return words * len(self.planes) <= QUICKER * rows

    def powers(
        self, words: slice, mask: npt.NDArray[np.uint64], count: int, most: int = 2
    ) -> npt.NDArray[np.float64]:
        """Sum and, where `most` is two, sum of squares of the `count` rows of `words` that `mask` has; exact."""
        planes = self.planes[:, words] & mask
        each = _ones(planes)
        weights = 1 << np.arange(len(planes))
        total, low = int(each @ weights), self.low
        found = [total + low * count]
        if most > 1:
            squares = int(each @ weights**2)
            for bit in range(len(planes) - 1):
                squares += 2 * int(_ones(planes[bit] & planes[bit + 1 :]) @ weights[bit + 1 :]) << bit
            found.append(squares + 2 * low * total + low**2 * count)
        return np.array(found, dtype=np.float64) / [self.per, self.per**2][:most]


def _ones(planes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = np.bitwise_count(planes).sum(axis=1, dtype=np.uint32).astype(np.int64)
    return found
