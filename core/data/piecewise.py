"""Millions of customers, some at a time: what only all of them together tell is looked up before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.narrow import as_one
from core.data.outliers import FAR_OUT, Days, OfAll, believed_days, fences_of, of_all
from core.data.tight import Tight, let_go, on_two_cores
from core.data.whole import whole
from core.schema.derivations import Ratio
from core.schema.fields import Kind
from core.schema.schema import Schema

ROWS = 1 << 19  # of which columns at their full width are a few megabytes each
_TURN = 16  # times so many, after which memory is looked after
R = TypeVar("R")


def known_if_many(frame: pd.DataFrame, schema: Schema) -> OfAll | None:
    """What rules and derived fields have to know of all rows before they are asked of some.

    None of a frame, and where the file has a field itself that others are made into: all of it tells which it is to be.
    """
    is_own = any(one.derived is not None and one.name in frame for one in schema.fields)
    return _known_of(frame, schema) if isinstance(frame, Tight) and not is_own else None


def _known_of(table: Tight, schema: Schema) -> OfAll:
    dates = [one for one in schema.columns if one in table and schema[one].kind is Kind.DATE]
    stated = [name for name in schema.picked("stated") if name in table]
    return OfAll(
        {name: fences_of(table.known(name), reach=FAR_OUT) for name in stated},
        {name: _believed(table, name) for name in dates},
        {name: _span(table, name) for name in dates},
    )


def each(table: Tight, do: Callable[[Tight, slice], R], known: OfAll) -> list[R]:
    """What `do` makes of so many rows of a table, and of the next ones, in their order; on two cores."""

    def one(start: int) -> R:
        rows = slice(start, start + ROWS)
        with of_all(known):
            return do(table[rows], rows)

    starts, found = range(0, max(len(table), 1), ROWS), list[R]()
    for turn in range(0, len(starts), _TURN):
        found += on_two_cores(one, starts[turn : turn + _TURN])
        let_go(len(table))
    return found


def with_columns(table: Tight, pieces: Sequence[Tight], names: Collection[str]) -> Tight:
    """A table with some columns of its pieces; of another type than it had, where one of them has that."""
    for name in names:
        if isinstance(how := pieces[0].narrow.made.get(name), Ratio):
            table = table.assign_ratio(name, how)
            continue
        own = table.narrow.schema.field(name).type if name in table else None
        kinds = [piece.narrow.schema.field(name).type for piece in pieces]
        kind = next((one for one in kinds if one != own), kinds[0])
        table = table.holding(name, kind, as_one((one.narrow.held[name] for one in pieces), kind))
    return table


def _believed(table: Tight, name: str) -> Days:
    """The days that are believed, of how often each is there."""
    held = table.narrow.held[name]
    if not pa.types.is_date32(held.type):
        return believed_days(table[name])
    days = pc.cast(held, pa.int32()).drop_null().combine_chunks().to_numpy()
    if (counts := whole(days)) is None:
        return believed_days(table[name])
    dates = counts.values[counts.counts > 0].astype("int64").astype("datetime64[D]")
    return believed_days(pd.Series(dates.astype("datetime64[s]")), counts.counts[counts.counts > 0])


def _span(table: Tight, name: str) -> Days:
    """First and last of all days."""
    ends = table.narrow.ends(name)
    if ends is None:
        return Days(pd.NaT, pd.NaT)
    first, last = (pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(one)) for one in ends)
    return Days(first, last)
