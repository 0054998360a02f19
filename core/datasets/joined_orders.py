"""Orders of two files as one: those of the second after those of the first."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from core.data.raw import Raw, raw_with
from core.schema.order_lines import Lines


def write(
    before: Path, after: Path, path: Path, lines: Lines, *, max_mb: int, sheets: tuple[str, str] = ("", "")
) -> None:
    """Write the orders of both, of these `sheets` if they are there; a column that only one has is empty in the other.

    Raises
    ------
    DataError, SchemaError
        If one of them can't be read, or lacks a column that plays a part.
    """
    old, new = (
        raw_with(lines.columns, one, name=one.name, max_mb=max_mb, first=sheet)
        for one, sheet in zip((before, after), sheets, strict=True)
    )
    names = [*old.columns, *(name for name in new.columns if name not in old.columns)]
    table = pa.table({name: pa.chunked_array([*_of(old, name), *_of(new, name)]) for name in names})
    csv.write_csv(table, path)
    path.chmod(0o600)


def _of(raw: Raw, name: str) -> list[pa.Array]:
    if name in raw.columns:
        return list(raw.columns[name].chunks)
    return [pa.array([""] * raw.rows, pa.string())]
