"""Which fields charts count and filter by, and which they sum."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from scipy import stats

from core.crossfilter import table as crossfilter
from core.crossfilter.binning import Axis
from core.crossfilter.columns import Spec
from core.model.profile import Profile
from core.schema.current import FIELDS, PRODUCTS, said
from core.schema.fields import Kind

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
    "NumWebVisitsMonth",
    "NumDealsPurchases",
    "Response",
)
_LEFT_OUT = {Kind.IDENTIFIER, Kind.DATE}
FLAGS = ("no", "yes")
LOG = "_log"
SKEWED = 1.0  # skewness past which amounts get a logarithmic twin as well


def specs(table: pd.DataFrame, profile: Profile) -> list[Spec]:
    """How each field of `table` is binned; segments keep their numbers as addresses, whatever they are called."""
    names = tuple(segment.name for segment in profile.segments)
    numbers = tuple(str(segment.number) for segment in profile.segments)
    fields = [name for name, field in FIELDS.items() if name in table and field.kind not in _LEFT_OUT]
    return [
        Spec("Segment", "coded", names, numbers),
        *(_spec(name) for name in fields if not name.startswith("Z_") and name != "Year_Birth"),
        *(Spec(f"{name}{LOG}", log=True) for name in skewed(table)),
    ]


def skewed(table: pd.DataFrame) -> list[str]:
    """Amounts with a long tail: on even bins most customers would stand in the first."""
    amounts = [name for name, field in FIELDS.items() if name in table and field.kind is Kind.AMOUNT]
    return [name for name in amounts if not name.startswith("Z_") and _is_skewed(table[name])]


def _is_skewed(column: pd.Series[float]) -> bool:
    known = column.dropna().to_numpy(dtype="float64")
    return bool(len(known) and known.min() >= 0 and stats.skew(known) > SKEWED)


def log_twin(name: str, axes: Mapping[str, Axis]) -> str:
    """The logarithmic axis of a field where it has one, else its own."""
    twin = f"{name}{LOG}"
    return twin if twin in axes else name


def plain(name: str) -> str:
    """The field that an axis shows: its own, or the one that it is the logarithmic twin of."""
    return name.removesuffix(LOG)


def build(table: pd.DataFrame, profile: Profile, folder: Path) -> None:
    """Write the columns that the charts count."""
    folder.mkdir()
    twins = {f"{name}{LOG}": table[name] for name in skewed(table)}
    coded = table.assign(Segment=table["Segment"] - 1, **twins)
    crossfilter.build(coded, specs(table, profile), folder, parted_by="Segment")


def in_words(table: crossfilter.Crossfilter) -> crossfilter.Crossfilter:
    """The same columns with values as pages say them; addresses stay as they are recorded."""
    for name, field in FIELDS.items():
        if field.said and name in table.axes:
            axis = table.axes[name]
            table = table.renamed(name, [said(name, label) for label in axis.labels])
    return table


def _spec(name: str) -> Spec:
    field = FIELDS[name]
    if field.kind is Kind.FLAG:
        return Spec(name, "coded", FLAGS, FLAGS, values=name in SUMMED)
    if field.kind is Kind.CATEGORY:
        return Spec(name, "category")
    return Spec(name, values=name in SUMMED, target=20, percent=field.in_percent)
