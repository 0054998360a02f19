"""The rows of a customer file as text, and whose each is: what the file itself says of one customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from core.data.headings import Headings, bare_names
from core.data.pseudonyms import pseudonym, pseudonyms
from core.data.raw import raw_with
from core.data.rows import Columns, whole_identifiers, without_strangers
from core.data.table import split, without_empty_rows
from core.data.text import load, to_text
from core.data.typed_lines import typed_lines
from core.data.words import unmarked
from core.datasets.catalogue import Dataset
from core.schema.fields import IDENTIFIER, Kind
from core.schema.order_lines import Lines


@dataclass(frozen=True)
class FileRows:
    """The rows of a file, without totals and notes."""

    columns: Columns  # by heading
    # Texts: the customer of each row, as the reader names them; null where it is nobody's.
    owners: pa.ChunkedArray
    named: bool = True  # whether a column names customers; else they go by the number of their row
    others: tuple[FileRows, ...] = ()  # those of the other table of the file, where it has one

    @classmethod
    def of(cls, dataset: Dataset, *, max_mb: int) -> FileRows:
        """Those of the file of a dataset's version; raises DataError or SchemaError if it can't be read any more."""
        if dataset.schema.has_both:
            with TemporaryDirectory(dir=dataset.file.parent) as folder:
                people, sold = (
                    cls.of(one, max_mb=max_mb) for one in dataset.apart(Path(folder), max_mb=max_mb)
                )
            return replace(people, others=(sold,))
        if dataset.schema.lines:
            return cls._of_orders(dataset, dataset.schema.lines, max_mb)
        name, headings = dataset.file.name, Headings(dataset.schema, dataset.template)
        data, sheet = load(dataset.file, name=name, max_mb=max_mb), dataset.schema.sheet
        text = to_text(data, headings, name=name, max_mb=max_mb, sheet=sheet)
        ours = headings.named(text.header, source=name)
        columns, _, _ = split(text, ours, dataset.schema.of(Kind.DATE), name=name)
        columns, _ = without_empty_rows(columns)
        columns, _ = without_strangers(columns, dict(zip(ours, text.header, strict=True)))
        owners = _owners(columns)
        known = dict(zip(ours, bare_names(text.header), strict=True))
        return cls(
            {known[one]: column for one, column in columns.items()}, owners, named=IDENTIFIER in columns
        )

    @classmethod
    def _of_orders(cls, dataset: Dataset, lines: Lines, max_mb: int) -> FileRows:
        name, sheet = dataset.file.name, dataset.schema.sheet
        raw = raw_with(lines.columns, dataset.file, name=name, max_mb=max_mb, first=sheet)
        customer = typed_lines(raw.columns, lines).customer
        codes = pa.array(customer.codes, mask=customer.codes < 0)
        return cls(raw.columns, pseudonyms(pa.chunked_array([customer.names.take(codes)])))

    def __len__(self) -> int:
        return len(self.owners)

    def are_of(self, ids: Iterable[str]) -> pa.ChunkedArray:
        """Which rows are theirs."""
        return pc.is_in(self.owners, value_set=pa.array(map(pseudonym, ids), self.owners.type))

    def count(self, ids: Iterable[str]) -> int:
        """How many rows are theirs, in all tables."""
        known = [*ids]
        own = int(pc.sum(self.are_of(known), min_count=0).as_py())
        return own + sum(one.count(known) for one in self.others)

    def everybody(self) -> list[str]:
        """Who has a row in any table."""
        found = {one for one in self.owners.unique().to_pylist() if one}
        return sorted(found.union(*(one.everybody() for one in self.others)))

    def texts(self, id: str) -> list[dict[str, str]]:
        """Each row of one customer as the file has it, by heading."""
        table: pa.Table = pa.table(dict(self.columns)).filter(self.are_of([id]))
        rows: list[dict[str, str]] = table.to_pylist()
        return [*rows, *(row for one in self.others for row in one.texts(id))]


def _owners(columns: Columns) -> pa.ChunkedArray:
    if IDENTIFIER in columns:
        return pseudonyms(unmarked(pc.utf8_trim_whitespace(whole_identifiers(columns[IDENTIFIER]))))
    rows = len(next(iter(columns.values())))
    return pa.chunked_array([[str(number) for number in range(1, rows + 1)]], pa.string())
