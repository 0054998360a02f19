"""The smallest change that takes a customer into another segment, over what a shop can influence."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.optimize import nnls

from core.model.artefacts import Model
from core.model.curves import Curve
from core.model.space import Floats
from core.schema.fields import MOST_DECIMALS, Kind
from core.scoring.prediction import score

_MARGIN = (
    1e-7  # squared standard deviations beyond the border, so that rounding errors can't move anyone back
)
_WHOLE = 1e-6
_PATIENCE = 4000  # relaxations solved before the best whole change found so far is taken


@dataclass(frozen=True)
class Nudge:
    """The smallest change in whole units, of small amounts in decimals (`decimals`), that reaches a segment."""

    target: int  # number of the segment reached, 1..k; scoring confirms it
    values: dict[str, float]  # by field: the customer's basis afterwards, in the file's units
    steps: dict[str, float]  # by field: what changes, and by how much; fields that stay are left out
    size: float  # euclidean length of the change, in standard deviations


@dataclass(frozen=True)
class _Units:
    """How steps of the free fields, in units of the file, and changes in the model's space go into one another.

    `grain` is what one step comes to, `scale` a standard deviation in steps. `bent` are those on a curve: their place
    among the free ones, the curve, and the value of now; `scale` is of what is bent there.
    """

    scale: Floats
    grain: Floats
    bent: tuple[tuple[int, Curve, Floats], ...] = ()

    def change(self, steps: Floats) -> Floats:
        """What some steps come to."""
        found: Floats = steps / self.scale
        for place, curve, value in self.bent:
            there = curve.bent(value + steps[place] * self.grain[place])
            found[place] = ((there - curve.bent(value)) / self.scale[place])[0]
        return found

    def steps(self, change: Floats) -> Floats:
        """The steps that come to a change; not whole ones."""
        found: Floats = change * self.scale
        for place, curve, value in self.bent:
            there = curve.straight(curve.bent(value) + change[place] * self.scale[place])
            found[place] = ((there - value) / self.grain[place])[0]
        return found

    def along(self, place: int, rows: Floats, levels: Floats) -> Floats:
        """Where a field alone gets to each of some borders, in steps."""
        ends: Floats = levels / (rows / self.scale[place])
        for at, curve, value in self.bent:
            if at == place:
                there = curve.straight(curve.bent(value) + levels / rows * self.scale[place])
                ends = (there - value) / self.grain[place]
        return ends


@dataclass(frozen=True)
class _Region:
    """Where the change may lie: `rows @ change >= levels`, in standard deviations (`scale`) of the free fields."""

    rows: Floats
    levels: Floats
    units: _Units

    @property
    def scale(self) -> Floats:
        """Of the free fields."""
        return self.units.scale


def influenced(model: Model) -> tuple[str, ...]:
    """What of the basis a shop can change: nobody grows younger or earns more because it writes to them."""
    return tuple(name for name in model.space.basis if model.card.schema[name].is_influenced)


def decimals(model: Model, name: str) -> int:
    """Of the steps in which a field is changed: those in which an amount is written, none of what is counted."""
    known = model.schema[name]
    return known.decimals if known.kind is Kind.AMOUNT else 0


def nudge(model: Model, values: Mapping[str, float], target: int, free: Sequence[str]) -> Nudge | None:
    """The smallest change of the `free` fields that makes `values` a customer of segment `target`.

    Parameters
    ----------
    model : Model
        The ranges of its data bound the change: no field leaves them, unless it is outside already.
    values : mapping of basis field to float
        The customer, without gaps, in the file's units.
    target : int
        Number of the segment, 1..k.
    free : sequence of basis fields that may change

    Returns
    -------
    Nudge or None
        None where no change of these fields within the data's range reaches the segment.

    Notes
    -----
    The segment of centre t is the set {x : |x-t|^2 <= |x-c|^2 for every centre c}, an intersection of
    half-spaces. The least change that enters it is a least-distance problem, solved exactly by `least_change`;
    whole steps (of `decimals`) come from it by branch and bound (Land and Doig 1960), so no smaller whole change exists.
    """
    region = _region(model, values, target, free)
    steps = _whole_steps(region, *_bounds(model, values, free))
    return None if steps is None else _confirmed(model, values, target, free, steps)


def alone(model: Model, values: Mapping[str, float], target: int, free: Sequence[str]) -> list[Nudge]:
    """The changes of a single field that reach segment `target`, smallest first; arguments as for `nudge`."""
    region = _region(model, values, target, free)
    found = []
    for place, bounds in enumerate(zip(*_bounds(model, values, free), strict=True)):
        step = _step_along(region, place, *bounds)
        if step is not None:
            found.append(_confirmed(model, values, target, [free[place]], np.array([step])))
    return sorted((one for one in found if one), key=lambda one: one.size)


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


def _confirmed(
    model: Model, values: Mapping[str, float], target: int, names: Sequence[str], steps: Floats
) -> Nudge | None:
    """The change by these steps, if scoring says that it reaches the segment too: nothing else is claimed."""
    space, units = model.space, _units(model, values, names)
    whole = zip(names, steps, units.grain, strict=True)
    changed = {name: round(float(step * grain), MOST_DECIMALS) for name, step, grain in whole if step}
    after = {name: float(value) + changed.get(name, 0) for name, value in values.items()}
    reached = score(space, np.array([[after[name] for name in space.basis]])).segment[0]
    size = float(np.linalg.norm(units.change(steps)))
    return Nudge(target, after, changed, size) if reached == target else None


def _step_along(region: _Region, place: int, low: float, high: float) -> float | None:
    """The whole step of least size of one field alone that ends in the region; None if there is none."""
    rows, levels = region.rows[:, place], region.levels
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = region.units.along(place, rows, levels)
    low, high = max([low, *np.ceil(ends[rows > 0])]), min([high, *np.floor(ends[rows < 0])])
    return None if low > high or (levels[rows == 0] > 0).any() else min(max(0.0, low), high)


def _region(model: Model, values: Mapping[str, float], target: int, free: Sequence[str]) -> _Region:
    """The half-spaces that make up segment `target`, seen from the customer, over the free fields."""
    space = model.space
    columns = [space.basis.index(name) for name in free]
    [point] = space.points(np.array([[values[name] for name in space.basis]]))
    own, others = space.centres[target - 1], np.delete(space.centres, target - 1, axis=0)
    across = 2 * (own - others)
    levels = (own**2).sum() - (others**2).sum(axis=1) - across @ point + _MARGIN
    return _Region(across[:, columns], levels, _units(model, values, free))


def _units(model: Model, values: Mapping[str, float], free: Sequence[str]) -> _Units:
    space, grain = model.space, _grain(model, free)
    columns = [space.basis.index(name) for name in free]
    curves = dict(space.bent())
    bent = [(place, at, free[place]) for place, at in enumerate(columns) if at in curves]
    scale = space.scales[columns] / grain
    for place, at, _ in bent:
        scale[place] = space.scales[at]
    return _Units(
        scale, grain, tuple((place, curves[at], np.array([float(values[name])])) for place, at, name in bent)
    )


def _grain(model: Model, names: Sequence[str]) -> Floats:
    """What one step of each field comes to, in the file's units."""
    return np.array([10.0 ** -decimals(model, name) for name in names])


def _bounds(model: Model, values: Mapping[str, float], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Most that each field may fall and rise, in steps."""
    spreads = model.card.profile.spreads
    ends = [(spreads[name].low - values[name], spreads[name].high - values[name]) for name in names]
    lows, highs = np.array(ends).reshape(-1, 2).T / _grain(model, names)
    # Tenths are none to a computer: a step that ends a rounding error past the range is within it.
    return np.ceil(np.minimum(lows, 0.0) - _WHOLE), np.floor(np.maximum(highs, 0.0) + _WHOLE)


def _whole_steps(region: _Region, lows: Floats, highs: Floats) -> Floats | None:
    """The shortest whole-numbered steps inside `region` between the bounds, best bound first."""
    order = count()
    best: tuple[float, Floats | None] = (np.inf, None)
    waiting: list[tuple[float, int, Floats, Floats, Floats]] = []

    def consider(low: Floats, high: Floats) -> None:
        change = _relaxed(region, low, high)
        if change is not None and (size := float(change @ change)) < best[0] - 1e-12:
            heapq.heappush(waiting, (size, next(order), region.units.steps(change), low, high))

    consider(lows, highs)
    for _ in range(_PATIENCE):
        if not waiting or waiting[0][0] >= best[0] - 1e-12:
            break
        _, _, steps, low, high = heapq.heappop(waiting)
        best = _better(best, region, np.clip(np.round(steps), low, high))
        place = _most_broken(steps, region.scale)
        if place is None:
            best = _better(best, region, np.round(steps), sure=True)
            continue
        below, above = high.copy(), low.copy()
        below[place], above[place] = np.floor(steps[place]), np.ceil(steps[place])
        consider(low, below)
        consider(above, high)
    return best[1]


def _relaxed(region: _Region, low: Floats, high: Floats) -> Floats | None:
    """The shortest change between whole bounds, itself not whole, in standard deviations."""
    if (low > high).any():
        return None
    identity, units = np.eye(len(region.scale)), region.units
    rows = np.vstack([region.rows, identity, -identity])
    return least_change(rows, np.concatenate([region.levels, units.change(low), -units.change(high)]))


def _most_broken(steps: Floats, scale: Floats) -> int | None:
    """The field whose step is furthest from a whole one, in standard deviations; None if all are whole."""
    off = np.abs(steps - np.round(steps))
    if (off < _WHOLE).all():
        return None
    return int((np.where(off < _WHOLE, 0.0, off) / scale).argmax())


def _better(
    best: tuple[float, Floats | None], region: _Region, steps: Floats, *, sure: bool = False
) -> tuple[float, Floats | None]:
    change = region.units.change(steps)
    size = float(change @ change)
    inside = sure or bool((region.rows @ change >= region.levels).all())
    return (size, steps) if inside and size < best[0] else best
