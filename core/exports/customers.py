"""Which customers a file holds, and the file as CSV; no cell of it can become a formula."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from core.data.people import People
from core.errors import ParterreError
from core.exports.cells import defused, defused_column, is_ascii
from core.schema.fields import SEGMENT, Field, Kind
from core.schema.schema import Schema

Places = npt.NDArray[np.int32]

GROUP_ROWS = 20_000  # rows that are in memory at a time
SEGMENT_NAME = "Segment_Name"


class ExportError(ParterreError):
    """A file that can't be made as asked."""


@dataclass(frozen=True)
class Rows:
    """Which customers, in which order, with which columns; `names` are the segments' names by number.

    With names, the segment's name follows its number.
    """

    people: People
    places: Places | None
    columns: Sequence[str]
    names: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.people) if self.places is None else len(self.places)

    @property
    def head(self) -> list[str]:
        """Names of the columns of the file."""
        place = list(self.columns).index(SEGMENT) + 1 if self._named else 0
        return [*self.columns[:place], *([SEGMENT_NAME] if self._named else []), *self.columns[place:]]

    @property
    def _named(self) -> bool:
        """Whether a column is added; a file may have one of that name."""
        return bool(self.names) and SEGMENT in self.columns and SEGMENT_NAME not in self.columns

    def field(self, name: str) -> Field:
        """What a column of the file is."""
        named = self._named and name == SEGMENT_NAME
        return Field(name, "Segment name", Kind.CATEGORY) if named else self.people.field(name)

    def groups(self) -> Iterator[pa.Table]:
        """The rows, so many at a time."""
        chosen = self.people.arrow.select(list(self.columns))
        for start in range(0, max(len(self), 1), GROUP_ROWS):
            stop = start + GROUP_ROWS
            part = (
                chosen.slice(start, GROUP_ROWS)
                if self.places is None
                else chosen.take(pa.array(self.places[start:stop]))
            )
            yield self._with_names(part) if self._named else part

    def _with_names(self, part: pa.Table) -> pa.Table:
        numbers = part[SEGMENT].to_pylist()
        names = pa.array([self.names.get(number, "") for number in numbers], pa.string())
        return part.add_column(self.head.index(SEGMENT_NAME), SEGMENT_NAME, names)


class _Stream(io.BytesIO):
    """Bytes that are taken away while more are written; Parquet notes where each of them is."""

    taken = 0

    def tell(self) -> int:
        return self.taken + super().tell()

    def take(self) -> bytes:
        content = self.getvalue()
        self.taken += len(content)
        self.seek(0)
        self.truncate(0)
        return content


def parquet_parts(people: People) -> Iterator[bytes]:
    """All customers as a Parquet file, a group of rows at a time."""
    names, sink = people.arrow.column_names, _Stream()
    with pq.ParquetWriter(sink, people.arrow.schema) as writer:
        for part in Rows(people, None, names, {}).groups():
            writer.write_table(part)
            yield sink.take()
    yield sink.take()


def csv_parts(rows: Rows) -> Iterator[bytes]:
    """A CSV file, a group of rows at a time.

    UTF-8 (with its mark where a text is not ASCII, since Excel would take it for another encoding), comma,
    one head line with the names of the schema; numbers with a point, dates as ISO, gaps empty. What a
    spreadsheet would compute begins with an apostrophe; numbers stay numbers.
    """
    whole = _whole_columns(rows)
    sink = io.BytesIO()
    sink.write(b"" if _is_ascii(rows) else codecs.BOM_UTF8)
    writer = None
    for part in rows.groups():
        plain = _plain(part, whole)
        if writer is None:
            writer = pyarrow.csv.CSVWriter(sink, plain.schema)
        writer.write_table(plain)
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()
    if writer is not None:
        writer.close()


def as_csv(table: pd.DataFrame) -> bytes:
    """The same of any table."""
    people = People(pa.Table.from_pandas(table, preserve_index=False), Schema((), ()))
    return b"".join(csv_parts(Rows(people, None, people.arrow.column_names, {})))


def _is_ascii(rows: Rows) -> bool:
    columns = (rows.people.arrow[name] for name in rows.columns)
    return all(map(str.isascii, (*rows.head, *rows.names.values()))) and all(map(is_ascii, columns))


def _whole_columns(rows: Rows) -> set[str]:
    """Columns of whole numbers, which the table keeps as floats where there are gaps."""
    floats = [name for name in rows.columns if pa.types.is_floating(rows.people.arrow[name].type)]
    return {name for name in floats if _is_whole(rows.people.arrow[name])}


def _is_whole(column: pa.ChunkedArray) -> bool:
    finite = pc.fill_null(pc.is_finite(column), True)
    whole = pc.fill_null(pc.equal(pc.floor(column), column), True)
    small = pc.fill_null(pc.less(pc.abs(column), 2**53), True)
    return bool(pc.all(pc.and_(pc.and_(finite, whole), small)).as_py())


def _plain(part: pa.Table, whole: set[str]) -> pa.Table:
    columns = [_column(part[name], name in whole) for name in part.column_names]
    return pa.table(columns, names=[defused(name) for name in part.column_names])


def _column(column: pa.ChunkedArray, whole: bool) -> pa.ChunkedArray:
    kind = column.type
    if whole:
        return column.cast(pa.int64())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.date32(), safe=False)
    if pa.types.is_dictionary(kind):
        column = column.cast(pa.string())
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return defused_column(column) if text else column


def file_name(*parts: str, ending: str) -> str:
    """A file name of plain ASCII letters, digits, `_` and `-`, safe in a header and on every disk."""
    words = [re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:120].strip("-") + f".{ending}"
