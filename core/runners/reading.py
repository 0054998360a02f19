"""Customers that were read part by part, as if they had been read as one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

import pandas as pd
from pandas.api.types import is_numeric_dtype

from core.data.read import DateNotes, Read, ReadNotes
from core.data.remarks import Remark, Unreadable
from core.errors import DataError

_EXAMPLES = 3
_MOST_REMARKS = 40


def as_one(reads: Mapping[str, Read]) -> Read:
    """All parts, by name, in one; what is remarked of a part names it.

    Raises DataError if no column names the customers: numbers of rows would be those of a part.
    """
    notes = [one.notes for one in reads.values()]
    remarks = list(chain.from_iterable(_about(name, one.notes.remarks) for name, one in reads.items()))
    if any(one.name == "no_id" for one in remarks):
        first = next(iter(reads))
        raise DataError.of(first, "no column that names customers", "an ID for each", "Add one to all files.")
    whole = replace(
        notes[0],
        dates={name: _dates(name, notes) for name in notes[0].dates},
        extra_columns=tuple(dict.fromkeys(chain.from_iterable(one.extra_columns for one in notes))),
        unreadable=_unreadable(notes),
        blank_lines=sum(one.blank_lines for one in notes),
        remarks=tuple(remarks[:_MOST_REMARKS]),
    )
    return Read(_joined([one.frame for one in reads.values()]), whole)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One table; a column that is numbers in some parts and words in others is words in all."""
    mixed = [
        name for name in frames[0] if len({is_numeric_dtype(one[name]) for one in frames if name in one}) > 1
    ]
    if mixed:
        frames = [one.assign(**{str(name): _as_text(one[name]) for name in mixed}) for one in frames]
    return pd.concat(frames, ignore_index=True)


def _as_text(column: pd.Series) -> pd.Series:
    return column.astype("str").where(column.notna()) if is_numeric_dtype(column) else column


def _about(name: str, remarks: tuple[Remark, ...]) -> list[Remark]:
    return [replace(one, sentence=f"{name}: {one.sentence}") for one in remarks]


def _dates(name: str, notes: list[ReadNotes]) -> DateNotes:
    known = [one.dates[name] for one in notes if name in one.dates]
    guessed, ambiguous = all(one.guessed for one in known), sum(one.ambiguous for one in known)
    return replace(known[0], guessed=guessed, ambiguous=ambiguous)


def _unreadable(notes: list[ReadNotes]) -> dict[str, Unreadable]:
    counts: Counter[str] = Counter()
    examples: dict[str, tuple[str, ...]] = {}
    for name, missed in chain.from_iterable(one.unreadable.items() for one in notes):
        counts[name] += missed.count
        examples[name] = (*examples.get(name, ()), *missed.examples)[:_EXAMPLES]
    return {name: Unreadable(count, examples[name]) for name, count in counts.items()}
