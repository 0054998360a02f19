"""What a table looks like that has not the columns of customers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from core.data.rows import Columns
from core.numbers import to_tell

_CUSTOMER = re.compile(
    r"customer|cust_|client|kunde|member|user|buyer|shopper|comprador|acheteur|e-?mail|master_?id|subscriber",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"type|segment|group|age|value|since|rating|city|country|state|gender|tier|status|date|name$|lifetime|days|category",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"order|invoice|transa|purchase.?(id|no|date)|quantity|unit.?price|venda|commande|bestell|ticket|product|lineitem|sku",
    re.IGNORECASE,
)
_GAPS = ("", "na", "nan", "null", "none", "n/a")
_REPEATED = 0.9  # distinct customers by rows below which there are several rows to each
_NAMES = re.compile(r"(customer|client)_?name", re.IGNORECASE)


def looks(columns: Columns, header: Sequence[str], lacking: int, needed: int) -> str:
    """One or two sentences on a table that lacks most of what segments need; empty where renaming may help.

    Parameters
    ----------
    columns : dict of name to text, in the order of `header`
    header : headings as in the file
    lacking, needed : int
        How many columns are missing, of how many.
    """
    if lacking * 2 <= needed:
        return ""
    rows = len(next(iter(columns.values())))
    named = dict(zip(header, columns.values(), strict=False))
    found = [_different(texts) for heading, texts in named.items() if _names_customers(heading)]
    orders = any(map(_ORDER.search, header))
    if few := [count for count in found if 0 < count < _REPEATED * rows]:
        return (
            f"It looks like one row per order line or visit: {to_tell(max(few))} customers in {to_tell(rows)} rows. Add them up to "
            "one row per customer first."
        )
    if not found:
        what = (
            "orders without a customer" if orders else "a table of something else: no column names a customer"
        )
        return f"It looks like {what}. Choose the file that has one row per customer."
    return f"It looks like one row per customer, {to_tell(rows)} in all, of whom other things are known. Add what is missing."


def _names_customers(heading: str) -> bool:
    if _NAMES.search(heading):
        return True
    return _CUSTOMER.search(heading) is not None and _NO_NAME.search(heading) is None


def _different(texts: pa.ChunkedArray) -> int:
    trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    known = trimmed.filter(pc.invert(pc.is_in(trimmed, value_set=pa.array(_GAPS))))
    return int(pc.count_distinct(known).as_py())
