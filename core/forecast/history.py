"""What is known of the purchases of customers until a day, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class History:
    """What customers have bought until a day, one value each."""

    again: Floats  # purchases after the first one
    # Days from the first purchase to the last one, and to the day.
    latest: Floats
    known: Floats
    # On all purchases, less what came back; None where nobody knows what they cost.
    spent: Floats | None = None
    # How their purchases differ: mean of the logarithms of each one's money by the customer's mean, 0 where all are
    # alike; None where only sums are known.
    uneven: Floats | None = None

    @classmethod
    def of(cls, often: Floats, since: Floats, known: Floats, spent: Floats | None = None) -> History:
        """From how often they bought, how many days ago the last time, and since how many days they are known."""
        return cls(often - 1, known - since, known, spent)

    def __len__(self) -> int:
        return len(self.again)

    def at(self, places: NDArray[np.generic]) -> History:
        """Some of the customers."""
        spent, uneven = (None if one is None else one[places] for one in (self.spent, self.uneven))
        return History(self.again[places], self.latest[places], self.known[places], spent, uneven)


@dataclass(frozen=True)
class Purchases:
    """When customers bought, and when they paid how much."""

    # Each day on which a customer bought, in the order of both; customers go by number from 0.
    customer: Ints
    day: Ints
    payer: Ints
    paid_on: Ints
    # What was paid, below zero for what came back; None where nobody knows what things cost.
    paid: Floats | None
    last: int  # the last day of the data, whoever bought on it

    @property
    def customers(self) -> int:
        """How many there are."""
        return int(self.customer.max(initial=-1)) + 1

    @property
    def span(self) -> int:
        """Days from the first purchase of anybody to the last day."""
        return self.last - int(self.day.min(initial=self.last))

    def until(self, day: int) -> tuple[History, Ints]:
        """What was known at the end of a day, and of whom: of those who had bought by then."""
        before = self.day <= day
        who, first, count = np.unique(self.customer[before], return_index=True, return_counts=True)
        days = self.day[before]
        begun, latest = (days[place].astype(np.float64) for place in (first, first + count - 1))
        until = self.paid_on <= day
        spent, uneven = (
            (None, None) if self.paid is None else (self._paid(until)[who], self._uneven(until)[who])
        )
        return History(count.astype(np.float64) - 1, latest - begun, day - begun, spent, uneven), who

    def after(self, day: int, who: Ints) -> tuple[Floats, Floats | None]:
        """How often some customers bought later, and what they paid, less what came back."""
        often = np.bincount(self.customer[self.day > day], minlength=self.customers)[who]
        return often.astype(np.float64), None if self.paid is None else self._paid(self.paid_on > day)[who]

    def paid_within(self, days: int) -> tuple[float, float] | None:
        """What everybody paid in the last so many days, and how much of it those who were new in them."""
        if self.paid is None:
            return None
        late, begun = self.paid_on > self.last - days, np.full(self.customers, self.last)
        np.minimum.at(begun, self.customer, self.day)
        new = late & (begun[self.payer] > self.last - days)
        return float(self.paid[late].sum()), float(self.paid[new].sum())

    def _paid(self, where: NDArray[np.bool_]) -> Floats:
        paid = np.zeros(len(self.payer)) if self.paid is None else self.paid
        return np.bincount(self.payer[where], paid[where], self.customers).astype(np.float64)

    def _uneven(self, where: NDArray[np.bool_]) -> Floats:
        """By customer, as `History` has it; days on which more came back than was paid are no purchases."""
        paid = np.zeros(len(self.payer)) if self.paid is None else self.paid
        wide = int(self.paid_on.max(initial=0)) + 1
        days, which = np.unique(self.payer[where] * wide + self.paid_on[where], return_inverse=True)
        sums = np.bincount(which, paid[where], len(days))
        who, sums = days[sums > 0] // wide, sums[sums > 0]
        count = np.maximum(np.bincount(who, minlength=self.customers), 1)
        means = np.bincount(who, sums, self.customers) / count
        return np.bincount(who, np.log(sums / means[who]), self.customers) / count
