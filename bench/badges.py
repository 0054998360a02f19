"""Whether badges hold: `python -m bench.badges TABLES SAMPLES`.

How much of a segment other samples of the same population find again, by the full procedure, beside what its badge
says. Some of the populations have segments of a handful. Prints lines of the table of docs/evidence.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from bench.firmness import fitted, nearest
from bench.shapes import CROWDS, UNSEEN, Points, Shape
from core.evidence.stability import SegmentStability, best_matches, graded, segments_of
from core.model.fit import Parameters
from core.model.refits import refits

SEED = 43
RESAMPLES, STARTS, PEOPLE = 30, 4, 10_000
SIZES = ((1, 1), (2, 9), (10, 29), (30, 99), (100, 10_000))
HOLDS = 0.6  # below which a segment can't be relied on


def _with_few(share: float, apart: float) -> Shape:
    """A large group beside most, and a group of so few, far out."""

    def draw(rng: np.random.Generator, rows: int, fields: int) -> Points:
        points = rng.normal(size=(rows, fields))
        few = rng.random(rows) < share
        points[few, 0] += apart
        points[~few & (rng.random(rows) < 0.4), 1] += 5
        return points

    return draw


def _apart(groups: int, apart: float) -> Shape:
    """Groups so far apart, where they are in every draw: other customers are to be of the same population."""

    def draw(rng: np.random.Generator, rows: int, fields: int) -> Points:
        centres = apart / np.sqrt(2) * np.eye(groups, fields)
        return centres[rng.integers(groups, size=rows)] + rng.normal(size=(rows, fields))

    return draw


SHAPES: Mapping[str, Shape] = {
    **{name: CROWDS[name] for name in ("skewed", "Student t", "lognormal", "zeros")},
    "core and halo": UNSEEN["core and halo"],
    "1 % far out": _with_few(0.01, 8),
    "3 % far out": _with_few(0.03, 8),
    "1 % very far out": _with_few(0.01, 20),
    "4 groups 4 apart": _apart(4, 4.0),
}


@dataclass(frozen=True)
class Badge:
    """What was found about a segment, and how much of it other samples find again."""

    found: SegmentStability
    true: float


def badges(
    tables: int, samples: int, ks: tuple[int, ...] = (3, 5, 7), names: Iterable[str] = SHAPES
) -> Iterator[Badge]:
    """Of every segment of `tables` of each shape and number of segments."""
    for turn, (name, k) in product(range(tables), product(names, ks)):
        rng = np.random.default_rng([SEED, turn, k, sorted(SHAPES).index(name)])
        yield from _badges(SHAPES[name], k, int(rng.choice([200, 500])), samples, rng)


def _badges(shape: Shape, k: int, rows: int, samples: int, rng: np.random.Generator) -> Iterator[Badge]:
    names = tuple(f"field_{place}" for place in range(4))
    parameters = Parameters(k, names, starts=STARTS)
    drawn, people = (pd.DataFrame(shape(rng, many, 4), columns=list(names)) for many in (rows, PEOPLE))
    space, own = fitted(drawn, parameters)
    again = refits(space, drawn.assign(Segment=own + 1), parameters)
    found = segments_of(space.place(drawn), own, again, k, resamples=RESAMPLES, starts=STARTS)
    there = nearest(space, people)
    true = np.zeros(k)
    for _ in range(samples):
        other, _labels = fitted(pd.DataFrame(shape(rng, rows, 4), columns=list(names)), parameters)
        true += np.nan_to_num(best_matches(there, nearest(other, people), k)) / samples
    return (Badge(one, float(share)) for one, share in zip(found, true, strict=True))


def main(tables: int, samples: int) -> None:
    found = list(badges(tables, samples))
    for low, high in SIZES:
        part = [one for one in found if low <= one.found.customers <= high and one.found.jaccard is not None]
        alone = [one.true for one in part if graded(one.found.jaccard or 0).value.endswith("stable")]
        said = [one.true for one in part if one.found.verdict.value.endswith("stable")]
        within = [one.found.fresh.low <= one.true <= one.found.fresh.high for one in part if one.found.fresh]
        cells = [f"{sum(true < HOLDS for true in those)} of {len(those)}" for those in (alone, said)]
        print(f"| {low} to {high} | {len(part)} | {' | '.join(cells)} | {np.mean(within):.0%} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
