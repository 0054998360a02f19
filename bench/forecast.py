"""How right forecasts of the next year are: `python -m bench.forecast TURNS [CDNOW_SAMPLE]`.

Customers who do as the models have it, with known parameters: how far sums are off, and how often what happened lies in
the range of 95 of 100, of everyone and of groups by purchases. And, where the sample of CDNOW's customers of Fader and
Hardie is at hand, the parameters beside those that they published.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from core.forecast.bg_nbd import BgNbd, Stops
from core.forecast.expected import Fitted, by_group
from core.forecast.gamma_gamma import GammaGamma
from core.forecast.history import Purchases
from core.forecast.likelihood import Estimate

TRUTH = (
    BgNbd(Estimate(tuple(np.log([0.8, 60.0, 0.9, 3.0])), ())),
    GammaGamma(Estimate(tuple(np.log([5.0, 4.0, 60.0])), ())),
)
SIZES, DAYS, LATER, GROUPS = (300, 600, 1_500, 5_000), 1_100, 365, 5
AT_ANY_TIME = (0.7, 250.0)  # s and beta, of how fast customers stop under Pareto/NBD
STOPS: tuple[Stops, ...] = ("once back", "after any purchase", "at any time")


def drawn(customers: int, days: int, seed: int, first: int = 400, *, stops: Stops = "once back") -> Purchases:
    """Purchases of customers who do as one of the models of buying, and that of money, have it, with the truth above."""
    draw = np.random.default_rng(seed)
    r, alpha, a, b = TRUTH[0].found.values
    p, q, gamma = TRUTH[1].found.values
    begins, ends = draw.integers(0, first, customers), np.full(customers, float(days))
    if stops == "at any time":
        s, beta = AT_ANY_TIME
        ends = begins + draw.exponential(size=customers) * beta / np.maximum(
            draw.gamma(s, size=customers), 1e-9
        )
        rhythm = draw.gamma(r, size=customers) / alpha
        times = draw.poisson(rhythm * (days - begins))
    else:
        times = draw.geometric(draw.beta(a, b, customers)) - (stops == "after any purchase")
    who = np.repeat(np.arange(customers), times + 1)
    begun = np.unique(who, return_index=True)[1]
    if stops == "at any time":
        since = draw.random(len(who)) * (days - begins)[who]
    else:
        gaps = draw.exponential(np.repeat(alpha / draw.gamma(r, size=customers), times + 1))
        gaps[begun] = 0
        summed = np.cumsum(gaps)
        since = summed - summed[begun][who]
    since[begun] = 0
    day = begins[who] + since
    kept = (day < np.minimum(days, ends)[who]) | (since == 0)
    who, day = who[kept], day[kept].astype(np.int64)
    paid = draw.gamma(p, size=len(who)) / (draw.gamma(q, size=customers) / gamma)[who]
    keys = np.unique(who * days + day)
    return Purchases(keys // days, keys % days, who, day, paid, days - 1)


def main(turns: int) -> None:
    print(
        "| customers | stop | turns | purchases by what happened (sd) | value (sd) | in the range | of groups |"
    )
    for size, stops in product(SIZES, STOPS):
        found = [_turn(drawn(size, DAYS, 1_000 * size + turn, stops=stops)) for turn in range(turns)]
        ratios = np.array([one[0] for one in found])
        spread = [
            f"{mean:.3f} ({sd:.3f})" for mean, sd in zip(ratios.mean(axis=0), ratios.std(axis=0), strict=True)
        ]
        shares = [
            ", ".join(f"{one:.2f}" for one in np.mean([turn[place] for turn in found], axis=0))
            for place in (1, 2)
        ]
        print(f"| {' | '.join([str(size), stops, str(turns), *spread, *shares])} |", flush=True)


def _turn(purchases: Purchases) -> tuple[list[float], list[bool], list[float]]:
    """Sums by what happened, whether that was in their ranges, and the share of groups in theirs: purchases, and value."""
    until = purchases.last - LATER
    history, who = purchases.until(until)
    groups = np.minimum(history.again, GROUPS - 1).astype(np.int64)
    each, whole = by_group(Fitted.of(history), history, groups, LATER)
    ratios, inside, shares = [], [], []
    for name, happened in zip(("purchases", "value"), purchases.after(until, who), strict=True):
        sums, expected = np.bincount(groups, happened, GROUPS), getattr(whole, name)
        ratios.append(expected.mean / sums.sum())
        inside.append(expected.low <= sums.sum() <= expected.high)
        ranges = [getattr(one, name) for one in each]
        shares.append(
            float(np.mean([one.low <= was <= one.high for one, was in zip(ranges, sums, strict=False)]))
        )
    return ratios, inside, shares


def published(file: Path) -> None:
    """CDNOW: 39 weeks of fitting, 39 of forecast."""
    names = ["all", "customer", "day", "pieces", "paid"]
    lines = pd.read_csv(file, sep=r"\s+", names=names, dtype={"day": str})
    day = pd.to_datetime(lines["day"], format="%Y%m%d").to_numpy().astype("datetime64[D]").astype(np.int64)
    payer = lines["customer"].to_numpy() - 1
    keys = np.unique(payer * 100_000 + day)
    purchases = Purchases(
        keys // 100_000, keys % 100_000, payer, day, lines["paid"].to_numpy(), int(day.max())
    )
    until = int(np.datetime64("1997-09-30").astype(np.int64))
    history, who = purchases.until(until)
    buying = BgNbd.fit(history)[1]
    r, alpha, a, b = buying.found.values
    print(
        f"r, alpha, a, b = {r:.3f}, {alpha / 7:.3f}, {a:.3f}, {b:.3f} (published: 0.243, 4.414, 0.793, 2.426)"
    )
    later, _ = purchases.after(until, who)
    expected = buying.purchases(history, purchases.last - until)
    print(f"39 weeks on: {expected.sum():.0f} purchases forecast, {later.sum():.0f} happened")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100)
    if sys.argv[2:]:
        published(Path(sys.argv[2]))
