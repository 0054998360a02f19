"""Customers of a shop and how they answer campaigns: the template of the sample and of files like it."""

from __future__ import annotations

from pathlib import Path

from core.schema.heading_words import patterns
from core.schema.schema import Schema, Template

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
PERSONALITY = Schema.from_toml(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
# What people write over its columns, in several languages.
PERSONALITY_TEMPLATE = Template(
    patterns(Path(__file__).with_name("personality_headings.toml")), monthly=("NumWebVisitsMonth",)
)
