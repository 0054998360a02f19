from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.numbers import Numbers
from core.profiles import summary as deliverables
from core.schema.order_lines import Lines

NUMBERS = Numbers()


def test_the_profile_as_json_is_the_profile(model):
    content = json.loads(deliverables.profile_json(model.card.profile))
    assert [one["size"] for one in content["segments"]] == [one.size for one in model.card.profile.segments]


def test_means_in_tables_are_those_of_the_customers(model):
    means = deliverables.profile_tables(model.card.profile, model.schema)["Means"].set_index("Field")
    first = model.card.profile.segment(1)
    expected = model.table.loc[model.table["Segment"] == 1, "Income"].mean()
    assert means.loc["Income", first.name] == pytest.approx(expected)
    assert means.loc["Income", "Everyone"] == pytest.approx(model.table["Income"].mean())


def test_the_long_table_has_a_row_for_each_segment_and_field(model):
    rows = deliverables.profile_rows(model.card.profile, model.schema)
    assert len(rows) == 6 * len(model.card.profile.averages)
    assert rows.groupby("Segment")["Customers"].first().sum() == len(model.people)


def test_the_story_says_what_the_model_was_made_of(model):
    told = dict(deliverables.story(model.card, NUMBERS))
    assert told["SHA-256 of the file"] == model.card.data.sha256
    assert (
        "6 segments, the best of 20 starts, bettered by random swaps until none helps, seed 2014"
        in told["Method"]
    )
    assert "scikit-learn" in told["Libraries"]
    assert told["Sum of squares within segments (WCSS)"] == f"{model.card.inertia:,.1f}"


def test_a_file_of_orders_is_told_by_its_customers(model):
    assert deliverables.rows_of(model.card, NUMBERS) == f"{model.card.data.rows:,} rows"
    lines = replace(model.card, schema=replace(model.card.schema, lines=Lines("Customer", "Date", "Amount")))
    assert deliverables.rows_of(lines, NUMBERS) == f"orders of {model.card.data.rows:,} customers"


def test_every_rule_that_was_on_is_told_with_its_rows(model):
    told = deliverables.rules_told(model.card, NUMBERS)
    assert [rows for *_, rows in told] == [f"{run.rows:,}" for run in model.card.rules]
    assert all(catches.endswith(".") and does.endswith(".") for catches, does, _ in told)


def test_the_opening_counts_customers_and_rows(model):
    words = deliverables.opening(model.card, NUMBERS)
    assert f"6 segments of {len(model.people):,} customers" in words
    assert model.card.data.name in words
