"""The one table of fields: names, labels, units, definitions; reader, labels, tooltips and docs use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What sort of value a field holds; decides how it is read, checked and formatted."""

    IDENTIFIER = "identifier"
    AMOUNT = "amount"  # money, in the file's currency
    COUNT = "count"
    YEAR = "year"
    YEARS = "years"
    DAYS = "days"
    SHARE = "share"  # fraction in [0, 1]
    RATIO = "ratio"
    FLAG = "flag"  # 0 or 1
    CATEGORY = "category"
    DATE = "date"


@dataclass(frozen=True)
class Field:
    """One column: what it is called, what it means, in which unit."""

    name: str
    label: str
    kind: Kind
    unit: str
    help: str
    derived: bool = False
    minimum: float | None = None  # least value that can be true
    maximum: float | None = None

    @property
    def in_percent(self) -> bool:
        """Whether people read its values as percent: parts and rates, not purchases by visits."""
        return self.kind in (Kind.SHARE, Kind.FLAG, Kind.RATIO) and self.name != "Web_Conversion"


def _file(name: str, label: str, kind: Kind, unit: str, text: str, **more: object) -> Field:
    return Field(name, label, kind, unit, text, **more)  # type: ignore[arg-type]


def _derived(name: str, label: str, kind: Kind, unit: str, text: str, **more: object) -> Field:
    return Field(name, label, kind, unit, text, derived=True, **more)  # type: ignore[arg-type]


PRODUCTS = {
    "Wines": "MntWines",
    "Fruits": "MntFruits",
    "Meat": "MntMeatProducts",
    "Fish": "MntFishProducts",
    "Sweets": "MntSweetProducts",
    "Gold": "MntGoldProds",
}
CHANNELS = {"Web": "NumWebPurchases", "Catalog": "NumCatalogPurchases", "Store": "NumStorePurchases"}
EARLIER_CAMPAIGNS = tuple(f"AcceptedCmp{number}" for number in range(1, 6))
CAMPAIGNS = (*EARLIER_CAMPAIGNS, "Response")
LARGEST = 1e12  # magnitude past which no number is believed, in a file, a form or a call
BASIS = (
    "Age",
    "Income",
    "Total_Spending",
    "NumWebPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
    "Recency",
)

_FILE_FIELDS = (
    _file("ID", "Customer ID", Kind.IDENTIFIER, "", "Number or code that names one customer."),
    _file("Year_Birth", "Year of birth", Kind.YEAR, "", "Calendar year the customer was born in."),
    _file("Education", "Education", Kind.CATEGORY, "", "Highest level of education, as recorded."),
    _file("Marital_Status", "Marital status", Kind.CATEGORY, "", "Marital status, as recorded."),
    _file("Income", "Income", Kind.AMOUNT, "a year", "Yearly household income.", minimum=0),
    _file("Kidhome", "Small children", Kind.COUNT, "at home", "Small children at home.", minimum=0),
    _file("Teenhome", "Teenagers", Kind.COUNT, "at home", "Teenagers at home.", minimum=0),
    _file("Dt_Customer", "Enrolment date", Kind.DATE, "", "Day the customer enrolled."),
    _file("Recency", "Recency", Kind.DAYS, "days", "Days since the last purchase.", minimum=0),
    *(
        _file(
            column,
            f"{product} spending",
            Kind.AMOUNT,
            "",
            f"Spent on {product.lower()}, over the time that the file covers.",
            minimum=0,
        )
        for product, column in PRODUCTS.items()
    ),
    _file(
        "NumDealsPurchases",
        "Deal purchases",
        Kind.COUNT,
        "purchases",
        "Purchases made with a discount.",
        minimum=0,
    ),
    _file(
        "NumWebPurchases", "Web purchases", Kind.COUNT, "purchases", "Purchases on the website.", minimum=0
    ),
    _file(
        "NumCatalogPurchases",
        "Catalog purchases",
        Kind.COUNT,
        "purchases",
        "Purchases by catalog.",
        minimum=0,
    ),
    _file("NumStorePurchases", "Store purchases", Kind.COUNT, "purchases", "Purchases in stores.", minimum=0),
    _file(
        "NumWebVisitsMonth",
        "Web visits per month",
        Kind.COUNT,
        "visits",
        "Visits to the website in the last month.",
        minimum=0,
    ),
    *(
        _file(
            f"AcceptedCmp{number}",
            f"Accepted campaign {number}",
            Kind.FLAG,
            "",
            f"1 if the offer of campaign {number} was accepted.",
        )
        for number in range(1, 6)
    ),
    _file("Complain", "Complained", Kind.FLAG, "", "1 if the customer complained."),
    _file(
        "Z_CostContact",
        "Cost of a contact",
        Kind.AMOUNT,
        "",
        "Cost of contacting one customer in the last campaign.",
    ),
    _file(
        "Z_Revenue",
        "Revenue of an acceptance",
        Kind.AMOUNT,
        "",
        "Revenue when one customer accepts the last campaign.",
    ),
    _file(
        "Response",
        "Accepted last campaign",
        Kind.FLAG,
        "",
        "1 if the offer of the last campaign was accepted.",
    ),
)

_DERIVED_FIELDS = (
    _derived(
        "Age",
        "Age",
        Kind.YEARS,
        "years",
        "Age in the year of the data's latest enrolment.",
        minimum=0,
        maximum=120,
    ),
    _derived(
        "Total_Spending",
        "Total spending",
        Kind.AMOUNT,
        "",
        "Sum of the six product amounts.",
        minimum=0,
    ),
    _derived(
        "Customer_Tenure",
        "Days as a customer",
        Kind.DAYS,
        "days",
        "Days from enrolment to the data's latest enrolment.",
        minimum=0,
    ),
    _derived(
        "Campaign_Acceptance", "Campaigns accepted", Kind.COUNT, "of 6", "Campaigns accepted, of all six."
    ),
    _derived(
        "Earlier_Acceptance",
        "Earlier acceptances",
        Kind.COUNT,
        "of 5",
        "Campaigns accepted before the last one.",
    ),
    _derived("Children", "Children", Kind.COUNT, "at home", "Small children and teenagers at home."),
    _derived(
        "Household_Size",
        "Household size",
        Kind.COUNT,
        "people",
        "Children plus two adults if married or together, else one.",
    ),
    _derived(
        "Total_Purchases",
        "Total purchases",
        Kind.COUNT,
        "purchases",
        "Web, catalog and store purchases together.",
    ),
    _derived(
        "Average_Basket",
        "Average basket",
        Kind.AMOUNT,
        "a purchase",
        "Total spending by total purchases; empty without a purchase.",
    ),
    *(
        _derived(
            f"Share_{product}",
            f"Share of {product.lower()}",
            Kind.SHARE,
            "of spending",
            f"Part of total spending that goes to {product.lower()}.",
        )
        for product in PRODUCTS
    ),
    *(
        _derived(
            f"Share_{channel}",
            f"{channel} share",
            Kind.SHARE,
            "of purchases",
            f"Part of purchases made by {channel.lower()}.",
        )
        for channel in CHANNELS
    ),
    _derived(
        "Main_Channel",
        "Main channel",
        Kind.CATEGORY,
        "",
        "Channel of most purchases; a tie (Several in downloads) where two share the lead, None without a purchase.",
    ),
    _derived("Deal_Rate", "Deal rate", Kind.RATIO, "of purchases", "Deal purchases by total purchases."),
    _derived(
        "Web_Conversion",
        "Web purchases per monthly visit",
        Kind.RATIO,
        "purchases a visit",
        "All web purchases, by the web visits of one month: no conversion, and it can be above 1.",
    ),
    _derived(
        "Enrolment_Month",
        "Month of enrolment",
        Kind.CATEGORY,
        "",
        "Calendar month of enrolment, January to December.",
    ),
    _derived(
        "Enrolment_Quarter",
        "Quarter of enrolment",
        Kind.CATEGORY,
        "",
        "Year and quarter of enrolment, such as 2013 Q2.",
    ),
    _derived(
        "Enrolment_Season",
        "Season of enrolment",
        Kind.CATEGORY,
        "",
        "Winter is December to February, and so on (northern).",
    ),
)

FIELDS: dict[str, Field] = {field.name: field for field in (*_FILE_FIELDS, *_DERIVED_FIELDS)}
FILE_COLUMNS = tuple(field.name for field in _FILE_FIELDS)
# What a derived field is made of; where that lacks, the file may have the field itself.
MADE_OF: dict[str, tuple[str, ...]] = {
    "Age": ("Year_Birth", "Dt_Customer"),
    "Total_Spending": tuple(PRODUCTS.values()),
    "Customer_Tenure": ("Dt_Customer",),
    "Children": ("Kidhome", "Teenhome"),
    "Total_Purchases": tuple(CHANNELS.values()),
    "Campaign_Acceptance": CAMPAIGNS,
    "Earlier_Acceptance": EARLIER_CAMPAIGNS,
}


# Values as pages say them; the file, addresses and downloads keep them as recorded.
SAID: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Education": {"2n Cycle": "Second cycle", "Graduation": "Graduate"},
        "Main_Channel": {"Several": "A tie"},
    }
)


def said(name: str, value: str) -> str:
    """A value of a category in words."""
    return SAID.get(name, {}).get(value, value)


def field(name: str) -> Field:
    """The field called `name`."""
    return FIELDS[name]


def label(name: str) -> str:
    """What a field is called; segments are no field of the file, but are filtered like one."""
    return FIELDS[name].label if name in FIELDS else name
