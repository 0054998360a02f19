"""How often customers buy again: each in a rhythm of their own, until each stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import betaincinv, digamma, gammaln, hyp2f1

from core.forecast.history import History
from core.forecast.likelihood import Estimate, estimate

Floats = NDArray[np.float64]
Stops = Literal["once back", "after any purchase", "at any time"]
_LIMITS = ((-7.0, 7.0), (-7.0, 9.0), (-7.0, 7.0), (-7.0, 9.0))  # of logarithms: r, alpha, a, b
_UNITS = 10  # of time that customers are known for, on average, while parameters are looked for
_NEAR_ONE = 1e-6  # where a formula divides by a - 1
_LARGEST = 700.0  # logarithm that has an exponential
_PARTS = 200  # of a distribution that is summed up
_LEAST = 1e-12  # chance to stop that can be drawn


@dataclass(frozen=True)
class BgNbd:
    """The beta-geometric/NBD model, or the modified one, in which customers can stop after their first purchase as well.

    Notes
    -----
    Fader, Hardie, Lee (2005), Marketing Science 24: 275-284, in which who never came back is a customer for good;
    Batislam, Denizel, Filiztekin (2007), Int. J. Research in Marketing 24: 201-209, in which they may have stopped. The
    hypergeometric function of (10) of the former is Euler's transform of it, which stays a number where customers bought hundreds of times.
    """

    # Of r and alpha (rhythms are Gamma of shape r and rate alpha, in days) and a and b (the chance to stop after a
    # purchase is Beta).
    found: Estimate
    first: bool = False  # whether customers can stop after their first purchase

    @classmethod
    def fit(cls, history: History, *, first: bool = False) -> tuple[float, BgNbd]:
        """The parameters that make the history likeliest, and the loss that they leave; of the model that `first` says."""
        unit = float(history.known.mean()) / _UNITS
        counts, places = np.unique(history.again, return_inverse=True)
        latest, known = history.latest / unit, history.known / unit

        def loss(logs: Floats) -> tuple[float, Floats]:
            told, slopes = _likelihood(np.exp(logs), counts, places, latest, known, first)
            return -float(told.mean()), -slopes.mean(axis=1) * np.exp(logs)

        found = estimate(loss, len(history), _LIMITS)
        return loss(np.array(found.logs))[0], cls(found.moved(np.array([0.0, np.log(unit), 0.0, 0.0])), first)

    @property
    def stops(self) -> Stops:
        """When customers can stop."""
        return "after any purchase" if self.first else "once back"

    def moved(self, by: Floats) -> BgNbd:
        """The same with other parameters, so far from the likeliest."""
        return BgNbd(self.found.moved(by), self.first)

    def _stayed(self, history: History) -> Floats:
        """After how many purchases each customer could have stopped."""
        return history.again + self.first

    def active(self, history: History) -> Floats:
        """The chance of each customer to be one still."""
        r, alpha, a, b = self.found.values
        stayed, latest, known = self._stayed(history), history.latest, history.known
        longer = (r + history.again) * np.log((alpha + known) / (alpha + latest))
        stopped = a / (b + np.maximum(stayed, 1) - 1) * np.exp(np.minimum(longer, _LARGEST))
        chance: Floats = np.where(stayed > 0, 1 / (1 + stopped), 1.0)
        return chance

    def purchases(self, history: History, days: float) -> Floats:
        """How often each customer is expected to buy in the next days."""
        r, alpha, a, b = self.found.values
        a = a if abs(a - 1) > _NEAR_ONE else 1 + _NEAR_ONE
        whole = a + b + self._stayed(history) - 1
        part = days / (alpha + history.known + days)
        with np.errstate(all="ignore"):
            series = hyp2f1(a + b - 1 - r + self.first, a - 1, whole, part)
            often: Floats = whole / (a - 1) * (1 - (1 - part) ** (a - 1) * series)
        wild = ~np.isfinite(often)
        often[wild] = self._summed(history.at(wild), days)
        return np.maximum(often, 0) * self.active(history)

    def _summed(self, history: History, days: float) -> Floats:
        """The same of those who are active, by the middle of each of many equal parts of chances to stop."""
        r, alpha, a, b = self.found.values
        again, known = history.again[:, None], history.known[:, None]
        stayed = self._stayed(history)[:, None]
        stops = np.maximum(betaincinv(a, b + stayed, (np.arange(_PARTS) + 0.5) / _PARTS), _LEAST)
        often: Floats = (-np.expm1(-(r + again) * np.log1p(stops * days / (alpha + known))) / stops).mean(
            axis=1
        )
        return often

    def drawn(self, history: History, days: float, draw: Generator, active: Floats | None = None) -> Floats:
        """How often each customer could come to buy in the next days; `active` are their chances, where they are known."""
        r, alpha, a, b = self.found.values
        again = history.again
        rhythm = draw.gamma(r + again) / (alpha + history.known)
        stops = np.maximum(draw.beta(a, b + self._stayed(history)), _LEAST)
        often = np.minimum(draw.poisson(rhythm * days), draw.geometric(stops))
        is_one = draw.random(len(history)) < (self.active(history) if active is None else active)
        return np.where(is_one, often, 0).astype(np.float64)


def _likelihood(
    parameters: Floats,
    counts: Floats,
    places: NDArray[np.int64],
    latest: Floats,
    known: Floats,
    first: bool,
) -> tuple[Floats, Floats]:
    """The log-likelihood of each customer, and its slopes as rows; (6) of Fader, Hardie, Lee, with `first` the modified."""
    r, alpha, a, b = parameters
    stayed = counts + first
    by_count = gammaln(r + counts) - gammaln(r) + r * np.log(alpha)
    by_count += gammaln(a + b) + gammaln(b + stayed) - gammaln(b) - gammaln(a + b + stayed)
    stops = np.where(stayed > 0, np.log(a) - np.log(b + np.maximum(stayed, 1) - 1), -np.inf)
    rate, to_known, to_latest = r + counts[places], np.log(alpha + known), np.log(alpha + latest)
    still, gone = -rate * to_known, stops[places] - rate * to_latest
    both = np.logaddexp(still, gone)
    here, left = np.exp(still - both), np.exp(gone - both)
    rhythm = digamma(r + counts) - digamma(r) + np.log(alpha)
    whole = digamma(a + b) - digamma(a + b + stayed)
    stopping = whole + digamma(b + stayed) - digamma(b)
    slopes = (
        rhythm[places] - here * to_known - left * to_latest,
        r / alpha - rate * (here / (alpha + known) + left / (alpha + latest)),
        whole[places] + left / a,
        stopping[places] - left / np.maximum(b + stayed[places] - 1, _LEAST),
    )
    return by_count[places] + both, np.array(slopes)
