"""Does contacting a group pay? A beta-binomial answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.special import betainc, betaln, expit, logit

from core.statistics.rates import Floats, Groups

SURE = 0.95  # probability from which a verdict is given
STRENGTHS = 24  # of priors that are tried
MEANS = np.linspace(-4.0, 4.0, 13)  # of each strength, in standard errors around the likeliest
NEGLIGIBLE = 1e-5  # weight, against the largest, below which a prior changes no figure that is shown

NEXT_TO_NOTHING = 5e-3


class Verdict(StrEnum):
    """What to do about a group."""

    SEND = "Send"
    SKIP = "Skip"
    TEST = "Test more"


@dataclass(frozen=True)
class Priors:
    """Beta distributions that acceptance rates may come from, and how likely each is."""

    # shape (priors,): parameters of each: acceptances and refusals seen before counting.
    accepted: Floats
    declined: Floats
    weights: Floats  # shape (priors,): logarithms of their probabilities

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

    def mixture(self) -> tuple[Floats, Floats, Floats]:
        """Weights, and both parameters, of the Beta distributions that the rate has."""
        x, n = np.array([self.accepted]), np.array([self.contacted])
        logs = self.priors.weights + self.priors.likelihoods(x, n)[0]
        weights = np.exp(logs - logs.max())  # scipy's logsumexp takes twice as long as all the rest
        return weights / weights.sum(), self.priors.accepted + x, self.priors.declined + n - x

    @property
    def alone(self) -> Posterior:
        """What the group's own counts say, whatever the others are like."""
        return replace(self, priors=JEFFREYS)

    def chance_above(self, rate: float) -> float:
        """Probability that the true acceptance rate is above `rate`."""
        if rate >= 1:
            return 0.0
        if rate <= 0:
            return 1.0
        weights, accepted, declined = self.mixture()
        # The other tail: `betaincc` says the same, five to fifteen times more slowly.
        return float(weights @ betainc(declined, accepted, 1 - rate))

    def after(self, further: float, accepted: float) -> Posterior:
        """What will be known after `further` contacts, of whom so many accepted."""
        return Posterior(self.priors, self.accepted + accepted, self.contacted + further)

    def chances_after(self, further: float, accepted: Floats, rate: float) -> Floats:
        """Probability that the true rate is above `rate`, after `further` contacts, for each number of acceptances."""
        priors, x = self.priors, self.accepted + accepted
        n = np.full_like(x, self.contacted + further)
        logs = priors.weights + priors.likelihoods(x, n)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        above = betainc(priors.declined + (n - x)[:, None], priors.accepted + x[:, None], 1 - rate)
        chances: Floats = (weights * above).sum(axis=1) / weights.sum(axis=1)
        return chances

    def likely(self) -> Posterior:
        """The same without priors that count for next to nothing: as good for plans, in a third of the time."""
        weights = self.mixture()[0]
        kept, priors = weights > NEXT_TO_NOTHING * weights.max(), self.priors
        return replace(
            self, priors=Priors(priors.accepted[kept], priors.declined[kept], priors.weights[kept])
        )


def posteriors(groups: Groups, priors: Priors | None = None) -> list[Posterior]:
    """What is known of each group's rate.

    Parameters
    ----------
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


def judged(known: Posterior, break_even: float) -> Verdict:
    """The verdict on a group: what it has of the family, if its own counts give the same.

    A group that is unlike the others would else be told what the others are: at a rate of .22 among five of .35,
    "Send" in half of the cases with 8 customers, in a quarter with 40, though a contact does not pay.
    """
    said, alone = (verdict(one.chance_above(break_even)) for one in (known, known.alone))
    return said if alone is said else Verdict.TEST
