"""Two fields as one, whose bins are the cells of a grid over both: what a rectangle over a chart of the two is made of."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import NOT_KNOWN, Axis, Codes, Scale, Side
from core.crossfilter.columns import CELLS, Columns, open_columns
from core.crossfilter.passing import Passing
from core.data.whole import in_pieces

CROSS = "*"  # between the names of two fields, which have none


def fields_of(name: str) -> list[str]:
    """The fields that a bin of `name` is about: two where it is a crossing."""
    return name.split(CROSS)


def is_crossing(columns: Columns, name: str) -> bool:
    """Whether `name` is of two fields that have an order."""
    names = fields_of(name)
    axes = [columns.axes[one] for one in names if one in columns.axes]
    ordered = all(axis.scale is not Scale.CATEGORY and axis.known for axis in axes)
    return len(names) == len(set(names)) == len(axes) == 2 and ordered


def crossed(columns: Columns, name: str) -> Columns:
    """The same columns, with a field of the name of a crossing: a code for each cell that holds a customer, the last
    for who is in none. Labels are the first bins of a cell, as `4*0`.
    """
    known = columns.crossings.get(name)
    if known is None:
        known = _crossing(columns, name)
        columns.crossings.keep(name, known, known[1].nbytes)
    axis, codes, totals = known
    return replace(
        columns,
        axes={**columns.axes, name: axis},
        codes={**columns.codes, name: codes},
        totals=ChainMap(totals, columns.totals),  # sums by cell are kept with the crossing
    )


def keep(folder: Path, name: str, values: Sequence[str]) -> None:
    """Write beside the columns that were built into `folder` what a crossing takes longest to find: customers by its two
    fields, and sums of `values` by cell, of everyone. Nothing where `name` is of none.
    """
    columns = open_columns(folder)
    if not is_crossing(columns, name):
        return
    wide, both = crossed(columns, name), f"counts/{'/'.join(fields_of(name))}"
    sums = {
        f"sums/{name}/{value}": np.array([wide.everyone(name, value, piece) for piece in wide.slices])
        for value in values
        if value in wide.values
    }
    np.savez(folder / CELLS, allow_pickle=False, **{both: wide.totals[both]}, **sums)


def _crossing(columns: Columns, name: str) -> tuple[Axis, Codes, dict[str, npt.NDArray[Any]]]:
    one, other = fields_of(name)
    sides = [Side.of(columns.axes[each]) for each in (one, other)]
    cells = [*product(*(side.starts for side in sides))]
    none = len(cells)
    shape = len(columns.axes[one]), len(columns.axes[other])
    grid, codes = _grid(sides, shape, none), np.empty(columns.rows, dtype=np.uint8)
    pairs = columns.totals.get(f"counts/{one}/{other}")
    if pairs is None:
        pairs = _pairs(columns, one, other, shape)
    counts = np.array([np.bincount(grid.ravel(), each.ravel(), none + 1) for each in pairs], dtype=np.int64)
    held = np.append(np.flatnonzero(counts[:, :none].any(axis=0)), none)
    anew = np.zeros(none + 1, dtype=np.uint8)
    anew[held] = np.arange(len(held))
    dense, width = anew[grid].ravel(), np.uint16(shape[1])
    for rows in in_pieces(columns.rows):
        codes[rows] = dense.take(columns.codes[one][rows] * width + columns.codes[other][rows])
    labels = [f"{x}{CROSS}{y}" for x, y in (cells[cell] for cell in held[:-1])]
    both_ways = {f"counts/{one}/{other}": pairs, f"counts/{other}/{one}": pairs.transpose(0, 2, 1)}
    axis = Axis(name, Scale.CATEGORY, (*labels, NOT_KNOWN), gaps=True)
    return axis, codes, {f"counts/{name}": counts[:, held], **both_ways}


def _pairs(columns: Columns, one: str, other: str, shape: tuple[int, int]) -> npt.NDArray[np.int64]:
    found = np.zeros((len(columns.slices), *shape), dtype=np.int64)
    for piece in columns.slices:
        both = [columns.codes[each][piece.start : piece.stop].__getitem__ for each in (one, other)]
        found[piece.index] = Passing(piece, None, piece.rows).by_key(both, shape)
    return found


def _grid(sides: list[Side], bins: tuple[int, int], none: int) -> npt.NDArray[np.uint8]:
    """The cell of each pair of bins."""
    places = [np.searchsorted(side.starts, np.arange(side.known), side="right") - 1 for side in sides]
    grid = np.full(bins, none, dtype=np.uint8)
    grid[: sides[0].known, : sides[1].known] = places[0][:, None] * len(sides[1].starts) + places[1]
    return grid
