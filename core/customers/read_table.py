"""From delimited text to one column of text per field, under the names of the schema."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from core.customers.read_text import Text, key
from core.customers.schema import FILE_COLUMNS, REQUIRED_COLUMNS
from core.errors import DataError, SchemaError

_RAGGED_HINT = (
    "Check those rows for a stray delimiter; a value that holds the delimiter, such as a decimal comma in "
    "a comma-separated file, needs quotes."
)


@dataclass(frozen=True)
class Table:
    """Every column as text: the schema's columns in its order, then the others under their own names."""

    columns: dict[str, pa.ChunkedArray]
    extra: tuple[str, ...]
    blank_lines: int


@dataclass
class _OddRows:
    """Rows that don't have as many values as the header; blank ones are only counted."""

    blank: int = 0
    ragged: int = 0
    example: str = ""
    seen: set[int] = field(default_factory=set)

    def __call__(self, row: csv.InvalidRow) -> str:
        if row.text.strip():
            self.example = self.example or f"{row.text[:60]!r} has {row.actual_columns} values"
            self.ragged += 1
        else:
            self.blank += 1
        return "skip"


def to_table(text: Text, *, name: str) -> Table:
    """Split `text` into columns.

    Raises
    ------
    SchemaError
        If a required column is missing or a name is there twice.
    DataError
        If rows differ in length, there is no row, or rows have no ID.
    """
    names = _names(text.header, name)
    columns, blank = split(text, names, name=name)
    columns, empty_rows = _without_empty_rows(columns)
    _check_rows(columns, name)
    extra = tuple(column for column in names if column not in FILE_COLUMNS and not _unused(column, columns))
    ordered = (*(column for column in FILE_COLUMNS if column in columns), *extra)
    return Table(
        {column: columns[column] for column in ordered}, extra, text.blank_lines + blank + empty_rows
    )


def split(text: Text, names: Sequence[str], *, name: str) -> tuple[dict[str, pa.ChunkedArray], int]:
    """The columns of `text` as text, called `names` in the order of its header; and the blank lines left out.

    Raises
    ------
    DataError
        If rows differ in length.
    """
    odd = _OddRows()
    raw = _parse(text, odd, name)
    if odd.ragged:
        found = f"{odd.ragged:,} rows that don't fit the header's {len(names)} columns: {odd.example}"
        raise DataError.of(name, found, "as many values in each row", _RAGGED_HINT)
    return dict(zip(names, raw.slice(1).columns, strict=True)), odd.blank


def _names(header: tuple[str, ...], source: str) -> list[str]:
    canonical = {key(column): column for column in FILE_COLUMNS}
    keys = [key(cell) for cell in header]
    twice = {one for one, count in Counter(keys).items() if one and count > 1}
    if twice:
        names = dict.fromkeys(canonical.get(one, header[keys.index(one)]) for one in keys if one in twice)
        raise SchemaError.repeated(names, source=source)
    missing = [column for column in REQUIRED_COLUMNS if key(column) not in keys]
    if missing:
        raise SchemaError.missing(missing, [cell[:60] for cell in header if cell], source=source)
    return [
        canonical.get(one, cell or f"Column {number}")
        for number, (one, cell) in enumerate(zip(keys, header, strict=True), start=1)
    ]


def _parse(text: Text, odd: _OddRows, name: str) -> pa.Table:
    everything_is_text = {f"f{number}": pa.string() for number in range(len(text.header))}
    try:
        return csv.read_csv(
            io.BytesIO(text.data),
            read_options=csv.ReadOptions(autogenerate_column_names=True, block_size=1 << 24),
            parse_options=csv.ParseOptions(
                delimiter=text.delimiter,
                newlines_in_values=b'"' in text.data,
                ignore_empty_lines=False,
                invalid_row_handler=odd,
            ),
            convert_options=csv.ConvertOptions(column_types=everything_is_text, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        found = f"text that does not split into rows ({str(error)[:200]})"
        raise DataError.of(name, found, "one row per customer", _RAGGED_HINT) from error


def _without_empty_rows(columns: dict[str, pa.ChunkedArray]) -> tuple[dict[str, pa.ChunkedArray], int]:
    """Leave out rows of nothing but delimiters, as spreadsheets write below a table."""
    filled = filled_in(columns["ID"])
    if pc.all(filled, min_count=0).as_py():
        return columns, 0
    for column in columns.values():
        filled = pc.or_(filled, filled_in(column))
    kept = {name: column.filter(filled) for name, column in columns.items()}
    return kept, pc.sum(pc.invert(filled)).as_py()


def filled_in(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """True where a text holds more than white space."""
    return pc.not_equal(pc.utf8_trim_whitespace(column), "")


def _check_rows(columns: dict[str, pa.ChunkedArray], name: str) -> None:
    identifiers = columns["ID"]
    if not len(identifiers):
        raise DataError.of(name, "a header but no customers", "a row per customer", "Export the file again.")
    without = pc.invert(filled_in(identifiers))
    count = pc.sum(without).as_py()
    if count:
        rows = ", ".join(f"{row + 1:,}" for row in pc.indices_nonzero(without)[:3].to_pylist())
        found = f"{count:,} rows without an ID (data row {rows}{' ...' if count > 3 else ''})"
        hint = "Give these customers an ID, or delete the rows if they are totals or notes."
        raise DataError.of(name, found, "an ID for every customer", hint)


def _unused(name: str, columns: dict[str, pa.ChunkedArray]) -> bool:
    """True for a column without name and values, as a delimiter at the end of each line makes."""
    return name.startswith("Column ") and not pc.any(filled_in(columns[name])).as_py()
