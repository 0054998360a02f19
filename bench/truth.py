"""How often what the pages claim is false where there is nothing to claim: `python -m bench.truth [tables]`.

Each row is a claim about invented customers among whom nothing is so, with the share of tables in which it was
made nevertheless, beside the share that is promised. The tests run the same with fewer tables.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from core.campaigns.assurance import still_needed
from core.campaigns.economics import Economics
from core.campaigns.gains import gains
from core.campaigns.posterior import JEFFREYS, Posterior, Verdict, judged, posteriors
from core.crossfilter.table import Moments
from core.datasets.templates import PERSONALITY
from core.evidence import crowds
from core.evidence.cut_crowds import CROWDS, cut_crowds
from core.profiles.contrast import Comparison, Group
from core.statistics.describe import correlations, strongest
from core.statistics.differences import could_be_drawn, mean_difference, rest_of, skewed_interval
from core.statistics.rates import Groups

MONEY = Economics(3, 11)
PROMISED = 0.05
AMOUNTS: Mapping[str, tuple[Callable[[np.random.Generator, int], NDArray[np.float64]], float]] = {
    "exponential": (lambda rng, n: rng.exponential(1, n), 1.0),
    "lognormal sd .7": (lambda rng, n: rng.lognormal(0, 0.7, n), np.exp(0.7**2 / 2)),
    "lognormal sd 1": (lambda rng, n: rng.lognormal(0, 1, n), np.exp(0.5)),
    "lognormal sd 1.5": (lambda rng, n: rng.lognormal(0, 1.5, n), np.exp(1.5**2 / 2)),
    "three in ten buy none": (lambda rng, n: rng.exponential(1, n) * (rng.random(n) < 0.7), 0.7),
    "six in ten buy none": (lambda rng, n: rng.exponential(1, n) * (rng.random(n) < 0.4), 0.4),
    "Poisson 1": (lambda rng, n: rng.poisson(1, n).astype(float), 1.0),
    "normal": (lambda rng, n: rng.normal(10, 2, n), 10.0),
}
"""Amounts, as they are drawn, and their mean."""
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Claim:
    """What was claimed, in which share of so many tables, and which share at most is promised."""

    what: str
    tables: int
    share: float
    promised: float = PROMISED

    @property
    def kept(self) -> bool:
        """Whether the promise is kept, give or take what so many tables leave open."""
        return self.share <= self.promised + 2.6 * np.sqrt(self.promised * (1 - self.promised) / self.tables)


def claims(tables: int) -> Iterator[Claim]:
    """Every claim that was ever found to be made too often."""
    for k in (2, 3, 6, 12):
        yield _share(
            f"/segments: {k} ticked, any field not chance", tables, lambda rng, k=k: segments(rng, k)
        )
        yield _share(
            f"/segments: {k} ticked, true difference outside", tables, lambda rng, k=k: outside(rng, k)
        )
    yield _share("/segments: a crowd cut in four, further apart than crowds", tables, apart)
    for n in (10, 30, 100):
        yield _share(
            f"/: {n} selected, spending not chance", tables, lambda rng, n=n: key_figure(rng, n), 0.07
        )
        yield _share(f"/: {n} selected, few spend most", tables, lambda rng, n=n: key_figure(rng, n, 1.4))
    for name, n in product(AMOUNTS, (5, 10, 20, 29, 100)):
        yield _share(
            f"/: interval of {n}, {name}, misses",
            tables,
            lambda rng, name=name, n=n: misses(rng, name, n),
            0.06,
        )
    for rows in (30, 100, 1000):
        yield _share(
            f"/explore: {rows} customers, strongest related", tables, lambda rng, n=rows: related(rng, n)
        )
    for size in (8, 20, 40, 80):
        yield _share(f"/campaigns: odd {size} do not pay, Send", tables, lambda rng, n=size: odd(rng, n))
    yield _share("/campaigns: no signal, best depth not chance", tables, best_depth)
    yield _share("/campaigns: no verdict after the contacts needed", tables, undecided, 0.2)


def _share(
    what: str, tables: int, claimed: Callable[[np.random.Generator], bool], promised: float = PROMISED
) -> Claim:
    rng = np.random.default_rng(20)
    return Claim(what, tables, sum(claimed(rng) for _ in range(tables)) / tables, promised)


def segments(rng: np.random.Generator, k: int, rows: int = 600) -> bool:
    """Segments of noise, and four fields that have nothing to do with it."""
    labels = KMeans(k, n_init=1, random_state=int(rng.integers(1 << 31))).fit_predict(
        rng.normal(size=(rows, 7))
    )
    values: dict[str, Values] = {
        "Children": rng.poisson(1.0, rows).astype(float),
        "NumCatalogPurchases": rng.poisson(2.7, rows).astype(float),
        "NumDealsPurchases": rng.lognormal(0, 1, rows),
        "Response": (rng.random(rows) < 0.15).astype(float),
    }
    sides = [np.arange(rows), *(np.flatnonzero(labels == label) for label in range(k))]
    groups = tuple(_group(values, places) for places in sides)
    found = Comparison(groups, {name: float(column.std()) for name, column in values.items()})
    return any(not gap.chance for *_, gap in found.widest(range(1, k + 1)).values())


def outside(rng: np.random.Generator, k: int) -> bool:
    """Segments of unlike size and spread: is the true difference of the widest pair outside of its interval?"""
    sizes, spreads, true = rng.integers(30, 400, k), rng.uniform(0.5, 3, k), rng.normal(0, 0.1, k)
    own = [rng.normal(*one) for one in zip(true, spreads, sizes, strict=True)]
    sides = [np.concatenate(own), *own]
    groups = [Group(len(one), {"x": float(one.mean())}, {"x": moments(one)}) for one in sides]
    high, low, gap = Comparison(tuple(groups), {"x": 1.0}).widest(range(1, k + 1))["x"]
    bounds = gap.interval or (0.0, 0.0)
    return not bounds[0] <= true[high - 1] - true[low - 1] <= bounds[1]


def apart(rng: np.random.Generator, rows: int = 300) -> bool:
    """One long crowd, cut: is it said to lie further apart than crowds that are cut alike?"""
    points = rng.normal(size=(rows, 4)) + rng.normal(size=(rows, 1))
    labels = KMeans(4, n_init=3, random_state=1).fit_predict(points).astype(np.int64)
    return any(
        field.more for field in cut_crowds(points, labels, "abcd", crowds.drawn(points, CROWDS, 2024)).fields
    )


def _group(values: dict[str, Values], places: NDArray[np.intp]) -> Group:
    own = {name: column[places] for name, column in values.items()}
    means: dict[str, float | None] = {name: float(column.mean()) for name, column in own.items()}
    return Group(len(places), means, {name: moments(column) for name, column in own.items()})


def moments(values: Values) -> Moments:
    """What the engine knows of a column."""
    return Moments(len(values), float(values.sum()), float(np.square(values).sum()))


def key_figure(rng: np.random.Generator, selected: int, tail: float = 0.0) -> bool:
    """The spending of a random part of 2,240 customers against the rest, as in the shop's file or lognormal."""
    spending = rng.lognormal(5.0, tail, 2240) if tail else rng.gamma(1.0, 600.0, 2240)
    own = moments(spending[:selected])
    rest = rest_of(moments(spending), own)
    difference = mean_difference(own, rest)
    return difference is not None and not difference.chance and not could_be_drawn(own, rest)


def misses(rng: np.random.Generator, name: str, n: int) -> bool:
    """Whether the interval of the mean of `n` customers leaves out what they were drawn from."""
    draw, true = AMOUNTS[name]
    values = draw(rng, n)
    found = skewed_interval(values, amounts=True)
    return found is not None and not found.low <= true <= found.high


def related(rng: np.random.Generator, rows: int) -> bool:
    """Fifteen unrelated columns, counts and amounts with a long tail."""
    columns = [rng.poisson(2, rows) if place % 2 else rng.lognormal(4, 1.2, rows) for place in range(15)]
    frame = pd.DataFrame(np.column_stack(columns), columns=[f"c{place}" for place in range(15)])
    top = strongest(frame, correlations(frame, "pearson"), 3, "pearson", PERSONALITY)
    return any(not one.chance for one in top)


def odd(rng: np.random.Generator, size: int) -> bool:
    """A segment that does not pay (.22) among five of 300 that do (.35): is it told to be sent to?"""
    sizes = [size, *[300] * 5]
    groups = Groups.of(sizes, rng.binomial(sizes, [0.22, *[0.35] * 5]))
    return judged(posteriors(groups)[0], MONEY.break_even) is Verdict.SEND


def best_depth(rng: np.random.Generator) -> bool:
    """An order that has nothing to do with the answers: is its best depth passed off as more than luck?"""
    sizes = [40, 60, 100, 200, 100]
    curve = gains(Groups.of(sizes, rng.binomial(sizes, 0.25)))
    own = float(curve.profit(MONEY).max())
    return own > 0 and float((curve.without_signal(MONEY) >= own).mean()) <= PROMISED


def undecided(rng: np.random.Generator) -> bool:
    """After as many contacts as are said to be needed, at a rate as it was believed: is there still no verdict?"""
    known = Posterior(JEFFREYS, 70, 300)
    needed = still_needed(known, MONEY.break_even) or 0
    accepted = rng.binomial(needed, rng.beta(70.5, 230.5))
    return judged(known.after(needed, accepted), MONEY.break_even) is Verdict.TEST


def main() -> None:
    """Simulate and print."""
    for claim in claims(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        promised = f"{claim.share:6.3f}  promised {claim.promised:.2f}  {'' if claim.kept else 'BROKEN'}"
        print(f"{claim.what:52} {claim.tables:>6,} tables  {promised}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
