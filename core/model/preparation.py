"""How customers are prepared before they are cut: fields bent, scaled and weighed, and who is left out of the cutting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import RobustScaler, StandardScaler

from core.data.outliers import FAR_OUT, fences
from core.model.curves import Curve, Floats, Shape, believed, transformer
from core.schema.schema import Schema

Mask = NDArray[np.bool_]
WEIGHTS = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0)  # that may be chosen


class Scaling(StrEnum):
    """What a distance is counted in."""

    STANDARD = "standard"  # by mean and standard deviation
    ROBUST = "robust"  # by median and quartiles


@dataclass(frozen=True)
class Preparation:
    """What is done to the basis; fields that are not named are taken as they are, and count once."""

    shapes: tuple[tuple[str, Shape], ...] = ()  # pairs of field and Shape: fields that are bent
    scaling: Scaling = Scaling.STANDARD
    # Pairs of field and float: as how many fields like it a field counts: squared distances are multiplied by it.
    weights: tuple[tuple[str, float], ...] = ()
    # Whether customers who are far out in any field, by Tukey's fences, are left out of the cutting: they join
    # whoever is nearest then.
    without_far_out: bool = False

    @property
    def unit(self) -> str:
        """What distances between customers are counted in, in words."""
        unit = "quartile distances" if self.scaling is Scaling.ROBUST else "standard deviations"
        return f"weighed {unit}" if self.weights else unit

    @property
    def goes_by_parts(self) -> bool:
        """Whether customers can be prepared so without all of them at once."""
        shapes = {shape for _, shape in self.shapes} - {Shape.LOGARITHM}
        return not shapes and self.scaling is Scaling.STANDARD and not self.without_far_out

    def shape(self, name: str) -> Shape | None:
        """What a field is bent by; None where it is taken as it is."""
        return dict(self.shapes).get(name)

    def kept(self, points: Floats) -> Mask | None:
        """Who is cut, of customers on their curves; None for everyone."""
        if not self.without_far_out:
            return None
        far = far_out(points)
        return None if far.all() or not far.any() else ~far

    def spread(self, bent: Floats, basis: Sequence[str]) -> tuple[Floats, Floats]:
        """What is taken off, and what is divided by, to scale and weigh customers on their curves."""
        spread = bent.std(axis=0)
        if self.scaling is Scaling.ROBUST:
            lower, middle, upper = np.quantile(bent, (0.25, 0.5, 0.75), axis=0)
            return middle, self.weighed(np.where(upper > lower, upper - lower, spread), basis)
        return bent.mean(axis=0), self.weighed(spread, basis)

    def scaler(self, bent: Floats, basis: Sequence[str]) -> BaseEstimator:
        """The same as a fitted step of a Pipeline."""
        if self.scaling is Scaling.STANDARD and not self.weights:
            return StandardScaler().fit(bent)
        scaler = (RobustScaler() if self.scaling is Scaling.ROBUST else StandardScaler()).fit(bent)
        scaler.scale_ = self.spread(bent, basis)[1]
        return scaler

    def weighed(self, spread: Floats, basis: Sequence[str]) -> Floats:
        """What scaled fields are divided by, their weights within."""
        scale: Floats = np.where(spread > 0, spread, 1.0)
        return scale / self.factors(basis) if self.weights else scale

    def factors(self, basis: Sequence[str]) -> Floats:
        """What the distance in each field is multiplied by for its weight."""
        weights: Mapping[str, float] = dict(self.weights)
        return np.sqrt([weights.get(name, 1.0) for name in basis])

    def curves(self, values: Floats, basis: Sequence[str]) -> ColumnTransformer:
        """The curves as a fitted step of a Pipeline: each column in its place."""
        shapes = dict(self.shapes)
        steps = [
            (name, transformer(shapes[name]) if name in shapes else "passthrough", [place])
            for place, name in enumerate(basis)
        ]
        step = ColumnTransformer(steps).fit(values)
        for name in shapes:
            believed(step.named_transformers_[name])
        return step


AS_IT_IS = Preparation()


def proposed(schema: Schema) -> Preparation:
    """What is done until somebody chooses: long tails on logarithms."""
    return Preparation(tuple((name, Shape.LOGARITHM) for name in schema.basis if name in schema.logarithms))


class Prepared(NamedTuple):
    """Customers where they are cut, shape (n, n_basis), and who of them is: None for everyone."""

    points: Floats
    kept: Mask | None


def prepared(values: Floats, basis: Sequence[str], preparation: Preparation) -> Prepared:
    """Customers in the units of the file, without gaps, prepared anew."""
    bent = values
    if preparation.shapes:
        shapes = [preparation.shape(name) for name in basis]
        columns = zip(values.T, shapes, strict=True)
        bent = np.column_stack(
            [Curve.of(one, column).bent(column) if one else column for column, one in columns]
        )
    kept = preparation.kept(bent)
    middle, scale = preparation.spread(bent if kept is None else bent[kept], basis)
    return Prepared((bent - middle) / scale, kept)


def far_out(points: Floats) -> Mask:
    """Customers who are far out in any field: three quartile distances past the quartiles (Tukey 1977)."""
    far = np.zeros(len(points), dtype=np.bool_)
    for column in points.T:
        edge = fences(pd.Series(column), reach=FAR_OUT)
        far |= (column < edge.low) | (column > edge.high)
    return far
