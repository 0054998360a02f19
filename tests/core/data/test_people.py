from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.data.people import People
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
