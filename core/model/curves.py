"""The curves that a field of the basis may be bent by, so that a long tail counts less."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import yeojohnson
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

Floats = NDArray[np.float64]
POWERS = (-1.0, 3.0)  # past them, large values that differ are one in a computer
_SYMMETRIC = 2.0  # the power at which Yeo and Johnson's curve is a logarithm below zero


class Shape(StrEnum):
    """What a field is bent by where it is not taken as it is."""

    LOGARITHM = "logarithm"
    YEO_JOHNSON = "yeo-johnson"


@dataclass(frozen=True)
class Curve:
    """A curve that rises all the way.

    Notes
    -----
    Yeo and Johnson (2000), Biometrika 87: 954-959.
    """

    shape: Shape  # the logarithm is of one more than the value, and what is below zero counts as zero
    power: float = 0.0  # of Yeo and Johnson's curve; at 0 it is that logarithm

    @classmethod
    def of(cls, shape: Shape, values: Floats) -> Curve:
        """The curve of that shape for some values: the power by maximum likelihood."""
        if shape is Shape.LOGARITHM or not np.ptp(values):
            return cls(shape)
        return cls(shape, float(np.clip(yeojohnson(values)[1], *POWERS)))

    @classmethod
    def fitted(cls, step: BaseEstimator) -> Curve:
        """The curve of a fitted `transformer`."""
        if isinstance(step, PowerTransformer):
            return cls(Shape.YEO_JOHNSON, float(step.lambdas_[0]))
        return cls(Shape.LOGARITHM)

    def bent(self, values: Floats) -> Floats:
        """Values on the curve."""
        if self.shape is Shape.LOGARITHM:
            logs: Floats = np.log1p(np.maximum(values, 0.0))
            return logs
        bent: Floats = yeojohnson(values, self.power)
        return bent

    def straight(self, bent: Floats) -> Floats:
        """The values that are on the curve there; past its ends infinite."""
        above, below = np.maximum(bent, 0.0), np.maximum(-bent, 0.0)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            rising, falling = _raised(above, self.power), _raised(below, _SYMMETRIC - self.power)
        found: Floats = np.where(bent < 0, -falling, rising)
        return np.maximum(found, 0.0) if self.shape is Shape.LOGARITHM else found


def transformer(shape: Shape) -> BaseEstimator:
    """The same curve as a step of a scikit-learn Pipeline, of a single column."""
    if shape is Shape.YEO_JOHNSON:
        return PowerTransformer(method="yeo-johnson", standardize=False)
    floor = FunctionTransformer(np.clip, kw_args={"a_min": 0.0, "a_max": None})
    return Pipeline([("floor", floor), ("logarithm", FunctionTransformer(np.log1p))])


def believed(step: BaseEstimator) -> None:
    """Hold the power of a fitted `transformer` within what a computer can tell apart."""
    if isinstance(step, PowerTransformer):
        step.lambdas_ = np.clip(step.lambdas_, *POWERS)


def _raised(bent: Floats, power: float) -> Floats:
    """The inverse of ((1 + x) ** power - 1) / power, which is the logarithm at power 0."""
    if abs(power) < np.finfo(np.float64).eps:
        grown: Floats = np.expm1(bent)
        return grown
    inside = 1 + power * bent
    raised: Floats = np.where(inside > 0, np.expm1(np.log(np.maximum(inside, 0.0)) / power), np.inf)
    return raised
