"""Counts and sums of everyone by three fields at once, kept beside the columns of many customers: what two filters leave
is then a sum over cells, whatever they choose, and nobody is counted.

Gray et al. (1997), Data cube: a relational aggregation operator generalizing group-by, cross-tab, and sub-totals, Data
Mining and Knowledge Discovery 1: 29-53.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import Axis, Codes, Scale
from core.crossfilter.columns import Columns, Slice, as_built, mapped, open_columns
from core.crossfilter.counting import Query
from core.data.tight import side_by_side
from core.data.whole import in_pieces

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Chosen = Mapping[str, Collection[int]]  # bins by field
Measure = tuple[str, int]  # a field and a power of it: of 0 those of whom it is known; of no field everyone

FROM = 1_000_000  # customers; fewer are counted as soon
MOST_CELLS = 1 << 14  # of a cube that is kept
MOST_COUNTED = 1 << 17  # of one that others are made of, a part of which stays in the cache
TURNED = 1 << 13  # rows at once, so that both ways of them stay in the cache
EVERYONE: Measure = ("", 0)
INDEX, CELLS = "cubes.json", "cubes"


@dataclass(frozen=True)
class Cube:
    """What is kept of each cell: `cells` has shape (measures, bins of each of `fields`)."""

    fields: tuple[str, ...]
    measures: tuple[Measure, ...]
    cells: Floats

    def over(self, chosen: Chosen, fields: Sequence[str], measure: Measure) -> Floats:
        """Of who is in the bins `chosen` of other fields, by the bins of `fields`."""
        found, axes = self.cells[self.measures.index(measure)], dict(enumerate(self.fields))
        for name, codes in chosen.items():
            found = found.take(sorted(codes), axis=self.fields.index(name))
        summed: Floats = found.sum(axis=tuple(axis for axis, name in axes.items() if name not in fields))
        left = [name for name in self.fields if name in fields]
        return summed.transpose([left.index(name) for name in fields])


@dataclass(frozen=True)
class Cubes:
    """All that are kept with some columns; of which fields they are, and whose values have gaps."""

    kept: Sequence[Cube]
    axes: Mapping[str, Axis]

    def answer(self, query: Query) -> Array | None:
        """The answer to a question, exact; None where no cube has all that it is about."""
        if not self.kept or any(one.typed or one.group for one in query.conditions):
            return None
        chosen: dict[str, frozenset[int]] = {}
        for one in query.conditions:
            chosen[one.field] = chosen.get(one.field, one.codes) & one.codes
        if query.value is None:
            found = self._counts(chosen, query.fields)
            return None if found is None else np.rint(np.atleast_1d(found)).astype(np.int64)
        powers = (2 if query.squared else 1,) if query.field else (1, 2)
        sums = [self._over(chosen, query.fields, (query.value, power)) for power in powers]
        if any(one is None for one in sums):
            return None
        return sums[0] if query.field else np.array(sums)

    def _counts(self, chosen: Chosen, fields: tuple[str, ...]) -> Floats | None:
        found = self._over(chosen, fields, EVERYONE)
        if found is None and (known := next(filter(self._is_all_known, chosen.items()), None)):
            others = {name: codes for name, codes in chosen.items() if name != known[0]}
            found = self._over(others, fields, (known[0], 0))
        return self._by_flag(chosen, fields) if found is None else found

    def _is_all_known(self, one: tuple[str, Collection[int]]) -> bool:
        """Whether all are chosen of whom a field is known, and no others."""
        axis = self.axes.get(one[0])  # none of a crossing
        return axis is not None and axis.gaps and one[1] == frozenset(range(axis.known))

    def _by_flag(self, chosen: Chosen, fields: tuple[str, ...]) -> Floats | None:
        """Counts by a field that is no or yes, of whom a sum is how many say yes."""
        for place, name in enumerate(fields):
            axis, others = self.axes.get(name), (*fields[:place], *fields[place + 1 :])
            if axis is None or not _is_flag(axis):
                continue
            asked: list[Measure] = [(name, 1), (name, 0) if axis.gaps else EVERYONE, EVERYONE]
            yes, known, all_ = (self._over(chosen, others, measure) for measure in asked)
            if yes is not None and known is not None and all_ is not None:
                parts = [known - yes, yes, *([all_ - known] if axis.gaps else [])]
                return np.stack(parts, axis=place)
        return None

    def _over(self, chosen: Chosen, fields: Sequence[str], measure: Measure) -> Floats | None:
        asked = {*fields, *chosen}
        if len(asked) < len(fields) + len(chosen):
            return None
        for one in self.kept:
            if measure in one.measures and asked <= {*one.fields}:
                return one.over(chosen, fields, measure)
        return None


NO_CUBES = Cubes((), {})


def open_cubes(folder: Path, axes: Mapping[str, Axis]) -> Cubes:
    """Those that `keep` wrote into `folder`, mapped into memory; none where there are few customers.

    Raises DataError if they don't fit the axes.
    """
    if not (folder / INDEX).exists():
        return NO_CUBES
    with as_built(folder):
        named = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        shapes = [(len(one["measures"]), *(len(axes[name]) for name in one["fields"])) for one in named]
        ends = np.cumsum([0, *map(math.prod, shapes)]).tolist()
        cells = mapped(folder, CELLS, "float64", (ends[-1],))
        return Cubes(
            [
                Cube(
                    tuple(one["fields"]),
                    tuple((name, power) for name, power in one["measures"]),
                    cells[start:end].reshape(shape),
                )
                for one, shape, (start, end) in zip(named, shapes, pairwise(ends), strict=True)
            ],
            axes,
        )


def _is_flag(axis: Axis) -> bool:
    """Whether a field that is summed is 0 or 1: its codes, or whole numbers."""
    return axis.known == 2 and (axis.scale is Scale.CATEGORY or axis.edges[:2] == (0.0, 1.0))


def keep(folder: Path, fields: Sequence[str], values: Collection[str], squared: Collection[str]) -> None:
    """Write cubes beside the columns that were built into `folder`, where these are of many customers.

    Parameters
    ----------
    fields : sequence of str
        Which are filtered by most. Of each two of them, by the parts of the columns too, sums of `values` are kept,
        and sums of squares of those `squared`; of each three how many customers.
    """
    columns = open_columns(folder)
    if columns.rows < FROM or columns.parted_by is None:
        return
    maker = _Maker(columns, [(name, 1) for name in values] + [(name, 2) for name in squared])
    made = list(maker.made([name for name in fields if name != columns.parted_by]))
    if not made:
        return
    np.save(folder / f"{CELLS}.npy", np.concatenate([one.cells.ravel() for one in made]))
    named = [{"fields": one.fields, "measures": one.measures} for one in made]
    (folder / INDEX).write_text(json.dumps(named), encoding="utf-8")


class _Maker:
    """Adds up cubes of four fields or so, of which those of three are made: fewer passes over the customers."""

    def __init__(self, columns: Columns, sums: Sequence[Measure]) -> None:
        self.columns, self.axes, self.parted_by = columns, columns.axes, str(columns.parted_by)
        kept = [one for one in dict.fromkeys(sums) if one[0] in columns.values]
        gaps = [(name, 0) for name in dict.fromkeys(name for name, _ in kept) if self.axes[name].gaps]
        self.measures: list[Measure] = [EVERYONE, *gaps, *kept]

    def made(self, fields: Sequence[str]) -> Iterator[Cube]:
        """Cubes of each two `fields` by part, and of each three."""
        pairs = [(self.parted_by, *both) for both in combinations(fields, min(2, len(fields)))]
        for asked, measures in ((pairs, self.measures), ([*combinations(fields, 3)], [EVERYONE])):
            narrow = [names for names in asked if self._cells(names) <= MOST_CELLS]
            wide = self._counted(joined(narrow, self._cells, MOST_COUNTED), measures)
            for names in narrow:
                of = next(one for one in wide if {*names} <= {*one.fields})
                yield Cube(names, of.measures, np.array([of.over({}, names, one) for one in measures]))

    def _cells(self, names: Iterable[str]) -> int:
        return math.prod(self._shape(names))

    def _shape(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(len(self.axes[name]) for name in names)

    def _counted(self, groups: Sequence[Sequence[str]], measures: Sequence[Measure]) -> list[Cube]:
        half = len(self.columns.slices) // 2
        halves = [self.columns.slices[:half], self.columns.slices[half:]]
        both = side_by_side(lambda some: self._added(some, groups, measures), halves, self.columns.rows)
        per = [self.columns.values[name].per ** power if power else 1 for name, power in measures]
        return [
            Cube(tuple(names), tuple(measures), ((one + other) / per).T.reshape(-1, *self._shape(names)))
            for names, one, other in zip(groups, *both, strict=True)
        ]

    def _added(
        self, pieces: Sequence[Slice], groups: Sequence[Sequence[str]], measures: Sequence[Measure]
    ) -> list[Floats]:
        """Of each group of fields what is measured, over some slices; shape (cells, measures)."""
        found = [np.zeros((self._cells(names), len(measures))) for names in groups]
        least = max(map(len, found), default=0)  # rows, lest adding up takes longer than counting
        room = np.ones((max((piece.rows for piece in pieces), default=0), len(measures)))
        for piece in pieces:
            weights = self._weights(piece, measures, room)
            codes = {name: one[piece.start : piece.stop] for name, one in self.columns.codes.items()}
            for rows in in_pieces(piece.rows, least):
                some = {name: one[rows] for name, one in codes.items()}
                for names, cells in zip(groups, found, strict=True):
                    cells += _by_cell(_key(some, names, self._shape(names)), weights[rows], len(cells))
        return found

    def _weights(self, piece: Slice, measures: Sequence[Measure], room: Floats) -> Floats:
        """What is measured of each customer of a slice; shape (rows, measures). Of `room`, which holds ones: fresh pages
        for every slice would take as long as counting."""
        found, all_ = room[: piece.rows], slice(piece.start, piece.stop)
        numbers = {name: self.columns.values[name][all_].numbers for name, power in measures if power}
        codes = {name: self.columns.codes[name][all_] for name, power in measures if name and not power}
        for start in range(0, piece.rows if len(measures) > 1 else 0, TURNED):
            rows = slice(start, min(start + TURNED, piece.rows))
            turned = np.ones((len(measures), rows.stop - start))
            for place, (name, power) in enumerate(measures):
                if power:
                    turned[place] = numbers[name][rows].astype(np.float64) ** power
                elif name:
                    turned[place] = codes[name][rows] != self.axes[name].missing
            found[rows] = turned.T
        return found


def joined(
    wanted: Iterable[Sequence[str]], cells: Callable[[Iterable[str]], int], most: int
) -> list[Sequence[str]]:
    """Names that are wanted together, in fewer groups, of at most so many cells, that hold all of them."""
    groups: list[Sequence[str]] = []
    for names in wanted:
        wider = [tuple(dict.fromkeys((*group, *names))) for group in groups]
        place = next((at for at, one in enumerate(wider) if cells(one) <= most), len(groups))
        groups[place : place + 1] = [wider[place] if place < len(groups) else names]
    return groups


def _key(codes: Mapping[str, Codes], names: Sequence[str], shape: Sequence[int]) -> npt.NDArray[np.int32]:
    """The cell of each row."""
    key = codes[names[0]].astype(np.int32)
    for name, bins in zip(names[1:], shape[1:], strict=True):
        key *= np.int32(bins)
        key += codes[name]
    return key


def _by_cell(key: npt.NDArray[np.int32], weights: Floats, cells: int) -> Floats:
    """Weights added up by cell; shape (cells, measures). Of several as a product with a matrix, which is quickest."""
    rows, measures = weights.shape
    if measures == 1:
        return np.bincount(key, minlength=cells)[:, None].astype(np.float64)
    from scipy.sparse import csc_array  # which those who read cubes can do without

    cell_of = csc_array((np.ones(rows), key, np.arange(rows + 1, dtype=np.int32)), shape=(cells, rows))
    added: Floats = cell_of @ weights
    return added
