"""What the personality file calls goods, channels and campaigns."""

from __future__ import annotations

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
