"""Is a selection truly different from the rest, or could it be chance?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.special import ndtr, stdtrit
from scipy.stats import shapiro, skew

from core.crossfilter.table import Moments
from core.schema.fields import LARGEST
from core.statistics.rates import FEWEST, Floats, Interval, wilson_interval
from core.statistics.studentized_range import critical

Key = TypeVar("Key")
Found = TypeVar("Found")

NO_SKEWNESS = 1e-6
LEAST = 5  # customers, below which the mean of a sample says too little of any other
CHANCE = 0.05  # of the differences that are said to be none of chance, how many may be
UPPER = 0.97  # confidence of the upper end of amounts
LONG = 0.8  # standard deviation of the logarithms from which few customers are most of the sum
FEWEST_BUYERS = 3  # whose amounts say how long the tail is


@dataclass(frozen=True)
class Difference:
    """A difference between a selection and all other customers, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def chance(self) -> bool:
        """Whether no difference at all is among the values that the data allow."""
        return not (self.low > 0 or self.high < 0)


def told_at_once(
    keys: Sequence[Key],
    differ: Callable[[Key, float], Found],
    is_sure: Callable[[Found], bool],
    *,
    each: int = 1,
) -> dict[Key, Found]:
    """Differences in many fields, each at the confidence at which of those that are sure one in twenty is chance.

    Parameters
    ----------
    differ : callable
        The difference of a key, at a confidence.
    each : int, default=1
        How many were looked at for each key, of which it is the widest.

    Notes
    -----
    The false discovery rate is kept (Benjamini and Hochberg 1995), and the intervals with it (Benjamini and Yekutieli
    2005, JASA 100: 71-81).
    """
    sure = len(keys)
    while True:
        confidence = 1 - CHANCE * max(sure, 1) / max(len(keys) * each, 1)
        found = {key: differ(key, confidence) for key in keys}
        count = sum(map(is_sure, found.values()))
        if count >= sure:
            return found
        sure = count


def mean_interval(group: Moments, *, amounts: bool = False) -> Interval | None:
    """95 % interval of a mean, in the value's unit; None under `LEAST` known customers.

    Notes
    -----
    Student (1908), Biometrika 6: 1-25; of `amounts`, which are never below zero, on the logarithm of the mean.
    """
    if group.known < LEAST:
        return None
    half = float(stdtrit(group.known - 1, 0.975)) * group.deviation / math.sqrt(group.known)
    if amounts and group.mean > 0:
        factor = math.exp(half / group.mean)
        return Interval(group.mean, group.mean / factor, group.mean * factor)
    return Interval(group.mean, group.mean - half, group.mean + half)


def skewed_interval(values: Floats, *, amounts: bool = False) -> Interval | None:
    """95 % interval of the mean of values with a long tail, in their unit; None under `LEAST`, or where all are alike.

    Parameters
    ----------
    values : float array, shape (n,)
    amounts : bool, default=False
        Whether the field is never below zero, in any customer.

    Notes
    -----
    Student's t on Hall's (1992, JRSS B 54: 221-228) transformation, which takes the skewness out. Of amounts the lower
    end is that of the logarithm of the mean, which is never below zero, and the upper one the higher of both at `UPPER`,
    since those who spend most are seldom among a few; where tails are long, it is at least that of a lognormal mean with
    zeros (Cox's; Zhou and Gao 1997, Statistics in Medicine 16: 783-790) unless their logarithms lean to the left and are
    not normal (Shapiro and Wilk 1965, Biometrika 52: 591-611), as where most spend little and nobody much. Of fewer than `FEWEST` there is
    none. See `bench.truth.misses` for how often it holds.
    """
    n = len(values)
    mean, deviation = float(values.mean()) if n else 0.0, float(values.std(ddof=1)) if n > 1 else 0.0
    if n < LEAST or not deviation or (amounts and _says_too_little(values)):
        return None
    skewness = float(skew(values, bias=False))
    sure, upper = (float(stdtrit(n - 1, (1 + level) / 2)) / math.sqrt(n) for level in (0.95, UPPER))
    if amounts:
        high = mean - deviation * _skewed(-upper, skewness, n)
        factors = (math.exp(z * deviation / mean) for z in (sure, upper))
        return Interval(mean, mean / next(factors), max(high, mean * next(factors), _lognormal_end(values)))
    bounds = [mean - deviation * _skewed(side * sure, skewness, n) for side in (1, -1)]
    return Interval(mean, min(bounds), max(bounds))


def _says_too_little(amounts: Floats) -> bool:
    """Whether so few can't say how much those spend who spend most: among a few there is seldom one, nor any sign of them."""
    return len(amounts) < FEWEST or int((amounts > 0).sum()) < FEWEST_BUYERS


def _lognormal_end(values: Floats) -> float:
    """The upper end of the mean of amounts whose logarithms are normal, and of which some are zero; 0 where they are not, or tails short."""
    logs, n = np.log(values[values > 0]), len(values)
    spread, buyers = float(logs.var(ddof=1)), len(logs)
    if math.sqrt(spread) <= LONG or (skew(logs) < 0 and shapiro(logs).pvalue < CHANCE):
        return 0.0
    part = buyers / n
    error = math.sqrt((1 - part) / buyers + spread / buyers + spread**2 / (2 * (buyers - 1)))
    end = float(logs.mean()) + spread / 2 + float(stdtrit(buyers - 1, (1 + UPPER) / 2)) * error
    return part * math.exp(min(end, math.log(LARGEST)))


def _skewed(z: float, skewness: float, n: int) -> float:
    """The inverse of Hall's transformation."""
    if abs(skewness) < NO_SKEWNESS:
        return z
    return 3 / skewness * (math.cbrt(1 + skewness * (z - skewness / (6 * n))) - 1)


def rest_of(everyone: Moments, selected: Moments) -> Moments:
    """Everyone who is not selected."""
    return Moments(
        everyone.known - selected.known, everyone.sum - selected.sum, everyone.squares - selected.squares
    )


def mean_difference(
    selected: Moments, rest: Moments, *, confidence: float = 0.95, groups: int = 2
) -> Difference | None:
    """Difference of two means, in the value's unit; None where a side has fewer than two known customers.

    Notes
    -----
    Welch (1947), Biometrika 34: 28-35; the two sides may have different variances. Where the two were picked from more
    `groups`, all pairs at once: Games and Howell (1976), Journal of Educational Statistics 1: 113-125.
    """
    if min(selected.known, rest.known) < 2:
        return None
    errors = [group.deviation**2 / group.known for group in (selected, rest)]
    difference = selected.mean - rest.mean
    if not sum(errors):
        return Difference(difference, difference, difference)
    freedom = sum(errors) ** 2 / sum(
        error**2 / (group.known - 1) for error, group in zip(errors, (selected, rest), strict=True)
    )
    half = critical(confidence, groups, freedom) * math.sqrt(sum(errors))
    return Difference(difference, difference - half, difference + half)


def could_be_drawn(
    selected: Moments,
    rest: Moments,
    *,
    confidence: float = 0.95,
    groups: int = 2,
    everyone: Moments | None = None,
) -> bool:
    """Whether as many customers, drawn at random from `everyone`, else from both, would differ as much in their mean.

    The two were picked from so many `groups`.

    Notes
    -----
    Cochran (1977), Sampling Techniques, 2.6. It keeps what Welch's interval promises where few customers spend
    most: a side without them has a deviation as much too small as its mean, so Welch's alone is sure too often.
    """
    if min(selected.known, rest.known) < 2:
        return True
    both = Moments(selected.known + rest.known, selected.sum + rest.sum, selected.squares + rest.squares)
    everyone = everyone or both
    error = everyone.deviation * math.sqrt(1 / selected.known + 1 / rest.known)
    return abs(selected.mean - rest.mean) <= critical(confidence, groups, math.inf) * error


def rate_difference(
    selected: Moments, rest: Moments, *, confidence: float = 0.95, groups: int = 2
) -> Difference | None:
    """Difference of two rates, as a fraction; `sum` counts the ones. None where a side is empty.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17: 873-890, method 10, from two Wilson intervals; of a
    pair that was picked from more `groups`, at the level of the studentized range.
    """
    if not (selected.known and rest.known):
        return None
    level = confidence if groups < 3 else 2 * float(ndtr(critical(confidence, groups, math.inf))) - 1
    one, other = (
        wilson_interval(round(group.sum), group.known, confidence=level) for group in (selected, rest)
    )
    difference = one.rate - other.rate
    down = math.hypot(one.rate - one.low, other.high - other.rate)
    up = math.hypot(one.high - one.rate, other.rate - other.low)
    return Difference(difference, difference - down, difference + up)
