"""Computing the evidence for every number of segments: one function, run once, outside the web workers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.cluster import KMeans

from core.errors import ModelError
from core.evidence import algorithms, criteria, evidence, groups, parted, stages, valleys
from core.evidence.algorithms import Grouping, Labels, Points
from core.evidence.candidates import candidates
from core.evidence.evidence import Evidence
from core.evidence.groups import Groups
from core.evidence.repetitions import Cuts, Effort, repeated
from core.evidence.stages import Progress, Stage
from core.evidence.valleys import Valley
from core.model.artefacts import Model
from core.model.fit import Parameters, refit
from core.model.pools import one_thread
from core.model.space import Space
from core.progress import Tell, silent
from core.schema.fields import SEGMENT
from core.schema.schema import Schema

if TYPE_CHECKING:
    from core.services import Services

MOST = 12  # segments
FEWEST, DIFFERENT = 50, 20  # customers, and different ones, below which halves and crowds say nothing
SAMPLE = 5000  # customers, above which a seeded sample stands for all
AMONG = 50_000  # of whom centres of each number of segments are looked up, so that they are those of everyone
KS = range(1, MOST + 1)
FULL = Effort()


def evidence_work(services: Services, _arguments: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """The job: compute the evidence about the live model's customers, and keep it."""
    model = services.model
    found = collect(model, tell)
    evidence.keep(services.findings, model.card, found)
    return {"evidence": evidence.key(model.card), "seconds": found.seconds}


def sample_of(customers: int, seed: int, most: int = SAMPLE) -> NDArray[np.int64]:
    """Places of the customers that are used: all, or a seeded random sample of `most`."""
    if customers <= most:
        return np.arange(customers)
    return np.sort(np.random.default_rng(seed).choice(customers, most, replace=False))


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
    people, seed = model.people, parameters.seed
    table, many = people.rows(sample_of(len(people), seed)), None
    if len(people) > SAMPLE:
        many = model.space.place(people.rows(sample_of(len(people), seed, AMONG), model.space.basis))
    found = measure(model.space, table, parameters, model.schema, tell, many=many)
    return replace(found, customers=len(model.people), seconds=round(time.perf_counter() - started, 1))


def measure(
    space: Space,
    table: pd.DataFrame,
    parameters: Parameters,
    schema: Schema,
    tell: Tell = silent,
    effort: Effort = FULL,
    many: Points | None = None,
) -> Evidence:
    """The evidence about the customers in `table`, each step seeded by `parameters.seed`.

    Where `table` is a sample, `many` more of those that it is of stand for all of them in the space.
    """
    # One thread: the same sums on every machine, and cores are left to the pages. What is ours is not checked anew
    # at each of thousands of fits.
    with one_thread(), config_context(assume_finite=True, skip_parameter_validation=True):
        return _measured(space, table, parameters, schema, tell, effort, many)


def _measured(
    space: Space,
    table: pd.DataFrame,
    parameters: Parameters,
    schema: Schema,
    tell: Tell,
    effort: Effort,
    many: Points | None,
) -> Evidence:
    points, seed, progress = space.place(table), parameters.seed, Progress(tell)
    _check(points)
    tested = _groups(points, seed + 4, effort.crowds, progress)
    stage = progress.stage("Fitting each number of segments", 0.2, 0.33)
    fits = _fits(space, table, parameters, schema, stage, many)
    parting = _valleys(points, fits, tested, seed + 5, effort.cuts, progress)
    stage = progress.stage("Fitting mixtures", 0.54, 0.71)
    labels, wcss = [fit.labels_.astype(np.int64) for fit in fits], [float(fit.inertia_) for fit in fits]
    cuts = Cuts.of(points, labels, wcss, stage)
    found = repeated(points, cuts, seed, progress, effort)
    stage = progress.stage("Describing each number of segments", 0.97, 1.0)
    return Evidence(
        format=evidence.FORMAT,
        customers=len(table),
        rows=len(table),
        seconds=0.0,
        parameters=parameters,
        elbow=criteria.elbow(KS, wcss),
        crowd_elbow=found.crowd_elbow,
        choices=tuple(candidates(table, schema, points, cuts, found, parting, stage)),
        others=_others(points, cuts),
        groups=tested,
        misfit=cuts.misfit,
        shares=found.shares,
    )


def _groups(points: Points, seed: int, crowds: int, progress: Progress) -> Groups | None:
    """Whether there are groups: tested first, and told as soon as a few crowds say something."""

    def so_far(found: Groups) -> None:
        progress.found = stages.early(found, crowds)

    stage = progress.stage("Measuring crowds without groups", 0.0, 0.2)
    found = groups.groups(points, seed, crowds, stage.at, so_far)
    progress.found = stages.tested(found)
    return found


def _valleys(
    points: Points, fits: list[KMeans], tested: Groups | None, seed: int, references: int, progress: Progress
) -> list[tuple[Valley, ...]]:
    """The valleys of each number of segments, on as many customers as are tested for groups.

    None is surer than that there are groups at all: so that of crowds no more than one in twenty shows a valley at any
    number.
    """
    rows, stage = np.arange(len(points)), progress.stage("Cutting crowds without groups", 0.33, 0.54)
    if len(rows) > groups.MOST:
        rows = np.sort(np.random.default_rng(seed).choice(rows, groups.MOST, replace=False))
    least = tested.chance if tested else 1.0
    cuts = [(fit.cluster_centers_, fit.labels_[rows]) for fit in fits]
    found = valleys.valleys(points[rows], cuts, seed, references, stage.at)
    parting = [tuple(replace(one, chance=max(one.chance, least)) for one in pairs) for pairs in found]
    progress.found = " ".join(filter(None, (progress.found, parted.seen(parted.parting(tested, parting)))))
    return parting


def _check(points: Points) -> None:
    different = len(np.unique(points, axis=0))
    if len(points) < FEWEST or different < DIFFERENT:
        raise ModelError(
            f"Found {len(points)} customers, {different} of them different. Expected at least {FEWEST} and {DIFFERENT}, "
            "since halves and crowds of fewer say nothing. Use a larger file to see evidence for a number of segments."
        )


def _fits(
    space: Space,
    table: pd.DataFrame,
    parameters: Parameters,
    schema: Schema,
    stage: Stage,
    many: Points | None,
) -> list[KMeans]:
    fits = []
    for place, k in enumerate(KS):
        stage.at(place, MOST)
        fits.append(refit(space, table, replace(parameters, k=k), schema, many))
    return fits


def _others(points: Points, cuts: Cuts) -> tuple[Grouping, ...]:
    """The best mixture of each k from two on, and DBSCAN."""
    found = list(zip(cuts.mixtures, cuts.mixed, strict=True))
    return (*(algorithms.mixture(points, *one) for one in found[1:]), algorithms.density(points))


def live_labels(model: Model) -> Labels:
    """The live segment, less one, of each customer that the evidence used."""
    places = sample_of(len(model.people), model.card.parameters.seed)
    labels: Labels = model.people.column(SEGMENT).to_numpy()[places].astype(np.int64) - 1
    return labels
