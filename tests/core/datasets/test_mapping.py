"""From what was proposed and what a person says to a schema."""

from __future__ import annotations

import pandas as pd
import pytest

from core.data.facts import facts_of
from core.data.raw import read_raw
from core.datasets.mapping import ColumnMapping, mapped, roles_for
from core.errors import SchemaError
from core.schema.column_guess import Role
from core.schema.fields import IDENTIFIER, Kind
from core.schema.guess import guess

ROWS = pd.DataFrame(
    {
        "Customer": [f"C{n}" for n in range(60)],
        "Other_ID": [f"X{n}" for n in range(60)],
        "Age": [20 + n * 7 % 50 for n in range(60)],
        "Income": [20_000 + n * 997 % 40_000 for n in range(60)],
        "Total_Spent": [10 + n * 613 % 900 for n in range(60)],
        "Region": [["north", "south", "west"][n % 3] for n in range(60)],
        "Born": [1950 + n * 11 % 50 for n in range(60)],
        "Clicked": [n % 4 // 3 for n in range(60)],
        "Token": [f"{n:032x}" for n in range(60)],
    }
)


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    ROWS.to_csv(path, index=False)
    raw = read_raw(path, name=path.name, max_mb=5)
    return facts_of(raw.columns, raw.text.header)


def chosen(facts, **roles):
    return mapped(guess(facts, "customers"), facts, roles)


def of(guessed, column):
    return next(one for one in guessed.columns if one.column == column)


def test_nothing_chosen_is_what_was_proposed(facts):
    assert chosen(facts) == guess(facts, "customers")


def test_what_is_left_out_is_in_no_schema_and_what_is_taken_is_as_its_values_are(facts):
    found = chosen(facts, Region="ignored", Clicked="outcome", Income="descriptor")
    assert "Region" not in found.schema
    assert found.schema.outcomes == ("Clicked",)
    assert "Income" not in found.schema.basis
    assert found.schema["Income"].kind is Kind.AMOUNT
    assert of(found, "Region").reason == "Your choice."
    assert of(found, "Region").sure == 1.0


def test_another_identifier_takes_the_place_of_the_proposed_one(facts):
    found = chosen(facts, Other_ID="identifier")
    assert found.schema[IDENTIFIER].column == "Other_ID"
    assert of(found, "Customer").role is Role.IGNORED
    assert "Makes room for Other_ID" in of(found, "Customer").reason


def test_other_money_ranks_segments_and_what_did_builds_them_on(facts):
    assert guess(facts).schema.value == "Total_Spent"
    found = chosen(facts, Income="value")
    assert found.schema.value == "Income"
    assert {"Income", "Total_Spent"} <= set(found.schema.basis)


def test_two_columns_for_what_one_is_for_are_refused(facts):
    with pytest.raises(SchemaError, match="Found 2 columns as value"):
        chosen(facts, Income="value", Total_Spent="value")


@pytest.mark.parametrize(
    ("column", "role"),
    [
        ("Region", "basis"),
        ("Age", "identifier"),
        ("Region", "date"),
        ("Age", "x"),
        ("Token", "descriptor"),
        ("Token", "identifier"),
    ],
)
def test_a_role_that_values_can_not_play_is_refused(facts, column, role):
    with pytest.raises(SchemaError, match=f"{column}: found"):
        chosen(facts, **{column: role})


def test_a_column_that_is_not_there_is_refused(facts):
    with pytest.raises(SchemaError, match="Found no column 'Nothing'"):
        chosen(facts, Nothing="basis")


def test_births_build_segments_only_where_a_date_says_as_of_when(facts):
    born = of(guess(facts), "Born")
    assert born.kind is Kind.YEAR
    with pytest.raises(SchemaError, match="no date as of which"):
        chosen(facts, Born="basis")


def test_every_role_that_is_offered_can_be_played(facts):
    offered = [
        (fact.column, role)
        for fact, one in zip(facts, guess(facts).columns, strict=True)
        for role in roles_for(fact, one)
        if (fact.column, role) != ("Born", Role.BASIS)
    ]
    assert len(offered) > 20
    for column, role in offered:
        found = chosen(facts, **{column: role})
        assert found.schema is not None
        assert of(found, column).role is role


def test_a_mapping_is_read_from_the_file_that_it_was_taken_along_as(tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text(
        '{"roles": {"Age": "descriptor"}, "choices": {"Joined": ["day-first"]}}', encoding="utf-8"
    )
    found = ColumnMapping.in_file(path)
    assert (found.roles, found.choices) == ({"Age": "descriptor"}, {"Joined": ("day-first",)})


@pytest.mark.parametrize("content", ["", "[]", '{"roles": [1]}', '{"roles": {"Age": 1}}', "\x00"])
def test_what_is_no_mapping_is_refused_in_words(tmp_path, content):
    path = tmp_path / "mapping.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SchemaError, match="found no mapping"):
        ColumnMapping.in_file(path)
