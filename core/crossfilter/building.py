"""Writing the folder under the cross-filter, whose files `core.crossfilter.columns` names and reads."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.crossfilter.binning import Axis, Binned, Codes
from core.crossfilter.columns import (
    CODE,
    FORMAT,
    SLICED,
    Array,
    Order,
    Slice,
    Words,
    bits,
    mapped,
    pack,
    places_of,
    values_of,
)
from core.crossfilter.specs import Spec, bin_column, numbers
from core.crossfilter.values import ALONE, BitSliced, Values
from core.data.tight import side_by_side
from core.data.whole import places_by, taken
from core.errors import DataError, SchemaError

SLICE_ROWS = 1 << 19  # a slice's bit planes, and what is counted from them, stay in the cache
UNDIVIDED_ROWS = 1 << 15  # up to here a slice for each segment costs more than it saves
MOST_PARTS = 32
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def build(frame: pd.DataFrame, specs: Sequence[Spec], folder: Path, *, parted_by: str | None = None) -> None:
    """Write the columns that `specs` name into the existing, empty `folder`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a customer. Sums are of its values as they are, added in float64.
    specs : sequence of Spec
        One a field; names are letters, digits, `_` and `-`, for they stand in addresses and file names.
    folder : pathlib.Path
        Make it under another name and rename it when this returns, so that nobody opens half a folder.
    parted_by : str, optional
        Field by which charts are split most often.

    Raises
    ------
    DataError, SchemaError
        If a column is missing, its name can't be used, or its categories don't fit.
    """
    _check(frame, specs, parted_by)
    kinds = {spec.name: spec for spec in specs}
    parts = bin_column(frame, kinds[parted_by]) if parted_by else None
    order, slices = _arrange(len(frame), parts)
    np.save(folder / "order.npy", order)

    def write(spec: Spec) -> tuple[Axis, tuple[Any, ...] | None]:
        binned = bin_column(frame, spec)
        codes = taken(binned.codes, order)
        _write_column(binned.axis, codes, slices, folder)
        if not spec.values:
            return binned.axis, None
        summed = _summed(frame, binned)
        stored = Values(taken(summed.numbers, order), summed.per)
        return binned.axis, _write_values(stored, codes, spec, slices, folder)

    made = dict(zip(kinds, side_by_side(write, specs, len(frame)), strict=True))
    axes = {name: axis for name, (axis, _) in made.items()}
    summed = {name: values for name, (_, values) in made.items() if values}
    _write_totals(axes, summed, slices, folder)
    _write_fields(folder, axes, len(frame), parted_by, slices, summed)


def _check(frame: pd.DataFrame, specs: Sequence[Spec], parted_by: str | None) -> None:
    names = [spec.name for spec in specs]
    if missing := [one for spec in specs if (one := spec.column or spec.name) not in frame.columns]:
        raise SchemaError.missing(missing, map(str, frame.columns), source="cross-filter")
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise SchemaError.repeated(twice, source="cross-filter")
    if odd := [name for name in names if not _NAME.fullmatch(name)]:
        raise DataError.of("cross-filter", repr(odd[0]), "letters, digits, _ and - in a name", "Rename it.")
    if parted_by is not None and parted_by not in names:
        raise SchemaError.missing([parted_by], names, source="cross-filter")
    if wrong := [spec.name for spec in specs if spec.values and spec.kind == "category"]:
        raise DataError.of("cross-filter", f"sums of {wrong[0]}", "sums of numbers", "Drop values=.")


def _arrange(rows: int, parts: Binned | None) -> tuple[Order, list[Slice]]:
    if parts is None or len(parts.axis) > MOST_PARTS or rows <= UNDIVIDED_ROWS:
        return np.arange(rows, dtype=np.int32), list(_slices([(-1, rows)]))
    sizes = np.bincount(parts.codes, minlength=len(parts.axis))
    order = places_by(parts.codes, len(parts.axis))
    return order, list(_slices(list(enumerate(sizes.tolist()))))


def _slices(parts: Sequence[tuple[int, int]]) -> Iterator[Slice]:
    index = start = word = 0
    for part, size in parts:
        for offset in range(0, size, SLICE_ROWS):
            piece = Slice(index, part, start + offset, start + min(offset + SLICE_ROWS, size), word)
            index, word = index + 1, word + piece.words
            yield piece
        start += size


def _write_column(axis: Axis, codes: Codes, slices: Sequence[Slice], folder: Path) -> None:
    np.save(folder / f"{axis.name}.codes.npy", codes)
    np.save(folder / f"{axis.name}.planes.npy", _planes(len(axis), codes, slices))


def _planes(most: int, codes: Array, slices: Sequence[Slice], low: int = 0) -> Words:
    """The bits of so many codes from `low`."""
    planes = np.zeros((bits(most), sum(piece.words for piece in slices)), dtype=np.uint64)
    for piece in slices:
        part = codes[piece.start : piece.stop]
        part = part - low if low else part
        for bit, plane in enumerate(planes):
            plane[piece.word : piece.word + piece.words] = pack(((part >> bit) & 1).astype(np.uint8))
    return planes


def _write_values(
    stored: Values, codes: Codes, spec: Spec, slices: Sequence[Slice], folder: Path
) -> tuple[Any, ...]:
    """By what type and hundredths they are kept; as codes where these are the numbers; from where they are
    bit-sliced, and by how many bits."""
    if stored.per == 1 and np.array_equal(stored.numbers, codes):
        return CODE, 1
    how: tuple[int, ...] = ()
    if BitSliced.fits(stored.numbers):
        low = int(stored.numbers.min())
        most = int(stored.numbers.max()) - low + 1
        np.save(folder / f"{spec.name}.bits.npy", _planes(most, stored.numbers, slices, low))
        how = low, bits(most)
        if spec.sliced and bits(most) <= ALONE:
            return SLICED, stored.per, *how
    np.save(folder / f"{spec.name}.values.npy", stored.numbers)
    return str(stored.numbers.dtype), stored.per, *how


def _summed(frame: pd.DataFrame, binned: Binned) -> Values:
    """What is added up of a column: gaps as 0."""
    known = numbers(frame, binned.axis.name)
    if binned.axis.gaps:
        known = np.where(binned.codes != binned.axis.missing, known, 0)
    return Values.of(known)


def _write_totals(
    axes: Mapping[str, Axis], summed: Mapping[str, tuple[Any, ...]], slices: Sequence[Slice], folder: Path
) -> None:
    """Few columns mapped at a time."""
    rows = (sum(piece.rows for piece in slices),)

    def codes(name: str) -> Codes:
        return mapped(folder, f"{name}.codes", CODE, rows)

    def values(name: str) -> Values | BitSliced:
        return values_of(folder, name, codes(name), slices, *summed[name])

    np.savez(folder / "totals.npz", allow_pickle=False, **_added_up(axes, codes, values, summed, slices))


def _added_up(
    axes: Mapping[str, Axis],
    codes: Callable[[str], Codes],
    values: Callable[[str], Values | BitSliced],
    summed: Collection[str],
    slices: Sequence[Slice],
) -> dict[str, Array]:
    """Customers by each bin, and moments of what is summed; of each slice."""
    places, rows = places_of(axes), sum(piece.rows for piece in slices)
    counts = np.zeros((len(slices), sum(map(len, axes.values()))), dtype=np.int64)

    def count(name: str) -> None:
        column, most = codes(name), len(axes[name])
        for piece in slices:
            counts[piece.index, places[name]] = np.bincount(column[piece.start : piece.stop], minlength=most)

    def moments(name: str) -> list[NDArray[np.float64]]:
        column = values(name)
        return [column[piece.start : piece.stop].powers() for piece in slices]

    side_by_side(count, places, rows)
    each = side_by_side(moments, summed, rows)
    return {"counts": counts, "moments": np.array(each).reshape(len(each), len(slices), 2)}


def _write_fields(
    folder: Path,
    axes: Mapping[str, Axis],
    rows: int,
    parted_by: str | None,
    slices: Sequence[Slice],
    summed: Mapping[str, tuple[Any, ...]],
) -> None:
    content = {
        "format": FORMAT,
        "rows": rows,
        "parted_by": parted_by,
        "axes": [asdict(axis) | {"edges": [repr(edge) for edge in axis.edges]} for axis in axes.values()],
        "values": summed,
        "slices": [asdict(piece) for piece in slices],
    }
    (folder / "fields.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
