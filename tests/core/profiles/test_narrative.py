from __future__ import annotations

import math

import pytest
from scipy import stats

from core.numbers import Numbers
from core.profiles.narrative import foremost, phrase, relation
from core.schema.derivations import FromHistory
from core.schema.fields import Field, Kind
from tests.support.personality import FIELDS

NUMBERS = Numbers()


@pytest.mark.parametrize("customers", [10, 12, 30, 100, 2240])
@pytest.mark.parametrize("strength", [-0.9, -0.45, -0.24, 0.12, 0.3, 0.55, 0.8])
def test_a_relation_is_told_where_students_test_finds_one(strength, customers):
    t = strength * math.sqrt((customers - 2) / (1 - strength**2))
    p = 2 * stats.t.sf(abs(t), customers - 2)
    assert ("could be chance" in relation("Income", "spending", strength, customers, NUMBERS)) == (p > 0.05)


def test_of_a_handful_of_customers_nothing_is_said():
    said = relation("Income", "spending", 1.0, 3, NUMBERS)
    assert said == "3 customers are too few to say whether income and spending are related"
    assert "strongly related" in relation("Income", "spending", 1.0, 10, NUMBERS)


def test_what_is_certain_but_small_is_hardly_a_relation():
    assert "hardly related" in relation("Income", "spending", 0.05, 1_000_000, NUMBERS)
    assert "hardly related" in relation("Income", "spending", 0.01, 2240, NUMBERS)
    assert "could be chance" in relation("Income", "spending", 0.01, 100, NUMBERS)
    assert "one falling as the other rises" in relation("Income", "visits", -0.55, 2240, NUMBERS)


def test_one_is_one_year_one_day_and_one_child():
    numbers = Numbers()
    assert phrase(FIELDS["Age"], 46.2, 45.0, numbers).endswith("1 year older than average")
    assert (
        phrase(FIELDS["Recency"], 1.0, 3.0, numbers) == "last purchase 1 day ago, 2 days fewer than average"
    )
    assert phrase(FIELDS["NumWebPurchases"], 1.0, 2.0, numbers) == "web purchases 1, 50% below average"


def test_who_shares_the_highest_place_is_named_as_well():
    assert foremost({"a": 3, "b": 4, "c": 4}) == "b and c"
    assert foremost({"a": 3, "b": 4, "c": 4}, lowest=True) == "a"
    assert foremost(dict.fromkeys("abcd", 1)) == "4 alike, a among them"


def test_a_relation_that_rests_on_one_customer_far_out_is_said_to():
    assert relation("Income", "spending", 0.99, 500, NUMBERS, -0.02) == (
        "Income and spending are strongly related (r\u00a0=\u00a00.99) by few customers far out: "
        "most show nothing of it"
    )
    assert "far out" not in relation("Income", "spending", 0.6, 500, NUMBERS, 0.5)
    assert "far out" not in relation("Income", "visits", -0.6, 500, NUMBERS, -0.5)
    assert "far out" in relation("Income", "visits", -0.6, 500, NUMBERS, 0.5)


def test_a_unit_that_the_label_says_is_not_said_again():
    numbers = Numbers()
    different = Field("Kinds", "Different products", Kind.COUNT, unit="products")
    rhythm = Field("Rhythm", "Days between purchases", Kind.DAYS)
    assert phrase(different, 16.0, 8.0, numbers) == "different products 16, 2.0x the average"
    assert phrase(rhythm, 30.0, 20.0, numbers) == "days between purchases 30, 10 days more than average"
    assert (different.with_unit, FIELDS["Income"].with_unit) == ("different products", "income a year")


def test_what_is_written_the_same_is_not_set_against_itself():
    chance = Field("Active", "Chance to be active", Kind.SHARE, derived=FromHistory(("Recency",)))
    numbers = Numbers()
    assert phrase(chance, 0.9998, 0.9989, numbers) == "chance to be active >99%, as on average"
    assert phrase(chance, 0.35, 0.9989, numbers) == "chance to be active 35%, against >99% overall"
