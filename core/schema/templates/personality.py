"""Customers of a shop and how they answer campaigns: the template of the sample and of files like it."""

from __future__ import annotations

from dataclasses import replace

from core.schema.derivations import Calendar, DaysTo, Derivation, Household, Largest, Ratio, Sum, YearsAt
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from core.schema.templates.personality_words import (
    BASIS,
    CAMPAIGNS,
    CHANNELS,
    EARLIER_CAMPAIGNS,
    PICKS,
    PRODUCTS,
    SAID,
    SENTENCES,
    WORDS,
)


def _file(name: str, label: str, kind: Kind, unit: str, text: str, **more: object) -> Field:
    return Field(name, label, kind, unit, text, column=name, **more)  # type: ignore[arg-type]


def _derived(
    made: Derivation, name: str, label: str, kind: Kind, unit: str, text: str, **more: object
) -> Field:
    return Field(name, label, kind, unit, text, derived=made, **more)  # type: ignore[arg-type]


_FILE_FIELDS = (
    _file("ID", "Customer ID", Kind.IDENTIFIER, "", "Number or code that names one customer."),
    _file("Year_Birth", "Year of birth", Kind.YEAR, "", "Calendar year the customer was born in."),
    _file(
        "Education",
        "Education",
        Kind.CATEGORY,
        "",
        "Highest level of education, as recorded.",
        values=("Basic", "2n Cycle", "Graduation", "Master", "PhD"),
        said=(("2n Cycle", "Second cycle"), ("Graduation", "Graduate")),
    ),
    _file(
        "Marital_Status",
        "Marital status",
        Kind.CATEGORY,
        "",
        "Marital status, as recorded.",
        values=("Single", "Together", "Married", "Divorced", "Widow", "Alone", "Absurd", "YOLO", "Other"),
        read_as=(("alone", "Single"), ("absurd", "Other"), ("yolo", "Other")),
    ),
    _file("Income", "Income", Kind.AMOUNT, "a year", "Yearly household income.", minimum=0.0),
    _file("Kidhome", "Small children", Kind.COUNT, "at home", "Small children at home.", minimum=0.0),
    _file("Teenhome", "Teenagers", Kind.COUNT, "at home", "Teenagers at home.", minimum=0.0),
    _file("Dt_Customer", "Enrolment date", Kind.DATE, "", "Day the customer enrolled."),
    _file(
        "Recency",
        "Recency",
        Kind.DAYS,
        "days",
        "Days since the last purchase.",
        minimum=0.0,
        title="Days since the last purchase",
    ),
    *(
        _file(
            column,
            f"{product} spending",
            Kind.AMOUNT,
            "",
            f"Spent on {product.lower()}, over the time that the file covers.",
            minimum=0.0,
        )
        for product, column in PRODUCTS.items()
    ),
    _file(
        "NumDealsPurchases",
        "Deal purchases",
        Kind.COUNT,
        "purchases",
        "Purchases made with a discount.",
        minimum=0.0,
    ),
    _file(
        "NumWebPurchases", "Web purchases", Kind.COUNT, "purchases", "Purchases on the website.", minimum=0.0
    ),
    _file(
        "NumCatalogPurchases",
        "Catalog purchases",
        Kind.COUNT,
        "purchases",
        "Purchases by catalog.",
        minimum=0.0,
    ),
    _file(
        "NumStorePurchases", "Store purchases", Kind.COUNT, "purchases", "Purchases in stores.", minimum=0.0
    ),
    _file(
        "NumWebVisitsMonth",
        "Web visits per month",
        Kind.COUNT,
        "visits",
        "Visits to the website in the last month.",
        minimum=0.0,
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
        minimum=0.0,
    ),
    _file(
        "Z_Revenue",
        "Revenue of an acceptance",
        Kind.AMOUNT,
        "",
        "Revenue when one customer accepts the last campaign.",
        minimum=0.0,
    ),
    _file(
        "Response",
        "Accepted last campaign",
        Kind.FLAG,
        "",
        "1 if the offer of the last campaign was accepted.",
        title="Accepted the last campaign",
    ),
)

_DERIVED_FIELDS = (
    _derived(
        YearsAt("Year_Birth", "Dt_Customer"),
        "Age",
        "Age",
        Kind.YEARS,
        "years",
        "Age in the year of the data's latest enrolment.",
        minimum=0.0,
        maximum=120.0,
    ),
    _derived(
        Sum(tuple(PRODUCTS.values())),
        "Total_Spending",
        "Total spending",
        Kind.AMOUNT,
        "",
        "Sum of the six product amounts.",
        noun="spending",
        part="spending on a product",
        minimum=0.0,
    ),
    _derived(
        DaysTo("Dt_Customer"),
        "Customer_Tenure",
        "Days as a customer",
        Kind.DAYS,
        "days",
        "Days from enrolment to the data's latest enrolment.",
        minimum=0.0,
    ),
    _derived(
        Sum(CAMPAIGNS),
        "Campaign_Acceptance",
        "Campaigns accepted",
        Kind.COUNT,
        "of 6",
        "Campaigns accepted, of all six.",
    ),
    _derived(
        Sum(EARLIER_CAMPAIGNS),
        "Earlier_Acceptance",
        "Earlier acceptances",
        Kind.COUNT,
        "of 5",
        "Campaigns accepted before the last one.",
        title="Campaigns accepted before",
    ),
    _derived(
        Sum(("Kidhome", "Teenhome")),
        "Children",
        "Children",
        Kind.COUNT,
        "at home",
        "Small children and teenagers at home.",
        title="Children at home",
    ),
    _derived(
        Household("Children", "Marital_Status", ("married", "together")),
        "Household_Size",
        "Household size",
        Kind.COUNT,
        "people",
        "Children plus two adults if married or together, else one.",
    ),
    _derived(
        Sum(tuple(CHANNELS.values())),
        "Total_Purchases",
        "Total purchases",
        Kind.COUNT,
        "purchases",
        "Web, catalog and store purchases together.",
    ),
    _derived(
        Ratio("Total_Spending", "Total_Purchases"),
        "Average_Basket",
        "Average basket",
        Kind.AMOUNT,
        "a purchase",
        "Total spending by total purchases; empty without a purchase.",
    ),
    *(
        _derived(
            Ratio(column, "Total_Spending"),
            f"Share_{product}",
            f"Share of {product.lower()}",
            Kind.SHARE,
            "of spending",
            f"Part of total spending that goes to {product.lower()}.",
        )
        for product, column in PRODUCTS.items()
    ),
    *(
        _derived(
            Ratio(column, "Total_Purchases"),
            f"Share_{channel}",
            f"{channel} share",
            Kind.SHARE,
            "of purchases",
            f"Part of purchases made by {channel.lower()}.",
        )
        for channel, column in CHANNELS.items()
    ),
    _derived(
        Largest(tuple(CHANNELS.values()), tuple(CHANNELS)),
        "Main_Channel",
        "Main channel",
        Kind.CATEGORY,
        "",
        "Channel of most purchases; a tie (Several in downloads) where two share the lead, None without a purchase.",
        said=(("Several", "A tie"),),
    ),
    _derived(
        Ratio("NumDealsPurchases", "Total_Purchases"),
        "Deal_Rate",
        "Deal rate",
        Kind.RATIO,
        "of purchases",
        "Deal purchases by total purchases.",
    ),
    _derived(
        Ratio("NumWebPurchases", "NumWebVisitsMonth"),
        "Web_Conversion",
        "Web purchases per monthly visit",
        Kind.RATIO,
        "purchases a visit",
        "All web purchases, by the web visits of one month: no conversion, and it can be above 1.",
    ),
    _derived(
        Calendar("Dt_Customer", "month"),
        "Enrolment_Month",
        "Month of enrolment",
        Kind.CATEGORY,
        "",
        "Calendar month of enrolment, January to December.",
    ),
    _derived(
        Calendar("Dt_Customer", "quarter"),
        "Enrolment_Quarter",
        "Quarter of enrolment",
        Kind.CATEGORY,
        "",
        "Year and quarter of enrolment, such as 2013 Q2.",
    ),
    _derived(
        Calendar("Dt_Customer", "season"),
        "Enrolment_Season",
        "Season of enrolment",
        Kind.CATEGORY,
        "",
        "Winter is December to February, and so on (northern).",
    ),
)

_SEEN = {
    "People": (
        "Age",
        "Year_Birth",
        "Education",
        "Marital_Status",
        "Income",
        "Dt_Customer",
        "Customer_Tenure",
        "Children",
        "Kidhome",
        "Teenhome",
        "Household_Size",
        "Enrolment_Season",
        "Enrolment_Month",
        "Enrolment_Quarter",
    ),
    "Money": (
        "Total_Spending",
        "Average_Basket",
        *PRODUCTS.values(),
        *(f"Share_{product}" for product in PRODUCTS),
    ),
    "Buying": (
        "Total_Purchases",
        *CHANNELS.values(),
        "NumDealsPurchases",
        "Recency",
        "NumWebVisitsMonth",
        "Web_Conversion",
        "Deal_Rate",
        *(f"Share_{channel}" for channel in CHANNELS),
        "Main_Channel",
    ),
    "Campaigns": ("Campaign_Acceptance", "Earlier_Acceptance", *CAMPAIGNS, "Complain"),
}
_GROUP_OF = {name: group for group, names in _SEEN.items() for name in names}
PERSONALITY = Schema(
    fields=tuple(
        replace(
            field,
            group=_GROUP_OF.get(field.name, ""),
            stays=field.name in _SEEN["People"],
            words=WORDS.get(field.name, ()),
            many=field.unit in ("purchases", "visits", "at home"),
            **SAID.get(field.name, {}),
        )
        for field in (*_FILE_FIELDS, *_DERIVED_FIELDS)
    ),
    basis=BASIS,
    value="Total_Spending",
    outcomes=CAMPAIGNS,
    economics=("Z_CostContact", "Z_Revenue"),
    anchor="Dt_Customer",
    template="personality",
    order=tuple(_GROUP_OF),
    picks=tuple(PICKS.items()),
    noun="shoppers",
    sentences=tuple(SENTENCES.items()),
)
