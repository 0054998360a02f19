"""How sure the acceptance rate of the selected is, and whether it differs from that of the others by chance."""

from __future__ import annotations

from core.campaigns.report import Report
from core.crossfilter.table import Moments
from core.numbers import Numbers
from core.statistics.differences import FEWEST, could_be_drawn, rate_difference, rest_of
from core.statistics.rates import Groups

EXACT = (
    "The file holds all customers there are, so rates are exactly what happened. Intervals and verdicts are about asking "
    "the same customers again, which of them accept then is chance as well."
)


def note(found: Report, numbers: Numbers, *, whole: bool = False) -> str:
    """The rate, its interval unless the file holds the `whole`, and how it differs from everyone's."""
    interval = found.total.interval
    if interval is None:
        return "no customer"
    low, high = numbers.rate(interval.low), numbers.rate(interval.high)
    sure = f"{numbers.rate(interval.rate)}, {'exact' if whole else f'95% interval {low} to {high}'}"
    everyone, selected = _moments(found.everyone), _moments(found.selected)
    if selected.known == everyone.known:
        return sure
    return f"{sure}; {numbers.times(interval.rate, everyone.mean)}{_chance(selected, rest_of(everyone, selected), whole)}"


def _chance(selected: Moments, rest: Moments, whole: bool) -> str:
    if min(selected.known, rest.known) < FEWEST:
        return "; too few customers to say whether that is chance"
    difference = rate_difference(selected, rest)
    chance = could_be_drawn(selected, rest) if whole else difference is None or difference.chance
    return "; could be chance" if chance else ""


def _moments(groups: Groups) -> Moments:
    accepted = float(groups.accepted[0])
    return Moments(int(groups.contacted[0]), accepted, accepted)
