"""What the next year is expected to bring from the customers there are: made where the data carry it, else why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.forecast.check import YEAR, Check, check
from core.forecast.expected import INSIDE, Expected, Fitted, Range, by_group
from core.forecast.history import History, Purchases
from core.numbers import to_tell

Floats = NDArray[np.float64]
FEWEST, FEWEST_AGAIN = 300, 100  # customers, and customers who came back
MOST = 10_000  # customers that models are fitted on; of more, a seeded sample
COLUMNS = PURCHASES, VALUE, ACTIVE = "Expected_Purchases", "Expected_Value", "Chance_Active"
_SEED = 2005
_ALIKE = 4_000  # customers like one, who are drawn


@dataclass(frozen=True)
class Forecast:
    """The models and how they stood the check; or why there is no figure."""

    why: str = ""  # why the data carry no forecast; empty where they do
    fitted: Fitted | None = None
    check: Check | None = None
    last_year: float | None = None  # what everybody spent in the last 365 days, less what came back
    of_new: float | None = None  # and how much of it those whose first purchase was in these days
    segments: tuple[Expected, ...] = ()  # of each segment, by number from 1; empty where no figure is told
    whole: Expected | None = None
    customers: int = 0  # who ordered, all of them

    @property
    def drawn_of(self) -> int:
        """How many customers a sample stands for, on which the models were fitted and checked; 0 where all were."""
        return self.customers if self.customers > MOST else 0

    @property
    def tells(self) -> bool:
        """Whether figures are told: the data carry them, and the check was passed."""
        return self.check is not None and not self.check.fails

    def by_segment(self, history: History, segments: NDArray[np.int64]) -> Forecast:
        """With what is expected of each segment; `segments` are numbers from 1."""
        if self.fitted is None or not self.tells:
            return self
        each, whole = by_group(self.fitted, history, segments - 1, YEAR)
        return replace(self, segments=tuple(each), whole=whole)

    def of_one(self, history: History) -> tuple[Range, Range | None]:
        """What one customer is expected to buy and spend, and between what 95 of 100 such customers do."""
        if self.fitted is None:
            raise ValueError("no model was fitted")
        many = history.at(np.zeros(_ALIKE, dtype=np.int64))
        often, spent = self.fitted.drawn(many, YEAR, np.random.default_rng(_SEED))
        low, high = np.percentile(often, INSIDE, method="inverted_cdf")
        purchases = Range(float(self.fitted.buying.purchases(history, YEAR)[0]), float(low), float(high))
        value = self.fitted.value(history, YEAR)
        if spent is None or value is None:
            return purchases, None
        low, high = np.percentile(spent, INSIDE)
        return purchases, Range(float(value[0]), float(low), float(high))


def missing(purchases: Purchases) -> str:
    """What data lack for a forecast, in words; empty where nothing is."""
    again = int((np.bincount(purchases.customer) > 1).sum())
    if purchases.customers < FEWEST:
        found = f"Found {_counted(purchases.customers)}. Expected {to_tell(FEWEST)} at least"
        return f"{found}: fewer don't tell how differently people buy."
    if purchases.span < YEAR:
        found = f"Found orders of {to_tell(purchases.span)} days. Expected those of a year at least"
        return f"{found}: a forecast of a year can't be held to less."
    if again < FEWEST_AGAIN:
        found = f"Found {_counted(again)} who bought again. Expected {to_tell(FEWEST_AGAIN)} at least"
        return f"{found}: rhythms are told by those who come back."
    return ""


def _counted(customers: int) -> str:
    return f"{to_tell(customers)} customer{'' if customers == 1 else 's'}"


def forecast(purchases: Purchases) -> Forecast:
    """The models of all purchases, held to the last part of them."""
    if why := missing(purchases):
        return Forecast(why)
    drawn = _sampled(purchases)
    fitted, checked = Fitted.of(drawn.until(drawn.last)[0]), check(drawn)
    if checked.value is None:
        fitted = replace(fitted, money=None)
    before, of_new = purchases.paid_within(YEAR) or (None, None)
    return Forecast("", fitted, checked, before, of_new, customers=purchases.customers)


def columns_of(found: Forecast, purchases: Purchases) -> Mapping[str, Floats]:
    """What is expected of each customer; nothing where it is not told."""
    if found.fitted is None or not found.tells:
        return {}
    history, _ = purchases.until(purchases.last)
    value = found.fitted.value(history, YEAR)
    columns = {PURCHASES: found.fitted.buying.purchases(history, YEAR)}
    if value is not None:
        columns[VALUE] = value
    return {name: np.round(one, 4) for name, one in columns.items()} | {
        ACTIVE: np.round(found.fitted.buying.active(history), 4)
    }


def _sampled(purchases: Purchases) -> Purchases:
    """The purchases of as many customers as models need."""
    if purchases.customers <= MOST:
        return purchases
    chosen = np.zeros(purchases.customers, dtype=bool)
    chosen[np.random.default_rng(_SEED).choice(purchases.customers, MOST, replace=False)] = True
    number = np.cumsum(chosen) - 1
    bought, paid = chosen[purchases.customer], chosen[purchases.payer]
    return Purchases(
        number[purchases.customer[bought]],
        purchases.day[bought],
        number[purchases.payer[paid]],
        purchases.paid_on[paid],
        None if purchases.paid is None else purchases.paid[paid],
        purchases.last,
    )
