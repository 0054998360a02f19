"""Whether two samples are drawn alike, field by field: PSI, and how large it gets without any drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

BINS = 10
LEAST = 20  # of the smaller sample to a bin, so that chi-squared is near enough
SOME, MUCH = 0.1, 0.25  # from which PSI is called a shift, and a large one
CONFIDENCE = 0.95
ALARMS = 0.01  # chance that any field of a table without drift is said to have moved
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Psi:
    """The population stability index of a field, and what it is without drift."""

    value: float  # sum over bins of (q - p) ln(q / p)
    point: float  # what it stays below in 95 of 100 pairs of samples of these sizes that are drawn alike
    bound: float  # what all fields of the table together stay below in 99 of 100

    @property
    def moved(self) -> bool:
        """Whether it is more than chance, and enough to matter."""
        return self.value > self.bound and self.value >= SOME

    @property
    def much(self) -> bool:
        """Whether it moved by a lot."""
        return self.moved and self.value >= MUCH


def binned(before: pd.Series, after: pd.Series) -> tuple[Counts, Counts]:
    """How many of each sample are in each bin: tenths of the first sample, or values; gaps are a bin.

    Values that fewer than five of the smaller sample would have, were both alike, are one bin.
    """
    whole = pd.concat([before, after], ignore_index=True)
    numeric = pd.api.types.is_numeric_dtype(whole)
    codes = _tenths(before, whole, min(len(before), len(after))) if numeric else pd.factorize(whole)[0]
    place = codes - codes.min(initial=0)
    bins = int(place.max(initial=0)) + 1
    first, second = (
        np.bincount(part, minlength=bins) for part in (place[: len(before)], place[len(before) :])
    )
    rare = (first + second) * (min(len(before), len(after)) / max(len(whole), 1)) < 5
    if rare.sum() == 1:
        rare |= (first + second) == (first + second)[~rare].min(initial=len(whole))
    return (_merged(first, rare), _merged(second, rare)) if rare.any() else (first, second)


def psi(before: Counts, after: Counts, fields: int = 1) -> Psi:
    """The index of one of so many fields, from how many of each sample are in each bin.

    Notes
    -----
    Half a customer is added to each bin, so that an empty one has a logarithm. Without drift PSI is about
    (1/n + 1/m) chi-squared with one degree of freedom fewer than bins (Yurdakul 2018, Western Michigan University);
    `bound` is the same for all fields together (Bonferroni). Of the same customers twice, or of fields that go
    together, both are too large rather than too small. `bench/drift.py` has how often halves of tables pass them.
    """
    n, m, bins = int(before.sum()), int(after.sum()), len(before)
    if bins < 2 or not n or not m:
        return Psi(0.0, 0.0, 0.0)
    p, q = ((one + 0.5) / (one.sum() + 0.5 * bins) for one in (before, after))
    value = float(((q - p) * np.log(q / p)).sum())
    scale = 1 / n + 1 / m
    point, bound = stats.chi2.isf([1 - CONFIDENCE, ALARMS / max(fields, 1)], bins - 1) * scale
    return Psi(value, float(point), float(bound))


def _tenths(before: pd.Series, whole: pd.Series, smaller: int) -> NDArray[np.int64]:
    known = before.dropna().to_numpy(dtype="float64")
    bins = max(2, min(BINS, smaller // LEAST))
    inner = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if len(known) else np.empty(0)
    values = whole.to_numpy(dtype="float64", na_value=np.nan)
    codes = np.searchsorted(inner, values)
    found: NDArray[np.int64] = np.where(np.isnan(values), -1, codes)
    return found


def _merged(counts: Counts, rare: NDArray[np.bool_]) -> Counts:
    found: Counts = np.append(counts[~rare], counts[rare].sum())
    return found
