"""Dates as people write them; the column decides, never the row."""

import pytest

from core.customers.read import read_customers
from tests.core.customers.files import column_csv


def enrolments(*texts):
    read = read_customers(column_csv("Dt_Customer", texts))
    return read.frame["Dt_Customer"].dt.strftime("%Y-%m-%d").tolist(), read.notes


@pytest.mark.parametrize(
    "text",
    [
        "21-05-2013",
        "21/05/2013",
        "21.05.2013",
        "21.5.2013",
        "21. 5. 2013",
        "21 05 2013",
        "21-05-13",
        "05/21/2013",
        "5/21/2013",
        "2013-05-21",
        "2013/5/21",
        "20130521",
        "2013-05-21 10:30:00",
        "2013-05-21T10:30:00Z",
        "21/05/2013 10:30",
        "21 May 2013",
        "21-May-13",
        "21st May 2013",
        "May 21, 2013",
        "21-MAY-2013",
        "41415",
    ],
)
def test_a_date_is_read_as_it_is_meant(text):
    dates, notes = enrolments(text)
    assert dates == ["2013-05-21"]
    assert not notes.unreadable


def test_one_day_above_twelve_decides_for_all_rows():
    assert enrolments("04-09-2012", "05-10-2012", "13-01-2013")[0] == [
        "2012-09-04",
        "2012-10-05",
        "2013-01-13",
    ]
    assert enrolments("04-09-2012", "05-10-2012", "01-13-2013")[0] == [
        "2012-04-09",
        "2012-05-10",
        "2013-01-13",
    ]


@pytest.mark.parametrize(
    ("texts", "order", "ambiguous", "guessed"),
    [
        (["12-12-2012", "13-01-2013"], "day-first", 1, False),
        (["04-09-2012", "01-13-2013"], "month-first", 1, False),
        (["04-09-2012", "05-10-2012"], "day-first", 2, True),
        (["2012-09-04", "2012-10-05"], "year-first", 0, False),
        (["4 Sep 2012"], "year-first", 0, False),
    ],
)
def test_the_notes_say_how_the_order_was_found(texts, order, ambiguous, guessed):
    notes = enrolments(*texts)[1]
    assert (notes.date_order, notes.ambiguous_dates, notes.date_guessed) == (order, ambiguous, guessed)


def test_a_date_against_its_columns_order_is_a_gap_that_is_told_and_never_swapped():
    read = read_customers(column_csv("Dt_Customer", ["13-01-2013", "14-01-2013", "01-15-2013"]))
    assert read.frame["Dt_Customer"].isna().tolist() == [False, False, True]
    assert read.notes.unreadable["Dt_Customer"].examples == ("01-15-2013",)


@pytest.mark.parametrize(
    "text", ["31-02-2013", "99-99-2013", "soon", "0001-01-01", "21-Mai-2013", "123", "21-05-123"]
)
def test_what_is_no_date_becomes_a_gap_that_is_told(text):
    read = read_customers(column_csv("Dt_Customer", ["21-05-2013", text, ""]))
    assert read.frame["Dt_Customer"].isna().tolist() == [False, True, True]
    assert read.notes.unreadable["Dt_Customer"].examples == (text,)
