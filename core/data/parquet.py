"""Tables in Parquet: measured before they are read, then their columns as text."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from core.data import apart
from core.errors import SMALLER, TABLE, DataError
from core.numbers import to_tell

_MOST_CELLS = 100_000_000
_IN_TEXT = 2  # bytes of a cell at least, as text: a file of text as large as may be has no more of them
_IN_LIST = 40  # bytes of a value in a list while it is written as text
_DAY = 86_400_000_000.0  # microseconds
_MOST_TEXT, _SECONDS = 3_000_000_000, 600  # bytes of all of it, and of processor time that reading may take
_INDEX = "__index_level_"  # what pandas calls an index that has no name
_WHOLE = 1e15  # below which a float that is whole is written without a point
_HINT = "Write it again, or export it as CSV (UTF-8)."
_STOP, _TRUE, _FALSE, _BYTE = 0, 1, 2, 3
_INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (4, 5, 6), 7, 8, (9, 10), 12
_UNPACKED, _PACKED = 2, 3  # fields of a page's header
_LONGEST, _DEEPEST = 20, 8  # bytes of a number, and parts within parts, that a header can have


def to_columns(data: bytes, *, name: str, max_mb: int) -> tuple[tuple[str, ...], bytes]:
    """The headings of a table, and all of it as comma-separated text.

    Raises DataError if it is damaged, or larger than it may be.
    """
    asked = {"name": name, "max_mb": max_mb}
    found = apart.opened(__name__, asked, data, _MOST_TEXT, seconds=_SECONDS)
    if found is None:
        raise DataError.of(name, f"a Parquet file that can't be read: {apart.FATAL}", TABLE, _HINT)
    said, text = found
    if "refused" in said:
        raise DataError(said["refused"])
    if len(text) > _MOST_TEXT:
        most = f"{to_tell(_MOST_TEXT / 1e6)} MB"
        raise _too_large(name, f"more than {most} of text", f"at most {most}")
    return tuple(said["header"]), text


def opens_to(data: bytes) -> int:
    """Bytes that a table is at least, once it is text; its own where they can't be told."""
    found = apart.opened(__name__, {}, data, 0, seconds=_SECONDS)
    return len(data) if found is None else max(len(data), found[0].get("size", 0))


def main() -> None:
    """Answer the one question, in a process of its own: damaged pages and footers can end the one that reads them."""
    asked, data = apart.question()
    text = b""
    try:
        if "max_mb" in asked:
            header, text = _columns(data, asked["name"], asked["max_mb"])
            said: dict[str, object] = {"header": header}
        else:
            said = {"size": _opens_to(data)}
    except DataError as error:
        said = {"refused": str(error)}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.write(text)


def _columns(data: bytes, name: str, max_mb: int) -> tuple[tuple[str, ...], bytes]:
    try:
        with parquet.ParquetFile(pa.BufferReader(data)) as file:
            _measure(file.metadata, unpacked(data, file.metadata), name, max_mb)
            leaves = [file.metadata.schema.column(place) for place in range(file.metadata.num_columns)]
            texts = [one.path for one in leaves if _is_text(one)]
        # without threads: they outlive a damaged file, and end the process
        table = parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts).read(use_threads=False)
        _measure_texts(table, name, max_mb)
        columns = [_written(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError.of(
            name, f"a Parquet file that can't be read ({str(error)[:80]})", TABLE, _HINT
        ) from error
    header = tuple("" if one.startswith(_INDEX) else " ".join(one.split()) for one in table.column_names)
    return header, _as_text(columns, header)


def _opens_to(data: bytes) -> int:
    try:
        with parquet.ParquetFile(pa.BufferReader(data)) as file:
            cells = _cells(file.metadata)
            return max(_size(file.metadata), unpacked(data, file.metadata), _IN_TEXT * cells)
    except (pa.ArrowException, OSError, ValueError):
        return len(data)


def _is_text(leaf: parquet.ColumnSchema) -> bool:
    return bool(leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type != "DECIMAL")


def _measure(metadata: parquet.FileMetaData, pages: int, name: str, max_mb: int) -> None:
    """Refuse what is too large by its footer, or by its pages; the larger counts."""
    size, cells = max(_size(metadata), pages), _cells(metadata)
    most = min(_MOST_CELLS, max_mb * 1_000_000 // _IN_TEXT)
    if cells > most:
        raise _too_large(name, f"{to_tell(cells)} cells", f"at most {to_tell(most)}")
    if size > max_mb * 1_000_000:
        raise _too_large(name, f"{to_tell(size / 1e6)} MB of values", f"at most {to_tell(max_mb)} MB")


def _cells(metadata: parquet.FileMetaData) -> int:
    """How many values there are by any count of the footer."""
    groups = [metadata.row_group(one) for one in range(metadata.num_row_groups)]
    rows = max(metadata.num_rows, sum(one.num_rows for one in groups))
    values = sum(one.column(place).num_values for one in groups for place in range(metadata.num_columns))
    cells: int = max(rows * metadata.num_columns, values)
    return cells


def _size(metadata: parquet.FileMetaData) -> int:
    """Bytes of all values: those of a fixed size each time that they are there, and those in lists as they are written."""
    groups = [metadata.row_group(one) for one in range(metadata.num_row_groups)]
    size: int = sum(one.total_byte_size for one in groups)
    for place in range(metadata.num_columns):
        leaf = metadata.schema.column(place)
        each = max(leaf.length, _IN_LIST if leaf.max_repetition_level else 0)
        size += each * sum(one.column(place).num_values for one in groups) if each else 0
    return size


def _measure_texts(table: pa.Table, name: str, max_mb: int) -> None:
    """Refuse texts that are each there once in the file and many times in the table."""
    size = 0
    for column in table.columns:
        for chunk in column.chunks:
            for texts in _texts(chunk):
                lengths = pc.take(pc.binary_length(texts.dictionary), texts.indices)
                size += pc.sum(pc.cast(lengths, pa.int64())).as_py() or 0
    if size > max_mb * 1_000_000:
        raise _too_large(name, f"{to_tell(size / 1e6)} MB of text", f"at most {to_tell(max_mb)} MB")


def _texts(array: pa.Array) -> Iterator[pa.DictionaryArray]:
    """The texts of a column, also those in its lists and parts."""
    if isinstance(array, pa.DictionaryArray):
        yield array
    elif isinstance(array, pa.StructArray):
        for part in array.flatten():
            yield from _texts(part)
    elif isinstance(array, pa.MapArray):
        yield from _texts(array.keys)
        yield from _texts(array.items)
    elif pa.types.is_nested(array.type):
        yield from _texts(array.flatten())


def _too_large(name: str, found: str, expected: str) -> DataError:
    return DataError.of(name, f"a Parquet file of {found}", expected, SMALLER)


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text: whole numbers without a point, dates as ISO, spans of time in days, nothing for a gap."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _written(pc.cast(column, kind.value_type))
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "TRUE", "FALSE")
    if pa.types.is_floating(kind):
        return _number(column)
    if pa.types.is_timestamp(kind):
        return _moment(column)
    if pa.types.is_duration(kind):  # in days
        spans = pc.cast(pc.cast(column, pa.duration("us"), safe=False), pa.int64())
        return _number(pc.divide(pc.cast(spans, pa.float64()), _DAY))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([[_other(one) for one in column.to_pylist()]], pa.string())
    return pc.cast(column, pa.string())


def _number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = pc.cast(column, pa.float64()) if pa.types.is_float16(column.type) else column
    known = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    whole = pc.and_(pc.equal(pc.floor(known), known), pc.less(pc.abs(known), _WHOLE))
    if pc.all(whole, min_count=0).as_py():
        return pc.cast(pc.cast(known, pa.int64()), pa.string())
    return pc.cast(known, pa.string())


def _moment(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Points in time as ISO: days alone where none has a time."""
    days = pc.cast(column, pa.date32(), safe=False)
    midnight = pc.equal(pc.cast(days, column.type, safe=False), column)
    if pc.all(midnight, min_count=0).as_py():
        return pc.cast(days, pa.string())
    return pc.cast(column, pa.string())


def _other(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if value is None else json.dumps(value, default=str, ensure_ascii=False)


def _as_text(columns: Sequence[pa.ChunkedArray], header: Sequence[str]) -> bytes:
    table = pa.table(
        [pc.fill_null(column, "") for column in columns], names=[f"f{place}" for place in range(len(columns))]
    )
    text = io.BytesIO()
    with csv.CSVWriter(
        text,
        pa.schema([(one, pa.string()) for one in header]),
        write_options=csv.WriteOptions(include_header=True),
    ) as writer:
        writer.write_table(table.rename_columns([*header]))
    return text.getvalue()


def unpacked(data: bytes, metadata: parquet.FileMetaData) -> int:
    """Bytes of all pages once they are unpacked.

    Raises
    ------
    ValueError
        If pages are not where the footer says, or no pages.

    Notes
    -----
    A reader makes room for a page by its own header, in the compact protocol of Thrift, which this reads as far as it
    has to: https://parquet.apache.org/docs/file-format/metadata/.
    """
    return sum(
        _of_pages(data, *_place(metadata.row_group(group).column(column)))
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    )


def _place(column: parquet.ColumnChunkMetaData) -> tuple[int, int]:
    """Where the pages of a part of a column begin and end."""
    first = column.dictionary_page_offset
    begin = column.data_page_offset if not first else min(first, column.data_page_offset)
    return begin, begin + column.total_compressed_size


def _of_pages(data: bytes, place: int, end: int) -> int:
    size = 0
    if not 0 <= place <= end <= len(data):
        raise ValueError("pages outside the file")
    while place < end:
        header = _Header(data, place)
        fields = dict(header.fields())
        packed, plain = fields.get(_PACKED, -1), fields.get(_UNPACKED, -1)
        if packed < 0 or plain < 0:
            raise ValueError("a page without a size")
        size, place = size + plain, header.place + packed
    return size


class _Header:
    """The numbers of a header, read field by field."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data, self.place = data, place

    def fields(self, depth: int = 0) -> Iterator[tuple[int, int]]:
        """Number of each field that is one, and its value; the others are passed by."""
        if depth > _DEEPEST:
            raise ValueError("a header too deep")
        last = 0
        while (byte := self._byte()) != _STOP:
            last = last + (byte >> 4) if byte >> 4 else self._signed()
            yield last, self._value(byte & 15, depth)

    def _value(self, kind: int, depth: int) -> int:
        """A number; of anything else 0, once it is passed by."""
        if kind in _INTEGERS:
            return self._signed()
        if kind == _STRUCT:
            for _ in self.fields(depth + 1):
                pass
        elif kind in _LISTS:
            self._list(depth)
        elif kind not in (_TRUE, _FALSE):
            self._skip({_BYTE: 1, _DOUBLE: 8}.get(kind) or self._length(kind))
        return 0

    def _list(self, depth: int) -> None:
        byte = self._byte()
        for _ in range(byte >> 4 if byte >> 4 < 15 else self._number()):
            self._value(byte & 15, depth + 1)

    def _length(self, kind: int) -> int:
        if kind != _BINARY:
            raise ValueError("a header of an unknown kind")
        return self._number()

    def _skip(self, count: int) -> None:
        self.place += count

    def _byte(self) -> int:
        if not 0 <= self.place < len(self.data):
            raise ValueError("a header outside the file")
        self.place += 1
        return self.data[self.place - 1]

    def _number(self) -> int:
        found = 0
        for place in range(_LONGEST):
            byte = self._byte()
            found |= (byte & 127) << (7 * place)
            if byte < 128:
                return found
        raise ValueError("a number without an end")

    def _signed(self) -> int:
        found = self._number()
        return (found >> 1) ^ -(found & 1)
