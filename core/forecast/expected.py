"""What groups of customers are expected to buy and to spend, with the range in which it will be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.forecast.bg_nbd import BgNbd
from core.forecast.gamma_gamma import GammaGamma
from core.forecast.history import History
from core.forecast.pareto_nbd import ParetoNbd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Buying = ParetoNbd | BgNbd  # in the order in which what was kept is read
DRAWS = 200  # of what could come
MOST = 500  # customers of a group who are drawn; of more, a seeded sample stands for all
INSIDE = (2.5, 97.5)  # percentiles between which 95 of 100 lie
FEWEST_PAID = 100  # customers who spent something, below which nothing is forecast of money
_SEED = 2005
_HALF = 0.5  # standard deviations to both sides, of slopes


@dataclass(frozen=True)
class Range:
    """What is expected, and between what it will be 95 times in 100, if customers go on as the model has it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """A group of customers: how many are expected to be active still, to buy, and to spend."""

    customers: int
    active: float
    purchases: Range
    value: Range | None


@dataclass(frozen=True)
class Fitted:
    """How often customers buy, and what they spend on a purchase; without money only how often."""

    buying: Buying
    money: GammaGamma | None

    @classmethod
    def of(cls, history: History) -> Fitted:
        """Both models, fitted to what customers have bought; the money's only where enough spent something."""
        spent, uneven, money = history.spent, history.uneven, None
        if spent is not None and uneven is not None and (spent > 0).sum() >= FEWEST_PAID:
            money = GammaGamma.fit(history.again + 1, spent, uneven)
        return cls(likeliest(history), money)

    def value(self, history: History, days: float) -> Floats | None:
        """What each customer is expected to spend in the next days."""
        if self.money is None or history.spent is None:
            return None
        each = self.money.mean(history.again + 1, history.spent)
        return self.buying.purchases(history, days) * each

    def drawn(
        self, history: History, days: float, draw: Generator, active: Floats | None = None
    ) -> tuple[Floats, Floats | None]:
        """How often each customer could come to buy in the next days, and what they could spend."""
        often = self.buying.drawn(history, days, draw, active)
        if self.money is None or history.spent is None:
            return often, None
        return often, self.money.drawn(history.again + 1, history.spent, often, draw)

    def nearby(self) -> list[tuple[Fitted, Fitted]]:
        """Pairs of other parameters half a standard deviation to both sides, in directions that are independent."""
        buying, money = self.buying, self.money
        pairs = [
            (Fitted(buying.moved(-one), money), Fitted(buying.moved(one), money))
            for one in buying.found.steps * _HALF
        ]
        if money is None:
            return pairs
        return pairs + [
            (
                Fitted(buying, GammaGamma(money.found.moved(-one))),
                Fitted(buying, GammaGamma(money.found.moved(one))),
            )
            for one in money.found.steps * _HALF
        ]


def likeliest(history: History) -> Buying:
    """The model under which the history is likeliest, of three with four parameters each: they differ in when customers
    can stop."""
    fits: tuple[tuple[float, Buying], ...] = (
        BgNbd.fit(history),
        BgNbd.fit(history, first=True),
        ParetoNbd.fit(history),
    )
    return min(fits, key=lambda one: one[0])[1]


def by_group(fitted: Fitted, history: History, groups: Ints, days: float) -> tuple[list[Expected], Expected]:
    """What each group is expected to buy and spend in the next days, by number from 0, and everybody together.

    Notes
    -----
    The range has two parts: chance in what customers do, drawn from the model, and the parameters, by the delta method
    (their slopes by the observed information); parameters are the same for all groups. It does not know of customers
    who do other than the model has it: that is what the check on later purchases is for.
    """
    draw, nearby = np.random.default_rng(_SEED), fitted.nearby()
    moves = draw.standard_normal((len(nearby), DRAWS))
    found = []
    for one in range(int(groups.max(initial=-1)) + 1):
        places = np.flatnonzero(groups == one)
        sample = places if len(places) <= MOST else np.sort(draw.choice(places, MOST, replace=False))
        found.append(_drawn(fitted, history.at(places), history.at(sample), days, draw))
        slopes = [
            _slopes(pair, history.at(sample), days) * (len(places) / max(len(sample), 1)) for pair in nearby
        ]
        found[-1] = found[-1].moved(np.array(slopes).T @ moves)
    return [one.told() for one in found], _together(found).told()


@dataclass(frozen=True)
class _Totals:
    """Sums over a group: what is expected of purchases and value, and draws of what could come, a row each."""

    customers: int
    active: float
    means: Floats
    draws: Floats

    def moved(self, by: Floats) -> _Totals:
        return _Totals(self.customers, self.active, self.means, self.draws + by)

    def told(self) -> Expected:
        # So many draws that 95 of 100 further ones lie within; where numpy would take them, 94 do.
        low, high = np.percentile(self.draws, INSIDE, axis=1, method="weibull")
        ranges = [
            Range(float(mean), float(max(least, 0)), float(most))
            for mean, least, most in zip(self.means, low, high, strict=True)
        ]
        return Expected(self.customers, self.active, ranges[0], ranges[1] if ranges[1:] else None)


def _together(parts: list[_Totals]) -> _Totals:
    means, draws = (np.sum([getattr(one, name) for one in parts], axis=0) for name in ("means", "draws"))
    return _Totals(sum(one.customers for one in parts), sum(one.active for one in parts), means, draws)


def _drawn(fitted: Fitted, history: History, sample: History, days: float, draw: Generator) -> _Totals:
    """What is expected of everybody, and what could come of it by chance alone."""
    expected, usual = _each(fitted, history, days).sum(axis=1), _each(fitted, sample, days).sum(axis=1)
    wider = np.sqrt(len(history) / max(len(sample), 1))
    draws, active = np.empty((len(expected), DRAWS)), fitted.buying.active(sample)
    for place in range(DRAWS):
        often, value = fitted.drawn(sample, days, draw, active)
        sums = [often.sum()] if value is None else [often.sum(), value.sum()]
        draws[:, place] = expected + wider * (np.array(sums) - usual)
    return _Totals(len(history), float(fitted.buying.active(history).sum()), expected, draws)


def _slopes(pair: tuple[Fitted, Fitted], history: History, days: float) -> Floats:
    less, more = (_each(one, history, days).sum(axis=1) for one in pair)
    slopes: Floats = more - less
    return slopes


def _each(fitted: Fitted, history: History, days: float) -> Floats:
    """Purchases and value of each customer, as rows."""
    value = fitted.value(history, days)
    often = fitted.buying.purchases(history, days)
    return np.array([often] if value is None else [often, value])
