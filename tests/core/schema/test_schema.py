"""A schema is a value: it refuses what can't be, and is the same wherever it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import SchemaError
from core.schema.derivations import Ratio, Sum
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from tests.support.personality import PERSONALITY

MONEY, VISITS, YES, LATER = (
    Field("Money", "Money", Kind.AMOUNT, column="money"),
    Field("Visits", "Visits", Kind.COUNT, column="visits"),
    Field("Yes", "Said yes", Kind.FLAG, column="yes"),
    Field("Later", "Said yes later", Kind.FLAG, column="later"),
)
ANSWERS = Field("Answers", "Answers", Kind.COUNT, derived=Sum(("Yes", "Later")))
RATE = Field("Rate", "Answers by visit", Kind.RATIO, derived=Ratio("Answers", "Visits"))
FIELDS = (MONEY, VISITS, YES, LATER, ANSWERS, RATE)


def schema(**roles):
    return Schema(FIELDS, **({"basis": ("Money", "Visits"), "outcomes": ("Yes", "Later")} | roles))


@pytest.mark.parametrize("told", ["Yes", "Later", "Answers", "Rate"])
def test_segments_are_not_built_on_answers_nor_on_what_is_made_of_them(told):
    with pytest.raises(SchemaError, match=f"Found {told} among what builds segments"):
        schema(basis=("Money", told))


def test_segments_are_not_built_on_what_happened_to_customers_either():
    with pytest.raises(SchemaError, match="Found Visits, Rate among what builds segments"):
        schema(basis=("Money", "Visits", "Rate"), outcomes=(), events=("Visits",))
    assert schema(outcomes=("Later",), events=("Yes",)).targets == ("Yes", "Later")


@pytest.mark.parametrize(
    "role",
    [{"basis": ("Many",)}, {"value": "Many"}, {"outcomes": ("Many",)}, {"economics": ("Money", "Many")}],
)
def test_a_role_of_no_field_is_refused_by_name(role):
    with pytest.raises(SchemaError, match="Found roles for Many"):
        schema(**role)


@pytest.mark.parametrize("name", ["Money", "Segment"])
def test_names_are_unique_and_never_that_of_the_segments(name):
    with pytest.raises(SchemaError, match=f"Found fields called {name}"):
        Schema((*FIELDS, replace(VISITS, name=name)), basis=("Money",))


def test_a_schema_is_the_same_after_it_was_kept():
    for one in (schema(), PERSONALITY):
        kept = Schema.from_json(one.to_json())
        assert kept == one
        assert kept.identity == one.identity


def test_other_words_are_the_same_table_and_other_facts_or_roles_are_not():
    plain = schema()
    told = replace(plain, fields=(replace(MONEY, label="Cash", help="In euros.", group="Money"), *FIELDS[1:]))
    assert told.identity == plain.identity
    others = (
        replace(plain, fields=(replace(MONEY, minimum=0.0), *FIELDS[1:])),
        replace(plain, fields=(*FIELDS[:-1], replace(RATE, derived=Ratio("Answers", "Money")))),
        schema(basis=("Money",)),
        schema(outcomes=("Later", "Yes")),
        schema(outcomes=("Later",), events=("Yes",)),
        schema(value="Money"),
    )
    assert len({plain.identity, *(other.identity for other in others)}) == 1 + len(others)


def test_what_is_of_a_campaign_is_no_figure_of_a_customer():
    told = schema(economics=("Money", "Visits"), basis=("Rate",), outcomes=())
    assert told.of(Kind.AMOUNT, Kind.COUNT) == ("Answers",)
    assert "Money" not in told.measures


def test_each_derived_field_stands_behind_what_it_is_made_of():
    names = list(PERSONALITY)
    for field in PERSONALITY.fields:
        assert all(names.index(part) < names.index(field.name) for part in PERSONALITY.parts(field.name))
    assert PERSONALITY.sources("Average_Basket") >= {"Total_Spending", "MntWines", "NumWebPurchases"}


@pytest.mark.parametrize(
    ("label", "kind", "plural"),
    [
        ("Purchases", Kind.COUNT, True),
        ("Days since the last order", Kind.DAYS, True),
        ("Recency", Kind.DAYS, False),
        ("Number of visits", Kind.COUNT, False),
        ("Access", Kind.COUNT, False),
        ("Sales", Kind.AMOUNT, False),
    ],
)
def test_verbs_go_with_labels_of_one_and_of_many(label, kind, plural):
    assert Field("one", label, kind).is_plural is plural
