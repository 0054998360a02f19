"""Aggregates of the file that the sample imitates, published or computed from it: counts, quantiles, group means; no rows."""

from __future__ import annotations

from dataclasses import dataclass

CUSTOMERS = 2240  # that the counts below add up to
FIRST_DAY, LAST_DAY = "2012-07-30", "2014-06-29"
COST_OF_CONTACT, REVENUE = 3, 11

EDUCATION = {"Graduation": 1127, "PhD": 486, "Master": 370, "2n Cycle": 203, "Basic": 54}
MARITAL_STATUS = {"Married": 864, "Together": 580, "Single": 480, "Divorced": 232, "Widow": 77}
ODD_STATUS = {"Alone": 3, "Absurd": 2, "YOLO": 2}
ACCEPTED = {
    "AcceptedCmp1": 144,
    "AcceptedCmp2": 30,
    "AcceptedCmp3": 163,
    "AcceptedCmp4": 167,
    "AcceptedCmp5": 163,
    "Response": 334,
}
COMPLAINTS = 21
INCOME_GAPS = 24
BOUGHT_NOTHING = 6
REPEATED_ROWS = 182
FAR_OUT_INCOMES = (666_666,)
IMPOSSIBLE_BIRTHS = (1893, 1899, 1900)

COUNTS: dict[str, dict[int, int]] = {
    "Kidhome": {0: 1293, 1: 899, 2: 48},
    "Teenhome": {0: 1158, 1: 1030, 2: 52},
    "NumDealsPurchases": dict(
        enumerate((46, 970, 497, 297, 189, 94, 61, 40, 14, 8, 5, 5, 4, 3, 0, 7)),
    ),
    "NumWebPurchases": {
        **dict(enumerate((49, 354, 373, 336, 280, 220, 205, 155, 102, 75, 43, 44))),
        23: 1,
        25: 1,
        27: 2,
    },
    "NumCatalogPurchases": {
        **dict(enumerate((586, 497, 276, 184, 182, 140, 128, 79, 55, 42, 48, 19))),
        22: 1,
        28: 3,
    },
    "NumStorePurchases": dict(
        enumerate((15, 7, 223, 490, 323, 212, 178, 143, 149, 106, 125, 81, 105, 83)),
    ),
    "NumWebVisitsMonth": {
        **dict(enumerate((11, 153, 202, 205, 218, 281, 340, 393, 342, 83, 3))),
        13: 1,
        14: 2,
        17: 1,
        19: 2,
        20: 3,
    },
}

# Quantiles: the part of customers below, and the value.
AGE = (
    (0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1),
    (18, 22, 26, 30, 35, 38, 41, 44, 48, 52, 57, 62, 64, 69, 74),
)
INCOME = (
    (0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.9966, 0.9969, 1),
    (
        1730,
        7574,
        18985,
        24108,
        31994,
        38198,
        44522,
        51373,
        58433,
        65218,
        71801,
        79815,
        83977,
        94384,
        105471,
        153924,
        162397,
    ),
)
SPENDING = (
    (0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1),
    (5, 13, 22, 35, 55, 91, 195, 396, 635, 926, 1174, 1536, 1772, 2126, 2525),
)


@dataclass(frozen=True)
class LatentGroup:
    """A latent group of customers: means and spreads of what its members are like.

    `spending` is the mean and spread of the natural logarithm of total spending; `mix` the relative amounts
    for wines, fruits, meat, fish, sweets and gold.
    """

    weight: float
    age: tuple[float, float]
    income: tuple[float, float]
    spending: tuple[float, float]
    web: tuple[float, float]
    store: tuple[float, float]
    catalog: tuple[float, float]
    deals: tuple[float, float]
    visits: tuple[float, float]
    mix: tuple[float, float, float, float, float, float]


GROUPS = (
    LatentGroup(  # premium: well off, few visits to the website, much by catalog and in stores
        weight=0.30,
        age=(46.5, 13.5),
        income=(75_000, 13_000),
        spending=(7.05, 0.38),
        web=(4.7, 1.8),
        store=(8.5, 2.9),
        catalog=(5.5, 2.8),
        deals=(1.4, 1.4),
        visits=(2.7, 1.5),
        mix=(0.46, 0.05, 0.31, 0.07, 0.05, 0.06),
    ),
    LatentGroup(  # the web's: middle incomes, teenagers, many web purchases and deals
        weight=0.195,
        age=(48.0, 9.3),
        income=(59_500, 11_000),
        spending=(6.67, 0.45),
        web=(7.8, 2.4),
        store=(7.9, 2.6),
        catalog=(3.4, 2.2),
        deals=(3.8, 2.4),
        visits=(6.4, 1.4),
        mix=(0.61, 0.03, 0.19, 0.04, 0.04, 0.09),
    ),
    LatentGroup(  # older, with teenagers, on a budget
        weight=0.165,
        age=(55.0, 7.0),
        income=(43_500, 11_000),
        spending=(4.7, 0.8),
        web=(2.6, 1.5),
        store=(4.0, 1.4),
        catalog=(1.1, 1.2),
        deals=(2.4, 1.5),
        visits=(5.5, 1.7),
        mix=(0.55, 0.04, 0.21, 0.06, 0.04, 0.10),
    ),
    LatentGroup(  # young, with small children, on a budget
        weight=0.34,
        age=(37.5, 7.6),
        income=(32_300, 11_400),
        spending=(4.25, 0.8),
        web=(2.2, 1.4),
        store=(3.2, 1.1),
        catalog=(0.6, 1.0),
        deals=(2.2, 1.6),
        visits=(6.8, 1.8),
        mix=(0.39, 0.06, 0.24, 0.09, 0.06, 0.16),
    ),
)
