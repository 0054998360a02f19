"""Acceptance rates and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

from core.errors import ParterreError

FEWEST = (
    10  # customers, below which a rate has the exact interval, and no difference is said to be chance or not
)
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class CampaignError(ParterreError):
    """Counts or amounts that can't come from a campaign."""

    @classmethod
    def counts(cls, accepted: int, contacted: int) -> CampaignError:
        """More acceptances than contacts, or fewer than none."""
        return cls(
            f"Found {accepted} acceptances of {contacted} contacts. Expected at least one contact, and no "
            "more acceptances than contacts. Check the two counts."
        )


@dataclass(frozen=True)
class Interval:
    """A rate with its interval, as fractions in [0, 1]."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Groups:
    """How many customers of each group were contacted, and how many of them accepted."""

    # shape (groups,): `0 <= accepted <= contacted`.
    contacted: Counts
    accepted: Counts

    def __post_init__(self) -> None:
        wrong = np.flatnonzero((self.accepted < 0) | (self.accepted > self.contacted))
        if len(wrong):
            raise CampaignError.counts(int(self.accepted[wrong[0]]), int(self.contacted[wrong[0]]))

    def __len__(self) -> int:
        return len(self.contacted)

    @classmethod
    def of(cls, contacted: npt.ArrayLike, accepted: npt.ArrayLike) -> Groups:
        """Groups from anything that counts."""
        return cls(
            np.atleast_1d(np.asarray(contacted, dtype=np.int64)),
            np.atleast_1d(np.asarray(accepted, dtype=np.int64)),
        )

    @property
    def rates(self) -> Floats:
        """Accepted by contacted; NaN where nobody was contacted."""
        with np.errstate(invalid="ignore"):
            rates: Floats = self.accepted / self.contacted
        return rates

    @property
    def total(self) -> Groups:
        """All groups as one."""
        return Groups.of(self.contacted.sum(), self.accepted.sum())

    @property
    def rest(self) -> Groups:
        """For each group, everyone who is not in it."""
        return Groups(self.contacted.sum() - self.contacted, self.accepted.sum() - self.accepted)

    def intervals(self) -> Iterator[Interval | None]:
        """Intervals in order, as `rate_interval` has each; None where nobody was contacted."""
        low, high = wilson(self.accepted, self.contacted)
        for x, n, *ends in zip(self.accepted, self.contacted, low, high, strict=True):
            if n < FEWEST:
                yield exact_interval(int(x), int(n)) if n else None
            else:
                yield Interval(float(x / n), *map(float, ends))


def wilson(
    accepted: npt.ArrayLike, contacted: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper bounds of many acceptance rates; NaN where nobody was contacted.

    Notes
    -----
    Wilson (1927), JASA 22: 209-212; keeps its coverage near 0 and for small segments, where the normal
    interval does not.
    """
    x, n = np.asarray(accepted, dtype=np.float64), np.asarray(contacted, dtype=np.float64)
    z = ndtri((1 + confidence) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (x + z**2 / 2) / (n + z**2)
        half = z / (n + z**2) * np.sqrt(x * (n - x) / n + z**2 / 4)
    # At the ends the bounds are exactly 0 and 1; floats would leave dust.
    return np.where(x == 0, half * 0, centre - half), np.where(x == n, half * 0 + 1, centre + half)


def exact_interval(accepted: int, contacted: int) -> Interval:
    """95 % interval of a rate that holds at least as often as it says, however few they are.

    Notes
    -----
    Clopper and Pearson (1934), Biometrika 26: 404-413.
    """
    tail, missed = 0.025, contacted - accepted
    low = float(betaincinv(accepted, missed + 1, tail)) if accepted else 0.0
    high = float(betaincinv(accepted + 1, missed, 1 - tail)) if missed else 1.0
    return Interval(accepted / contacted, low, high)


def rate_interval(accepted: int, contacted: int) -> Interval:
    """95 % interval of a rate as pages tell it: Wilson's, and of few the exact one, which Wilson's misses too often."""
    of_rate = wilson_interval if contacted >= FEWEST else exact_interval
    return of_rate(accepted, contacted)


def wilson_of(share: float, of: float) -> tuple[float, float]:
    """Wilson's 95 % bounds of a share of so many."""
    low, high = wilson(min(share, 1.0) * of, of)
    return float(low), float(high)


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
    Wilson (1927), see `wilson`.
    """
    if not 0 <= accepted <= contacted or contacted < 1:
        raise CampaignError.counts(accepted, contacted)
    low, high = wilson(accepted, contacted, confidence=confidence)
    return Interval(accepted / contacted, float(low), float(high))
