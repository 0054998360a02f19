"""Of which dataset a file could be the next version, by its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.headings import Headings
from core.datasets.catalogue import Catalogue, Dataset
from core.errors import DataError
from core.schema.derivations import FromHistory
from core.schema.order_lines import Lines

LEAST = 0.8  # of a dataset's columns that a file has to have


@dataclass(frozen=True)
class Alike:
    """A dataset whose columns a file has."""

    dataset: Dataset
    share: float  # of the dataset's columns, those that the file has, in [0, 1]
    # Columns that only the dataset, or only the file, has.
    lacking: tuple[str, ...]
    more: tuple[str, ...]
    # What only the dataset has and its segments are built on, in words: with any of it the file can't be the next one.
    needed: tuple[str, ...] = ()


def alike(header: Sequence[str], catalogue: Catalogue) -> list[Alike]:
    """Datasets that a file with these headings is meant for, or would be but for what it lacks, the likeliest first."""
    found = (_compared(header, dataset) for dataset in catalogue.all())
    return sorted(
        (one for one in found if one and one.share >= LEAST), key=lambda one: (-one.share, len(one.more))
    )


def _compared(header: Sequence[str], dataset: Dataset) -> Alike | None:
    if dataset.schema.lines and {*dataset.schema.lines.columns} <= {*header}:
        return _of_orders(header, dataset, dataset.schema.lines)
    if dataset.schema.is_of_orders:
        return None
    schema, headings = dataset.schema, Headings(dataset.schema, dataset.template)
    try:
        names = headings.named(header, source="")
    except DataError:
        return None
    columns = [one for one in schema.columns if not isinstance(schema[one].derived, FromHistory)]
    lacking = tuple(headings.column(name) for name in columns if name not in names)
    more = tuple(
        cell for cell, name in zip(header, names, strict=True) if name not in {*schema.columns, *schema}
    )
    share = 1 - len(lacking) / max(len(columns), 1)
    return Alike(dataset, share, lacking, more, tuple(headings.missing(names)))


def _of_orders(header: Sequence[str], dataset: Dataset, lines: Lines) -> Alike:
    """Orders have every column that plays a part."""
    return Alike(dataset, 1.0, (), tuple(cell for cell in header if cell not in lines.columns))
