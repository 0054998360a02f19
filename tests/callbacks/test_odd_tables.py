"""Customers whose figures are odd: ties, amounts of nothing, answers that are not known for all."""

from __future__ import annotations

import pandas as pd
import pytest

from app import create_app
from core.settings import ROOT, Settings, load
from tests.callbacks.dash_client import Visitor, text

PRODUCTS = ["MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts", "MntSweetProducts", "MntGoldProds"]
ANSWERS = ["Response", *(f"AcceptedCmp{number}" for number in range(1, 6))]
KNOWN = 400


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Visitor:
    """600 customers: of 400 answers are known, recency is two days in two halves, and 100 spend nothing."""
    folder = tmp_path_factory.mktemp("odd")
    file = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python").head(600)
    file[ANSWERS] = file[ANSWERS].astype("Int64")
    file.loc[KNOWN:, ANSWERS] = pd.NA
    file["Recency"] = [10, 60] * 300
    file["Kidhome"] = [2] * 100 + [0, 1] * 250
    file["Teenhome"] = 0
    file.loc[:99, PRODUCTS] = 0
    file.to_csv(folder / "customers.csv", index=False)
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    settings = load(**{**plain, "home": folder / "home", "data": folder / "customers.csv"})
    return Visitor.of(create_app(settings).server).sign_up("ada-admin")


def test_customers_whose_answer_is_not_known_are_not_said_to_have_answered(odd):
    said = text(odd.page("/campaigns"))
    assert f"an answer of {KNOWN} customers; the others are not counted here" in said
    assert "nobody was left" not in said
    assert "everyone whose answer is known" in said


def test_bars_of_one_height_are_both_the_most_common(odd):
    assert "Most common: 10 to 14 and 60 to 64, 50% each" in text(odd.page("/", "?show=charts"))


def test_who_spend_nothing_are_not_nobody(odd):
    said = text(odd.page("/", "?Children=2&show=charts"))
    assert "100 of 600 customers match" in said
    assert "They bring nothing." in said
