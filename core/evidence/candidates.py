"""Each number of segments described: its segments, and what each criterion says of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evidence import algorithms
from core.evidence.algorithms import Labels, Points
from core.evidence.evidence import Candidate, CandidateSegment
from core.evidence.repetitions import Cuts, Repeated, Widths
from core.evidence.stages import Stage
from core.evidence.valleys import Valley
from core.model.profile import Profile
from core.model.profiling import outline
from core.schema.schema import Schema

OUTLINE = 41  # points of a silhouette outline
FOLDS = 5
SEED = 5


def candidates(
    table: pd.DataFrame,
    schema: Schema,
    points: Points,
    cuts: Cuts,
    found: Repeated,
    parting: list[tuple[Valley, ...]],
    stage: Stage,
) -> Iterator[Candidate]:
    """What was measured of k = 1, 2, ..., put together."""
    errors = found.strengths.std(axis=0, ddof=1) / np.sqrt(len(found.strengths))
    for place, (labels, widths) in enumerate(zip(cuts.labels, cuts.widths, strict=True)):
        stage.at(place, len(cuts.labels))
        yield Candidate(
            k=place + 1,
            wcss=cuts.wcss[place],
            crowd=found.crowd[place],
            crowd_gain=found.crowd_gains[place],
            scores=algorithms.scores(points, labels, widths),
            gap=float(found.gaps[place]),
            gap_error=float(found.errors[place]),
            strength=float(found.strengths[:, place].mean()),
            strength_error=float(errors[place]),
            groups=_segments(outline(table, labels, place + 1, schema), labels, widths),
            labels=algorithms.written(labels),
            valleys=parting[place],
            icl=cuts.mixtures[place].icl,
            bic=cuts.mixtures[place].bic,
            apart=cuts.mixtures[place].apart,
            leads=found.leads[place],
            told=_told(table, labels, schema),
            wcss_error=error_of(points, labels),
        )


def error_of(points: Points, labels: Labels) -> float:
    """The standard error of a sum of squares, as part of it, were customers a random sample of many more."""
    means = np.array([points[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)])
    squares = ((points - means[labels]) ** 2).sum(axis=1)
    return float(squares.std(ddof=1) / np.sqrt(len(squares)) / (squares.mean() or 1.0))


def _told(table: pd.DataFrame, labels: Labels, schema: Schema) -> float | None:
    """How much of the latest answer to a campaign the segments tell in customers who were held out."""
    answers = [name for name in schema.outcomes if name in table and table[name].notna().any()]
    return told(table[answers[-1]].to_numpy(dtype=np.float64), labels) if answers else None


def _segments(described: Profile, labels: Labels, widths: Widths) -> tuple[CandidateSegment, ...]:
    numbers = range(1, len(described.segments) + 1)
    return tuple(
        _segment(described, one, np.empty(0) if widths is None else widths[labels == one - 1])
        for one in numbers
    )


def _segment(described: Profile, number: int, widths: Points) -> CandidateSegment:
    segment = described.segment(number)
    drawn = np.quantile(widths, np.linspace(0, 1, OUTLINE)).round(4).tolist() if len(widths) else []
    return CandidateSegment(
        number=number,
        name=segment.name,
        size=segment.size,
        spending=described.worth(segment) or 0.0,
        spending_share=segment.spending_share,
        widths=tuple(drawn),
        doubtful=float((widths < 0).mean()) if len(widths) else 0.0,
    )


def told(answers: NDArray[np.float64], labels: NDArray[np.int64]) -> float | None:
    """Part of the variance of `answers` that the mean of each segment tells of customers who were held out.

    Parameters
    ----------
    answers : float array, shape (n,)
        NaN where the answer is not known.
    labels : int array, shape (n,)
        Segments, 0..k-1.

    Returns
    -------
    float or None
        1 - squared error of the segment's mean / of everyone's mean, both from the other folds; 0 at least. None where
        all answers are alike, or too few are known.
    """
    known = ~np.isnan(answers)
    values, segments = answers[known], labels[known]
    if len(values) < 2 * FOLDS or np.ptp(values) == 0:
        return None
    folds = np.random.default_rng(SEED).permutation(len(values)) % FOLDS
    own = everyones = 0.0
    for fold in range(FOLDS):
        learnt, held = folds != fold, folds == fold
        mean, counts = values[learnt].mean(), np.bincount(segments[learnt], minlength=int(labels.max()) + 1)
        sums = np.bincount(segments[learnt], values[learnt], len(counts))
        means = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
        own += float(((values[held] - means[segments[held]]) ** 2).sum())
        everyones += float(((values[held] - mean) ** 2).sum())
    return max(0.0, 1 - own / everyones)
