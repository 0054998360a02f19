"""Rules in words."""

from __future__ import annotations

from types import SimpleNamespace

from core.numbers import Numbers
from core.profiles.surrogate_rules import Condition
from core.schema.fields import Field, Kind
from layouts.rules import in_words


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
