"""Campaign figures: response rates and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import binomtest

from core.errors import ParterreError


class CampaignError(ParterreError):
    """Counts that can't come from a campaign."""


@dataclass(frozen=True)
class Interval:
    """A rate with its interval, as fractions in [0, 1]."""

    rate: float
    low: float
    high: float


def wilson_interval(accepted: int, contacted: int, *, confidence: float = 0.95) -> Interval:
    """Interval of an acceptance rate.

    Parameters
    ----------
    accepted, contacted : int
        Counts of customers; `0 <= accepted <= contacted`, `contacted >= 1`.
    confidence : float, default=0.95

    Raises
    ------
    CampaignError
        If the counts are impossible.

    Notes
    -----
    Wilson (1927), JASA 22: 209-212; keeps its coverage near 0 and for small segments, where the normal
    interval does not.
    """
    if not 0 <= accepted <= contacted or contacted < 1:
        raise CampaignError(
            f"Found {accepted} acceptances of {contacted} contacts. Expected at least one contact, and no "
            "more acceptances than contacts. Check the two counts."
        )
    found = binomtest(accepted, contacted).proportion_ci(confidence, method="wilson")
    return Interval(accepted / contacted, float(found.low), float(found.high))
