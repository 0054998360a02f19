"""Customers and their orders as a table each, in one archive: what a file of both holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.baskets import Baskets
from core.data.joining import write
from core.data.packed import tables_in
from core.data.pseudonyms import pseudonyms
from core.data.remarks import Remark, counted
from core.data.rows import Columns, whole_identifiers
from core.data.text import load
from core.data.words import unmarked
from core.errors import DataError
from core.schema.order_lines import PREFIX

CUSTOMERS, ORDERS, SUFFIX = "customers.csv", "orders.csv", ".zip"
NO_ORDERS = "No orders"
NONE: Mapping[str, float | str] = {
    "Frequency": 0,
    "Total_Spent": 0,
    "Pieces": 0,
    "Different_Products": 0,
    "RFM_Group": NO_ORDERS,
}
_EXPECTED = "customers and their orders, put together"
_HINT = "Put them together at /data, or give both: parterre datasets update SLUG customers.csv orders.csv."


@dataclass(frozen=True)
class Both:
    """The bytes of both tables."""

    customers: bytes
    orders: bytes

    @classmethod
    def of(cls, source: Path | bytes, *, name: str, max_mb: int) -> Both:
        """Those in an archive that `pack` or `save` wrote; raises DataError if it is none."""
        found = dict(tables_in(load(source, name=name, max_mb=max_mb), name=name, max_mb=max_mb))
        if {*found} != {CUSTOMERS, ORDERS}:
            raise DataError.of(name, "one table" if len(found) < 2 else "other tables", _EXPECTED, _HINT)
        return cls(found[CUSTOMERS], found[ORDERS])

    def save(self, path: Path) -> Path:
        """Write them as one archive."""
        with ZipFile(path, "w", ZIP_STORED) as archive:
            archive.writestr(CUSTOMERS, self.customers)
            archive.writestr(ORDERS, self.orders)
        path.chmod(0o600)
        return path

    def unpack(self, folder: Path) -> tuple[Path, Path]:
        """Write each as a file of its own."""
        paths = folder / CUSTOMERS, folder / ORDERS
        for path, content in zip(paths, (self.customers, self.orders), strict=True):
            path.write_bytes(content)
            path.chmod(0o600)
        return paths


def pack(customers: Columns, orders: Columns, path: Path) -> Path:
    """Write two tables of text as one archive."""
    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name, columns in ((CUSTOMERS, customers), (ORDERS, orders)):
            apart = path.with_name(f".{name}")
            write(columns, apart)
            archive.write(apart, name)
            apart.unlink()
    path.chmod(0o600)
    return path


def owners(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Who is named in each row, as customers are called here; null for nobody."""
    return pseudonyms(unmarked(pc.utf8_trim_whitespace(whole_identifiers(column))))


def of_known(columns: Columns, who: pa.ChunkedArray, known: pd.Series) -> tuple[Columns, tuple[Remark, ...]]:
    """The lines of customers that are known, and of nobody in particular; the others are told."""
    is_known = pc.is_in(who, value_set=pa.array(known.astype(str).unique(), who.type))
    kept = pc.or_(is_known, pc.or_(pc.is_null(who), pc.equal(who, "")).fill_null(True))
    left = len(who) - int(pc.sum(kept).as_py() or 0)
    if not left:
        return columns, ()
    names = "names" if left == 1 else "name"
    sentence = f"{counted(left, 'order line')} {names} nobody among the customers: left out."
    return {name: text.filter(kept) for name, text in columns.items()}, (
        Remark(f"{PREFIX}unknown", "", left, sentence),
    )


def beside(customers: pd.Series, orders: pd.DataFrame, key: str) -> tuple[dict[str, pd.Series], np.ndarray]:
    """What orders add up to by customer, in their order, and where each of `orders` is among them (-1 for nowhere)."""
    who = customers.astype(str)
    made = orders.set_index(orders[key].astype(str)).drop(columns=key).reindex(who).set_axis(customers.index)
    none = ~who.isin(orders[key].astype(str))
    columns = ((str(name), values) for name, values in made.items())
    found = {name: values.mask(none, NONE[name]) if name in NONE else values for name, values in columns}
    places = pd.Index(who.drop_duplicates()).get_indexer(pd.Index(orders[key].astype(str)))
    first = np.flatnonzero(~who.duplicated())
    return found, np.where(places < 0, -1, first[places])


def moved(baskets: Baskets | None, places: np.ndarray) -> Baskets | None:
    """Purchases by the places of their customers in another table."""
    if baskets is None:
        return None
    who = places[baskets.customer]
    return replace(baskets, customer=who[who >= 0], inside=baskets.inside[who >= 0])
