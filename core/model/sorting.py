"""Customers in an order, a page at a time: sorted places are remembered, so that a page costs milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.crossfilter.memory import Lately
from core.crossfilter.selection import Selection, SelectionError
from core.data.people import People
from core.model.artefacts import Model

Places = npt.NDArray[np.int32]
Key = tuple[str, ...]

MOST_BYTES = 64 << 20  # sixteen columns of a million customers


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

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._lately = Lately(most_bytes)

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
        kept: Places | None = self._lately.get(key)
        if kept is not None:
            return kept
        rows = model.crossfilter.rows(selection).astype(np.int32, copy=False)
        return self._remember(key, rows if sort is None else self._sorted(model, rows, sort))

    @property
    def nbytes(self) -> int:
        """Memory that is held."""
        return self._lately.held

    def _sorted(self, model: Model, rows: Places, sort: Sort) -> Places:
        whole = self._order(model, sort)
        if len(rows) == len(whole):
            return whole
        chosen = np.zeros(len(whole), dtype=bool)
        chosen[rows] = True
        return whole[chosen[whole]]

    def _order(self, model: Model, sort: Sort) -> Places:
        key = (model.card.key, str(sort))
        kept: Places | None = self._lately.get(key)
        if kept is not None:
            return kept
        return self._remember(key, order_of(model.people, sort))

    def _remember(self, key: Key, places: Places) -> Places:
        places.setflags(write=False)
        self._lately.keep(key, places, places.nbytes)
        return places


def order_of(people: People, sort: Sort) -> Places:
    """Places of all customers by one column; categories in their own order, text by its letters."""
    values = people.narrow(sort.column).combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.indices if values.type.ordered else _ranked(values)
    if pa.types.is_boolean(values.type) or pa.types.is_date32(values.type):
        values = values.cast(pa.int32() if pa.types.is_date32(values.type) else pa.int8())
    if pa.types.is_integer(values.type) and values.type.bit_width <= 32:
        return _counted(values, descending=sort.descending)
    direction = "descending" if sort.descending else "ascending"
    order = pc.array_sort_indices(values, order=direction, null_placement="at_end")
    return np.asarray(order).astype(np.int32)


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
