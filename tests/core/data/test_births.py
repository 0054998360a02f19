"""A year of birth is read however it is kept, and what was made of it is told."""

import datetime as dt

import pytest

from core.errors import DataError
from tests.core.data.files import as_csv, customers
from tests.support.personality import read_customers

YEARS = [1957, 1974, 1941, 1996, 1988, 1963]


def births(texts):
    rows = customers(*({"Year_Birth": text, "Dt_Customer": dt.date(2014, 6, 29)} for text in texts))
    read = read_customers(as_csv(rows))
    return read.frame["Year_Birth"].tolist(), read.notes


def spreadsheet(year, pattern):
    return (dt.date(1899, 12, 30) + dt.timedelta(days=year)).strftime(pattern)


NOTATIONS = {
    "numbers": "{}",
    "decimals": "{}.0",
    "dates": "14/05/{}",
    "dates of a database": "{}-05-14 00:00:00",
    "dates without marks": "{}0514",
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_years_are_read_in_every_notation(notation):
    assert births(NOTATIONS[notation].format(year) for year in YEARS)[0] == YEARS


@pytest.mark.parametrize("pattern", ["%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d"])
def test_years_that_a_spreadsheet_shows_as_dates_of_1905_are_years_again(pattern):
    values, notes = births(spreadsheet(year, pattern) for year in YEARS)
    assert values == YEARS
    assert "a year that a spreadsheet shows as a date" in notes.remarks[0].sentence


@pytest.mark.parametrize("pattern", ["{:02d}", "14/05/{:02d}"])
def test_two_digits_are_of_the_century_in_which_a_customer_can_enrol(pattern):
    values, notes = births(pattern.format(year) for year in (57, 74, 99, 3, 12))
    assert values == [1957, 1974, 1999, 2003, 1912]
    assert notes.remarks[0].column == "Year_Birth"


def test_serial_numbers_of_birth_dates_are_dates():
    start = dt.date(1899, 12, 30)
    assert births(str((dt.date(year, 5, 14) - start).days) for year in YEARS)[0] == YEARS


def test_buddhist_years_are_told():
    values, notes = births(str(year + 543) for year in YEARS)
    assert values == YEARS
    assert "Buddhist" in notes.remarks[0].sentence


def test_a_column_of_words_is_refused_by_its_own_name():
    with pytest.raises(DataError, match="no readable value in Year_Birth"):
        births(["young", "old"])
