"""Would the same segments come out of other customers like these? Bootstrap Jaccard per segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.data.people import People
from core.evidence import crowds, cut_crowds
from core.model.lloyd import kmeans
from core.model.pools import one_thread
from core.model.refits import Refits
from core.model.space import Space
from core.progress import Tell, silent
from core.statistics.rates import wilson_of

if TYPE_CHECKING:
    from core.services import Services

KEPT_AS = "stability"  # among what is found about a model
RESAMPLES = 100
STARTS = 20  # with few starts a refit misses the optimum, and segments look less stable than they are
SPREAD = (0.1, 0.9)  # of the refits from half as many customers, between which four of five are
CROWDS, EACH = 8, 4  # crowds without groups, and resamples of each: a mean needs fewer than a badge
SEED = 2007
MOST = 10_000  # customers that are resampled; of a larger table a seeded sample stands for it
DISSOLVED, DOUBTFUL, STABLE, HIGHLY_STABLE = 0.5, 0.6, 0.75, 0.85
BORNE_OUT = 0.8  # that comes back from half as many customers, below which nothing is called stable

Points = NDArray[np.float64]
Labels = NDArray[np.int64]


class StabilityRating(StrEnum):
    """What a mean Jaccard says of a segment, in Hennig's words."""

    HIGHLY_STABLE = "highly stable"
    STABLE = "stable"
    DOUBTFUL = "a pattern, but who belongs to it is doubtful"
    DISTRUST = "not to be trusted"
    DISSOLVED = "dissolves"
    EMPTY = "too few customers to say"


@dataclass(frozen=True)
class Fresh:
    """How much of a segment comes back in the model's refits, each from half as many customers.

    Attributes
    ----------
    mean, low, high : float
        Jaccard similarity over refits, and what a tenth of them are below and above.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class SegmentStability:
    """How well one segment is found again.

    Attributes
    ----------
    number : int
        1..k.
    customers : int
        Of the segment, among those that were resampled.
    jaccard : float or None
        Mean over resamples of the Jaccard similarity with the best-matching new segment, in [0, 1]; None for
        a segment that has no customer in the sample.
    dissolved, recovered : int
        Resamples with a similarity of 0.5 or less, and of 0.75 or more.
    fresh : Fresh or None
        The same of segments from half as many customers, which differ as those of other customers would; None for
        a segment that has no customer in the sample.
    crowd, error : float or None
        Mean over crowds without groups, cut alike, of the segment that is as high in their order, and its
        standard error; None where there is no such crowd.
    """

    number: int
    customers: int
    jaccard: float | None
    dissolved: int
    recovered: int
    fresh: Fresh | None
    crowd: float | None = None
    error: float | None = None

    @property
    def is_as_in_a_crowd(self) -> bool:
        """Whether a crowd without groups gets as much, as far as can be told from so few."""
        if self.jaccard is None or self.crowd is None:
            return False
        return self.jaccard <= self.crowd + 2 * (self.error or 0.0)

    @property
    def is_of_few(self) -> bool:
        """Whether, of so few customers, the segment could as well be one that comes back as one that does not."""
        if self.jaccard is None:
            return True
        low, high = wilson_of(self.jaccard, self.customers)
        return high >= STABLE and low < (DOUBTFUL if self.jaccard >= STABLE else DISSOLVED)

    @property
    def verdict(self) -> StabilityRating:
        """What the mean says, by the cut-offs of fpc::clusterboot, where segments from half as many bear it out.

        Notes
        -----
        Resamples share two customers of three with the file, so their segments are more alike than those of other
        customers: "highly stable" takes 0.85 from half as many as well, and "stable" 0.8; what so few customers leave
        open (Wilson's lower bound) is 0.75 and 0.6 then. See `bench.badges` for how often that is right.
        """
        if self.jaccard is None or self.is_of_few:
            return StabilityRating.EMPTY
        found = graded(self.jaccard)
        again = self.fresh.mean if self.fresh else 0.0
        sure = wilson_of(again, self.customers)[0]
        if found is StabilityRating.HIGHLY_STABLE and (again < HIGHLY_STABLE or sure < STABLE):
            found = StabilityRating.STABLE
        if found is StabilityRating.STABLE and (again < BORNE_OUT or sure < DOUBTFUL):
            found = StabilityRating.DOUBTFUL
        return found


def graded(jaccard: float) -> StabilityRating:
    """What a mean says by itself."""
    if jaccard <= DISSOLVED:
        return StabilityRating.DISSOLVED
    if jaccard < DOUBTFUL:
        return StabilityRating.DISTRUST
    if jaccard < STABLE:
        return StabilityRating.DOUBTFUL
    return StabilityRating.STABLE if jaccard < HIGHLY_STABLE else StabilityRating.HIGHLY_STABLE


@dataclass(frozen=True)
class Stability:
    """All segments of a model, and how they were tried: `sampled` of `customers` were resampled, and `crowds`."""

    resamples: int
    starts: int
    sampled: int
    customers: int
    segments: tuple[SegmentStability, ...]
    crowds: int


def stability(
    space: Space,
    people: People,
    refits: Refits,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    most: int = MOST,
    crowd: Sequence[Points] = (),
    tell: Tell = silent,
) -> Stability:
    """Try the segments of a model on resampled customers.

    Parameters
    ----------
    space : Space
        As `fit` made it; K-Means is refitted in it to each resample.
    people : People
        The customers that it was fitted on, with their `Segment`, 1..k.
    refits : Refits
        Its segments, made again from half as many.
    resamples, seed, most : int
        Resamples to draw; their seed; customers beyond which a random sample of that many is resampled.
    crowd : sequence of float arrays, shape (n, n_basis)
        Crowds without groups that are like those who are resampled.
    tell : Tell
        Told each resample; may raise to cancel.
    """
    points, labels = resampled(space, people, most, seed)
    k = len(space.centres)
    segments = segments_of(
        points, labels, refits, k, resamples=resamples, seed=seed, tell=partly(tell, 0.0, 0.7)
    )
    beside = in_crowds(crowd, k, seed=seed, tell=partly(tell, 0.7, 1.0))
    return Stability(
        resamples, STARTS, len(points), len(people), tuple(_beside(segments, beside)), len(crowd)
    )


def resampled(space: Space, people: People, most: int = MOST, seed: int = SEED) -> tuple[Points, Labels]:
    """Where those stand who are resampled, and their segments, 0..k-1; of many customers a seeded sample."""
    places = np.arange(len(people))
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(len(people), most, replace=False))
    rows = people.rows(places, [*space.basis, "Segment"])
    return space.place(rows), rows["Segment"].to_numpy(dtype=np.int64) - 1


def segments_of(
    points: Points,
    labels: Labels,
    refits: Refits,
    k: int,
    *,
    resamples: int = RESAMPLES,
    starts: int = STARTS,
    seed: int = SEED,
    tell: Tell = silent,
) -> list[SegmentStability]:
    """How well each segment of `points`, 0..k-1 by `labels`, is found again; parameters as of `jaccards`."""
    found = jaccards(points, labels, k, resamples=resamples, starts=starts, seed=seed, tell=tell)
    fresh = np.array([best_matches(labels, again, k) for again in refits.segments(points)])
    sizes = np.bincount(labels, minlength=k).tolist()
    return [_summary(place + 1, sizes[place], found[:, place], fresh[:, place]) for place in range(k)]


def partly(tell: Tell, start: float, end: float) -> Tell:
    """Told as a part of longer work, from one share of it to another."""
    return lambda words, share: tell(words, start + (end - start) * share)


def in_crowds(
    crowd: Sequence[Points], k: int, *, seed: int = SEED, tell: Tell = silent
) -> NDArray[np.float64]:
    """Mean similarities of the segments of crowds without groups, cut as customers are; each row from highest to lowest.

    Shape (len(crowd), k).
    """
    found = np.empty((len(crowd), k))
    for turn, drawn in enumerate(crowd):
        tell(f"Making segments of crowds without groups, {turn + 1} of {len(crowd)}", turn / len(crowd))
        labels = _refit(drawn, k, STARTS, seed + turn)
        again = np.nan_to_num(jaccards(drawn, labels, k, resamples=EACH, seed=seed + turn))
        found[turn] = np.sort(again.mean(axis=0))[::-1]
    return found


def _beside(segments: list[SegmentStability], crowd: NDArray[np.float64]) -> list[SegmentStability]:
    """Each segment beside that of crowds which is as high among their own."""
    if not len(crowd):
        return segments
    order = sorted(range(len(segments)), key=lambda place: -(segments[place].jaccard or 0.0))
    means, errors = crowd.mean(axis=0), crowd.std(axis=0, ddof=1) / len(crowd) ** 0.5
    found = list(segments)
    for rank, place in enumerate(order):
        mean, error = round(float(means[rank]), 4), round(float(errors[rank]), 4)
        found[place] = replace(segments[place], crowd=mean, error=error)
    return found


def jaccards(
    points: Points,
    labels: Labels,
    k: int,
    *,
    resamples: int = RESAMPLES,
    starts: int = STARTS,
    seed: int = SEED,
    tell: Tell = silent,
) -> NDArray[np.float64]:
    """Best-match Jaccard similarity of each segment in each resample.

    Parameters
    ----------
    points : float array, shape (n, n_basis)
        Customers in the space that segments were made in.
    labels : int array, shape (n,)
        Their segments, 0..k-1.
    k, resamples, starts, seed : int

    Returns
    -------
    float array, shape (resamples, k)
        NaN where no customer of a segment was drawn.

    Notes
    -----
    Hennig (2007), Computational Statistics & Data Analysis 52: 258-271. n customers are drawn with
    replacement; those drawn, each taken once however often (the default of fpc::clusterboot,
    `multipleboot=FALSE`), are clustered again; each original segment, as far as it was drawn, is compared
    with the new segment that it shares most of.
    """
    random = np.random.default_rng(seed)
    found = np.full((resamples, k), np.nan)
    for turn in range(resamples):
        tell(f"Making the segments again from other customers, {turn + 1} of {resamples}", turn / resamples)
        drawn = np.flatnonzero(np.bincount(random.integers(len(points), size=len(points))))
        again = _refit(points[drawn], k, starts, int(random.integers(2**31)))
        found[turn] = best_matches(labels[drawn], again, k)
    return found


def best_matches(before: Labels, after: Labels, k: int) -> NDArray[np.float64]:
    """Jaccard similarity of each segment of `before` with the segment of `after` that it shares most of."""
    shared = np.bincount(before * k + after, minlength=k * k).reshape(k, k)
    together = shared.sum(axis=1)[:, None] + shared.sum(axis=0)[None, :] - shared
    best: NDArray[np.float64] = (shared / np.maximum(together, 1)).max(axis=1)
    return np.where(shared.sum(axis=1) > 0, best, np.nan)


def _refit(points: Points, k: int, starts: int, seed: int) -> Labels:
    """K-Means as in `fit`; one thread, for the same reasons."""
    with one_thread():
        return kmeans(points, different(points, k), starts=starts, seed=seed).labels


def different(points: Points, most: int) -> int:
    """How many different customers there are, counted no further than `most`."""
    seen = set[tuple[float, ...]]()
    for point in points:
        seen.add(tuple(point.tolist()))
        if len(seen) == most:
            break
    return len(seen)


def _summary(
    number: int, customers: int, values: NDArray[np.float64], fresh: NDArray[np.float64]
) -> SegmentStability:
    known = values[~np.isnan(values)]
    if not len(known):
        return SegmentStability(number, customers, None, 0, 0, None)
    dissolved, recovered = int((known <= DISSOLVED).sum()), int((known >= STABLE).sum())
    spread = Fresh(*(round(float(one), 4) for one in (fresh.mean(), *np.quantile(fresh, SPREAD))))
    return SegmentStability(number, customers, round(float(known.mean()), 4), dissolved, recovered, spread)


def work(services: Services, _arguments: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The job: try the live model's segments, and keep what came out with the model."""
    model, start = services.model, 0.1
    points, labels = resampled(model.space, model.people)
    crowd, told = crowds.drawn(points, cut_crowds.CROWDS, SEED), partly(tell, start, 1.0)
    beside = cut_crowds.cut_crowds(points, labels, model.space.basis, crowd, partly(tell, 0.0, start))
    services.findings.write(model.card.key, cut_crowds.KEPT_AS, beside)
    found = stability(model.space, model.people, model.refits, crowd=crowd[:CROWDS], tell=told)
    services.findings.write(model.card.key, KEPT_AS, found)
    return {"segments": len(found.segments)}
