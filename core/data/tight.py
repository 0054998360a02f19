"""Millions of customers in memory, each column narrow, worked on column by column as a DataFrame is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.freed import give_back
from core.data.narrow import Less, Narrow, as_one, narrowed
from core.data.whole import in_pieces
from core.schema.derivations import Ratio, Sum
from core.schema.schema import Schema

MANY = 2_000_000  # customers past which a DataFrame would need gigabytes
_ROOM_FOR_TWO = 30_000_000  # customers up to which two columns at work are less than what is held
_AT_HAND = 160_000_000  # bytes of columns that were asked for last, and are often asked for again

_WIDENED = 1 << 18  # rows of which a column is widened at once

T = TypeVar("T")
R = TypeVar("R")


class Tight:
    """Stands in for a DataFrame with an index from 0; a column that is asked for is the Series that it would have.

    So whoever goes column by column finds the same in either to the last bit, and needs room for some columns at a time.
    """

    def __init__(self, narrow: Narrow) -> None:
        self.narrow = narrow
        self._asked: OrderedDict[str, pd.Series] = OrderedDict()
        self._lock = RLock()
        self.read: set[str] = set()  # columns that anybody has asked for
        self.order: tuple[tuple[Any, ...], NDArray[np.int32]] | None = None  # of rows, by which columns

    @classmethod
    def of(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """The same customers, tight; typed as what it stands in for."""
        arrow = pa.Table.from_pandas(frame, preserve_index=False)
        return cls(Narrow.of(arrow)).as_frame()

    @classmethod
    def of_parts(cls, paths: Sequence[Path]) -> pd.DataFrame:
        """Customers in Parquet files of the same columns, one column of all of them at a time."""
        schema = pq.read_schema(paths[0])

        def column(name: str) -> pa.Array:
            parts = (pq.read_table(one, columns=[name])[name] for one in paths)
            return as_one(parts, schema.field(name).type)

        held = pa.table(on_two_cores(column, schema.names), schema.names)
        return cls(Narrow(held, schema.with_metadata(None), {})).as_frame()

    def as_frame(self) -> pd.DataFrame:
        return cast("pd.DataFrame", self)

    def __len__(self) -> int:
        return len(self.narrow)

    def __iter__(self) -> Iterator[str]:
        return iter(self.narrow.column_names)

    def __contains__(self, name: object) -> bool:
        return name in self.narrow.schema.names

    @property
    def columns(self) -> pd.Index:
        return pd.Index(self.narrow.column_names)

    @property
    def index(self) -> pd.RangeIndex:
        return pd.RangeIndex(len(self))

    @property
    def iloc(self) -> _Places:
        return _Places(self.narrow)

    @property
    def loc(self) -> _Located:
        return _Located(self)

    def __getitem__(self, asked: Any) -> Any:
        if isinstance(asked, str):
            return self._column(asked)
        if isinstance(asked, slice):
            return _Places(self.narrow)[asked]
        if isinstance(asked, pd.Series):
            return Tight(replace(self.narrow, held=self.narrow.held.filter(pa.array(asked.to_numpy()))))
        return self.narrow.select(list(asked)).to_pandas()

    def forgetful(self) -> Tight:
        """The same, with no columns at hand."""
        self._asked.clear()
        return self

    def is_same(self, other: Tight, names: Collection[str]) -> bool:
        """Whether some columns are still those of another table."""
        return all(_where(self.narrow.held[name]) == _where(other.narrow.held[name]) for name in names)

    def _column(self, name: str) -> pd.Series:
        self.read.add(name)
        with self._lock:
            if name in self._asked:
                self._asked.move_to_end(name)
                return self._asked[name]
            column: pd.Series = self.narrow[name].to_pandas().rename(name)
            self._asked[name] = column
            while len(self._asked) > _AT_HAND // (8 * len(self) + 1):
                self._asked.popitem(last=False)
            return column

    def numbers(self, name: str) -> NDArray[Any]:
        """The numbers of a column: whole ones in the fewest bytes where none is missing, else floats, gaps as NaN."""
        if (found := self.whole(name)) is not None:
            return found
        how = self.narrow.made.get(name)
        if isinstance(how, Ratio):
            return _ratio(*map(self.numbers, how.parts))
        if len(self) <= _WIDENED:
            return _floats(self._column(name))
        floats = np.empty(len(self))  # of a hundred million it is wide once, not as Arrow's and as ours
        for rows in in_pieces(len(self), _WIDENED):
            floats[rows] = _floats(self[rows]._column(name))
        return floats

    def gaps(self, name: str) -> int:
        self.read.add(name)
        return self.narrow.nulls(name)

    def whole(self, name: str) -> NDArray[Any] | None:
        """The numbers of a column that are whole, all of them; None of any other."""
        self.read.add(name)
        how = self.narrow.made.get(name)
        if how is None:
            held = self.narrow.held[name]
            if held.null_count or not _is_whole(held.type):
                return None
            values: NDArray[Any] = held.combine_chunks().to_numpy(zero_copy_only=False)
            return values.view(np.int8) if values.dtype == np.bool_ else values
        parts = [self.whole(part) for part in how.parts]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or isinstance(how, Ratio) or (isinstance(how, Less) and how.than % 1):
            return None
        return _added(known) if isinstance(how, Sum) else int(how.than) - _added(known)

    def bits(self, name: str) -> NDArray[np.uint64]:
        """A number for each value of a column, alike where values are; gaps may be like a value."""
        self.read.add(name)
        column = self.narrow.narrow(name).combine_chunks()
        column = column.indices if pa.types.is_dictionary(column.type) else column
        values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
        if values.dtype.kind in "fM":  # -0.0 and 0.0 are one number
            return (values if values.dtype.kind == "M" else values.astype(np.float64) + 0.0).view(np.uint64)
        return values.astype(np.uint64) if values.dtype.kind in "ib" else _hashes(values)

    def known(self, name: str) -> NDArray[Any]:
        """The numbers of a column without its gaps, in the bytes that they are held in where they are whole."""
        self.read.add(name)
        if name not in self.narrow.made and _is_whole((held := self.narrow.held[name]).type):
            values: NDArray[Any] = held.drop_null().combine_chunks().to_numpy(zero_copy_only=False)
            return values.view(np.int8) if values.dtype == np.bool_ else values
        found = self.numbers(name)
        return found if found.dtype.kind == "i" else found[~np.isnan(found)]

    def holding(self, name: str, kind: pa.DataType, values: pa.Array) -> Tight:
        """With a column that is of a kind, and narrow already."""
        narrow = _with(self.narrow, pa.field(name, kind), pa.chunked_array([values]))
        return self._changed(narrow, {name: None})

    def assign(self, **columns: pd.Series) -> Tight:
        """With these columns, in the place of those of the same names."""
        narrow = self.narrow
        for name, column in columns.items():
            values = pa.Table.from_pandas(pd.Series(column, name=name).to_frame(), preserve_index=False)[name]
            narrow = _with(narrow, pa.field(name, values.type), narrowed(values))
        return self._changed(narrow, columns)

    def assign_ratio(self, name: str, how: Ratio) -> Tight:
        """With a column that is reckoned when it is asked for."""
        field = pa.field(name, pa.float64())
        made = {**self.narrow.made, name: how}
        narrow = replace(self.narrow, schema=_put(self.narrow.schema, field), made=made)
        return self._changed(narrow, {name: None})

    def _changed(self, narrow: Narrow, columns: Any) -> Tight:
        found = Tight(narrow)
        found._asked = OrderedDict((name, one) for name, one in self._asked.items() if name not in columns)
        found.order = self.order if self.order and not {*columns} & {*self.order[0]} else None
        return found

    def reckoned(self, schema: Schema) -> Tight:
        """Without what is derived, where it can be reckoned to the last bit and is hardly asked for: ages, dates, constants."""
        return self._changed(self.narrow.reckoned(schema, sums=False), {})

    def reset_index(self, *, drop: bool) -> Tight:  # noqa: ARG002
        return self

    def rows(self, places: NDArray[np.intp], names: Sequence[str]) -> pd.DataFrame:
        """Some columns of the rows at these places."""
        self.read.update(names)
        frame: pd.DataFrame = self.narrow.select(list(names)).take(pa.array(places)).to_pandas()
        return frame

    def head(self, rows: int) -> pd.DataFrame:
        return self.rows(np.arange(min(rows, len(self))), list(self))


def has_room(rows: int) -> bool:
    """Whether so many rows are worth two threads, and leave the memory for them."""
    return MANY < rows < _ROOM_FOR_TWO


def let_go(rows: int) -> None:
    """Memory that is free goes back where so many rows leave no room for what lies between."""
    if rows >= _ROOM_FOR_TWO:
        give_back()


def side_by_side(do: Callable[[T], R], many: Iterable[T], rows: int) -> list[R]:
    """What `do` makes of each column or other part of a table, in their order; of millions on two cores."""

    def trimmed(one: T) -> R:
        found = do(one)
        let_go(rows)
        return found

    return on_two_cores(trimmed, many) if rows > MANY else [do(one) for one in many]


def on_two_cores(do: Callable[[T], R], many: Iterable[T]) -> list[R]:
    """What `do` makes of each, in their order."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(do, many))


def at_once(one: Callable[[], T], other: Callable[[], R], rows: int) -> tuple[T, R]:
    """What two functions come to that do not need one another; of millions side by side."""
    both: list[tuple[Context, Callable[[], Any]]] = [(copy_context(), one), (copy_context(), other)]
    first, second = side_by_side(lambda do: do[0].run(do[1]), both, rows)
    return first, second


def numbers_of(table: pd.DataFrame, name: Any) -> NDArray[Any]:
    """The numbers of a column of any table, as `Tight.numbers` has them, or as floats."""
    if isinstance(table, Tight):
        return table.numbers(name)
    return _floats(table[name])


def known_of(table: pd.DataFrame, name: str) -> NDArray[Any]:
    """The numbers of a column of any table without its gaps."""
    if isinstance(table, Tight):
        return table.known(name)
    numbers = numbers_of(table, name)
    found: NDArray[Any] = numbers[~np.isnan(numbers)]
    return found


def ends_of(table: pd.DataFrame, name: str) -> tuple[float, float] | None:
    """Least and greatest of a column of millions that has whole numbers and no gaps; None of any other."""
    if not isinstance(table, Tight) or (whole := table.whole(name)) is None or not len(whole):
        return None
    return float(whole.min()), float(whole.max())


def added_up(table: pd.DataFrame, names: Sequence[str]) -> pd.Series | None:
    """The sum of columns of millions that have whole numbers and no gaps, as pandas adds them; None of any others."""
    if not isinstance(table, Tight) or not {*names} <= {*table}:
        return None
    parts = [part for name in names if (part := table.whole(name)) is not None]
    kinds = {table.narrow.schema.field(name).type.to_pandas_dtype() for name in names}
    if len(parts) < len(names) or not kinds <= {np.int64, np.float64}:
        return None
    return pd.Series(_added(parts).astype(np.result_type(*kinds)))


def _added(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    found: NDArray[Any] = parts[0].astype(np.int32 if all(one.itemsize < 4 for one in parts) else np.int64)
    for one in parts[1:]:
        found += one
    return found


def gaps_of(table: pd.DataFrame, name: str) -> int:
    """How many gaps a column of any table has."""
    return table.gaps(name) if isinstance(table, Tight) else int(table[name].isna().sum())


def words_of(table: pd.DataFrame, name: str) -> pd.Series:
    """A column of words of any table; categories where each is held once, the commonest first."""
    if not isinstance(table, Tight) or name in table.narrow.made:
        return table[name]
    held = table.narrow.held[name]
    if held.type == table.narrow.schema.field(name).type or not pa.types.is_dictionary(held.type):
        return table[name]
    words: pd.Series = held.to_pandas()
    sizes = words.value_counts()
    order = sorted(sizes[sizes > 0].index, key=lambda word: (-int(sizes[word]), word))
    return words.cat.set_categories(order)


def _floats(column: pd.Series) -> NDArray[np.float64]:
    found: NDArray[np.float64] = column.to_numpy(dtype="float64", na_value=np.nan)
    return found


def _hashes(values: NDArray[Any]) -> NDArray[np.uint64]:
    found: NDArray[np.uint64] = pd.util.hash_array(values)
    return found


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_boolean(kind) or pa.types.is_signed_integer(kind))


def _ratio(above: NDArray[Any], below: NDArray[Any]) -> NDArray[np.float64]:
    found = np.empty(len(above))
    for part in in_pieces(len(above)):
        under = below[part].astype(np.float64)
        under[under == 0] = np.nan
        np.divide(above[part], under, out=found[part])
    return found


class _Places:
    """Rows by place: a range of them stays tight, others are a DataFrame."""

    def __init__(self, narrow: Narrow) -> None:
        self._narrow = narrow

    def __getitem__(self, places: Any) -> Any:
        if isinstance(places, slice):
            start, stop, _ = places.indices(len(self._narrow))
            return Tight(replace(self._narrow, held=self._narrow.held.slice(start, max(stop - start, 0))))
        return self._narrow.take(pa.array(places)).to_pandas()


class _Located:
    """One column of the rows that pass."""

    def __init__(self, table: Tight) -> None:
        self._table = table

    def __getitem__(self, asked: tuple[pd.Series, str]) -> pd.Series:
        return self._table.rows(np.flatnonzero(asked[0]), [asked[1]])[asked[1]]


def _where(column: pa.ChunkedArray) -> list[int]:
    """The memory that a column is in."""
    return [buffer.address for chunk in column.chunks for buffer in chunk.buffers() if buffer]


def _with(narrow: Narrow, field: pa.Field, values: pa.ChunkedArray) -> Narrow:
    held = narrow.held
    held = held.drop_columns([field.name]) if field.name in held.column_names else held
    return replace(narrow, held=held.append_column(field.name, values), schema=_put(narrow.schema, field))


def _put(schema: pa.Schema, field: pa.Field) -> pa.Schema:
    place = schema.get_field_index(field.name)
    return (schema.append(field) if place < 0 else schema.set(place, field)).with_metadata(None)
