"""Would the same segments come out of other customers like these? Bootstrap Jaccard per segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from threadpoolctl import threadpool_limits

from core.data.people import People
from core.evidence import crowds, cut_crowds, preference, recommendation
from core.evidence.evidence import Evidence
from core.evidence.recommendation import cut
from core.model.lloyd import kmeans
from core.model.space import Space
from core.numbers import Numbers, spell
from core.progress import Tell, silent

if TYPE_CHECKING:
    from core.services import Services

KEPT_AS = "stability"  # among what is found about a model
RESAMPLES = 100
STARTS = 20  # with few starts a refit misses the optimum, and segments look less stable than they are
CROWDS, EACH = 8, 4  # crowds without groups, and resamples of each: a mean needs fewer than a badge
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
    crowd, error : float or None
        Mean over crowds without groups, cut alike, of the segment that is as high in their order, and its
        standard error; None where there can be no such crowd.
    """

    number: int
    jaccard: float | None
    dissolved: int
    recovered: int
    crowd: float | None = None
    error: float | None = None

    @property
    def is_as_in_a_crowd(self) -> bool:
        """Whether a crowd without groups gets as much, as far as can be told from so few."""
        if self.jaccard is None or self.crowd is None:
            return False
        return self.jaccard <= self.crowd + 2 * (self.error or 0.0)

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
        return f"{shown}, {side} the {level} {words}"
    return f"{shown}, below the {level} {words}"


def caution(found: Evidence | None, k: int, numbers: Numbers) -> str:
    """What the badges of `k` segments do not say: whether there are groups, and how many criteria prefer that many."""
    if found is None:
        return "To come back is not the same as to be separate: each badge says what a crowd without groups gets."
    if preference.none_found(found):
        return (
            "But no groups are to be seen among these customers: what comes back is a cut across one crowd."
        )
    alone = "each badge says what a crowd without groups gets, cut alike"
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
    """All segments of a model, and how they were tried: `sampled` of `customers` were resampled, and `crowds`."""

    resamples: int
    starts: int
    sampled: int
    customers: int
    segments: tuple[SegmentStability, ...]
    crowds: int

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
    StabilityRating.HIGHLY_STABLE: ("from which nearly the same people come back", HIGHLY_STABLE),
    StabilityRating.STABLE: ("from which a segment comes back, with others at its edges", STABLE),
    StabilityRating.DOUBTFUL: ("from which a segment comes back: who belongs to it is doubtful", STABLE),
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
    references: int = CROWDS,
    tell: Tell = silent,
) -> Stability:
    """Try the segments of a model on resampled customers.

    Parameters
    ----------
    space : Space
        As `fit` made it; K-Means is refitted in it to each resample.
    people : People
        The customers that it was fitted on, with their `Segment`, 1..k.
    resamples, seed, most, references : int
        Resamples to draw; their seed; customers beyond which a random sample of that many is resampled; crowds.
    tell : Tell
        Told each resample; may raise to cancel.
    """
    places = np.arange(len(people))
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(len(people), most, replace=False))
    rows = people.rows(places, [*space.basis, "Segment"])
    labels = rows["Segment"].to_numpy(dtype=np.int64) - 1
    k, points = len(space.centres), space.place(rows)
    found = jaccards(points, labels, k, resamples=resamples, seed=seed, tell=partly(tell, 0.0, 0.7))
    segments = [_summary(number, found[:, number - 1]) for number in range(1, k + 1)]
    crowd = in_crowds(points, k, references=references, seed=seed, tell=partly(tell, 0.7, 1.0))
    return Stability(resamples, STARTS, len(places), len(people), tuple(_beside(segments, crowd)), len(crowd))


def partly(tell: Tell, start: float, end: float) -> Tell:
    """Told as a part of longer work, from one share of it to another."""
    return lambda words, share: tell(words, start + (end - start) * share)


def in_crowds(
    points: Points, k: int, *, references: int = CROWDS, seed: int = 2007, tell: Tell = silent
) -> NDArray[np.float64]:
    """Mean similarities of the segments of crowds without groups, each row from highest to lowest.

    Shape (references, k); (0, k) where fewer than two fields differ. The crowds are those of `core.evidence.crowds`,
    and are cut by K-Means as the customers are.
    """
    points = points[:, np.ptp(points, axis=0) > 0]
    found = np.empty((references if points.shape[1] > 1 else 0, k))
    rng = np.random.default_rng(seed)
    crowd = crowds.in_place_of(points, rng) if len(found) else None
    for turn in range(len(found)):
        tell(f"Making segments of crowds without groups, {turn + 1} of {references}", turn / references)
        drawn = crowd.draw(rng, len(points)) if crowd else points
        labels = _refit(drawn, k, STARTS, seed + turn)
        again = np.nan_to_num(jaccards(drawn, labels, k, resamples=EACH, seed=seed + turn))
        found[turn] = np.sort(again.mean(axis=0))[::-1]
    return found


def _beside(segments: list[SegmentStability], crowd: NDArray[np.float64]) -> list[SegmentStability]:
    """Each segment beside that of crowds which is as high among their own."""
    if not len(crowd):
        return segments
    order = sorted(range(len(segments)), key=lambda place: -_jaccard(segments[place]))
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
    """K-Means as in `fit`; one thread, for the same reasons."""
    with threadpool_limits(1):
        return kmeans(points, min(k, len(np.unique(points, axis=0))), starts=starts, seed=seed).labels


def _summary(number: int, values: Sequence[float] | NDArray[np.float64]) -> SegmentStability:
    known = np.asarray(values)[~np.isnan(values)]
    if not len(known):
        return SegmentStability(number, None, 0, 0)
    dissolved, recovered = int((known <= DISSOLVED).sum()), int((known >= STABLE).sum())
    return SegmentStability(number, round(float(known.mean()), 4), dissolved, recovered)


def work(services: Services, _arguments: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The job: try the live model's segments, and keep what came out with the model."""
    model, start = services.model, 0.1
    beside = cut_crowds.of_model(model.space, model.people, partly(tell, 0.0, start))
    services.findings.write(model.card.key, cut_crowds.KEPT_AS, beside.as_json())
    found = stability(model.space, model.people, tell=partly(tell, start, 1.0))
    services.findings.write(model.card.key, KEPT_AS, found.as_json())
    return {"segments": len(found.segments)}
