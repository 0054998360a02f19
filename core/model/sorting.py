"""Customers in an order, a page at a time: of many only a stretch around the page is put in order, and remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.crossfilter.memory import Lately
from core.crossfilter.selection import Selection, SelectionError
from core.data.people import People
from core.model.artefacts import Model

Places = NDArray[np.int32]
Keys = NDArray[Any]
Key = tuple[str, ...]

MOST_BYTES = 64 << 20  # sixteen columns of a million customers
STRETCH = 10_000  # customers that are put in order at once, and as many after them


@dataclass(frozen=True)
class Sort:
    """By which column, and which end first; gaps are last either way."""

    column: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str, people: People) -> Sort | None:
        """The sort that an address names: `Income`, `-Income`, or nothing.

        Raises SelectionError if there is no such column.
        """
        name = text.removeprefix("-")
        if not name:
            return None
        if name not in people.columns:
            raise SelectionError.of(f"sorted by {name}", "the name of a column")
        return cls(name, text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.column}" if self.descending else self.column


class Orders:
    """Places of customers in order, remembered within a bound; many threads may ask at once.

    One is kept for all models and selections, since what is asked twice is the next page of the same.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, stretch: int = STRETCH) -> None:
        self._lately, self._stretch = Lately(most_bytes), stretch

    def places(self, model: Model, selection: Selection, sort: Sort | None = None) -> Places:
        """Where the selected customers are in `model.people`, in order.

        Parameters
        ----------
        sort : Sort, optional
            Without one, as in the file. Ties stay as in the file.

        Returns
        -------
        int32 array, read-only, shape (n_selected,)
        """
        key = (model.card.key, str(selection), str(sort or ""))
        return self._once(key, lambda: self._places(model, selection, sort))

    def page(
        self, model: Model, selection: Selection, sort: Sort | None, start: int, stop: int
    ) -> tuple[Places, int]:
        """Those places from `start` on and before `stop`, at most a stretch, and how many there are in all."""
        rows = self.places(model, selection)
        if sort is None or len(rows) <= 2 * self._stretch or _is_text(model.people, sort.column):
            return self.places(model, selection, sort)[start:stop], len(rows)
        first = start - start % self._stretch
        last = max(first + 2 * self._stretch, stop)
        key = (model.card.key, str(selection), str(sort), str(first), str(last))
        part = self._once(key, lambda: stretch_of(model.people, sort, rows, first, last))
        return part[start - first : stop - first], len(rows)

    @property
    def nbytes(self) -> int:
        """Memory that is held."""
        return self._lately.held

    def _places(self, model: Model, selection: Selection, sort: Sort | None) -> Places:
        if sort is None:
            if not selection:
                return np.arange(len(model.people), dtype=np.int32)
            return model.crossfilter.rows(selection).astype(np.int32, copy=False)
        rows = self.places(model, selection)
        whole = self._once((model.card.key, str(sort)), lambda: order_of(model.people, sort))
        if len(rows) == len(whole):
            return whole
        chosen = np.zeros(len(whole), dtype=bool)
        chosen[rows] = True
        return whole[chosen[whole]]

    def _once(self, key: Key, make: Callable[[], Places]) -> Places:
        kept: Places | None = self._lately.get(key)
        if kept is None:
            kept = make()
            kept.setflags(write=False)
            self._lately.keep(key, kept, kept.nbytes)
        return kept


def order_of(people: People, sort: Sort) -> Places:
    """Places of all customers by one column; categories in their own order, text by its letters."""
    values = _comparable(people, sort.column)
    if pa.types.is_integer(values.type) and values.type.bit_width <= 32:
        return _counted(values, descending=sort.descending)
    direction = "descending" if sort.descending else "ascending"
    order = pc.array_sort_indices(values, order=direction, null_placement="at_end")
    return np.asarray(order).astype(np.int32)


def stretch_of(people: People, sort: Sort, rows: Places, first: int, last: int) -> Places:
    """Those of `rows`, ascending, who come from `first` on and before `last` if `rows` are ordered as `order_of` does; not by text.

    The two who stand at the ends are selected (Hoare 1961), and only those between them sorted.
    """
    values = _comparable(people, sort.column)
    if len(rows) < len(values):
        values = values.take(pa.array(rows))
    numbers = np.asarray(values.drop_null())
    if numbers.dtype.itemsize == 1:
        numbers = numbers.astype(np.int16)  # numpy selects a byte each without SIMD
    keys = numbers if not sort.descending else -numbers if numbers.dtype.kind == "f" else ~numbers
    found = _between(keys, first, min(last, len(keys)))
    if values.null_count:
        gaps = np.flatnonzero(np.asarray(values.is_null()))
        found += np.searchsorted(gaps - np.arange(len(gaps)), found, side="right")  # gaps before each
        found = np.append(found, gaps[max(first - len(keys), 0) : max(last - len(keys), 0)])
    places: Places = rows[found]
    return places


def _between(keys: Keys, first: int, last: int) -> NDArray[np.intp]:
    """Where the keys are that would stand from `first` on and before `last` if all were sorted; of equal ones the first first."""
    if first >= last:
        return np.empty(0, dtype=np.intp)
    lower = np.partition(keys, last - 1)[:last]  # of one place at a time: numpy selects several without SIMD
    least, most = np.partition(lower, first)[first] if first else lower.min(), lower[-1]
    among = np.flatnonzero((keys >= least) & (keys <= most) if first else keys <= most)
    if least < most:
        among = among[np.argsort(keys[among], kind="stable")]
    below = np.count_nonzero(keys < least) if first else 0
    return among[first - below : last - below]


def _is_text(people: People, column: str) -> bool:
    kind = people.arrow.schema.field(column).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    return not pa.types.is_dictionary(people.narrow(column).type)


def _comparable(people: People, column: str) -> pa.Array:
    """Values that are in order where customers are: categories as places in their own, dates as days."""
    values = people.narrow(column).combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.indices if values.type.ordered else _ranked(values)
    if pa.types.is_boolean(values.type) or pa.types.is_date32(values.type):
        values = values.cast(pa.int32() if pa.types.is_date32(values.type) else pa.int8())
    return values


def _ranked(texts: pa.DictionaryArray) -> pa.Array:
    """Each text by its place among the different ones, by their letters."""
    ranks = np.empty(len(texts.dictionary), dtype=np.int32)
    ranks[np.asarray(pc.array_sort_indices(texts.dictionary))] = np.arange(len(ranks))
    return pa.array(ranks).take(texts.indices)


def _counted(values: pa.Array, *, descending: bool) -> Places:
    """Whole numbers by their lower sixteen bits, then the upper, each counted: millions in a tenth of a second."""
    whole = np.asarray(values.drop_null())
    keys = ~whole if descending else whole
    if keys.dtype.itemsize > 2:
        keys = keys.astype(np.int32)
        order = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
        high = (keys >> 16).astype(np.int16)
        if len(high) and high.min() < high.max():
            order = order[np.argsort(high[order], kind="stable")]
    else:
        order = np.argsort(keys, kind="stable")
    if not values.null_count:
        return order.astype(np.int32)
    there = np.asarray(values.is_valid())
    known, gaps = np.flatnonzero(there).astype(np.int32), np.flatnonzero(~there).astype(np.int32)
    return np.concatenate([known[order], gaps])
