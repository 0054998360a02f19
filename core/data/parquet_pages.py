"""What the pages of a Parquet file unpack to by their own headers, whatever the footer says of them."""

from __future__ import annotations

from collections.abc import Iterator

from pyarrow import parquet

_STOP, _TRUE, _FALSE, _BYTE = 0, 1, 2, 3
_INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (4, 5, 6), 7, 8, (9, 10), 12
_UNPACKED, _PACKED = 2, 3  # fields of a page's header
_LONGEST, _DEEPEST = 20, 8  # bytes of a number, and parts within parts, that a header can have


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
