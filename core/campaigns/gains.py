"""If only the most promising are contacted: how many acceptances, and what profit, at each depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.campaigns.economics import Economics
from core.statistics.rates import Counts, Floats, Groups

DRAWS, SEED = 400, 2014


@dataclass(frozen=True)
class Gains:
    """What is reached after each group, the most promising first."""

    # shape (groups with customers + 1,): cumulative; both begin with 0.
    contacted: Counts
    accepted: Counts

    @property
    def depth(self) -> Floats:
        """Share of customers contacted, in [0, 1]."""
        return _share(self.contacted)

    @property
    def reached(self) -> Floats:
        """Share of all acceptances reached, in [0, 1]."""
        return _share(self.accepted)

    def profit(self, economics: Economics) -> Floats:
        """Profit if the campaign ends at each depth, in the file's currency."""
        return economics.profit(self.accepted, self.contacted)

    def best(self, economics: Economics) -> int:
        """Place of the depth with the largest profit; 0 is to contact nobody."""
        return int(np.argmax(self.profit(economics)))

    def without_signal(self, economics: Economics) -> Floats:
        """Profits at the best depth of campaigns in which the order has nothing to do with the answers.

        Shape (DRAWS,), seeded. As many acceptances of as many contacts are dealt out at random: what the best of
        several depths promises in hindsight even where there is nothing to gain by the order.
        """
        sizes, accepted = np.diff(self.contacted), int(self.accepted[-1])
        dealt = np.random.default_rng(SEED).multivariate_hypergeometric(sizes, accepted, size=DRAWS)
        profits = economics.revenue * dealt - economics.cost * sizes
        best: Floats = np.maximum(np.cumsum(profits, axis=1).max(axis=1, initial=0.0), 0.0)
        return best


def gains(ordered: Groups) -> Gains:
    """Cumulative gains over groups in the order in which they would be contacted.

    Notes
    -----
    Within a group the order is unknown, so the curve is only drawn at the groups' ends. The figures are of
    the campaign that was run: an order that was chosen after looking at it would look better than it is.
    """
    there = ordered.contacted > 0
    return Gains(_cumulative(ordered.contacted[there]), _cumulative(ordered.accepted[there]))


def _cumulative(counts: Counts) -> Counts:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _share(counts: Counts) -> Floats:
    shares: Floats = counts / max(int(counts[-1]), 1)
    return shares
