from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.crossfilter.typed import escaped
from core.data.people import People
from core.exports import display as shown
from core.model.artefacts import Model
from core.numbers import Numbers
from tests.support.personality import PERSONALITY


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> People:
    """Three customers with columns that only their file has."""
    path = tmp_path_factory.mktemp("people") / "people.arrow"
    table = pd.DataFrame(
        {
            "ID": [11, 2, 3],
            "Income": [52000.4, np.nan, 1e6],
            "Share_Web": [0.333, 0.5, np.nan],
            "Response": [1.0, 0.0, np.nan],
            "Year_Birth": [1957.0, 1980.0, np.nan],
            "Dt_Customer": pd.to_datetime(["2013-02-09", "2014-06-29", None]),
            "Z_Revenue": 11.0,
            "a, b~%": ["x", "y", None],
            "Points": [1.25, 2.0, 3.0],
            "Segment": np.array([1, 2, 2], dtype="int8"),
        }
    )
    People.write(table, path)
    return People.open(path, PERSONALITY)


def test_every_column_of_a_customer_is_in_one_group_and_those_of_the_file_come_last(model: Model):
    groups = shown.groups(model.people)
    names = [name for members in groups.values() for name in members]
    assert len(names) == len(set(names))
    assert set(model.people.columns) - set(names) == {"Z_CostContact", "Z_Revenue"}
    assert list(groups) == ["People", "Money", "Buying", "Campaigns"]


def test_columns_that_only_this_file_has_can_be_shown(people):
    assert shown.groups(people)["From your file"] == ["a, b~%", "Points"]


def test_columns_are_named_in_addresses_by_plain_characters(people):
    token = escaped("a, b~%")
    assert token.replace("~", "").isalnum()
    assert shown.chosen(token, people) == ["ID", "a, b~%"]


def test_nothing_chosen_is_the_default_and_all_is_all(people):
    assert shown.chosen("", people) == ["ID", "Segment", "Income"]
    assert shown.chosen("all", people) == shown.columns(people)


@pytest.mark.parametrize("text", ["Nothing", "Income,Nothing", "Z_Revenue", "__class__", "~00"])
def test_a_column_that_is_not_there_is_told(people, text):
    with pytest.raises(shown.ColumnError, match="Columns: found"):
        shown.chosen(text, people)


def test_values_are_written_as_people_of_the_locale_read_them(people):
    rows = people.rows(np.array([0, 1, 2]))
    texts = shown.written(people, rows, Numbers("de_DE", "EUR"), {1: "Erste"})
    assert texts["Income"] == ["52.000\N{NO-BREAK SPACE}€", "not known", "1.000.000\N{NO-BREAK SPACE}€"]
    assert texts["Share_Web"] == ["33\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%", "not known"]
    assert texts["Response"] == ["yes", "no", "not known"]
    assert texts["Year_Birth"] == ["1957", "1980", "not known"]
    assert texts["Dt_Customer"] == ["09.02.2013", "29.06.2014", "not known"]
    assert texts["a, b~%"] == ["x", "y", "not known"]
    assert texts["Points"] == ["1,2", "2", "3"]
    assert texts["ID"] == ["11", "2", "3"]
    assert texts["Segment"] == ["Erste", "not known", "not known"]


def test_words_are_read_from_the_left_and_numbers_from_the_right(people):
    texts = [name for name in shown.columns(people) if people.field(name).kind.is_text]
    assert texts == ["ID", "Segment", "Dt_Customer", "a, b~%"]


def test_values_are_said_in_words_and_addresses_keep_what_was_recorded(model: Model):
    assert shown.write(model.schema["Education"], "2n Cycle", Numbers()) == "Second cycle"
    education, channel = model.crossfilter.axes["Education"], model.crossfilter.axes["Main_Channel"]
    assert education.labels[education.slugs.index("2n-cycle")] == "Second cycle"
    assert channel.labels[channel.slugs.index("several")] == "A tie"


def test_web_purchases_by_visits_are_not_called_a_conversion_and_are_no_percentage(model: Model):
    field = model.schema["Web_Conversion"]
    assert "onversion" not in field.label
    assert shown.write(field, 1.1, Numbers()) == "1.1"
