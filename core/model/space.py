"""What a fitted pipeline comes to: five arrays that score without scikit-learn, and plain JSON to keep it in.

skops, which others load, refuses code, but imports every estimator of scikit-learn to do so: half a second of each
start. In the JSON three classes are known, and numbers, texts and arrays are all that their state may hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

Floats = NDArray[np.float64]
_CLASSES = {known.__name__: known for known in (SimpleImputer, StandardScaler, KMeans)}


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


def to_json(pipeline: Pipeline) -> bytes:
    """The steps of `pipeline` with all of their state; floats lose nothing."""
    steps = [
        {"name": name, "class": type(step).__name__, "state": {k: _out(v) for k, v in vars(step).items()}}
        for name, step in pipeline.steps
    ]
    return json.dumps(steps).encode()


def from_json(content: bytes) -> Pipeline:
    """The pipeline that `to_json` wrote.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is anything else.
    """
    return Pipeline([(step["name"], _step(step)) for step in json.loads(content)])


def _step(step: dict[str, Any]) -> object:
    known = _CLASSES[step["class"]]
    estimator = known()
    vars(estimator).update({name: _in(value) for name, value in step["state"].items()})
    return estimator


def _out(value: object) -> object:
    """A value as JSON: arrays, types and scalars of numpy as what they are and what they hold."""
    if isinstance(value, np.ndarray):
        kind = "texts" if value.dtype == object else value.dtype.str
        return {"array": value.tolist(), "of": kind, "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return {"scalar": value.item(), "of": value.dtype.str}
    if isinstance(value, np.dtype):
        return {"type": value.str}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} is nothing that our pipelines hold")


def _in(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    if "type" in value:
        return np.dtype(value["type"])
    kind = object if value["of"] == "texts" else np.dtype(value["of"])
    if "scalar" in value:
        return np.array(value["scalar"], kind)[()]
    return np.array(value["array"], kind).reshape(value["shape"])
