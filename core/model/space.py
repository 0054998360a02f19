"""What a fitted pipeline comes to: five arrays and some curves, in which customers are placed without a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PowerTransformer

from core.data.tight import numbers_of, on_two_cores
from core.data.whole import quantiles
from core.model.curves import Curve, Shape
from core.model.preparation import Preparation
from core.schema.fields import SEGMENT

Floats = NDArray[np.float64]
_AT_ONCE = 100_000  # customers
_LISTS: TypeAdapter[dict[str, list[str] | list[float] | list[list[float]]]] = TypeAdapter(
    dict[str, list[str] | list[float] | list[list[float]]]
)


@dataclass(frozen=True, eq=False)
class Space:
    """Where customers stand, in standard deviations, or in what else they are scaled by."""

    basis: tuple[str, ...]  # field names
    # shape (n_basis,): what fills a gap; what is taken off, and what is divided by, to standardise.
    medians: Floats
    means: Floats
    scales: Floats
    centres: Floats  # shape (k, n_basis): of the segments, standardised
    # What each field is bent by, once its gaps are filled; None where it is taken as it is, and empty where all are.
    curves: tuple[Curve | None, ...] = ()

    @classmethod
    def of(cls, pipeline: Pipeline) -> Space:
        """The arrays of a fitted pipeline."""
        scaler, bent = pipeline["scaler"], pipeline.named_steps.get("curves")
        basis = tuple(map(str, pipeline.feature_names_in_))
        medians, centres = pipeline["imputer"].statistics_, pipeline["kmeans"].cluster_centers_
        middle = scaler.mean_ if hasattr(scaler, "mean_") else scaler.center_
        curves = _curves(bent, basis) if bent is not None else ()
        return cls(basis, medians, middle, scaler.scale_, centres, curves)

    @classmethod
    def unscaled(cls, basis: tuple[str, ...], medians: Floats, how: Preparation) -> Space:
        """Where customers stand once gaps are filled and fields bent by logarithms, before anything is scaled or cut."""
        shapes = [how.shape(name) for name in basis]
        curves = tuple(Curve(one) if one else None for one in shapes) if how.shapes else ()
        return cls(
            basis, medians, np.zeros(len(basis)), np.ones(len(basis)), np.empty((0, len(basis))), curves
        )

    @property
    def typical(self) -> dict[str, float]:
        """Median of each basis field: what is assumed where a customer has a gap."""
        return dict(zip(self.basis, self.medians.tolist(), strict=True))

    def points(self, values: Floats) -> Floats:
        """Customers in the units of the file, shape (n, n_basis): gaps filled, standardised."""
        filled: Floats = np.where(np.isnan(values), self.medians, values)
        for place, curve in self.bent():
            filled[:, place] = curve.bent(filled[:, place])
        filled -= self.means
        filled /= self.scales
        return filled

    def bent(self) -> Iterator[tuple[int, Curve]]:
        """The fields that are not taken as they are, by their place in the basis."""
        return ((place, curve) for place, curve in enumerate(self.curves) if curve is not None)

    def column(self, place: int, values: Floats) -> Floats:
        """What `points` makes of one field without gaps; `values` may be worked on in place."""
        curve = self.curves[place] if self.curves else None
        values = curve.bent(values) if curve else values
        values -= self.means[place]
        values /= self.scales[place]
        return values

    def place(self, table: pd.DataFrame) -> Floats:
        """The same of the customers in `table`, which has the basis among its columns."""
        return self.points(np.array([numbers_of(table, name) for name in self.basis], dtype=np.float64).T)

    def nearer(self, table: pd.DataFrame, one: int, other: int) -> Floats:
        """By field, how much nearer these stand to the centre of the segment `other` than of `one`, on average."""
        points, centres = self.place(table), self.centres
        found: Floats = ((points - centres[one]) ** 2 - (points - centres[other]) ** 2).mean(axis=0)
        return found

    def reach(self, table: pd.DataFrame) -> float:
        """How far 99 % of the customers in `table` are at most from the centre of their segment, `Segment` - 1."""

        found = np.empty(len(table))

        def far(start: int) -> None:
            rows = slice(start, start + _AT_ONCE)
            part = table[rows]
            own = numbers_of(part, SEGMENT).astype(np.intp) - 1
            found[rows] = np.linalg.norm(self.place(part) - self.centres[own], axis=1)

        on_two_cores(far, range(0, len(table), _AT_ONCE))
        return float(quantiles(found, np.array([0.99]))[0])

    def to_json(self) -> bytes:
        """The arrays as JSON; floats lose nothing."""
        arrays = {name: getattr(self, name).tolist() for name in ("medians", "means", "scales", "centres")}
        curves = {}
        if self.curves:
            shapes = [str(one.shape) if one else "" for one in self.curves]
            curves = {"shapes": shapes, "powers": [one.power if one else 0.0 for one in self.curves]}
        return _LISTS.dump_json({"basis": list(self.basis)} | arrays | curves)

    @classmethod
    def from_json(cls, content: bytes) -> Space:
        """What `to_json` wrote; raises ValueError or TypeError if it is anything else."""
        lists = _LISTS.validate_json(content)
        basis = tuple(map(str, lists.pop("basis", ())))
        bent = zip(lists.pop("shapes", ()), lists.pop("powers", ()), strict=True)
        curves = tuple(
            Curve(Shape(str(shape)), float(str(power))) if shape else None for shape, power in bent
        )
        return cls(basis, **{name: np.array(one) for name, one in lists.items()}, curves=curves)


def _curves(step: ColumnTransformer, basis: Sequence[str]) -> tuple[Curve | None, ...]:
    """The curves of a fitted step of a pipeline, by field."""
    named = {name: one for name, one, _ in step.transformers_}
    return tuple(
        Curve.fitted(named[name]) if isinstance(named[name], Pipeline | PowerTransformer) else None
        for name in basis
    )
