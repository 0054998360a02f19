"""How often the right number of groups is said: `python -m bench.howmany ROWS FIELDS TABLES APART [NOISE ...]`.

Prints what is found in each planted table (2, 3, 4 and 6 groups of equal and unequal size and spread, and with one of
5 %), and after every twelve of a noise a line of the tables of docs/evidence.md: the share of those so far in which each
criterion, and the recommendation, has their number. So a run that is ended early has counted, too.
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


def found_in(points: Points, seed: int) -> dict[str, int | None]:
    """The number that each criterion has, and the recommendation; one where no groups are said."""
    found = evidence_of(points, seed)
    said = {one.criterion.key: one.k for one in preferences(found)}
    grouped = found.groups is not None and found.groups.found
    return {**said, "groups said": None if grouped else 1, "recommended": recommended(found)[0]}


def main(rows: int, fields: int, turns: int, apart: float, noises: list[str]) -> None:
    """What is found in each table as soon as it is, and the shares of all so far that are right."""
    for noise in noises or list(NOISES):
        hits: Counter[str] = Counter()
        for total, (k, points) in enumerate(tables(rows, fields, turns, apart, noise), start=1):
            found = found_in(points, total - 1)
            hits.update(
                name for name, said in found.items() if said == (None if name == "groups said" else k)
            )
            print(
                f"{total}: {k} planted, {', '.join(f'{name} {said}' for name, said in found.items())}",
                flush=True,
            )
            if not total % (len(GROUPS) * len(SIZES)):
                shares = " | ".join(f"{name} {hits[name] / total:.2f}" for name in sorted(found))
                print(f"| {noise} | {rows} x {fields} | {apart:g} | {total} | {shares} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), float(sys.argv[4]), sys.argv[5:])
