"""Would the same segments come out of other customers like these? Bootstrap Jaccard per segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from core.data.people import People
from core.evidence import cut_crowds, preference, recommendation
from core.evidence.evidence import Evidence
from core.evidence.recommendation import cut
from core.model.space import Space
from core.numbers import Numbers, spell
from core.progress import Tell, silent

if TYPE_CHECKING:
    from core.services import Services

KEPT_AS = "stability"  # among what is found about a model
RESAMPLES = 100
STARTS = 20  # with few starts a refit misses the optimum, and segments look less stable than they are
MOST = 10_000  # customers that are resampled; of a larger table a seeded sample stands for it
DISSOLVED, DOUBTFUL, STABLE, HIGHLY_STABLE = 0.5, 0.6, 0.75, 0.85

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
class SegmentStability:
    """How well one segment is found again.

    Attributes
    ----------
    number : int
        1..k.
    jaccard : float or None
        Mean over resamples of the Jaccard similarity with the best-matching new segment, in [0, 1]; None for
        a segment that has no customer in the sample.
    dissolved, recovered : int
        Resamples with a similarity of 0.5 or less, and of 0.75 or more.
    """

    number: int
    jaccard: float | None
    dissolved: int
    recovered: int

    @property
    def verdict(self) -> StabilityRating:
        """What the mean says, by the cut-offs of fpc::clusterboot."""
        if self.jaccard is None:
            return StabilityRating.EMPTY
        if self.jaccard <= DISSOLVED:
            return StabilityRating.DISSOLVED
        if self.jaccard < DOUBTFUL:
            return StabilityRating.DISTRUST
        if self.jaccard < STABLE:
            return StabilityRating.DOUBTFUL
        return StabilityRating.STABLE if self.jaccard < HIGHLY_STABLE else StabilityRating.HIGHLY_STABLE


def rating(jaccard: float | None, numbers: Numbers) -> str:
    """A mean Jaccard beside the bound that it is measured by, in the words that every page uses."""
    if jaccard is None:
        return StabilityRating.EMPTY.value
    found, shown = SegmentStability(0, jaccard, 0, 0).verdict, cut(jaccard, numbers)
    words, bound = _BOUNDS[found]
    level = numbers.typed(bound)
    if found in (StabilityRating.HIGHLY_STABLE, StabilityRating.STABLE):
        side = "just" if shown == numbers.fixed(bound) else "above"
        return f"{shown}, {side} the {level} that counts as {words}"
    return f"{shown}, below the {level} {words}"


def caution(found: Evidence | None, k: int, numbers: Numbers) -> str:
    """What the badges of `k` segments do not say: whether there are groups, and how many criteria prefer that many."""
    alone = "a crowd without groups can get such badges, too"
    if found is None:
        return f"Stable is not the same as separate: {alone}."
    if preference.none_found(found):
        return (
            "But no groups are to be seen among these customers: what comes back is a cut across one crowd."
        )
    votes = [one.k for one in preference.preferences(found)]
    own = votes.count(k)
    prefer = f"{spell(own) if own else 'None'} of {spell(len(votes)).lower()} criteria"
    return (
        f"But {prefer[0].lower()}{prefer[1:]} prefer{'s' if own < 2 else ''} {spell(k).lower()} segments, and in "
        f"fresh customers the weakest is found again with a strength of {recommendation.reliable(found.choice(k).strength, numbers)}: "
        f"{alone}."
    )


def least(known: Stability, names: Sequence[str], numbers: Numbers) -> str:
    """Which segment comes back least when customers are drawn anew, beside the bound that its badge is measured by."""
    found = min((one for one in known.segments if one.jaccard is not None), key=_jaccard, default=None)
    if found is None:
        return ""
    return (
        f"Of the live segments {names[found.number - 1]} ({found.number}) comes back least when customers are drawn "
        f"anew: {rating(found.jaccard, numbers)}."
    )


def _jaccard(one: SegmentStability) -> float:
    return one.jaccard or 0.0


@dataclass(frozen=True)
class Stability:
    """All segments of a model, and how they were tried: `sampled` of `customers` were resampled."""

    resamples: int
    starts: int
    sampled: int
    customers: int
    segments: tuple[SegmentStability, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the model."""
        found: dict[str, Any] = _KEPT.dump_python(self, mode="json")
        return found

    @classmethod
    def from_json(cls, kept: object) -> Stability | None:
        """What was kept; None if nothing was, or if it is nothing of ours."""
        try:
            return _KEPT.validate_python(kept)
        except ValidationError:
            return None


_BOUNDS = {
    StabilityRating.HIGHLY_STABLE: ("highly stable", HIGHLY_STABLE),
    StabilityRating.STABLE: ("stable", STABLE),
    StabilityRating.DOUBTFUL: ("that counts as stable: who belongs to it is doubtful", STABLE),
    StabilityRating.DISTRUST: (
        "from which a segment can be relied on: don't build a campaign on it",
        DOUBTFUL,
    ),
    StabilityRating.DISSOLVED: (
        "from which a segment can be relied on: it dissolves, don't build a campaign on it",
        DOUBTFUL,
    ),
}
_KEPT: TypeAdapter[Stability] = TypeAdapter(Stability)


def stability(
    space: Space,
    people: People,
    *,
    resamples: int = RESAMPLES,
    seed: int = 2007,
    most: int = MOST,
    tell: Tell = silent,
) -> Stability:
    """Try the segments of a model on resampled customers.

    Parameters
    ----------
    space : Space
        As `fit` made it; K-Means is refitted in it to each resample.
    people : People
        The customers that it was fitted on, with their `Segment`, 1..k.
    resamples, seed, most : int
        Resamples to draw; their seed; customers beyond which a random sample of that many is resampled.
    tell : Tell
        Told each resample; may raise to cancel.
    """
    places = np.arange(len(people))
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(len(people), most, replace=False))
    rows = people.rows(places, [*space.basis, "Segment"])
    labels = rows["Segment"].to_numpy(dtype=np.int64) - 1
    k = len(space.centres)
    found = jaccards(space.place(rows), labels, k, resamples=resamples, seed=seed, tell=tell)
    segments = tuple(_summary(number, found[:, number - 1]) for number in range(1, k + 1))
    return Stability(resamples, STARTS, len(places), len(people), segments)


def jaccards(
    points: Points,
    labels: Labels,
    k: int,
    *,
    resamples: int = RESAMPLES,
    starts: int = STARTS,
    seed: int = 2007,
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
        drawn = np.unique(random.integers(len(points), size=len(points)))
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
    """K-Means as in `fit`; one OpenMP thread, for the same reasons."""
    clusters = min(k, len(np.unique(points, axis=0)))
    kmeans = KMeans(clusters, n_init=starts, random_state=seed)
    with threadpool_limits(1, user_api="openmp"):
        labels: Labels = kmeans.fit(points).labels_.astype(np.int64)
    return labels


def _summary(number: int, values: Sequence[float] | NDArray[np.float64]) -> SegmentStability:
    known = np.asarray(values)[~np.isnan(values)]
    if not len(known):
        return SegmentStability(number, None, 0, 0)
    dissolved, recovered = int((known <= DISSOLVED).sum()), int((known >= STABLE).sum())
    return SegmentStability(number, round(float(known.mean()), 4), dissolved, recovered)


def work(services: Services, _arguments: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The job: try the live model's segments, and keep what came out with the model."""
    model, start = services.model, 0.1
    beside = cut_crowds.of_model(model.space, model.people, lambda words, share: tell(words, start * share))
    services.findings.write(model.card.key, cut_crowds.KEPT_AS, beside.as_json())
    found = stability(
        model.space, model.people, tell=lambda words, share: tell(words, start + (1 - start) * share)
    )
    services.findings.write(model.card.key, KEPT_AS, found.as_json())
    return {"segments": len(found.segments)}
