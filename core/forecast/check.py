"""The models fitted on the first part of the time, held to what happened in the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.forecast.expected import Expected, Fitted, Range, by_group
from core.forecast.history import Purchases

Floats = NDArray[np.float64]
YEAR = 365
FAR = 0.25  # of what happened, by which a sum may be missed
FEWEST_LATER = 50  # purchases in the rest, below which nothing is checked
_BEGINS = (0, 1, 2, 3, 5, 8)  # of bins by purchases after the first
_LEAST = 30  # customers of a bin; of fewer it is one with the bin before


@dataclass(frozen=True)
class Bin:
    """Customers who had bought so often again (`most` is None for the last bin), what was forecast, and what happened."""

    least: int
    most: int | None
    expected: Expected
    purchases: float
    value: float | None

    @property
    def is_missed(self) -> bool:
        """Whether it was far off, and by more than chance."""
        return any(
            not one.low <= happened <= one.high and abs(part) > FAR
            for (one, happened), part in zip(_pairs(self), misses(self), strict=True)
        )


@dataclass(frozen=True)
class Check:
    """What would have been forecast for the last `days`, by how often customers had bought, and in all."""

    days: int
    bins: tuple[Bin, ...]
    expected: Expected
    purchases: float
    value: float | None

    @property
    def misses(self) -> tuple[float, ...]:
        """By which part purchases, and what was spent, were missed: above zero where too much was forecast."""
        return misses(self)

    @property
    def fails(self) -> bool:
        """Whether it was so far off that a forecast is not worth telling."""
        return self.purchases < FEWEST_LATER or any(abs(one) > FAR for one in self.misses)

    @property
    def outside(self) -> tuple[bool, ...]:
        """Whether purchases, and what was spent, were outside of the range that was to hold 95 of 100 outcomes."""
        return tuple(not one.low <= happened <= one.high for one, happened in _pairs(self))


def misses(one: Check | Bin) -> tuple[float, ...]:
    """By which part purchases, and what was spent, were missed: above zero where too much was forecast."""
    return tuple(
        expected.mean / happened - 1 if happened > 0 else np.inf for expected, happened in _pairs(one)
    )


def _pairs(one: Check | Bin) -> list[tuple[Range, float]]:
    """What was forecast of purchases, and of what was spent, and what it came to."""
    pairs = [(one.expected.purchases, one.purchases)]
    if one.expected.value is not None and one.value is not None:
        pairs.append((one.expected.value, one.value))
    return pairs


def check(purchases: Purchases) -> Check:
    """A forecast of the second half of the time, a year at most, made of the first, beside what happened."""
    days = min(YEAR, purchases.span // 2)
    until = purchases.last - days
    history, who = purchases.until(until)
    often, spent = purchases.after(until, who)
    begins = _begins(history.again)
    groups = np.searchsorted(begins, history.again, side="right") - 1
    fitted = Fitted.of(history)
    each, whole = by_group(fitted, history, groups, days)
    values = [often, *([] if spent is None or fitted.money is None else [spent])]
    happened = [np.bincount(groups, one, len(begins)).astype(np.float64) for one in values]
    bins = tuple(
        Bin(int(begin), int(end) - 1 if end else None, one, *_at(happened, place))
        for place, (begin, end, one) in enumerate(zip(begins, (*begins[1:], 0), each, strict=True))
    )
    return Check(days, bins, whole, float(often.sum()), float(values[1].sum()) if values[1:] else None)


def _at(happened: list[Floats], place: int) -> tuple[float, float | None]:
    often, *spent = (float(one[place]) for one in happened)
    return often, spent[0] if spent else None


def _begins(again: Floats) -> list[int]:
    """Where bins begin, so that each has enough customers."""
    kept = [0]
    for begin, end in zip(_BEGINS[1:], (*_BEGINS[2:], np.inf), strict=True):
        if ((again >= begin) & (again < end)).sum() >= _LEAST:
            kept.append(begin)
    return kept
