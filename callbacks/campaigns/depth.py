"""What the campaigns page says of how sure the acceptance rate is, and of contacting only the most promising: what is reached, and what is luck."""

from __future__ import annotations

import numpy as np

from callbacks.filters.key_figures import LEVELS, is_chance
from core.campaigns.differences import FALSE_DISCOVERIES
from core.campaigns.report import Report
from core.crossfilter.table import Moments
from core.numbers import Numbers
from core.statistics.differences import rest_of
from core.statistics.rates import FEWEST, Floats, Groups

EXACT = (
    "The file holds all customers there are, so rates are exactly what happened. Intervals and verdicts are about asking "
    "the same customers again, which of them accept then is chance as well."
)


def gains_finding(found: Report, numbers: Numbers) -> str:
    """What is reached by contacting the first fifth."""
    curve, order = found.promising, _order(found)
    if not found.total.accepted:
        return f"Nobody accepted, so there is nothing to reach. {order}".strip()
    if len(curve.contacted) == 2:
        by = (
            "earlier campaigns nor money"
            if not (found.before or found.ranks)
            else "what they answered nor spent before"
        )
        return f"Neither {by} puts these customers in an order: here it is all of them, or nobody."
    place = int((curve.depth <= 0.2).sum()) - 1
    place = place if place else min(1, len(curve.depth) - 1)
    return (
        f"The first {numbers.percent(curve.depth[place])} of customers bring {numbers.percent(curve.reached[place])} "
        f"of acceptances. {order}"
    )


def _order(found: Report) -> str:
    if not found.ranks:
        return "Contacted in the order of earlier acceptances, most first." if found.before else ""
    if not found.before:
        return f"Contacted in the order of their {found.ranks}, highest first."
    return f"Contacted in the order of earlier acceptances, then of {found.ranks}, highest first."


def returns_finding(found: Report, numbers: Numbers) -> str:
    """The best depth, and that it was chosen with hindsight."""
    curve, money = found.promising, found.economics
    best, profits = curve.best(money), curve.profit(money)
    reached = int(curve.contacted[best])
    if not curve.contacted[-1]:
        return "No customer matches."
    if not best:
        return "At no depth does this order earn anything: contacting nobody is best."
    told = (
        f"Best after {numbers.whole(reached)} customer{'' if reached == 1 else 's'} ({numbers.percent(curve.depth[best])}): "
        f"{numbers.money(profits[best], money.cents)}."
    )
    if np.allclose(found.noise, profits[best]):
        return f"{told} An order that says nothing would bring as much."
    return (
        f"{told} {by_luck(float(profits[best]), found.noise, numbers, money.cents)} In hindsight: the order was fixed "
        "beforehand, but the depth is chosen on the campaign that was run. Expect less next time."
    )


def by_luck(own: float, noise: Floats, numbers: Numbers, cents: int = 0) -> str:
    """What the best depth of an order of no use would promise, and whether this one promises clearly more."""
    said = f"The best depth of an order that says nothing would promise {numbers.money(float(noise.mean()), cents)}"
    as_good = float((noise >= own).mean())
    if as_good <= FALSE_DISCOVERIES:
        return f"{said} on average."
    return f"{said} on average, and as much as this in {numbers.percent(as_good)} of campaigns: it could be chance."


def note(found: Report, numbers: Numbers, *, whole: bool = False) -> str:
    """The rate, its interval unless the file holds the `whole`, and how it differs from everyone's."""
    interval = found.total.interval
    if interval is None:
        return "no customer"
    ends = numbers.rates(interval.low, interval.high)
    sure = f"{numbers.rate(interval.rate)}, {'exact' if whole else f'95% interval {ends}'}"
    everyone, selected = _moments(found.everyone), _moments(found.selected)
    if selected.known == everyone.known:
        return sure
    return f"{sure}; {numbers.times(interval.rate, everyone.mean)}{_chance(selected, rest_of(everyone, selected), whole)}"


def _chance(selected: Moments, rest: Moments, whole: bool) -> str:
    if min(selected.known, rest.known) < FEWEST:
        return "; too few customers to say whether that is chance"
    chance, maybe = (is_chance(selected, rest, level, is_rate=True, whole=whole) for level in LEVELS)
    return "; could be chance" if chance else "; maybe chance" if maybe else ""


def _moments(groups: Groups) -> Moments:
    accepted = float(groups.accepted[0])
    return Moments(int(groups.contacted[0]), accepted, accepted)
