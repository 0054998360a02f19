"""How many further contacts give a good chance of a verdict, by all that is known before they are made."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln, expit, log_expit, logit, ndtri

from core.campaigns.posterior import SURE, Posterior, Verdict, judged
from core.statistics.rates import Floats

ASSURED = 0.8  # chance of a verdict that contacts are planned for
MOST_NEEDED = 10_000_000  # further contacts past which no test is worth planning
TINY = 1e-12  # a probability as near to 0 or 1 as one is told apart from it
POINTS = 129  # of the rates that are believed possible
REACH, STEPS = 4.0, 11  # standard deviations around break-even, and points, at which chances are computed
FACTOR = 4  # from one guess to the next, until one is enough


def still_needed(known: Posterior, break_even: float) -> int | None:
    """Further contacts after which there is a verdict with probability `ASSURED`.

    Returns
    -------
    int or None
        Two digits, rounded up. 0 if there is a verdict now; None if nobody was contacted, or more than
        `MOST_NEEDED` would be needed.
    """
    if judged(known, break_even) is not Verdict.TEST:
        return 0
    if not known.contacted:
        return None

    likely = known.likely()

    def lacking(size: float) -> float:
        return assurance(likely, break_even, math.exp(size)) - ASSURED

    low = 0.0
    if lacking(low) >= 0:
        return _two_digits(math.exp(low))
    high = max(low + 1.0, math.log(known.contacted))
    while lacking(high) < 0:
        low, high = high, high + math.log(FACTOR)
        if low > math.log(MOST_NEEDED):
            return None
    return _two_digits(math.exp(brentq(lacking, low, high, xtol=0.01)))


def assurance(known: Posterior, break_even: float, further: float) -> float:
    """Probability that there is a verdict after `further` contacts, however they turn out.

    Notes
    -----
    O'Hagan and Stevens (2001), Medical Decision Making 21: 219-230: the chance of a verdict at each true rate,
    weighted by how likely that rate is now. That the observed rate goes on as it is would be too sure: after as
    many contacts as that asks for, a verdict is reached in six of ten cases only.
    """
    rates, weights = _believed(known)
    # Both have to say so, as in `posterior.judged`.
    bounds = [_bounds(one, break_even, further) for one in (known, known.alone)]
    skip, send = min(one[0] for one in bounds), max(one[1] for one in bounds)
    reached = _at_most(skip, further, rates) + 1 - _at_most(send - 1, further, rates)
    return float(weights @ reached)


def _believed(known: Posterior) -> tuple[Floats, Floats]:
    """Rates from end to end of what is believed, evenly spaced in log odds, and their probabilities."""
    weights, accepted, declined = known.mixture()
    mean = float(weights @ (accepted / (accepted + declined)))
    size = float(weights @ (accepted + declined))
    middle, spread = float(logit(mean)), math.sqrt(1 / (mean * size) + 1 / ((1 - mean) * size))
    odds = middle + np.linspace(-7, 7, POINTS) * spread
    densities = np.exp(
        np.outer(log_expit(odds), accepted)
        + np.outer(log_expit(-odds), declined)
        - betaln(accepted, declined)
    )
    found = densities @ weights
    return expit(odds), found / found.sum()


def _bounds(known: Posterior, break_even: float, further: float) -> tuple[float, float]:
    """Acceptances up to which the verdict is Skip, and from which it is Send, of `further` contacts.

    Read off the standard normal scores of the chance to pay, which are nearly a line near break-even.
    """
    size, sure = known.contacted + further, float(ndtri(SURE))
    middle, spread = break_even * size - known.accepted, math.sqrt(size * break_even * (1 - break_even))
    around = middle + spread * np.linspace(-REACH, REACH, STEPS)
    accepted = np.unique(np.clip([0.0, *around, further], 0.0, further))
    scores = ndtri(np.clip(known.chances_after(further, accepted, break_even), TINY, 1 - TINY))
    skip = -1.0 if scores[0] > -sure else math.floor(np.interp(-sure, scores, accepted))
    send = further + 1.0 if scores[-1] < sure else math.ceil(np.interp(sure, scores, accepted))
    return skip, send


def _at_most(accepted: float, contacted: float, rates: Floats) -> Floats:
    """Probability of so many acceptances or fewer at each rate (binomial)."""
    if accepted < 0:
        return np.zeros_like(rates)
    if accepted >= contacted:
        return np.ones_like(rates)
    found: Floats = betainc(contacted - accepted, accepted + 1, 1 - rates)
    return found


def _two_digits(number: float) -> int:
    unit: int = 10 ** max(math.floor(math.log10(number)) - 1, 0)
    return math.ceil(number / unit) * unit
