"""The folder under the cross-filter: code columns on disk, shared by all workers through the page cache.

| file | what |
| --- | --- |
| `fields.json` | axes, slices, and which columns have values |
| `<field>.codes.npy` | `uint8`, one code a row |
| `<field>.planes.npy` | the same codes as bit planes: `uint64`, bits of a code x words of 64 rows |
| `<field>.bits.npy` | whole numbers that are summed, or hundredths, as a bit-sliced index |
| `<field>.values.npy` | whole numbers in the fewest bytes, or hundredths, else floats; gaps as 0, of the fields that are summed and whose codes are other numbers; not of few bits that are seldom summed by bins |
| `order.npy` | place of each row in the table that was built from |
| `totals.npz` | counts and moments of everyone, by slice: two arrays, the bins of all fields in a row |
| `cubes.npy`, `cubes.json` | of many customers, everyone by three fields at once; see cubes.py |
| `cells.npz` | of the two fields that are crossed most, if they are, more of everyone by slice; see crossing.py |

Rows are stored segment by segment (`parted_by`), in slices of one segment each, so that a count by segment
costs no more than a count. Small tables are one slice.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from core.crossfilter.binning import Axis, Codes, Scale
from core.crossfilter.memory import Lately
from core.crossfilter.typed import Typed
from core.crossfilter.values import BitSliced, Values
from core.errors import DataError

Words = npt.NDArray[np.uint64]
Order = npt.NDArray[np.int32]
Array = npt.NDArray[Any]

FORMAT = 3
CODE, SLICED, CELLS = "uint8", "bits", "cells.npz"
CROSSINGS = 2
MASKS_REMEMBERED = 32 << 20  # bytes of who passed lately, in each process


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
    values: Mapping[str, Values | BitSliced]
    order: Order
    totals: MutableMapping[str, Array]
    name: str = ""  # that the folder has alone, as long as it is there
    # which of some rows, in stored order, have a value that passes
    holding: Callable[[str, Typed, slice | Array], npt.NDArray[np.bool_]] = _nothing
    passed: Lately = field(default_factory=lambda: Lately(MASKS_REMEMBERED), compare=False)
    # A byte a customer each; see crossing.py.
    crossings: Lately = field(default_factory=lambda: Lately(sys.maxsize, CROSSINGS), compare=False)

    def everyone(self, field: str, value: str | None, piece: Slice, *, squared: bool = False) -> Array:
        """Counts or sums, of numbers or of their squares, of everyone in a slice by bin; sums are added when first asked for,
        since most never are."""
        name = f"{'squares' if squared else 'sums'}/{field}/{value}/{piece.index}"
        if value and name not in self.totals:
            rows, bins = slice(piece.start, piece.stop), len(self.axes[field])
            self.totals[name] = self.values[value][rows].sums(self.codes[field][rows], bins, squared=squared)
        found: Array = self.totals[name] if value else self.totals[f"counts/{field}"][piece.index]
        return found

    def numbers_of_bins(self, value: str) -> Array | None:
        """What is summed of each bin, where all in it have the same."""
        axis, values = self.axes[value], self.values[value]
        if isinstance(values, Values) and values.numbers is self.codes[value]:
            return np.arange(len(axis), dtype=np.float64)
        if axis.scale is not Scale.WHOLE or not np.isfinite(axis.edges).all():
            return None
        return np.array([*axis.edges[:-1], *([0.0] if axis.gaps else [])])

    def without(self, fields: Collection[str]) -> Columns:
        """The same without what there is of some fields."""

        def kept(known: Mapping[str, T]) -> Mapping[str, T]:
            return {name: one for name, one in known.items() if name not in fields}

        return replace(self, axes=kept(self.axes), codes=kept(self.codes), values=kept(self.values))


def bits(codes: int) -> int:
    """Bits that tell this many codes apart."""
    return max(codes - 1, 0).bit_length()


def pack(flags: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> Words:
    """One flag a row as one bit a row; bits past the last row are 0."""
    packed = np.packbits(flags)
    words = np.zeros(-(-len(flags) // 64), dtype=np.uint64)
    words.view(np.uint8)[: len(packed)] = packed
    return words


def places_of(axes: Mapping[str, Axis]) -> dict[str, slice]:
    """Where the bins of each field stand among those of all."""
    ends = np.cumsum([len(axis) for axis in axes.values()]).tolist()
    return {name: slice(end - len(axes[name]), end) for name, end in zip(axes, ends, strict=True)}


def open_columns(folder: Path) -> Columns:
    """Map the folder that `build` wrote into memory, and check that its files fit one another.

    Raises DataError if a file is missing, cut short, or not as `build` writes it.
    """
    with as_built(folder):
        return _open(folder)


@contextmanager
def as_built(folder: Path) -> Iterator[None]:
    """Whatever is wrong with the files of `folder` is said as a DataError."""
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        hint = "Delete the folder; the next start builds it again."
        raise DataError.of(f"cross-filter {folder.name}", f"{error}", "what build wrote", hint) from error


def _open(folder: Path) -> Columns:
    fields = folder / "fields.json"
    content, written = json.loads(fields.read_text(encoding="utf-8")), fields.stat()
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}")
    axes = {item["name"]: _axis(item) for item in content["axes"]}
    slices = tuple(Slice(**item) for item in content["slices"])
    rows, words, values = content["rows"], sum(piece.words for piece in slices), content["values"]
    if sum(piece.rows for piece in slices) != rows:
        raise ValueError("slices that don't add up")
    codes = {name: mapped(folder, f"{name}.codes", CODE, (rows,)) for name in axes}
    totals = _totals(_arrays(folder / "totals.npz"), axes, list(values), len(slices))
    if (folder / CELLS).exists():
        totals |= _of_cells(_arrays(folder / CELLS), len(slices))
    return Columns(
        axes,
        rows,
        content["parted_by"],
        slices,
        codes,
        {n: mapped(folder, f"{n}.planes", "uint64", (bits(len(axis)), words)) for n, axis in axes.items()},
        {n: values_of(folder, n, codes[n], slices, *values[n]) for n in values},
        mapped(folder, "order", "int32", (rows,)),
        totals,
        f"{written.st_dev}/{written.st_ino}/{written.st_mtime_ns}",
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
    found = {f"counts/{name}": counts[:, place] for name, place in places_of(axes).items()}
    return found | {f"moments/{value}": both for value, both in zip(summed, squares, strict=True)}


def values_of(
    folder: Path,
    name: str,
    codes: Codes,
    slices: Sequence[Slice],
    kind: str,
    per: int,
    low: int = 0,
    planes: int = 0,
) -> Values | BitSliced:
    """What is summed; the codes themselves where those are the numbers."""
    starts, words = (np.array([getattr(piece, at) for piece in slices]) for at in ("start", "word"))
    shape = (planes, sum(piece.words for piece in slices))
    index = (
        BitSliced(mapped(folder, f"{name}.bits", "uint64", shape), starts, words, low, per)
        if planes
        else None
    )
    if index and kind == SLICED:
        return index
    numbers = codes if kind == CODE else mapped(folder, f"{name}.values", kind, codes.shape)
    return Values(numbers, per, index)


def _axis(item: Mapping[str, Any]) -> Axis:
    edges = tuple(float(edge) for edge in item["edges"])
    labels, slugs = tuple(item["labels"]), tuple(item["slugs"])
    return Axis(item["name"], Scale(item["scale"]), labels, edges, item["gaps"], slugs)


def mapped(folder: Path, name: str, dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """An array that was saved, mapped: its header is compared and not parsed, which takes most of opening small ones."""
    head, size = _header(dtype, shape), math.prod(shape)
    with (folder / f"{name}.npy").open("rb") as file:
        whole = mmap(file.fileno(), 0, access=ACCESS_READ)
    if whole[: len(head)] != head or len(whole) != len(head) + size * np.dtype(dtype).itemsize:
        raise ValueError(f"{name}.npy: something else than {dtype} {shape}")
    return np.frombuffer(whole, dtype, size, len(head)).reshape(shape)


@lru_cache(maxsize=256)
def _header(dtype: str, shape: tuple[int, ...]) -> bytes:
    """What numpy writes before such an array."""
    written = BytesIO()
    told = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(written, told)
    return written.getvalue()
