"""How often the right number of groups is said: `python -m bench.howmany ROWS FIELDS TABLES APART [NOISE ...]`.

Prints for each noise a line of the tables of docs/evidence.md: the share of planted tables (2, 3, 4 and 6 groups of equal
and unequal size and spread, and with one of 5 %) in which each criterion, and the recommendation, has their number.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bench.shapes import Points, planted
from core.evidence.evidence import Evidence
from core.evidence.measure import measure
from core.evidence.preference import preferences, recommended
from core.evidence.repetitions import Effort
from core.model.fit import Parameters, fit
from core.model.space import Space
from core.schema.fields import Field, Kind
from core.schema.schema import Schema

SEED = 78
EFFORT = Effort(curves=1, references=20, splits=10, crowds=39)
GROUPS, SIZES = (2, 3, 4, 6), ("equal", "unequal", "small")
NOISES: Mapping[str, Callable[[Points], Points]] = {
    "Gaussian": lambda points: points,
    "skewed": lambda points: np.exp(points / 3),
    "rounded": lambda points: np.maximum(np.round(points), -2.0),
    "mixed up": lambda points: points @ (0.5 + 0.5 * np.eye(points.shape[1])),
}
"""What is done to tables of Gaussian groups: nothing, powers, counts, and fields that go together."""


def tables(rows: int, fields: int, turns: int, apart: float, noise: str) -> Iterator[tuple[int, Points]]:
    """The number of groups in a table, and the table: `turns` of each number and kind of sizes."""
    for turn in range(turns):
        for k in GROUPS:
            for sizes in SIZES:
                rng = np.random.default_rng([SEED, turn, k, SIZES.index(sizes)])
                yield k, NOISES[noise](planted(k, apart, sizes)(rng, rows, fields))


def evidence_of(points: Points, seed: int = 0, effort: Effort = EFFORT) -> Evidence:
    """What the product finds about a table of numbers."""
    basis = tuple(f"Figure_{place + 1}" for place in range(points.shape[1]))
    schema = Schema(tuple(Field(name, name, Kind.COUNT) for name in basis), basis)
    table, parameters = pd.DataFrame(points, columns=list(basis)), Parameters(2, basis, seed=seed)
    space = Space.of(fit(table, parameters, schema))
    with threadpool_limits(1):
        return measure(space, table, parameters, schema, effort=effort)


def right(rows: int, fields: int, turns: int, apart: float, noise: str) -> tuple[int, Counter[str]]:
    """How many tables there are, and in how many each has the right number."""
    hits: Counter[str] = Counter()
    total = 0
    for k, points in tables(rows, fields, turns, apart, noise):
        found, total = evidence_of(points, total), total + 1
        hits.update(one.criterion.key for one in preferences(found) if one.k == k)
        hits["groups said"] += found.groups is not None and found.groups.found
        hits["recommended"] += recommended(found) == [k]
    return total, hits


def main(rows: int, fields: int, turns: int, apart: float, noises: list[str]) -> None:
    for noise in noises or list(NOISES):
        total, hits = right(rows, fields, turns, apart, noise)
        shares = " | ".join(f"{name} {count / total:.2f}" for name, count in sorted(hits.items()))
        print(f"| {noise} | {rows} x {fields} | {apart:g} | {total} | {shares} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), float(sys.argv[4]), sys.argv[5:])
