"""Which columns a customer is shown with, in groups, and how a value is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote, unquote

import pandas as pd
from babel.dates import format_date

from core.data.people import People
from core.errors import ParterreError
from core.numbers import UNKNOWN, Numbers
from core.schema.current import CAMPAIGNS, FIELDS, PRODUCTS, said
from core.schema.fields import Kind

SEGMENT = "Segment"
ID = "ID"
DEFAULT = (
    ID,
    SEGMENT,
    "Age",
    "Income",
    "Total_Spending",
    "Total_Purchases",
    "Main_Channel",
    "Recency",
    "Children",
    "Campaign_Acceptance",
)
_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Person": (
            ID,
            SEGMENT,
            "Age",
            "Year_Birth",
            "Education",
            "Marital_Status",
            "Household_Size",
            "Children",
            "Kidhome",
            "Teenhome",
            "Dt_Customer",
            "Customer_Tenure",
            "Enrolment_Month",
            "Enrolment_Quarter",
            "Enrolment_Season",
        ),
        "Money": (
            "Income",
            "Total_Spending",
            *PRODUCTS.values(),
            *(f"Share_{product}" for product in PRODUCTS),
            "Average_Basket",
        ),
        "Purchases": (
            "Total_Purchases",
            "NumWebPurchases",
            "NumCatalogPurchases",
            "NumStorePurchases",
            "NumDealsPurchases",
            "Main_Channel",
            "Share_Web",
            "Share_Catalog",
            "Share_Store",
            "Deal_Rate",
            "NumWebVisitsMonth",
            "Web_Conversion",
            "Recency",
        ),
        "Campaigns": (*CAMPAIGNS, "Campaign_Acceptance", "Earlier_Acceptance", "Complain"),
    }
)
_CONSTANTS = ("Z_CostContact", "Z_Revenue")  # of a campaign, not of a customer
_TEXT = (Kind.IDENTIFIER, Kind.CATEGORY, Kind.DATE)


class ColumnError(ParterreError):
    """Columns that a table doesn't have."""


def groups(people: People) -> dict[str, list[str]]:
    """Columns that there are, by group; those that only this file has come last."""
    found = {group: [name for name in names if name in people.columns] for group, names in _GROUPS.items()}
    known = {*_CONSTANTS, *(name for names in found.values() for name in names)}
    if own := [name for name in people.columns if name not in known]:
        found["From your file"] = own
    return found


def columns(people: People) -> list[str]:
    """Everything that can be shown, in order."""
    return [name for names in groups(people).values() for name in names]


def defaults(people: People) -> list[str]:
    """What is shown where nobody chose."""
    return [name for name in DEFAULT if name in people.columns]


def token(column: str) -> str:
    """A column in an address: letters, digits and `_-.`, anything else as `~` and its code."""
    return quote(column, safe="").replace("~", "%7E").replace("%", "~")


def chosen(text: str, people: People) -> list[str]:
    """The columns that an address names, in our order, the ID always among them; nothing is the default.

    Raises
    ------
    ColumnError
        If one is not there.
    """
    if not text:
        return defaults(people)
    known = columns(people)
    wanted = set(known) if text == "all" else {unquote(part.replace("~", "%")) for part in text.split(",")}
    if strange := sorted(wanted.difference(known)):
        raise ColumnError(
            f"Columns: found {strange[0][:60]!r}. Expected columns of this table. Choose them again."
        )
    return [name for name in known if name in wanted or name == ID]


def label(name: str) -> str:
    """What a column is called."""
    return FIELDS[name].label if name in FIELDS else name


def unit(name: str) -> str:
    """In what its values are counted; nothing for text."""
    return FIELDS[name].unit if name in FIELDS else ""


def is_text(name: str, people: People) -> bool:
    """Whether a column reads from the left, as words do."""
    if name in FIELDS:
        return FIELDS[name].kind in _TEXT
    return name == SEGMENT or not pd.api.types.is_numeric_dtype(
        people.arrow.schema.field(name).type.to_pandas_dtype()
    )


def written(rows: pd.DataFrame, numbers: Numbers, names: Mapping[int, str]) -> dict[str, list[str]]:
    """The values of some customers, column by column, as people read them; `names` are the segments'."""
    return {
        str(name): [names.get(int(v), UNKNOWN) for v in rows[name]]
        if name == SEGMENT
        else _column(str(name), rows[name].tolist(), numbers)
        for name in rows
    }


def _column(name: str, values: Sequence[object], numbers: Numbers) -> list[str]:
    # Few values are different, and writing one for a locale costs more than looking it up.
    known: dict[object, str] = {}
    for value in values:
        if value not in known:
            known[value] = write(name, value, numbers)
    return [known[value] for value in values]


def write(name: str, value: object, numbers: Numbers) -> str:
    """One value as people read it."""
    if value is None or value != value or value is pd.NaT:
        return UNKNOWN
    kind = FIELDS[name].kind if name in FIELDS else None
    if isinstance(value, datetime.date):
        return str(format_date(value, format="medium", locale=numbers.locale))
    if not isinstance(value, int | float):
        return said(name, str(value))
    if kind is Kind.FLAG:
        return "yes" if value else "no"
    if kind in (Kind.YEAR, Kind.IDENTIFIER):
        return str(value if isinstance(value, int) else round(value))
    return numbers.of(FIELDS[name], value) if kind else numbers.decimal(value)
