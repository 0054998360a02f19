"""How often customers buy again: each in a rhythm of their own, until each stops, at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from core.forecast.history import History
from core.forecast.likelihood import Estimate, estimate

Floats = NDArray[np.float64]
_LIMITS = ((-7.0, 7.0), (-7.0, 9.0), (-7.0, 7.0), (-7.0, 9.0))  # of logarithms: r, alpha, s, beta
_UNITS = 10  # of time that customers are known for, on average, while parameters are looked for
_NEAR_ONE = 1e-6  # where a formula divides by s - 1
_LEAST = 1e-300  # that has a logarithm
_AT_ONCE = 50_000  # customers, of whom all nodes are held
_POINTS, _SHARES = np.polynomial.legendre.leggauss(24)
# Squared, so that they are close where customers who buy rarely may have stopped long after the last purchase.
_NODES, _WEIGHTS = ((_POINTS + 1) / 2) ** 2, _SHARES / 2 * (_POINTS + 1)


@dataclass(frozen=True)
class ParetoNbd:
    """The Pareto/NBD model, in which customers stop at any time, and not only right after a purchase.

    Notes
    -----
    Schmittlein, Morrison, Colombo (1987), Management Science 33: 1-24, as Fader and Hardie (2005) derive it, "A Note on
    Deriving the Pareto/NBD Model". What is two hypergeometric functions there is taken as the integral that they solve,
    over when a customer stopped, by the nodes of Gauss and Legendre: within .001 of a log-likelihood, with its slopes.
    """

    # Of r and alpha (rhythms are Gamma of shape r and rate alpha, in days), and s and beta (so is how fast they stop).
    found: Estimate
    stops: Literal["at any time"]

    @classmethod
    def fit(cls, history: History) -> tuple[float, ParetoNbd]:
        """The parameters that make the history likeliest, and the loss that they leave."""
        unit = float(history.known.mean()) / _UNITS
        rows = np.array([history.again, history.latest, history.known])
        (again, latest, known), times = np.unique(rows, axis=1, return_counts=True)
        latest, known, weights = latest / unit, known / unit, times / len(history)

        def loss(logs: Floats) -> tuple[float, Floats]:
            told, slopes = _likelihood(np.exp(logs), again, latest, known)
            return -float(weights @ told), -(slopes @ weights) * np.exp(logs)

        found = estimate(loss, len(history), _LIMITS)
        in_days = found.moved(np.array([0.0, np.log(unit), 0.0, np.log(unit)]))
        return loss(np.array(found.logs))[0], cls(in_days, "at any time")

    def moved(self, by: Floats) -> ParetoNbd:
        """The same with other parameters, so far from the likeliest."""
        return ParetoNbd(self.found.moved(by), self.stops)

    def active(self, history: History) -> Floats:
        """The chance of each customer to be one still."""
        parameters, parts = np.array(self.found.values), []
        for begin in range(0, max(len(history), 1), _AT_ONCE):
            some = history.at(np.arange(begin, min(begin + _AT_ONCE, len(history))))
            still, gone, *_ = _either(parameters, some.again, some.latest, some.known)
            parts.append(np.exp(still - np.logaddexp(still, gone)))
        return np.concatenate(parts)

    def purchases(self, history: History, days: float) -> Floats:
        """How often each customer is expected to buy in the next days."""
        r, alpha, s, beta = self.found.values
        less = s - 1 if abs(s - 1) > _NEAR_ONE else _NEAR_ONE
        until = beta + history.known
        as_customer = until / less * -np.expm1(-less * np.log1p(days / until))
        often: Floats = (r + history.again) / (alpha + history.known) * as_customer
        return often * self.active(history)

    def drawn(self, history: History, days: float, draw: Generator, active: Floats | None = None) -> Floats:
        """How often each customer could come to buy in the next days; `active` are their chances, where they are known."""
        r, alpha, s, beta = self.found.values
        rhythm = draw.gamma(r + history.again) / (alpha + history.known)
        stopping = np.maximum(draw.gamma(s, size=len(history)), _LEAST) / (beta + history.known)
        as_customer = np.minimum(draw.exponential(size=len(history)) / stopping, days)
        often = draw.poisson(rhythm * as_customer)
        is_one = draw.random(len(history)) < (self.active(history) if active is None else active)
        return np.where(is_one, often, 0).astype(np.float64)


def _either(
    parameters: Floats, again: Floats, latest: Floats, known: Floats
) -> tuple[Floats, Floats, Floats, tuple[Floats, ...]]:
    """Logarithms of how likely it is that each customer still is one, and that they have stopped, both by one factor; and
    of when they stopped, by node: what part of it, and `alpha` and `beta` with that time, as logarithms and divided into one.

    The integral is over y, (alpha + t) ** -(r + x + s) by its value at the last purchase, in which (alpha + t) / (beta + t)
    to the power s + 1 is what is left to integrate: as good as flat, however often customers bought.
    """
    r, alpha, s, beta = parameters
    rate = r + again
    power = rate + s
    begin, end = np.log(alpha + latest), np.log(alpha + known)
    least = np.exp(-power * (end - begin))
    y = least[:, None] + (1 - least)[:, None] * _NODES
    log_alpha = begin[:, None] - np.log(y) / power[:, None]
    by_alpha = np.exp(log_alpha)
    by_beta = np.maximum(by_alpha + (beta - alpha), beta)
    log_beta = np.log(by_beta)
    parts = np.log(_WEIGHTS) + (s + 1) * (log_alpha - log_beta)
    most = parts.max(axis=1)
    parts = np.exp(parts - most[:, None])
    whole = parts.sum(axis=1)
    still = -rate * end - s * np.log(beta + known)
    gone = np.log(s / power) - power * begin + np.log(np.maximum(1 - least, _LEAST)) + most + np.log(whole)
    return still, gone, parts / whole[:, None], (log_alpha, log_beta, 1 / by_alpha, 1 / by_beta)


def _likelihood(parameters: Floats, again: Floats, latest: Floats, known: Floats) -> tuple[Floats, Floats]:
    """The log-likelihood of each customer, and its slopes as rows."""
    r, alpha, s, beta = parameters
    still, gone, parts, later = _either(parameters, again, latest, known)
    both, rate = np.logaddexp(still, gone), r + again
    here, left = np.exp(still - both), np.exp(gone - both)
    told = gammaln(rate) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + both
    log_alpha, log_beta, by_alpha, by_beta = (left * np.einsum("ij,ij->i", parts, one) for one in later)
    slopes = (
        digamma(rate) - digamma(r) + np.log(alpha) - here * np.log(alpha + known) - log_alpha,
        r / alpha - rate * (here / (alpha + known) + by_alpha),
        np.log(beta) - here * np.log(beta + known) + left / s - log_beta,
        s / beta - here * s / (beta + known) - (s + 1) * by_beta,
    )
    return told, np.array(slopes)
