"""Two samples that have customers in common: how far their means and rates lie apart, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.statistics.differences import Difference
from core.statistics.rates import Floats, wilson_interval
from core.statistics.studentized_range import critical

ALIKE = 1e-12  # what the same numbers in another order differ by is less


@dataclass(frozen=True, eq=False)
class Samples:
    """One field in two samples."""

    # Its known values.
    one: Floats
    other: Floats
    # Float array, of one length: those of customers of whom it is known in both, in one order.
    both_one: Floats
    both_other: Floats

    @property
    def both(self) -> int:
        """Customers in both."""
        return len(self.both_one)

    @property
    def pairs(self) -> Samples:
        """Only the customers in both."""
        return Samples(self.both_one, self.both_other, self.both_one, self.both_other)


def mean_apart(samples: Samples, *, confidence: float = 0.95) -> Difference | None:
    """How far the mean of `one` is above that of `other`, in the unit of the values; None under two in either.

    Notes
    -----
    Derrick, Russ, Toher and White (2017), Journal of Modern Applied Statistical Methods 16: 137-157, without
    assuming that variances are equal: of customers who are all in both it is Student's paired interval, of customers
    none of whom is in both Welch's.
    """
    sizes, both = (len(samples.one), len(samples.other)), samples.both
    if min(sizes) < 2:
        return None
    means = [float(side.mean()) for side in (samples.one, samples.other)]
    apart = 0.0 if math.isclose(*means, rel_tol=ALIKE) else means[0] - means[1]
    errors = [float(side.var(ddof=1)) / len(side) for side in (samples.one, samples.other)]
    shared = (
        2 * _correlation(samples) * math.sqrt(errors[0] * errors[1]) * both / math.sqrt(sizes[0] * sizes[1])
    )
    left = sum(errors) - shared
    error = math.sqrt(left) if left > ALIKE * sum(errors) else 0.0
    half = critical(confidence, 2, _freedom(errors, sizes, both)) * error if error else 0.0
    return Difference(apart, apart - half, apart + half)


def _freedom(errors: list[float], sizes: tuple[int, int], both: int) -> float:
    """Welch's degrees of freedom without anybody in both, those of pairs where all are, in between else."""
    parts = sum(error**2 / (size - 1) for error, size in zip(errors, sizes, strict=True))
    welch = sum(errors) ** 2 / parts if parts else float(min(sizes) - 1)
    alone = sum(sizes) - 2 * both
    return both - 1 + (welch - both + 1) * alone / sum(sizes)


def _correlation(samples: Samples) -> float:
    pairs = (samples.both_one, samples.both_other)
    if samples.both < 2 or min(float(np.ptp(side)) for side in pairs) == 0:
        return 0.0
    return float(np.corrcoef(*pairs)[0, 1])


def rate_apart(samples: Samples, *, confidence: float = 0.95) -> Difference | None:
    """How far the rate of ones in `one` is above that in `other`, as a fraction; None where either is empty.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17: 873-890 (method 10) where nobody is in both, and 2635-2650 (method 10)
    where all are, with his correlation; of some, that correlation times the part of them.
    """
    sides = (samples.one, samples.other)
    if not all(map(len, sides)):
        return None
    one, other = (
        wilson_interval(round(float(side.sum())), len(side), confidence=confidence) for side in sides
    )
    linked = _phi(samples) * samples.both / math.sqrt(len(samples.one) * len(samples.other))
    apart = one.rate - other.rate
    down = _joined(one.rate - one.low, other.high - other.rate, linked)
    up = _joined(one.high - one.rate, other.rate - other.low, linked)
    return Difference(apart, apart - down, apart + up)


def _joined(one: float, other: float, linked: float) -> float:
    return math.sqrt(max(one**2 + other**2 - 2 * linked * one * other, 0.0))


def _phi(samples: Samples) -> float:
    """Correlation of two yes and no, drawn towards none as Newcombe has it."""
    now, before, n = samples.both_one.astype(bool), samples.both_other.astype(bool), samples.both
    yes, no = int((now & before).sum()), int((~now & ~before).sum())
    gained, lost = int((now & ~before).sum()), int((~now & before).sum())
    margins = (yes + gained) * (lost + no) * (yes + lost) * (gained + no)
    apart = yes * no - gained * lost
    drawn = max(apart - n / 2, 0.0) if apart > 0 else float(apart)
    return drawn / math.sqrt(margins) if margins else 0.0
