"""Words of the personality template, and what its pages show: data only."""

from __future__ import annotations

from typing import Any

from core.schema.fields import Word

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
BASIS = (
    "Age",
    "Income",
    "Total_Spending",
    "NumWebPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
    "Recency",
)


WORDS = {
    "Recency": (Word("Dormant"), Word("Active")),
    "Age": (Word("Older"), Word("Younger")),
    "NumWebPurchases": (Word("Web-buying", "Share_Web"), Word("Web-shy", "Share_Web")),
    "NumStorePurchases": (
        Word("Store-loyal", "Share_Store"),
        Word(
            "Rarely-in-store", "Share_Store", at_most=2 / 3, below=4
        ),  # below it is rare whatever the average
    ),
    "NumWebVisitsMonth": (Word("Browsing"), Word("Rarely-browsing", at_most=2 / 3)),
    "Income": (Word("Affluent"), Word("Low-income")),
    "NumCatalogPurchases": (Word("Catalog-loving", "Share_Catalog"), Word("Catalog-shy", "Share_Catalog")),
    "Deal_Rate": (Word("Deal-seeking", "Deal_Rate"), Word("Full-price", "Deal_Rate", below=0.5)),
}
SAID: dict[str, dict[str, Any]] = {
    "Children": {
        "nouns": ("families", "households"),
        "who": ("have {} child at home", "have {} children at home"),
    },
    "Age": {"phrase": ("aged {}",), "who": ("are {} year old", "are {} years old")},
    "Recency": {"phrase": ("last purchase {} day ago", "last purchase {} days ago")},
    "Total_Spending": {"who": ("spend {} on average",)},
    "Income": {"who": ("have an income of {} a year",)},
    "Response": {"who": ("accepted the last campaign",)},
}
PICKS = {
    "stated": ("Income",),  # by customers themselves: 0 is a gap, and far out a slip
    "yes_is_one": ("Kidhome", "Teenhome"),
    # Dormant and active come first in a name, age after them: "Dormant young budget shoppers".
    "names": tuple(WORDS),
    "telling": (
        "Total_Spending",
        "Income",
        "Age",
        "Recency",
        "Children",
        *CHANNELS.values(),
        "NumWebVisitsMonth",
        "Deal_Rate",
        "Response",
    ),
    "compared": (
        *BASIS,
        "Children",
        "NumCatalogPurchases",
        "NumDealsPurchases",
        *PRODUCTS.values(),
        "Response",
    ),
    "who": ("Age", "Income", "Children"),
    "spending": ("Total_Spending",),
    "answer": ("Response",),
    "recency": ("Recency",),
    "online": ("NumWebPurchases",),
    "deals": ("Deal_Rate",),
    "answered by": ("Recency", "Total_Spending", "Children", "Main_Channel"),
    "summed": (
        "Total_Spending",
        *PRODUCTS.values(),
        "Income",
        "Age",
        "Recency",
        "Children",
        "Total_Purchases",
        *CHANNELS.values(),
        "NumWebVisitsMonth",
        "NumDealsPurchases",
        "Response",
    ),
    "list": (
        "Age",
        "Income",
        "Total_Spending",
        "Total_Purchases",
        "Main_Channel",
        "Recency",
        "Children",
        "Campaign_Acceptance",
    ),
    "overview": ("Age", "Income", "Total_Spending", "Main_Channel", "Recency", "Children"),
    "related": (
        "Age",
        "Income",
        "Customer_Tenure",
        "Children",
        "Recency",
        "Total_Spending",
        *PRODUCTS.values(),
        "Average_Basket",
        *CHANNELS.values(),
        "NumDealsPurchases",
        "NumWebVisitsMonth",
        "Campaign_Acceptance",
    ),
}
SENTENCES = {
    "fifth": "The fifth that spends most",
    "far_out_date": "Enrolment dates that stand alone: years after all others, or ten years before them.",
    "impossible_flag": "Campaign answers and complaints that are neither 0 nor 1.",
    "odd_marital_status": "Marital statuses that are a joke or a synonym: Alone, Absurd, YOLO.",
    "odd_marital_status does": "Reads Alone as Single, the others as Other.",
    "dated": "enrolled",
    "bought_nothing": "{customers} bought nothing by web, catalog or store.",
    "yes_is_one": "yes is read as one child",
}
