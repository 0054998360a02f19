"""How often groups are said, of crowds and of planted groups: `python -m bench.groups ROWS FIELDS TABLES CROWDS [NAME ...]`.

Prints a line of the tables of docs/evidence.md for each shape; CROWDS of each kind are 39 in the product; with the 95 % interval of so many tables. Crowds that are like a file are like that of `PARTERRE_DATA`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from bench.shapes import AFTER, CROWDS, LATEST, NEWER, UNSEEN, Points, Shape, planted
from core.evidence.groups import groups
from core.settings import load
from core.statistics.rates import wilson

SEED = 13


def shapes() -> Mapping[str, Shape]:
    """Every shape by its name."""
    kinds = {"equal": (2.5, 3.0, 3.5, 4.0), "unequal": (3.0, 4.0), "small": (4.0, 5.0, 6.0)}
    groups_of = {
        f"{k} {kind} {apart:g} apart": planted(k, apart, kind)
        for kind, distances in kinds.items()
        for k in (2, 3, 4, 6)
        for apart in distances
    }
    of_file = {"shuffled file": shuffled, "copula of the file": copula}
    return {**CROWDS, **UNSEEN, **NEWER, **LATEST, **AFTER, **of_file, **groups_of}


@cache
def _file() -> Points:
    """Income, spending, purchases in store and on the web, visits, recency and age of a file like the sample."""
    frame = pd.read_csv(load().data, sep=None, engine="python").dropna(subset=["Income"])
    spent = frame.filter(like="Mnt").sum(axis=1)
    bought = frame[["NumStorePurchases", "NumWebPurchases", "NumWebVisitsMonth", "Recency"]]
    return np.column_stack([frame.Income, spent, bought, 2014 - frame.Year_Birth]).astype(np.float64)


def shuffled(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """The columns of the file, unrelated."""
    columns = _file().T[:fields]
    return np.column_stack([rng.choice(one, rows, replace=rows > len(one)) for one in columns])


def copula(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """The columns of the file, related as those of a Gaussian crowd."""
    points = _file()[:, :fields]
    scores = stats.norm.ppf((stats.rankdata(points, axis=0) - 0.5) / len(points))
    share = stats.norm.cdf(rng.multivariate_normal(np.zeros(fields), np.corrcoef(scores.T), rows))
    pairs = zip(points.T, share.T, strict=True)
    return np.column_stack([np.quantile(one, part, method="inverted_cdf") for one, part in pairs])


def share(shape: Shape, rows: int, fields: int, tables: int, crowds: int) -> float:
    """The share of `tables` of which groups are said."""
    said = 0
    for turn in range(tables):
        found = groups(shape(np.random.default_rng([SEED, turn]), rows, fields), SEED + 1000 * turn, crowds)
        said += found is not None and found.found
    return said / tables


def main(rows: int, fields: int, tables: int, crowds: int, names: list[str]) -> None:
    for name in names or list(shapes()):
        found = share(shapes()[name], rows, fields, tables, crowds)
        low, high = wilson(round(found * tables), tables)
        print(
            f"| {name} | {rows} | {fields} | {tables} | {found:.2f} | {low:.2f} to {high:.2f} |", flush=True
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), sys.argv[5:])
