"""How columns of a table become axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.crossfilter.binning import Array, Binned, bin_categories, bin_codes, bin_log, bin_numeric
from core.data.tight import numbers_of, words_of
from core.errors import DataError


@dataclass(frozen=True)
class Spec:
    """How one column of the table becomes an axis.

    `kind` "numeric" makes bins, "category" one code a category, "coded" takes numbers 0 to n-1 that `labels`
    name. `values` keeps the numbers as well, for sums; `sliced` as a bit-sliced index where they have few bits, quick
    to add up but by bins. `log` makes bins of equal ratio, not equal width;
    `percent` writes fractions as percent. `slugs` are the addresses of `labels`, where labels may be renamed
    and links must not break.
    """

    name: str
    kind: Literal["numeric", "category", "coded"] = "numeric"
    labels: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    values: bool = False
    sliced: bool = False
    target: int = 24
    log: bool = False
    percent: bool = False
    column: str = ""  # of the table, where it has another name


def bin_column(frame: pd.DataFrame, spec: Spec) -> Binned:
    """The column of `frame` that `spec` names, as codes."""
    name = spec.column or spec.name
    if spec.kind == "category":
        return bin_categories(spec.name, words_of(frame, name), labels=spec.labels or None)
    if spec.kind == "coded":
        return bin_codes(spec.name, numbers(frame, name), spec.labels, spec.slugs)
    if spec.log:
        return bin_log(spec.name, numbers(frame, name))
    return bin_numeric(spec.name, numbers(frame, name), target=spec.target, percent=spec.percent)


def numbers(frame: pd.DataFrame, name: str) -> Array:
    try:
        return numbers_of(frame, name)
    except (TypeError, ValueError) as error:
        hint = "Clean the table first, or make the field a category."
        raise DataError.of(name, f"{frame[name].dtype} values", "numbers", hint) from error
