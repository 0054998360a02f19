"""Rules in words."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.numbers import Numbers
from core.profiles.surrogate_rules import Condition, SurrogateRule
from core.schema.derivations import DaysTo
from core.schema.fields import Field, Kind
from layouts.rules import card_for, in_words


def test_a_field_without_a_unit_leaves_no_room_for_one():
    fields = {
        "Member": Field("Member", "Days since enrolment", Kind.DAYS),
        "Age": Field("Age", "Age", Kind.YEARS, "years"),
    }
    rule = SimpleNamespace(
        conditions=(Condition("Member", below=100.0, whole=True), Condition("Age", at_least=40.0, whole=True))
    )
    said = in_words(rule, "New", fields, Numbers())
    assert said == "New: days since enrolment at most 99, and age at least 40 years."


@pytest.mark.parametrize(
    ("field", "at_least", "said"),
    [
        (Field("Wine", "Share of wine", Kind.SHARE), 0.125, "share of wine at least 12.5%"),
        (Field("Wine", "Share of wine", Kind.SHARE), 0.07, "share of wine at least 7%"),
        (Field("Paid", "Paid", Kind.FLAG), 1.0, "paid at least 100%"),
        (Field("Fee", "Fee", Kind.AMOUNT), 12.5, "fee at least 12.5"),
        (Field("Fee", "Fee", Kind.AMOUNT), 1234567.0, "fee at least 1,234,567"),
        (Field("Fee", "Fee", Kind.AMOUNT, decimals=2), 0.6, "fee at least 0.60"),
        (Field("Rate", "Rate", Kind.RATIO), 2.75, "rate at least 2.75"),
    ],
)
def test_an_end_in_words_is_the_one_that_sql_has(field, at_least, said):
    rule = SimpleNamespace(conditions=[Condition(field.name, at_least)])
    assert said in in_words(rule, "New", {field.name: field}, Numbers())


def test_of_a_derived_field_that_has_no_explanation_none_is_begun():
    since = Field("Days_since_Last", "Days since last", Kind.DAYS, derived=DaysTo("Last"))
    rule = SurrogateRule(1, (Condition("Days_since_Last", 9.0),), 1, 1.0, 1.0, None, None)
    drawn = str(card_for(rule, "New", {"Days_since_Last": since}, Numbers()))
    assert "Days_since_Last: " not in drawn
    told = replace(since, help="Counted from the last order.")
    assert "Days_since_Last: Counted" in str(card_for(rule, "New", {"Days_since_Last": told}, Numbers()))
