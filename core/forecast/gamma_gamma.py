"""What customers spend on a purchase: each around a mean of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from core.forecast.likelihood import Estimate, estimate

Floats = NDArray[np.float64]
_LIMITS = ((-5.0, 9.0), (-5.0, 9.0), (-12.0, 12.0))  # of logarithms: p, q, gamma


@dataclass(frozen=True)
class GammaGamma:
    """The gamma-gamma model.

    Notes
    -----
    Fader, Hardie (2013), The Gamma-Gamma Model of Monetary Value; Fader, Hardie, Lee (2005), J. Marketing Research 42:
    415-430. Here of all purchases, the first one among them, since a customer who bought once has told something too.
    """

    # Of p, q and gamma: amounts are Gamma of shape p, whose rate is Gamma of shape q and rate gamma.
    found: Estimate

    @classmethod
    def fit(cls, purchases: Floats, spent: Floats, uneven: Floats) -> GammaGamma:
        """The parameters that make what customers spent likeliest, purchase by purchase; of those who spent something.

        Means alone tell how customers differ apart from how their own purchases do only where some buy more often than
        others; `uneven` is the mean of the logarithms of each purchase by the customer's mean.
        """
        paid = spent > 0
        count, unit = purchases[paid], float((spent[paid] / purchases[paid]).mean())
        means = spent[paid] / count / unit
        logs_of = np.log(means) + uneven[paid]

        def loss(logs: Floats) -> tuple[float, Floats]:
            told, slopes = _likelihood(np.exp(logs), count, means, logs_of)
            return -float(told.mean()), -slopes.mean(axis=1) * np.exp(logs)

        return cls(estimate(loss, len(count), _LIMITS).moved(np.array([0.0, 0.0, np.log(unit)])))

    def mean(self, purchases: Floats, spent: Floats) -> Floats:
        """What each customer is expected to spend on a purchase."""
        p, q, gamma = self.found.values
        found: Floats = p * (gamma + np.maximum(spent, 0)) / np.maximum(p * purchases + q - 1, 1e-9)
        return found

    def drawn(self, purchases: Floats, spent: Floats, later: Floats, draw: Generator) -> Floats:
        """What each customer could come to spend on so many purchases more."""
        p, q, gamma = self.found.values
        rate = draw.gamma(p * purchases + q) / (gamma + np.maximum(spent, 0))
        found: Floats = draw.gamma(p * later) / np.maximum(rate, 1e-300)
        return found


def _likelihood(parameters: Floats, count: Floats, means: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """The log-likelihood of each customer, and its slopes as rows: of amounts themselves, whose means lead to (1a) of
    Fader, Hardie (2013); `logs` are means of their logarithms."""
    p, q, gamma = parameters
    all_, sums = p * count + q, gamma + count * means
    spent, both = np.log(sums), digamma(all_)
    told = (
        count * ((p - 1) * logs - gammaln(p)) + gammaln(all_) - gammaln(q) + q * np.log(gamma) - all_ * spent
    )
    slopes = (
        count * (logs - digamma(p) + both - spent),
        both - digamma(q) + np.log(gamma) - spent,
        q / gamma - all_ / sums,
    )
    return told, np.array(slopes)
