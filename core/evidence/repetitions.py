"""The criteria that need repetitions, and what they prefer in draws anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence import algorithms, criteria, crowds, groups, mixtures, random_cuts, redraws, valleys
from core.evidence.algorithms import Labels, Points
from core.evidence.criteria import Band
from core.evidence.mixtures import Mixture
from core.evidence.redraws import Share
from core.evidence.stages import Progress, Stage

Widths = NDArray[np.float64] | None  # silhouettes; of one group there are none


@dataclass(frozen=True)
class Effort:
    """How often what is random is repeated."""

    curves: int = 10
    references: int = 30
    splits: int = 25
    crowds: int = groups.CROWDS
    cuts: int = valleys.CUTS


@dataclass(frozen=True, eq=False)
class Cuts:
    """The segments of k = 1, 2, ..., the mixtures that grow from them, and how likely customers are of that which fits best."""

    labels: list[Labels]
    wcss: list[float]
    widths: list[Widths]
    mixtures: list[Mixture]
    mixed: list[Widths]
    misfit: float

    @classmethod
    def of(cls, points: Points, labels: list[Labels], wcss: list[float], stage: Stage) -> Cuts:
        """Measured; distances once for all of them."""
        even, found = mixtures.unskewed(points), []
        for place, cut in enumerate(labels):
            stage.at(place, len(labels))
            found.append(mixtures.mixture(even, cut))
        every = algorithms.widths(points, [*labels, *(one.labels for one in found)])
        misfit = mixtures.misfit(even, min(found[1:-1], key=lambda one: one.bic))
        return cls(labels, wcss, every[: len(labels)], found, every[len(labels) :], misfit)


@dataclass(frozen=True, eq=False)
class Repeated:
    """A value for each k of what needs repetitions, and what each criterion prefers in draws anew."""

    crowd: list[Band]
    crowd_gains: list[Band]
    crowd_elbow: int | None
    gaps: NDArray[np.float64]
    errors: NDArray[np.float64]
    strengths: NDArray[np.float64]
    shares: dict[str, tuple[Share, ...]]
    leads: list[dict[str, float]]


def repeated(points: Points, cuts: Cuts, seed: int, progress: Progress, effort: Effort) -> Repeated:
    """Measured, each step seeded by `seed`."""
    crowd = _crowd_curves(points, cuts, effort.curves, seed + 1, progress)
    stage = progress.stage("Measuring pure noise", 0.75, 0.87)
    boxes = _curves(lambda rng: criteria.boxed(points, rng), cuts, effort.references, seed + 2, stage)
    stage = progress.stage("Finding the segments of one half in the other", 0.87, 0.97)
    splits, rng = stage.each(effort.splits), np.random.default_rng(seed + 3)
    strengths = criteria.prediction_strengths(points, len(cuts.wcss), rng, splits)
    gaps, errors = criteria.gap(cuts.wcss, boxes)
    mixed, means = [one.labels for one in cuts.mixtures], strengths.mean(axis=0).tolist()
    return Repeated(
        crowd=criteria.bands(crowd),
        crowd_gains=criteria.bands(criteria.gains(crowd)),
        crowd_elbow=criteria.elbow(range(1, len(cuts.wcss) + 1), crowd.mean(axis=0).tolist()),
        gaps=gaps,
        errors=errors,
        strengths=strengths,
        shares=_shares(points, cuts, boxes, strengths, seed + 5),
        leads=random_cuts.leads(points, cuts.labels, mixed, means, np.random.default_rng(seed + 6)),
    )


def _crowd_curves(points: Points, cuts: Cuts, repeats: int, seed: int, progress: Progress) -> Points:
    """WCSS curves of crowds without groups that are like the customers."""
    rng, stage = np.random.default_rng(seed), progress.stage("Measuring the curves of crowds", 0.71, 0.75)
    crowd = crowds.in_place_of(points, rng)
    return _curves(lambda chance: crowd.draw(chance, len(points)), cuts, repeats, seed, stage)


def _curves(
    draw: Callable[[np.random.Generator], Points], cuts: Cuts, repeats: int, seed: int, stage: Stage
) -> Points:
    """WCSS curves of `repeats` data sets without groups, shape (repeats, n_k)."""
    rng = np.random.default_rng(seed)
    return criteria.curves((draw(rng) for _ in stage.each(repeats)), len(cuts.wcss), rng)


def _shares(
    points: Points, cuts: Cuts, boxes: Points, strengths: Points, seed: int
) -> dict[str, tuple[Share, ...]]:
    rng = np.random.default_rng(seed)
    known = [one for one in cuts.widths if one is not None]
    return {
        **redraws.of_cuts(points, cuts.labels[1:], known, rng),
        "prediction_strength": redraws.of_strengths(strengths, rng),
        "gap": redraws.of_gap(cuts.wcss, boxes, rng),
        "icl": redraws.of_mixtures(cuts.mixtures, rng),
    }
