from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.data.people import People
from core.data.pseudonyms import pseudonym
from tests.support.personality import PERSONALITY


@pytest.fixture
def people(tmp_path):
    table = pd.DataFrame({"Income": [3.0, np.nan, -1.0, 7.0], "Age": [40, 41, 42, 43], "Gone": [np.nan] * 4})
    People.write(table, tmp_path / "customers.arrow")
    return People.open(tmp_path / "customers.arrow", PERSONALITY)


def test_a_span_is_that_of_the_known_numbers(people):
    assert people.span("Income") == (-1.0, 3.0, 7.0)
    assert people.span("Age") == (40.0, 41.5, 43.0)
    assert people.span("Income") is people.span("Income")


def test_a_column_of_gaps_has_no_span(people):
    assert all(math.isnan(end) for end in people.span("Gone"))


def named(folder, ids):
    People.write(pd.DataFrame({"ID": ids}), folder / "named.arrow")
    found = People.open(folder / "named.arrow", PERSONALITY)
    return lambda text, most=9: [ids[place] for place in found.beginning(text, most)]


def test_numbers_are_found_by_their_first_digits_the_very_number_first(tmp_path):
    beginning = named(tmp_path, [1200, 912, 12, 129, 120, 13, 0])
    assert beginning(" 12 ") == [12, 129, 120, 1200]
    assert beginning("12", 2) == [12, 129]
    assert beginning("0") == [0]
    assert [beginning(one) for one in ("", "-1", "12.", "9" * 19, "\u0661")] == [[]] * 5


def test_texts_are_found_by_how_they_begin_capitals_or_not_and_an_address_by_itself_alone(tmp_path):
    mail = pseudonym("ada@example.org")
    beginning = named(tmp_path, ["AB-12", "AB-1", "ab-9", "B.*", mail])
    assert beginning("AB-1") == ["AB-1", "AB-12"]
    assert beginning("aB-1") == ["AB-12", "AB-1"]
    assert beginning("b.*") == ["B.*"]
    assert [beginning(one) for one in (".*", "%", "ada", "ada@example")] == [[]] * 4
    assert beginning("Ada@Example.org") == [mail]
