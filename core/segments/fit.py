"""From a feature table to segments: imputer, scaler and K-Means as one scikit-learn Pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.customers.schema import BASIS
from core.errors import ModelError


@dataclass(frozen=True)
class Parameters:
    """What a fit is made with, besides the data."""

    k: int = 6
    basis: tuple[str, ...] = BASIS
    starts: int = 20
    seed: int = 2014


def fit(table: pd.DataFrame, parameters: Parameters) -> Pipeline:
    """Fit median imputation, standardisation and K-Means on the basis columns of `table`.

    Parameters
    ----------
    table : DataFrame, shape (n_customers, >= n_basis)
        Cleaned and feature-engineered customers; gaps are NaN.
    parameters : Parameters

    Returns
    -------
    Pipeline
        Steps `imputer`, `scaler`, `kmeans`. Label 0 is the segment that spends most, label k - 1 least.

    Raises
    ------
    ModelError
        If a basis column has no value at all, or there are fewer different customers than segments.

    Notes
    -----
    Lloyd (1982), IEEE Trans. Inf. Theory 28: 129-137; k-means++ starts, Arthur and Vassilvitskii (2007).
    One OpenMP thread: a fit in a web worker must not leave a thread pool behind, since libgomp does not
    survive a fork, and one thread gives the same sums on every machine.
    """
    basis = table[list(parameters.basis)]
    _check(basis, parameters)
    pipeline = Pipeline(
        [
            ("imputer", SimpleImputer(strategy="median")),
            ("scaler", StandardScaler()),
            ("kmeans", KMeans(parameters.k, n_init=parameters.starts, random_state=parameters.seed)),
        ]
    )
    with threadpool_limits(1, user_api="openmp"):
        pipeline.fit(basis)
    return _richest_first(pipeline, basis)


def scaled(pipeline: Pipeline, table: pd.DataFrame) -> NDArray[np.float64]:
    """Basis columns of `table`, gaps filled, in standard deviations from the mean; shape (n, n_basis)."""
    filled: NDArray[np.float64] = pipeline[:-1].transform(table[list(pipeline.feature_names_in_)])
    return filled


def centres(pipeline: Pipeline) -> pd.DataFrame:
    """Centre of each segment in the units of the file; index 1..k, one column per basis field."""
    kmeans, scaler = pipeline["kmeans"], pipeline["scaler"]
    values = scaler.inverse_transform(kmeans.cluster_centers_)
    return pd.DataFrame(values, columns=pipeline.feature_names_in_, index=range(1, len(values) + 1))


def typical(pipeline: Pipeline) -> Mapping[str, float]:
    """Median of each basis field: what is assumed where a customer has a gap."""
    return dict(zip(pipeline.feature_names_in_, pipeline["imputer"].statistics_.tolist(), strict=True))


def _check(basis: pd.DataFrame, parameters: Parameters) -> None:
    empty = [str(name) for name in basis if basis[name].isna().all()]
    if empty:
        raise ModelError(
            f"Found no usable value in {', '.join(empty)}. Expected numbers, since segments are built "
            "on them. Fill the column in the file."
        )
    different = len(basis.drop_duplicates())
    if different < parameters.k:
        raise ModelError(
            f"Found {different} different customers. Expected at least {parameters.k}, one per segment. "
            "Use a larger file, or fewer segments (PARTERRE_SEGMENTS)."
        )


def _richest_first(pipeline: Pipeline, basis: pd.DataFrame) -> Pipeline:
    """Number the segments by mean spending, so that a number means the same after every refit."""
    kmeans = pipeline["kmeans"]
    by = basis["Total_Spending"] if "Total_Spending" in basis else basis.iloc[:, 0]
    means = by.groupby(kmeans.labels_).mean().reindex(range(kmeans.n_clusters)).fillna(-np.inf)
    order = np.argsort(-means.to_numpy(), kind="stable")
    kmeans.cluster_centers_ = np.ascontiguousarray(kmeans.cluster_centers_[order])
    kmeans.labels_ = np.argsort(order).astype(kmeans.labels_.dtype)[kmeans.labels_]
    return pipeline
