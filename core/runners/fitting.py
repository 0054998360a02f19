"""Segments of customers in parts: the fit of `core.model.fit`, asked of a runner."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from core.errors import ModelError
from core.model import coreset, lloyd
from core.model.fit import LARGE, Parameters, best_of_starts, piped
from core.model.pools import one_thread
from core.model.space import Floats, Space
from core.progress import Tell, silent
from core.runners import verbs
from core.runners.partials import Ints, Moments, Step
from core.runners.runner import Runner
from core.schema.schema import Schema


@dataclass(frozen=True, eq=False)
class Fitted:
    """A space with its centres, the customers of each, their WCSS, and how many iterations went over everyone."""

    space: Space
    sizes: Ints
    inertia: float
    steps: int


def fit_on(runner: Runner, parameters: Parameters, schema: Schema, tell: Tell = silent) -> Fitted:
    """The segments of all customers of a runner.

    Notes
    -----
    Up to `LARGE` customers they are drawn in full, so that the model is that of one machine; past it, starts run on a
    coreset, and Lloyd's iterations from the best of them on everyone, each of them one `assign`.
    """
    if not parameters.preparation.goes_by_parts:
        raise ModelError(
            "Found a way to prepare customers that needs all of them at once: another curve than the logarithm, quartile "
            "distances, or leaving out who is far out. Expected none of these where customers are in parts. Choose again."
        )
    tell("Looking at each field", 0.0)
    space = _standardised(runner, parameters, schema)
    everyone = runner.moments(parameters.basis, space)
    tell("Drawing a sample", 0.2)
    rows = LARGE if everyone.rows <= LARGE else coreset.ROWS
    sample = runner.coreset(space, everyone, rows=rows, seed=parameters.seed)
    with one_thread():
        centres = _begun(sample, parameters, whole=everyone.rows <= rows)
    steps = 0
    if everyone.rows > rows:
        centres, steps = _settled(runner, replace(space, centres=centres), everyone, tell)
    value = schema.value if schema.value in schema else None
    last = runner.assign(replace(space, centres=centres), value)
    order = _order(last, value)
    return Fitted(replace(space, centres=centres[order]), last.sizes[order], last.squares, steps)


def _standardised(runner: Runner, parameters: Parameters, schema: Schema) -> Space:
    """The space without centres: medians, curves, means and scales of everyone."""
    basis, how = parameters.basis, parameters.preparation
    found = runner.medians(basis)
    if unknown := [schema.label(name) for name in basis if np.isnan(found[name])]:
        raise ModelError(
            f"Found no usable value in {', '.join(unknown)}. Expected numbers that can be true, since segments are built "
            "on them. Fill the column."
        )
    bent = Space.unscaled(basis, np.array([found[name] for name in basis]), how)
    moments = runner.moments(basis, bent)
    # Where all are alike, rounding leaves a deviation that is none.
    deviations = np.where(moments.low < moments.high, moments.deviations, 0.0)
    return replace(bent, means=moments.means, scales=how.weighed(deviations, basis))


def _begun(sample: coreset.Coreset, parameters: Parameters, *, whole: bool) -> Floats:
    k, starts, seed = parameters.k, parameters.starts, parameters.seed
    if (different := len(np.unique(sample.points, axis=0))) < k:
        raise ModelError(
            f"Found {different} different customers. Expected at least {k} different ones, one per segment. Use more "
            "customers, or fewer segments."
        )
    if whole:
        centres: Floats = best_of_starts(sample.points, parameters).cluster_centers_
        return centres
    return coreset.rough(sample, k, starts=starts, seed=seed)


def _settled(runner: Runner, space: Space, everyone: Moments, tell: Tell) -> tuple[Floats, int]:
    """Where Lloyd's iterations over everyone end, and after how many."""
    enough = lloyd.ENOUGH * float((everyone.deviations**2).mean())
    for step in range(1, lloyd.MOST + 1):
        tell(f"Going over all customers for the {_nth(step)} time", 0.3 + 0.6 * (1 - 0.9**step))
        moved = runner.assign(space).moved(space.centres)
        shift, space = moved - space.centres, replace(space, centres=moved)
        if float(np.vdot(shift, shift)) <= enough:
            break
    return space.centres, step


def _nth(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"


def _order(step: Step, value: str | None) -> Ints:
    """Segments by mean value, else by size, as `core.model.fit` numbers them."""
    if value is None:
        rank = step.sizes.astype(np.float64)
    else:
        rank = np.where(step.valued > 0, step.worth / np.maximum(step.valued, 1), -np.inf)
    return np.argsort(-rank, kind="stable")


def pipeline_of(fitted: Fitted, table: pd.DataFrame, parameters: Parameters) -> Pipeline:
    """The same as a fitted Pipeline, with the labels of the customers in `table`."""
    labels = verbs.labels(table, fitted.space).astype(np.int32) - 1
    return piped(fitted.space, labels, fitted.inertia, parameters)
