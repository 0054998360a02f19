"""Which groups answered differently from everyone else, among many comparisons at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtr

from core.statistics.rates import Floats, Groups, Interval

FALSE_DISCOVERIES = 0.05
DRAWN = 1_999  # tables
LEAST_EXPECTED = 5.0  # customers in each cell, below which the normal approximation is not used


@dataclass(frozen=True)
class Cell:
    """One group in one campaign against everyone else in it; rates as fractions, NaN without customers."""

    contacted: int
    accepted: int
    rate: float
    low: float
    high: float
    average: float  # of everyone, the group included
    p: float
    adjusted: float

    @property
    def different(self) -> bool:
        """Whether the difference from everyone else holds after correction for all comparisons."""
        return self.adjusted <= FALSE_DISCOVERIES

    @property
    def above(self) -> bool:
        """Whether the group answered more often than everyone on average."""
        return self.rate > self.average


def against_others(campaigns: Mapping[str, Groups]) -> dict[str, list[Cell]]:
    """Every group of every campaign against everyone else in that campaign.

    Parameters
    ----------
    campaigns : mapping of campaign to Groups
        The same groups in each.

    Returns
    -------
    dict of campaign to list of Cell
        With p-values and, adjusted over all cells that can be compared, the false discovery rate at which
        each would be reported.

    Notes
    -----
    Benjamini and Hochberg (1995), JRSS B 57: 289-300: of the differences reported at `FALSE_DISCOVERIES`,
    that share at most is expected to be chance. Their proof is for independent or positively dependent
    tests; groups that share a remainder are neither, and the tests simulate that the rate is kept.
    """
    if not campaigns:
        return {}
    p = {name: p_values(groups) for name, groups in campaigns.items()}
    adjusted = _adjusted(np.concatenate(list(p.values())))
    parts = np.split(adjusted, np.cumsum([len(values) for values in p.values()])[:-1])
    return {
        name: _cells(groups, p[name], part)
        for (name, groups), part in zip(campaigns.items(), parts, strict=True)
    }


def _adjusted(p: Floats) -> Floats:
    found = np.full(len(p), np.nan)
    comparable = ~np.isnan(p)
    if comparable.any():
        found[comparable] = stats.false_discovery_control(p[comparable], method="bh")
    return found


def _cells(groups: Groups, p: Floats, adjusted: Floats) -> list[Cell]:
    found = [one or Interval(np.nan, np.nan, np.nan) for one in groups.intervals()]
    average = float(groups.total.rates[0])
    columns = zip(
        groups.contacted.tolist(),
        groups.accepted.tolist(),
        groups.rates.tolist(),
        [one.low for one in found],
        [one.high for one in found],
        [average] * len(groups),
        p.tolist(),
        adjusted.tolist(),
        strict=True,
    )
    return [Cell(*column) for column in columns]


def p_values(groups: Groups) -> Floats:
    """Two-sided p-values of each group against everyone else; NaN where one side has no customers.

    Notes
    -----
    Pooled two-proportion z test (equal to Pearson's chi-squared) where at least five acceptances and
    refusals are expected on both sides (Cochran 1954); Fisher's exact test, the smaller tail doubled,
    elsewhere.
    """
    rest, total = groups.rest, groups.total
    contacted, accepted = int(total.contacted[0]), int(total.accepted[0])
    comparable = (groups.contacted > 0) & (rest.contacted > 0)
    found = np.full(len(groups), np.nan)
    fewest = np.minimum(groups.contacted, rest.contacted) * min(accepted, contacted - accepted)
    large = comparable & (fewest >= LEAST_EXPECTED * contacted)
    small = comparable & ~large
    found[large] = _z_test(groups, rest, accepted / max(contacted, 1))[large]
    if small.any():
        x, n = groups.accepted[small], groups.contacted[small]
        tails = (
            stats.hypergeom.cdf(x, contacted, accepted, n),
            stats.hypergeom.sf(x - 1, contacted, accepted, n),
        )
        found[small] = np.minimum(1.0, 2 * np.minimum(*tails))
    return found


def _z_test(groups: Groups, rest: Groups, rate: float) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(rate * (1 - rate) * (1 / groups.contacted + 1 / rest.contacted))
        z = (groups.rates - rest.rates) / error
    p: Floats = 2 * ndtr(-np.abs(z))
    return p


def differing(by: Mapping[str, Groups], *, least: int) -> frozenset[str]:
    """Fields among whose groups, of at least `least` customers, rates differ by more than chance explains.

    Notes
    -----
    Of the fields that are named at most `FALSE_DISCOVERIES` are expected to be chance (Benjamini and Hochberg 1995).
    """
    adjusted = _adjusted(np.array([_one_rate(groups, least) for groups in by.values()]))
    return frozenset(name for name, p in zip(by, adjusted, strict=True) if p <= FALSE_DISCOVERIES)


def _one_rate(groups: Groups, least: int) -> float:
    """The p-value of one rate for all groups of so many; 1 where there is nothing to compare.

    Pearson's chi-squared test; where fewer than five are expected to accept or refuse in a group, among `DRAWN` tables
    with the same margins (Cochran 1954).
    """
    there = groups.contacted >= least
    x, n = groups.accepted[there], groups.contacted[there]
    accepted, contacted = int(x.sum()), int(n.sum())
    if len(n) < 2 or not 0 < accepted < contacted:
        return 1.0
    rate = accepted / contacted
    if n.min() * min(rate, 1 - rate) >= LEAST_EXPECTED:
        return float(stats.chi2_contingency(np.array([x, n - x]), correction=False).pvalue)
    drawn = np.random.default_rng(1).multivariate_hypergeometric(n, accepted, DRAWN, method="marginals")
    off = [((table - n * rate) ** 2 / n).sum(axis=-1) for table in (x, drawn)]
    return float((1 + (off[1] >= off[0] * (1 - 1e-9)).sum()) / (1 + DRAWN))
