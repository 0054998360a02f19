"""Computing the evidence for every number of segments: one function, run once, outside the web workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from core.errors import ModelError
from core.evidence import (
    algorithms,
    criteria,
    crowds,
    evidence,
    groups,
    mixtures,
    outcomes,
    random_cuts,
    redraws,
    valleys,
)
from core.evidence.algorithms import Grouping, Labels, Points, Scores
from core.evidence.criteria import Band
from core.evidence.evidence import Candidate, CandidateSegment, Evidence
from core.evidence.mixtures import Mixture
from core.evidence.redraws import Share
from core.evidence.valleys import Valley
from core.model.artefacts import Model
from core.model.fit import Parameters, refit
from core.model.profile import Profile
from core.model.profiling import profile
from core.model.space import Space
from core.progress import Tell, silent
from core.schema.fields import SEGMENT
from core.schema.schema import Schema

if TYPE_CHECKING:
    from core.services import Services

MOST = 12  # segments
FEWEST, DIFFERENT = 50, 20  # customers, and different ones, below which halves and crowds say nothing
SAMPLE = 5000  # customers, above which a seeded sample stands for all
OUTLINE = 41  # points of a silhouette outline
KS = range(1, MOST + 1)


@dataclass(frozen=True)
class Effort:
    """How often what is random is repeated."""

    curves: int = 10
    references: int = 30
    splits: int = 25
    crowds: int = groups.CROWDS
    cuts: int = valleys.CUTS


FULL = Effort()


@dataclass(frozen=True)
class Stage:
    """A part of the work, from one share of it to another."""

    tell: Tell
    words: str
    start: float
    end: float

    def at(self, done: int, of: int) -> None:
        """Tell that `done` of `of` steps are done."""
        self.tell(f"{self.words}, {done + 1} of {of}", self.start + (self.end - self.start) * done / of)


def evidence_work(services: Services, _arguments: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """The job: compute the evidence about the live model's customers, and keep it."""
    model = services.model
    found = collect(model, tell)
    evidence.keep(services.findings, model.card, found)
    return {"evidence": evidence.key(model.card), "seconds": found.seconds}


def sample_of(customers: int, seed: int) -> NDArray[np.int64]:
    """Places of the customers that are used: all, or a seeded random sample of SAMPLE."""
    if customers <= SAMPLE:
        return np.arange(customers)
    return np.sort(np.random.default_rng(seed).choice(customers, SAMPLE, replace=False))


def collect(model: Model, tell: Tell = silent) -> Evidence:
    """The evidence about the customers of `model`, behind its own imputer and scaler.

    Raises
    ------
    ModelError
        If there are too few customers to tell.
    Cancelled
        If `tell` says that nobody wants it any more.
    """
    started, parameters = time.perf_counter(), model.card.parameters
    table = model.people.rows(sample_of(len(model.people), parameters.seed))
    found = measure(model.space, table, parameters, model.schema, tell)
    return replace(found, customers=len(model.people), seconds=round(time.perf_counter() - started, 1))


def measure(
    space: Space,
    table: pd.DataFrame,
    parameters: Parameters,
    schema: Schema,
    tell: Tell = silent,
    effort: Effort = FULL,
) -> Evidence:
    """The evidence about the customers in `table`, each step seeded by `parameters.seed`."""
    # One thread: the same sums on every machine, and cores are left to the pages. What is ours is not checked anew
    # at each of thousands of fits.
    with threadpool_limits(1), config_context(assume_finite=True, skip_parameter_validation=True):
        return _measured(space, table, parameters, schema, tell, effort)


def _measured(
    space: Space, table: pd.DataFrame, parameters: Parameters, schema: Schema, tell: Tell, effort: Effort
) -> Evidence:
    points = space.place(table)
    _check(points)
    stage = Stage(tell, "Fitting each number of segments", 0.0, 0.13)
    fits = _fits(space, table, parameters, schema, stage)
    stage = Stage(tell, "Measuring crowds without groups", 0.13, 0.3)
    tested = groups.groups(points, parameters.seed + 4, effort.crowds, stage.at)
    stage = Stage(tell, "Cutting crowds without groups", 0.3, 0.38)
    least = tested.chance if tested else 1.0
    parting = _valleys(points, fits, least, parameters.seed + 5, effort.cuts, stage)
    curves = _crowd_curves(points, effort.curves, parameters.seed + 1, tell)
    cuts = [fit.labels_.astype(np.int64) for fit in fits]
    curve = [float(fit.inertia_) for fit in fits]
    measured = _criteria(points, curve, cuts, curves, parameters.seed, tell, effort)
    stage = Stage(tell, "Describing each number of segments", 0.91, 1.0)
    choices = [
        _choice(table, schema, points, cut, measured, found, stage)
        for cut, found in zip(cuts, parting, strict=True)
    ]
    return Evidence(
        format=evidence.FORMAT,
        customers=len(table),
        rows=len(table),
        seconds=0.0,
        parameters=parameters,
        elbow=criteria.elbow(KS, measured.wcss),
        crowd_elbow=criteria.elbow(KS, curves.mean(axis=0).tolist()),
        choices=tuple(choices),
        others=_others(points, measured.mixtures),
        groups=tested,
        shares=measured.shares,
    )


@dataclass(frozen=True, eq=False)
class Measured:
    """The criteria that need repetitions, a value for each k, and what they prefer in draws anew."""

    wcss: list[float]
    crowd: list[Band]
    crowd_gains: list[Band]
    gaps: NDArray[np.float64]
    errors: NDArray[np.float64]
    strengths: NDArray[np.float64]
    widths: list[NDArray[np.float64] | None]
    mixtures: list[list[Mixture]]
    shares: dict[str, tuple[Share, ...]]
    leads: list[dict[str, float]]


def _criteria(
    points: Points,
    curve: list[float],
    cuts: list[Labels],
    crowd: Points,
    seed: int,
    tell: Tell,
    effort: Effort,
) -> Measured:
    stage = Stage(tell, "Measuring pure noise", 0.44, 0.63)
    boxes = _curves(lambda rng: criteria.boxed(points, rng), effort.references, seed + 2, stage)
    stage = Stage(tell, "Finding the segments of one half in the other", 0.63, 0.8)
    strengths = _strengths(points, effort.splits, seed + 3, stage)
    found = _mixtures(points, cuts, Stage(tell, "Fitting mixtures", 0.8, 0.91))
    widths = algorithms.widths(points, cuts)
    shares = _shares(points, curve, boxes, strengths, cuts, widths, found, seed + 5)
    mixed, means = [mixtures.best(one).labels for one in found], strengths.mean(axis=0).tolist()
    leads = random_cuts.leads(points, cuts, mixed, means, np.random.default_rng(seed + 6))
    gaps, errors = criteria.gap(curve, boxes)
    bands, gains = criteria.bands(crowd), criteria.bands(criteria.gains(crowd))
    return Measured(curve, bands, gains, gaps, errors, strengths, widths, found, shares, leads)


def _crowd_curves(points: Points, repeats: int, seed: int, tell: Tell) -> Points:
    """WCSS curves of crowds without groups that are like the customers."""
    rng, stage = np.random.default_rng(seed), Stage(tell, "Measuring the curves of crowds", 0.38, 0.44)
    crowd = crowds.in_place_of(points, rng)
    return _curves(lambda chance: crowd.draw(chance, len(points)), repeats, seed, stage)


def _shares(
    points: Points,
    curve: list[float],
    boxes: NDArray[np.float64],
    strengths: NDArray[np.float64],
    cuts: list[Labels],
    widths: list[NDArray[np.float64] | None],
    found: list[list[Mixture]],
    seed: int,
) -> dict[str, tuple[Share, ...]]:
    rng = np.random.default_rng(seed)
    known = [one for one in widths if one is not None]  # of one group there are none
    return {
        **redraws.of_cuts(points, cuts[1:], known, rng),
        "prediction_strength": redraws.of_strengths(strengths, rng),
        "gap": redraws.of_gap(curve, boxes, rng),
        "icl": redraws.of_mixtures(found, rng),
    }


def _mixtures(points: Points, cuts: list[Labels], stage: Stage) -> list[list[Mixture]]:
    even, found = mixtures.unskewed(points), []
    for place, cut in enumerate(cuts):
        stage.at(place, MOST)
        found.append(mixtures.mixtures(even, cut))
    return found


def _valleys(
    points: Points, fits: list[KMeans], least: float, seed: int, references: int, stage: Stage
) -> list[tuple[Valley, ...]]:
    """The valleys of each number of segments, on as many customers as are tested for groups.

    None is surer than that there are groups at all, whose chance of error is `least`: so that of crowds no more than
    one in twenty shows a valley at any number.
    """
    rows = np.arange(len(points))
    if len(rows) > groups.MOST:
        rows = np.sort(np.random.default_rng(seed).choice(rows, groups.MOST, replace=False))
    cuts = [(fit.cluster_centers_, fit.labels_[rows]) for fit in fits]
    found = valleys.valleys(points[rows], cuts, seed, references, stage.at)
    return [tuple(replace(one, chance=max(one.chance, least)) for one in pairs) for pairs in found]


def _choice(
    table: pd.DataFrame,
    schema: Schema,
    points: Points,
    labels: Labels,
    measured: Measured,
    parting: tuple[Valley, ...],
    stage: Stage,
) -> Candidate:
    place = int(labels.max())
    k = place + 1
    stage.at(place, MOST)
    described = profile(table.assign(Segment=(labels + 1).astype("int8")), k, schema)
    scores, groups = _segments(described, points, labels, measured.widths[place])
    strength = measured.strengths[:, place]
    return Candidate(
        k=k,
        wcss=measured.wcss[place],
        crowd=measured.crowd[place],
        crowd_gain=measured.crowd_gains[place],
        scores=scores,
        gap=float(measured.gaps[place]),
        gap_error=float(measured.errors[place]),
        strength=float(strength.mean()),
        strength_error=float(strength.std(ddof=1) / np.sqrt(len(strength))),
        groups=groups,
        labels=algorithms.written(labels),
        valleys=parting,
        icl=mixtures.best(measured.mixtures[place]).icl,
        leads=measured.leads[place],
        told=_told(table, labels, schema),
    )


def _told(table: pd.DataFrame, labels: Labels, schema: Schema) -> float | None:
    """How much of the latest answer to a campaign the segments tell in customers who were held out."""
    answers = [name for name in schema.outcomes if name in table and table[name].notna().any()]
    return outcomes.told(table[answers[-1]].to_numpy(dtype=np.float64), labels) if answers else None


def _check(points: Points) -> None:
    different = len(np.unique(points, axis=0))
    if len(points) < FEWEST or different < DIFFERENT:
        raise ModelError(
            f"Found {len(points)} customers, {different} of them different. Expected at least {FEWEST} and {DIFFERENT}, "
            "since halves and crowds of fewer say nothing. Use a larger file to see evidence for a number of segments."
        )


def _fits(
    space: Space, table: pd.DataFrame, parameters: Parameters, schema: Schema, stage: Stage
) -> list[KMeans]:
    fits = []
    for place, k in enumerate(KS):
        stage.at(place, MOST)
        fits.append(refit(space, table, replace(parameters, k=k), schema))
    return fits


def _curves(
    draw: Callable[[np.random.Generator], Points], repeats: int, seed: int, stage: Stage
) -> NDArray[np.float64]:
    """WCSS curves of `repeats` data sets without groups, shape (repeats, n_k)."""
    rng, curves = np.random.default_rng(seed), []
    for repeat in range(repeats):
        stage.at(repeat, repeats)
        curves.append(criteria.wcss(draw(rng), MOST, rng))
    return np.array(curves)


def _strengths(points: Points, splits: int, seed: int, stage: Stage) -> NDArray[np.float64]:
    rng, found = np.random.default_rng(seed), []
    for split in range(splits):
        stage.at(split, splits)
        found.append(criteria.prediction_strength(points, MOST, rng))
    return np.array(found)


def _others(points: Points, found: list[list[Mixture]]) -> tuple[Grouping, ...]:
    """The best mixture of each k from two on, and DBSCAN."""
    best = [algorithms.mixture(points, mixtures.best(one)) for one in found[1:]]
    return (*best, algorithms.density(points))


def _segments(
    described: Profile, points: Points, labels: Labels, measured: NDArray[np.float64] | None
) -> tuple[Scores, tuple[CandidateSegment, ...]]:
    """Scores and groups of one k, whose silhouettes are `measured`."""
    groups = tuple(
        _group(described, number, None if measured is None else measured[labels == number - 1])
        for number in range(1, len(described.segments) + 1)
    )
    return algorithms.scores(points, labels, measured), groups


def _group(described: Profile, number: int, measured: NDArray[np.float64] | None) -> CandidateSegment:
    segment = described.segment(number)
    known = np.empty(0) if measured is None else measured
    outline = np.quantile(known, np.linspace(0, 1, OUTLINE)).round(4).tolist() if len(known) else []
    return CandidateSegment(
        number=number,
        name=segment.name,
        size=segment.size,
        spending=described.worth(segment) or 0.0,
        spending_share=segment.spending_share,
        widths=tuple(outline),
        doubtful=float((known < 0).mean()) if len(known) else 0.0,
    )


def live_labels(model: Model) -> Labels:
    """The live segment, less one, of each customer that the evidence used."""
    places = sample_of(len(model.people), model.card.parameters.seed)
    labels: Labels = model.people.column(SEGMENT).to_numpy()[places].astype(np.int64) - 1
    return labels
