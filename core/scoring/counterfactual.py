"""The smallest change that takes a customer into another segment, over what a shop can influence."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls
from sklearn.pipeline import Pipeline

from core.model.profile import Profile
from core.scoring.prediction import score

# Nobody grows younger or earns more because a shop writes to them.
INFLUENCED = ("Total_Spending", "NumWebPurchases", "NumStorePurchases", "NumWebVisitsMonth", "Recency")
_MARGIN = (
    1e-7  # squared standard deviations beyond the border, so that rounding errors can't move anyone back
)
_WHOLE = 1e-6
_PATIENCE = 4000  # relaxations solved before the best whole change found so far is taken

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Nudge:
    """The smallest change in whole units that reaches a segment.

    Attributes
    ----------
    target : int
        Number of the segment reached, 1..k; scoring confirms it.
    values : dict of field to float
        The customer's basis afterwards, in the file's units.
    steps : dict of field to int
        What changes, and by how much; fields that stay are left out.
    size : float
        Euclidean length of the change, in standard deviations.
    """

    target: int
    values: dict[str, float]
    steps: dict[str, int]
    size: float


@dataclass(frozen=True)
class _Region:
    """Where the change may lie: `rows @ change >= levels`, in standard deviations of the free fields."""

    rows: Floats
    levels: Floats


def nudge(
    pipeline: Pipeline,
    profile: Profile,
    values: Mapping[str, float],
    target: int,
    *,
    free: Sequence[str] = INFLUENCED,
) -> Nudge | None:
    """The smallest change of the `free` fields that makes `values` a customer of segment `target`.

    Parameters
    ----------
    pipeline : Pipeline
    profile : Profile
        Its ranges bound the change: no field leaves the range of the data, unless it is outside already.
    values : mapping of basis field to float
        The customer, without gaps, in the file's units.
    target : int
        Number of the segment, 1..k.
    free : sequence of basis fields that may change, default=`INFLUENCED`

    Returns
    -------
    Nudge or None
        None where no change of these fields within the data's range reaches the segment.

    Notes
    -----
    The segment of centre t is the set {x : |x-t|^2 <= |x-c|^2 for every centre c}, an intersection of
    half-spaces. The least change that enters it is a least-distance problem, solved exactly by `least_change`;
    whole steps come from it by branch and bound (Land and Doig 1960), so no smaller whole change exists.
    """
    chosen, columns = _free(pipeline, free)
    scale = pipeline["scaler"].scale_[columns]
    region = _region(pipeline, values, target, columns)
    lows, highs = _bounds(profile, values, chosen)
    steps = _whole_steps(region, scale, lows, highs)
    found = [] if steps is None else [_nudge(values, target, chosen, steps, scale)]
    return next(iter(_confirmed(pipeline, values, target, found)), None)


def alone(
    pipeline: Pipeline,
    profile: Profile,
    values: Mapping[str, float],
    target: int,
    *,
    free: Sequence[str] = INFLUENCED,
) -> list[Nudge]:
    """The changes of a single field that reach segment `target`, smallest first; arguments as for `nudge`.

    Along one field, the half-spaces of a segment leave an interval, whose nearer end is the answer.
    """
    chosen, columns = _free(pipeline, free)
    scale = pipeline["scaler"].scale_[columns]
    region = _region(pipeline, values, target, columns)
    lows, highs = _bounds(profile, values, chosen)
    found = []
    for place, name in enumerate(chosen):
        step = _step_along(region.rows[:, place] / scale[place], region.levels)
        if step is not None and lows[place] <= step <= highs[place]:
            found.append(_nudge(values, target, [name], np.array([step]), scale[[place]]))
    return sorted(_confirmed(pipeline, values, target, found), key=lambda one: one.size)


def least_change(rows: Floats, levels: Floats) -> Floats | None:
    """The shortest u with `rows @ u >= levels`, shapes (m, n) and (m,); None if there is no such u.

    Notes
    -----
    Lawson and Hanson (1974), Solving Least Squares Problems, algorithm LDP (23.27).
    """
    stacked = np.vstack([rows.T, levels])
    aim = np.zeros(len(stacked))
    aim[-1] = 1.0
    weights, rest = nnls(stacked, aim)
    if rest < 1e-9:
        return None
    residual = stacked @ weights - aim
    change: Floats = -residual[:-1] / residual[-1]
    return change


def _free(pipeline: Pipeline, free: Sequence[str]) -> tuple[list[str], list[int]]:
    basis = [str(name) for name in pipeline.feature_names_in_]
    chosen = [name for name in free if name in basis]
    return chosen, [basis.index(name) for name in chosen]


def _nudge(
    values: Mapping[str, float], target: int, names: Sequence[str], steps: Floats, scale: Floats
) -> Nudge:
    changed = {name: int(step) for name, step in zip(names, steps, strict=True) if step}
    after = {name: float(value) + changed.get(name, 0) for name, value in values.items()}
    return Nudge(target, after, changed, float(np.linalg.norm(steps / scale)))


def _confirmed(
    pipeline: Pipeline, values: Mapping[str, float], target: int, found: Sequence[Nudge]
) -> list[Nudge]:
    """Those that scoring says reach the segment too: nothing else is claimed."""
    if not found:
        return []
    table = pd.DataFrame([one.values for one in found], columns=list(values))
    reached = score(pipeline, table).segment == target
    return [one for one, there in zip(found, reached, strict=True) if there]


def _step_along(rows: Floats, levels: Floats) -> float | None:
    """The whole step s of least size with `rows * s >= levels`; None if there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = levels / rows
    low = max((float(np.ceil(end)) for end, row in zip(ends, rows, strict=True) if row > 0), default=-np.inf)
    high = min((float(np.floor(end)) for end, row in zip(ends, rows, strict=True) if row < 0), default=np.inf)
    if low > high or bool((levels[rows == 0] > 0).any()):
        return None
    return min(max(0.0, low), high)


def _region(pipeline: Pipeline, values: Mapping[str, float], target: int, columns: list[int]) -> _Region:
    """The half-spaces that make up segment `target`, seen from the customer, over the free fields."""
    scaler = pipeline["scaler"]
    point = (
        np.array([values[str(name)] for name in pipeline.feature_names_in_]) - scaler.mean_
    ) / scaler.scale_
    centres = pipeline["kmeans"].cluster_centers_
    own, others = centres[target - 1], np.delete(centres, target - 1, axis=0)
    across = 2 * (own - others)
    levels = (own**2).sum() - (others**2).sum(axis=1) - across @ point + _MARGIN
    return _Region(across[:, columns], levels)


def _bounds(profile: Profile, values: Mapping[str, float], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Most that each field may fall and rise, in whole units."""
    spreads = [profile.spreads[name] for name in names]
    lows = [np.ceil(min(0.0, spread.low - values[name])) for spread, name in zip(spreads, names, strict=True)]
    highs = [
        np.floor(max(0.0, spread.high - values[name])) for spread, name in zip(spreads, names, strict=True)
    ]
    return np.array(lows), np.array(highs)


def _whole_steps(region: _Region, scale: Floats, lows: Floats, highs: Floats) -> Floats | None:
    """The shortest whole-numbered steps inside `region` between the bounds, best bound first."""
    order = count()
    best: tuple[float, Floats | None] = (np.inf, None)
    waiting: list[tuple[float, int, Floats, Floats, Floats]] = []

    def consider(low: Floats, high: Floats) -> None:
        change = _relaxed(region, scale, low, high)
        if change is not None and (size := float(change @ change)) < best[0] - 1e-12:
            heapq.heappush(waiting, (size, next(order), change * scale, low, high))

    consider(lows, highs)
    for _ in range(_PATIENCE):
        if not waiting or waiting[0][0] >= best[0] - 1e-12:
            break
        _, _, steps, low, high = heapq.heappop(waiting)
        best = _better(best, region, scale, np.clip(np.round(steps), low, high))
        place = _most_broken(steps, scale)
        if place is None:
            best = _better(best, region, scale, np.round(steps), sure=True)
            continue
        below, above = high.copy(), low.copy()
        below[place], above[place] = np.floor(steps[place]), np.ceil(steps[place])
        consider(low, below)
        consider(above, high)
    return best[1]


def _relaxed(region: _Region, scale: Floats, low: Floats, high: Floats) -> Floats | None:
    """The shortest change between whole bounds, itself not whole, in standard deviations."""
    if (low > high).any():
        return None
    identity = np.eye(len(scale))
    rows = np.vstack([region.rows, identity, -identity])
    return least_change(rows, np.concatenate([region.levels, low / scale, -high / scale]))


def _most_broken(steps: Floats, scale: Floats) -> int | None:
    """The field whose step is furthest from a whole one, in standard deviations; None if all are whole."""
    off = np.abs(steps - np.round(steps))
    if (off < _WHOLE).all():
        return None
    return int((np.where(off < _WHOLE, 0.0, off) / scale).argmax())


def _better(
    best: tuple[float, Floats | None], region: _Region, scale: Floats, steps: Floats, *, sure: bool = False
) -> tuple[float, Floats | None]:
    change = steps / scale
    size = float(change @ change)
    inside = sure or bool((region.rows @ change >= region.levels).all())
    return (size, steps) if inside and size < best[0] else best
