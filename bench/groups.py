"""How often groups are said, of crowds and of planted groups: `python -m bench.groups ROWS FIELDS TABLES CROWDS [NAME ...]`.

Prints a line of the tables of docs/evidence.md for each shape; CROWDS of each kind are 39 in the product; with the 95 % interval of so many tables.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np

from bench.shapes import CROWDS, LATEST, NEWER, UNSEEN, Shape, planted
from core.evidence.groups import groups
from core.statistics.rates import wilson

SEED = 12


def shapes() -> Mapping[str, Shape]:
    """Every shape by its name."""
    kinds = {"equal": (2.5, 3.0, 3.5, 4.0), "unequal": (3.0, 4.0), "small": (4.0, 5.0, 6.0)}
    groups_of = {
        f"{k} {kind} {apart:g} apart": planted(k, apart, kind)
        for kind, distances in kinds.items()
        for k in (2, 3, 4, 6)
        for apart in distances
    }
    return {**CROWDS, **UNSEEN, **NEWER, **LATEST, **groups_of}


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
