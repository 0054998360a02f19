"""Which fields charts count and filter by, and which they sum."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core import crossfilter
from core.columns import Spec
from core.customers.schema import FIELDS, PRODUCTS, Kind
from core.segments.profile import Profile

SUMMED = (
    "Total_Spending",
    *PRODUCTS.values(),
    "Income",
    "Age",
    "Recency",
    "Children",
    "Total_Purchases",
    "NumWebPurchases",
    "NumCatalogPurchases",
    "NumStorePurchases",
    "Response",
)
_LEFT_OUT = {Kind.IDENTIFIER, Kind.DATE}
FLAGS = ("no", "yes")


def specs(table: pd.DataFrame, profile: Profile) -> list[Spec]:
    """How each field of `table` is binned; segments keep their numbers as addresses, whatever they are called."""
    names = tuple(segment.name for segment in profile.segments)
    numbers = tuple(str(segment.number) for segment in profile.segments)
    fields = [name for name, field in FIELDS.items() if name in table and field.kind not in _LEFT_OUT]
    return [
        Spec("Segment", "coded", names, numbers),
        *(_spec(name) for name in fields if not name.startswith("Z_") and name != "Year_Birth"),
    ]


def build(table: pd.DataFrame, profile: Profile, folder: Path) -> None:
    """Write the columns that the charts count."""
    folder.mkdir()
    coded = table.assign(Segment=table["Segment"] - 1)
    crossfilter.build(coded, specs(table, profile), folder, parted_by="Segment")


def _spec(name: str) -> Spec:
    field = FIELDS[name]
    if field.kind is Kind.FLAG:
        return Spec(name, "coded", FLAGS, FLAGS, values=name in SUMMED)
    if field.kind is Kind.CATEGORY:
        return Spec(name, "category")
    return Spec(name, values=name in SUMMED, target=20)
