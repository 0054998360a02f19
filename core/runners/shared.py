"""Customers as Parquet on storage that all machines reach: which files there are, and what is in one of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import fsspec
import pyarrow as pa
from fsspec.core import url_to_fs
from pyarrow import parquet

from core.data.read import Read, read_customers
from core.errors import DataError, SchemaError
from core.schema.schema import Schema, Template

MOST_MB = 500  # of a part as it is read: it has to fit into a worker
_ROWS = 1_000_000  # of a part, where a file of several row groups is taken apart
_SHOWN = 3
_EXPECTED = "Parquet files of customers with the same columns"


@dataclass(frozen=True)
class Footer:
    """What a file says of itself: its columns and their kinds, and the rows of its groups."""

    path: str
    columns: tuple[tuple[str, str], ...]
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """Some row groups of a file, or all of it."""

    path: str
    groups: tuple[int, ...]
    rows: int
    whole: bool

    @property
    def name(self) -> str:
        """What errors call it."""
        name = self.path.rsplit("/", 1)[-1]
        return name if self.whole else f"{name} (row groups {self.groups[0]} to {self.groups[-1]})"


def files(address: str) -> tuple[str, ...]:
    """The Parquet files at an address: a file, a folder, or a pattern, wherever fsspec reaches.

    Raises DataError if there are none, or nothing can be reached there.
    """
    try:
        storage, path = url_to_fs(address)
        found = storage.glob(path if "*" in path else f"{path.rstrip('/')}/**/*.parquet")
        found = found or ([path] if storage.isfile(path) else [])
    except (OSError, ImportError, ValueError) as error:
        said = f"nothing that can be reached ({str(error)[:120]})"
        raise DataError.of(address, said, _EXPECTED, "Check the address, and who may read it.") from error
    if not found:
        raise DataError.of(address, "no Parquet file", _EXPECTED, "Check the address.")
    return tuple(str(storage.unstrip_protocol(one)) for one in sorted(found))


def footer(path: str) -> Footer:
    """What a file says of itself; raises DataError if it is damaged."""
    try:
        with fsspec.open(path, "rb") as file, parquet.ParquetFile(file) as opened:
            kinds = tuple((one.name, _kind(one.type)) for one in opened.schema_arrow)
            metadata = opened.metadata
            rows = tuple(metadata.row_group(one).num_rows for one in range(metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path.rsplit("/", 1)[-1], error) from error
    return Footer(path, kinds, rows)


def parts(footers: Sequence[Footer]) -> tuple[Part, ...]:
    """The files in parts; those without rows have none.

    Raises SchemaError if the columns of one are not those of the first, DataError if nobody is in any of them.
    """
    for one in footers[1:]:
        _refuse_others(one, footers[0])
    found = tuple(part for one in footers for part in _taken_apart(one))
    if not found:
        raise DataError.of(
            footers[0].path, "no rows in any file", "a row for each customer", "Check the address."
        )
    return found


def read(part: Part, schema: Schema, template: Template) -> Read:
    """The customers of a part, typed and not yet cleaned; raises DataError naming it if they can't be read."""
    return read_customers(_content(part), schema, template, name=part.name, max_mb=MOST_MB)


def table(part: Part, rows: int | None = None) -> pa.Table:
    """What is in a part as it is, or in its first rows; raises DataError if it is damaged."""
    try:
        with fsspec.open(part.path, "rb") as file, parquet.ParquetFile(file) as opened:
            if rows is None:
                return opened.read_row_groups([*part.groups], use_threads=False)
            batches = opened.iter_batches(rows, row_groups=[*part.groups], use_threads=False)
            return pa.Table.from_batches([next(batches)], opened.schema_arrow)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(part.name, error) from error


def _content(part: Part) -> bytes:
    if part.whole:
        with fsspec.open(part.path, "rb") as file:
            return bytes(file.read())
    sink = io.BytesIO()
    parquet.write_table(table(part), sink, compression="zstd")
    return sink.getvalue()


def _taken_apart(of: Footer) -> list[Part]:
    groups = [place for place, rows in enumerate(of.groups) if rows]
    found: list[list[int]] = []
    for place in groups:
        if found and sum(of.groups[one] for one in (*found[-1], place)) <= _ROWS:
            found[-1].append(place)
        else:
            found.append([place])
    whole = len(found) == 1
    return [Part(of.path, tuple(one), sum(of.groups[place] for place in one), whole) for one in found]


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _kind(kind.value_type)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "numbers"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else str(kind).split("[")[0]


def _refuse_others(one: Footer, first: Footer) -> None:
    here, there = dict(one.columns), dict(first.columns)
    other = [f"{name} ({here[name]}, not {there[name]})" for name in here if here[name] != there.get(name, here[name])]  # fmt: skip
    said = {
        "without": [name for name in there if name not in here],
        "with": [name for name in here if name not in there],
        "of other kinds:": [] if not sum(one.groups) else [name for name in other if "null" not in name],
    }
    found = [f"{word} {', '.join(names[:_SHOWN])}" for word, names in said.items() if names]
    if found:
        name, known = (of.path.rsplit("/", 1)[-1] for of in (one, first))
        expected, hint = f"the columns of {known}", "Write all files with the same columns."
        raise SchemaError.of(name, f"columns {'; '.join(found)}", expected, hint)


def _damaged(name: str, error: Exception) -> DataError:
    said = f"a Parquet file that can't be read ({str(error)[:80]})"
    return DataError.of(name, said, "a whole file", "Write it again; nothing was kept of the others.")
