"""Numbers as people write them."""

import numpy as np
import pytest

from core.customers.read import read_customers
from tests.core.customers.files import column_csv


def incomes(*texts, delimiter=","):
    read = read_customers(column_csv("Income", texts, delimiter=delimiter))
    return read.frame["Income"].tolist(), read.notes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("58138", 58138),
        ("58138.5", 58138.5),
        ("58,138.50", 58138.5),
        ("58.138,50", 58138.5),
        ("58138,50", 58138.5),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("12,34,567.00", 1234567),
        ("58 138,50", 58138.5),
        ("58\u00a0138,50", 58138.5),
        ("58\u202f138,50", 58138.5),
        ("58'138.50", 58138.5),
        ("58\u2019138.50", 58138.5),
        ("$58,138.50", 58138.5),
        ("€ 58.138,50", 58138.5),
        ("58.138,50 €", 58138.5),
        ("58138.50 EUR", 58138.5),
        ("CHF 58'138.50", 58138.5),
        ("58 138,50 kr", 58138.5),
        ("US$ 58,138.50", 58138.5),
        ("-58.5", -58.5),
        ("\u221258.5", -58.5),
        ("-$58.50", -58.5),
        ("$-58.50", -58.5),
        ("58.50-", -58.5),
        ("(58.50)", -58.5),
        ("($58,138.50)", -58138.5),
        ("+58.5", 58.5),
        ("5.8138e4", 58138),
        ("0,125", 0.125),
        ("0.125", 0.125),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_as_it_is_meant(text, value):
    values, notes = incomes(text, text)
    assert values == [pytest.approx(value)] * 2
    assert not notes.unreadable


@pytest.mark.parametrize(
    "text", ["12 34", "1.2.3", "5k", "12%", "(58", "--5", "1,2,3", "0x10", "1_000", "€", "1e999"]
)
def test_what_is_no_number_is_not_guessed_at(text):
    values, notes = incomes("1.5", text)
    assert np.isnan(values[1])
    assert notes.unreadable["Income"].examples == (text,)


@pytest.mark.parametrize("text", ["", " ", "NA", "n/a", "NaN", "NULL", "None", "-", "?", "#N/A"])
def test_words_for_nothing_are_gaps(text):
    values, notes = incomes("1.5", text)
    assert np.isnan(values[1])
    assert not notes.unreadable


def test_one_value_decides_the_sign_for_its_whole_column():
    assert incomes("1.234", "2.345", "10,5")[0] == [1234, 2345, 10.5]
    assert incomes("1,234", "2,345", "10.5")[0] == [1234, 2345, 10.5]


def test_a_value_against_its_column_is_told_and_not_read_the_other_way():
    values, notes = incomes("1.5", "2.5", "3.25", "1.234,5")
    assert values[:3] == [1.5, 2.5, 3.25]
    assert np.isnan(values[3])
    assert notes.unreadable["Income"].examples == ("1.234,5",)


def test_another_columns_sign_decides_where_the_own_values_do_not():
    text = column_csv("Income", ["1.234", "5.678"], delimiter="\t").replace(b"\t300\t", b"\t300,5\t")
    read = read_customers(text)
    assert read.frame["MntWines"].tolist() == [300.5, 300.5]
    assert read.frame["Income"].tolist() == [1234, 5678]
    assert read.notes.decimal == ","


def test_columns_may_differ_in_their_sign():
    text = column_csv("Income", ["1.234,5", "5.678,25"], delimiter=";").replace(b";300;", b";300.25;")
    frame = read_customers(text.replace(b";120;", b";120.25;")).frame
    assert frame["Income"].tolist() == [1234.5, 5678.25]
    assert frame["MntWines"].tolist() == [300.25, 300.25]


@pytest.mark.parametrize(
    ("texts", "delimiter", "values"),
    [
        (["1,234", "666"], ",", [1234, 666]),
        (["1,234", "66666"], ",", [1.234, 66666]),
        (["1.234", "666"], ";", [1234, 666]),
        (["1.234", "66666"], ";", [1.234, 66666]),
        (["1.234", "666"], ",", [1.234, 666]),
    ],
)
def test_three_digits_behind_one_sign_are_thousands_if_nothing_speaks_against(texts, delimiter, values):
    assert incomes(*texts, delimiter=delimiter)[0] == values


@pytest.mark.parametrize(
    ("yes", "no"), [("Yes", "no"), ("TRUE", "False"), ("y", "N"), ("1", "0"), ("1.0", "0.0")]
)
def test_yes_and_no_are_flags(yes, no):
    assert read_customers(column_csv("Response", [yes, no, yes])).frame["Response"].tolist() == [1, 0, 1]


def test_yes_is_no_income():
    assert incomes("yes", "1")[1].unreadable["Income"].count == 1
