"""Whether firmness is what happens: `python -m bench.firmness ROWS FIELDS TABLES SAMPLES [NAME:K ...]`.

A customer of whom 80 % is said stays in the same segment in 80 of 100 segmentations of other samples of the same
population, made by the full procedure. Prints lines of the table of docs/evidence.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.groups import shapes
from bench.shapes import Shape
from core.model.fit import Parameters, fit
from core.model.refits import matched, refits
from core.model.space import Space
from core.schema.fields import Field, Kind
from core.schema.schema import Schema

SEED = 31
EDGES = (0.0, 0.5, 0.65, 0.8, 0.95, 1.01)
SHOWN = (
    "2 equal 4 apart:2",
    "3 equal 3 apart:3",
    "6 equal 3 apart:6",
    "4 unequal 4 apart:4",
    "3 equal 4 apart:2",
)
CROWDED = ("long:6", "skewed:6", "zeros:6", "shop:6", "shared counts:6", "round:4")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """Of each customer: the firmness that is said, and the share of other samples in which they stay."""

    said: Floats
    true: Floats

    def between(self, low: float, high: float) -> tuple[float, float, int]:
        """Means of those of whom `low` to below `high` is said, and how many they are."""
        where = (self.said >= low) & (self.said < high)
        if not where.any():
            return np.nan, np.nan, 0
        return float(self.said[where].mean()), float(self.true[where].mean()), int(where.sum())


def told(shape: Shape, k: int, *, rows: int, fields: int, tables: int, samples: int) -> Told:
    """Firmness on `tables` of a population, and what `samples` more of it make of the same customers."""
    found = [_told(shape, k, rows, fields, samples, turn) for turn in range(tables)]
    return Told(*map(np.concatenate, zip(*found, strict=True)))


def _told(shape: Shape, k: int, rows: int, fields: int, samples: int, turn: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng([SEED, turn])
    population = rng.permutation(shape(rng, rows * (samples + 1), fields))
    names = tuple(f"field_{place}" for place in range(fields))
    parameters = Parameters(k, names, seed=turn)
    table = pd.DataFrame(population[:rows], columns=list(names))
    space, own = fitted(table, parameters)
    said = refits(space, table.assign(Segment=own + 1), parameters).stays(space.place(table), own)
    stays = np.zeros(rows)
    for sample in range(1, samples + 1):
        part = population[rows * sample : rows * (sample + 1)]
        other, _ = fitted(pd.DataFrame(part, columns=list(names)), replace(parameters, seed=sample))
        there = nearest(other, table)
        old, new = matched(own, there, k)
        stays += np.isin(own * k + there, old * k + new)
    return said, stays / samples


def fitted(table: pd.DataFrame, parameters: Parameters) -> tuple[Space, NDArray[np.int64]]:
    """The space of a segmentation by the full procedure, and everybody's segment, 0..k-1."""
    fields = tuple(Field(name, name, Kind.AMOUNT, column=name) for name in parameters.basis)
    schema = Schema(fields, parameters.basis)
    space = Space.of(fit(table, parameters, schema))
    return space, nearest(space, table)


def nearest(space: Space, table: pd.DataFrame) -> NDArray[np.int64]:
    """The segment, 0..k-1, of each customer."""
    points = space.place(table)
    distances = np.stack([((points - centre) ** 2).sum(axis=1) for centre in space.centres], axis=1)
    nearest: NDArray[np.int64] = distances.argmin(axis=1)
    return nearest


def main(rows: int, fields: int, tables: int, samples: int, names: list[str]) -> None:
    for one in names or [*SHOWN, *CROWDED]:
        name, k = one.rsplit(":", 1)
        found = told(shapes()[name], int(k), rows=rows, fields=fields, tables=tables, samples=samples)
        cells = [
            "" if few < len(found.said) / 500 else f"{said:.0%} → {true:.0%} ({few / len(found.said):.0%})"
            for said, true, few in (found.between(low, high) for low, high in pairwise(EDGES))
        ]
        means = f"{found.said.mean():.1%} | {found.true.mean():.1%}"
        print(f"| {name} | {k} | {rows} | {means} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), sys.argv[5:])
