"""What a fitted pipeline comes to: five arrays, in which customers are placed without scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sklearn.pipeline import Pipeline

Floats = NDArray[np.float64]
_AT_ONCE = 100_000  # customers
_LISTS: TypeAdapter[dict[str, list[str] | list[float] | list[list[float]]]] = TypeAdapter(
    dict[str, list[str] | list[float] | list[list[float]]]
)


@dataclass(frozen=True, eq=False)
class Space:
    """Where customers stand, in standard deviations.

    Attributes
    ----------
    basis : tuple of field name
    medians, means, scales : float array, shape (n_basis,)
        What fills a gap; what is taken off, and what is divided by, to standardise.
    centres : float array, shape (k, n_basis)
        Of the segments, standardised.
    """

    basis: tuple[str, ...]
    medians: Floats
    means: Floats
    scales: Floats
    centres: Floats

    @classmethod
    def of(cls, pipeline: Pipeline) -> Space:
        """The arrays of a fitted pipeline."""
        scaler = pipeline["scaler"]
        basis = tuple(map(str, pipeline.feature_names_in_))
        medians, centres = pipeline["imputer"].statistics_, pipeline["kmeans"].cluster_centers_
        return cls(basis, medians, scaler.mean_, scaler.scale_, centres)

    @property
    def typical(self) -> dict[str, float]:
        """Median of each basis field: what is assumed where a customer has a gap."""
        return dict(zip(self.basis, self.medians.tolist(), strict=True))

    def points(self, values: Floats) -> Floats:
        """Customers in the units of the file, shape (n, n_basis): gaps filled, standardised."""
        filled: Floats = np.where(np.isnan(values), self.medians, values)
        filled -= self.means
        filled /= self.scales
        return filled

    def place(self, table: pd.DataFrame) -> Floats:
        """The same of the customers in `table`, which has the basis among its columns."""
        return self.points(table[list(self.basis)].to_numpy(dtype="float64"))

    def reach(self, table: pd.DataFrame) -> float:
        """How far 99 % of the customers in `table` are at most from the centre of their segment, `Segment` - 1."""
        parts = (table[start : start + _AT_ONCE] for start in range(0, len(table), _AT_ONCE))
        far = [np.linalg.norm(self.place(part) - self.centres[part["Segment"] - 1], axis=1) for part in parts]
        return float(np.quantile(np.concatenate(far), 0.99))

    def to_json(self) -> bytes:
        """The arrays as JSON; floats lose nothing."""
        arrays = {name: getattr(self, name).tolist() for name in ("medians", "means", "scales", "centres")}
        return _LISTS.dump_json({"basis": list(self.basis)} | arrays)

    @classmethod
    def from_json(cls, content: bytes) -> Space:
        """What `to_json` wrote; raises ValueError or TypeError if it is anything else."""
        lists = _LISTS.validate_json(content)
        return cls(
            tuple(map(str, lists.pop("basis", ()))), **{name: np.array(one) for name, one in lists.items()}
        )
