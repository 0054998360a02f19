"""Does contacting a group pay? A beta-binomial answer, and how many more contacts would settle it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln, expit, logit, logsumexp, ndtri

from core.campaigns.rates import Floats, Groups

SURE = 0.95  # probability from which a verdict is given
MOST_NEEDED = 10_000_000  # further contacts past which no test is worth planning
TINY = 1e-12  # a probability as near to 0 or 1 as one is told apart from it
STRENGTHS = 24  # of priors that are tried
MEANS = np.linspace(-4.0, 4.0, 13)  # of each strength, in standard errors around the likeliest
NEGLIGIBLE = 1e-5  # weight, against the largest, below which a prior changes no figure that is shown


class Verdict(StrEnum):
    """What to do about a group."""

    SEND = "Send"
    SKIP = "Skip"
    TEST = "Test more"


@dataclass(frozen=True)
class Priors:
    """Beta distributions that acceptance rates may come from, and how likely each is.

    Attributes
    ----------
    accepted, declined : float array, shape (priors,)
        Parameters of each: acceptances and refusals seen before counting.
    weights : float array, shape (priors,)
        Logarithms of their probabilities.
    """

    accepted: Floats
    declined: Floats
    weights: Floats

    def likelihoods(self, accepted: Floats, contacted: Floats) -> Floats:
        """Log-likelihood of each group's counts under each prior; shape (groups, priors)."""
        x, n = accepted[:, None], contacted[:, None]
        found: Floats = betaln(self.accepted + x, self.declined + n - x) - betaln(
            self.accepted, self.declined
        )
        return found


# For a group that is one of no family, such as everyone.
JEFFREYS = Priors(np.array([0.5]), np.array([0.5]), np.array([0.0]))


def family(groups: Groups) -> Priors:
    """Beta distributions that the rates of comparable groups may come from, before counting.

    Notes
    -----
    A grid for numerical integration over (mean, strength) of the Beta distribution: mean uniform, strength^-0.5
    uniform (Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.3), strengths from 1 to 100 times all
    customers, means around the moment estimate that belongs to each strength (Kleinman 1973, JASA 68: 46-54).
    """
    x, n = groups.accepted.astype(np.float64), groups.contacted.astype(np.float64)
    strengths = np.geomspace(1.0, 100.0 * max(n.sum(), 1.0), STRENGTHS)[:, None]
    information = n * (strengths + 1) / (strengths + np.maximum(n, 1.0))
    total = information.sum(axis=1, keepdims=True)
    rates = np.divide(x, n, out=np.zeros_like(x), where=n > 0)
    # Half a customer on either side keeps the mean inside (0, 1) where nobody, or everybody, accepted.
    centre = ((information * rates).sum(axis=1, keepdims=True) + 0.5) / (total + 1)
    error = 1 / np.sqrt(centre * (1 - centre) * (total + 1))
    mean = expit(logit(centre) + error * MEANS)
    weights = np.log(error) + np.log(mean * (1 - mean)) - np.log(strengths) / 2
    return Priors((mean * strengths).ravel(), ((1 - mean) * strengths).ravel(), weights.ravel())


@dataclass(frozen=True)
class Posterior:
    """What is known of a group's rate after counting; `priors` are weighted by the other groups."""

    priors: Priors
    accepted: float
    contacted: float

    def chance_above(self, rate: float) -> float:
        """Probability that the true acceptance rate is above `rate`."""
        if rate >= 1:
            return 0.0
        if rate <= 0:
            return 1.0
        priors = self.priors
        x, n = np.array([self.accepted]), np.array([self.contacted])
        weights = priors.weights + priors.likelihoods(x, n)[0]
        # The other tail: `betaincc` says the same, five to fifteen times more slowly.
        chances = betainc(priors.declined + n - x, priors.accepted + x, 1 - rate)
        return float(np.exp(weights - logsumexp(weights)) @ chances)

    def after(self, further: float) -> Posterior:
        """The same after `further` contacts at the rate observed so far."""
        scale = 1 + further / self.contacted
        return Posterior(self.priors, self.accepted * scale, self.contacted * scale)


def posteriors(groups: Groups, priors: Priors | None = None) -> list[Posterior]:
    """What is known of each group's rate.

    Parameters
    ----------
    groups : Groups
    priors : Priors, optional
        Default: the groups are a family. How their rates spread is learnt from all of them, so that a small
        group's rate is drawn towards the others', the more the less they differ (empirical Bayes, with the
        uncertainty of what is learnt carried along: a handful of groups tells little about a spread).
    """
    x, n = groups.accepted.astype(np.float64), groups.contacted.astype(np.float64)
    if priors is not None:
        return [Posterior(priors, *counts) for counts in zip(x.tolist(), n.tolist(), strict=True)]
    all_ = family(groups)
    likely = all_.likelihoods(x, n)
    joint = all_.weights + likely.sum(axis=0)
    kept = joint > joint.max() + np.log(NEGLIGIBLE)
    found = []
    for place, counts in enumerate(zip(x.tolist(), n.tolist(), strict=True)):
        others = Priors(all_.accepted[kept], all_.declined[kept], (joint - likely[place])[kept])
        found.append(Posterior(others, *counts))
    return found


def verdict(chance: float) -> Verdict:
    """Send from a probability of 95 %, Skip up to 5 %, else Test more."""
    if chance >= SURE:
        return Verdict.SEND
    return Verdict.SKIP if chance <= 1 - SURE else Verdict.TEST


def still_needed(posterior: Posterior, break_even: float) -> int | None:
    """Further contacts until a verdict, if the rate observed so far holds.

    Returns
    -------
    int or None
        The smallest number of further contacts after which the probability that the true rate is above
        `break_even` is at least 95 % (where the observed rate is above it) or at most 5 % (where it is
        below). 0 if there is a verdict now; None if the observed rate is exactly at break-even, nobody was
        contacted, or more than `MOST_NEEDED` would be needed.
    """
    if verdict(posterior.chance_above(break_even)) is not Verdict.TEST:
        return 0
    if not posterior.contacted:
        return None
    side = 1 if posterior.accepted / posterior.contacted > break_even else -1

    def beyond(further: float) -> float:
        """Standard normal deviations past the verdict after `further` contacts."""
        chance = posterior.after(further).chance_above(break_even)
        return float(side * ndtri(min(max(chance, TINY), 1 - TINY)) - ndtri(SURE))

    return _first(beyond, posterior.contacted, MOST_NEEDED)


def _first(beyond: Callable[[float], float], before: float, most: int) -> int | None:
    """The smallest whole number of contacts, after those `before`, at which `beyond` is not negative.

    Deviations grow about as the root of all contacts, which tells where to look first; None past `most`.
    """
    if beyond(most) < 0:
        return None
    deviations = beyond(0) + ndtri(SURE)
    expected = before * ((ndtri(SURE) / deviations) ** 2 - 1) if deviations > 0 else most / 2
    low, high = 0.0, min(max(expected, 1.0), most)
    while beyond(high) < 0:
        low, high = high, min(2 * high, most)
    number: int = math.ceil(brentq(beyond, low, high, xtol=0.01))
    while number > 1 and beyond(number - 1) >= 0:
        number -= 1
    while beyond(number) < 0:
        number += 1
    return max(number, 1)
