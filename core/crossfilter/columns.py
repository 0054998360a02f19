"""The folder under the cross-filter: code columns on disk, shared by all workers through the page cache.

| file | what |
| --- | --- |
| `fields.json` | axes, slices, and which columns have values |
| `<field>.codes.npy` | `uint8`, one code a row |
| `<field>.planes.npy` | the same codes as bit planes: `uint64`, bits of a code x words of 64 rows |
| `<field>.values.npy` | whole numbers in the fewest bytes, or hundredths, else floats; gaps as 0, of the fields that are summed and whose codes are other numbers |
| `order.npy` | place of each row in the table that was built from |
| `totals.npz` | counts and moments of everyone, by slice: two arrays, the bins of all fields in a row |
| `cells.npz` | of the two fields that are crossed most, if they are, more of everyone by slice; see crossing.py |

Rows are stored segment by segment (`parted_by`), in slices of one segment each, so that a count by segment
costs no more than a count. Small tables are one slice.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.crossfilter.binning import Axis, Binned, Codes, Scale
from core.crossfilter.memory import Lately
from core.crossfilter.specs import Spec, bin_column, numbers
from core.crossfilter.typed import Typed
from core.crossfilter.values import Values
from core.data.tight import side_by_side
from core.data.whole import places_by, taken
from core.errors import DataError, SchemaError

Words = npt.NDArray[np.uint64]
Order = npt.NDArray[np.int32]
Array = npt.NDArray[Any]

HEADERS = threading.Lock()  # read by Python's parser, which in 3.11 fails in two threads at once
FORMAT = 3
CODE, CELLS = "uint8", "cells.npz"
SLICE_ROWS = 1 << 19  # a slice's bit planes, and what is counted from them, stay in the cache
UNDIVIDED_ROWS = 1 << 15  # up to here a slice for each segment costs more than it saves
MOST_PARTS = 32
CROSSINGS = 2
MASKS_REMEMBERED = 32 << 20  # bytes of who passed lately, in each process
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Slice:
    """Rows `start` to `stop`, all of one part (or of any, if `part` is -1); planes begin at `word`."""

    index: int
    part: int
    start: int
    stop: int
    word: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.stop - self.start

    @property
    def words(self) -> int:
        """Number of 64-row words, the last perhaps partly used."""
        return -(-self.rows // 64)


T = TypeVar("T")


def _nothing(field: str, _typed: Typed, _rows: slice | Array) -> npt.NDArray[np.bool_]:
    raise DataError.of("cross-filter", f"values asked of {field}", "bins only", "Open it with its customers.")


@dataclass(frozen=True)
class Columns:
    """An opened folder: nothing is read before it is asked for, and workers share what is read."""

    axes: Mapping[str, Axis]
    rows: int
    parted_by: str | None
    slices: tuple[Slice, ...]
    codes: Mapping[str, Codes]
    planes: Mapping[str, Words]
    values: Mapping[str, Values]
    order: Order
    totals: MutableMapping[str, Array]
    # which of some rows, in stored order, have a value that passes
    holding: Callable[[str, Typed, slice | Array], npt.NDArray[np.bool_]] = _nothing
    passed: Lately = field(default_factory=lambda: Lately(MASKS_REMEMBERED), compare=False)
    # A byte a customer each; see crossing.py.
    crossings: Lately = field(default_factory=lambda: Lately(sys.maxsize, CROSSINGS), compare=False)

    def everyone(self, field: str, value: str | None, piece: Slice) -> Array:
        """Counts or sums of everyone in a slice by bin; sums are added when first asked for, since most never are."""
        name = f"sums/{field}/{value}/{piece.index}"
        if value and name not in self.totals:
            rows = slice(piece.start, piece.stop)
            self.totals[name] = self.values[value][rows].sums(self.codes[field][rows], len(self.axes[field]))
        found: Array = self.totals[name] if value else self.totals[f"counts/{field}"][piece.index]
        return found

    def numbers_of_bins(self, value: str) -> Array | None:
        """What is summed of each bin, where all in it have the same."""
        axis, values = self.axes[value], self.values[value]
        if values.numbers is self.codes[value]:
            return np.arange(len(axis), dtype=np.float64)
        if axis.scale is not Scale.WHOLE or not np.isfinite(axis.edges).all():
            return None
        return np.array([*axis.edges[:-1], *([0.0] if axis.gaps else [])])

    def without(self, fields: Collection[str]) -> Columns:
        """The same without what there is of some fields."""

        def kept(known: Mapping[str, T]) -> Mapping[str, T]:
            return {name: one for name, one in known.items() if name not in fields}

        return replace(self, axes=kept(self.axes), codes=kept(self.codes), values=kept(self.values))


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

    def write(spec: Spec) -> tuple[Axis, tuple[str, int] | None]:
        binned = bin_column(frame, spec)
        codes = taken(binned.codes, order)
        _write_column(binned.axis, codes, slices, folder)
        values = (
            _write_values(_summed(frame, binned), codes, spec.name, order, folder) if spec.values else None
        )
        return binned.axis, values

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
    np.save(folder / f"{axis.name}.planes.npy", _planes(axis, codes, slices))


def _planes(axis: Axis, codes: Codes, slices: Sequence[Slice]) -> Words:
    planes = np.zeros((bits(len(axis)), sum(piece.words for piece in slices)), dtype=np.uint64)
    for piece in slices:
        part = codes[piece.start : piece.stop]
        for bit, plane in enumerate(planes):
            plane[piece.word : piece.word + piece.words] = pack((part >> np.uint8(bit)) & np.uint8(1))
    return planes


def bits(codes: int) -> int:
    """Bits that tell this many codes apart."""
    return max(codes - 1, 0).bit_length()


def pack(flags: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> Words:
    """One flag a row as one bit a row; bits past the last row are 0."""
    packed = np.packbits(flags)
    words = np.zeros(-(-len(flags) // 64), dtype=np.uint64)
    words.view(np.uint8)[: len(packed)] = packed
    return words


def _write_values(values: Values, codes: Codes, name: str, order: Order, folder: Path) -> tuple[str, int]:
    """By what type and hundredths they are kept; as codes where these are the numbers."""
    stored = Values(taken(values.numbers, order), values.per)
    if values.per == 1 and np.array_equal(stored.numbers, codes):
        return CODE, 1
    np.save(folder / f"{name}.values.npy", stored.numbers)
    return str(stored.numbers.dtype), values.per


def _summed(frame: pd.DataFrame, binned: Binned) -> Values:
    """What is added up of a column: gaps as 0."""
    known = numbers(frame, binned.axis.name)
    if binned.axis.gaps:
        known = np.where(binned.codes != binned.axis.missing, known, 0)
    return Values.of(known)


def _write_totals(
    axes: Mapping[str, Axis], summed: Mapping[str, tuple[str, int]], slices: Sequence[Slice], folder: Path
) -> None:
    """One column mapped at a time."""
    rows = (sum(piece.rows for piece in slices),)

    def codes(name: str) -> Codes:
        return _map(folder, f"{name}.codes", CODE, rows)

    values = (_values(folder, name, codes(name), *how) for name, how in summed.items())
    np.savez(folder / "totals.npz", allow_pickle=False, **_added_up(axes, codes, values, slices))


def _added_up(
    axes: Mapping[str, Axis],
    codes: Callable[[str], Codes],
    values: Iterable[Values],
    slices: Sequence[Slice],
) -> dict[str, Array]:
    counts = np.zeros((len(slices), sum(map(len, axes.values()))), dtype=np.int64)
    for name, place in _places(axes).items():
        column = codes(name)
        for piece in slices:
            part = column[piece.start : piece.stop]
            counts[piece.index, place] = np.bincount(part, minlength=len(axes[name]))
    each = [[one[piece.start : piece.stop].moments() for piece in slices] for one in values]
    squares = np.array(each, dtype=np.float64).reshape(len(each), len(slices), 2)
    return {"counts": counts, "moments": squares}


def _places(axes: Mapping[str, Axis]) -> dict[str, slice]:
    """Where the bins of each field stand among those of all."""
    ends = np.cumsum([len(axis) for axis in axes.values()]).tolist()
    return {name: slice(end - len(axes[name]), end) for name, end in zip(axes, ends, strict=True)}


def _write_fields(
    folder: Path,
    axes: Mapping[str, Axis],
    rows: int,
    parted_by: str | None,
    slices: Sequence[Slice],
    summed: Mapping[str, tuple[str, int]],
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


def open_columns(folder: Path) -> Columns:
    """Map the folder that `build` wrote into memory, and check that its files fit one another.

    Raises DataError if a file is missing, cut short, or not as `build` writes it.
    """
    try:
        return _open(folder)
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        hint = "Delete the folder; the next start builds it again."
        raise DataError.of(f"cross-filter {folder.name}", f"{error}", "what build wrote", hint) from error


def _open(folder: Path) -> Columns:
    content = json.loads((folder / "fields.json").read_text(encoding="utf-8"))
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}")
    axes = {item["name"]: _axis(item) for item in content["axes"]}
    slices = tuple(Slice(**item) for item in content["slices"])
    rows, words, values = content["rows"], sum(piece.words for piece in slices), content["values"]
    if sum(piece.rows for piece in slices) != rows:
        raise ValueError("slices that don't add up")
    codes = {name: _map(folder, f"{name}.codes", CODE, (rows,)) for name in axes}
    totals = _totals(_arrays(folder / "totals.npz"), axes, list(values), len(slices))
    if (folder / CELLS).exists():
        totals |= _of_cells(_arrays(folder / CELLS), len(slices))
    return Columns(
        axes,
        rows,
        content["parted_by"],
        slices,
        codes,
        {n: _map(folder, f"{n}.planes", "uint64", (bits(len(axis)), words)) for n, axis in axes.items()},
        {n: _values(folder, n, codes[n], *values[n]) for n in values},
        _map(folder, "order", "int32", (rows,)),
        totals,
    )


def _arrays(path: Path) -> dict[str, Array]:
    with path.open("rb") as file:  # numpy leaves the file open if it is damaged
        return dict(np.load(file, allow_pickle=False))


def _of_cells(kept: Mapping[str, Array], slices: int) -> dict[str, Array]:
    """Sums by slice, as `Columns.everyone` keeps them."""
    found: dict[str, Array] = {}
    for name, each in kept.items():
        if len(each) != slices:
            raise ValueError(f"{CELLS}: {name} of {len(each)} slices")
        found |= (
            {f"{name}/{at}": one for at, one in enumerate(each)} if name.startswith("sums/") else {name: each}
        )
    return found


def _totals(
    kept: Mapping[str, Array], axes: Mapping[str, Axis], summed: Sequence[str], slices: int
) -> dict[str, Array]:
    counts, squares = kept["counts"], kept["moments"]
    shape = (slices, sum(map(len, axes.values())))
    if (counts.shape, squares.shape) != (shape, (len(summed), slices, 2)):
        raise ValueError(f"totals.npz: counts of shape {counts.shape}, moments of shape {squares.shape}")
    found = {f"counts/{name}": counts[:, place] for name, place in _places(axes).items()}
    return found | {f"moments/{value}": both for value, both in zip(summed, squares, strict=True)}


def _values(folder: Path, name: str, codes: Codes, kind: str, per: int) -> Values:
    """What is summed; the codes themselves where those are the numbers."""
    return Values(codes if kind == CODE else _map(folder, f"{name}.values", kind, codes.shape), per)


def _axis(item: Mapping[str, Any]) -> Axis:
    edges = tuple(float(edge) for edge in item["edges"])
    labels, slugs = tuple(item["labels"]), tuple(item["slugs"])
    return Axis(item["name"], Scale(item["scale"]), labels, edges, item["gaps"], slugs)


def _map(folder: Path, name: str, dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    with HEADERS:
        mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if mapped.dtype != dtype or mapped.shape != shape:
        raise ValueError(f"{name}.npy: {mapped.dtype} {mapped.shape} instead of {dtype} {shape}")
    # A plain array over the same mapping: slicing a memmap costs microseconds each time.
    return np.asarray(mapped)
