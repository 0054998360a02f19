"""Numbers as people write them."""

import numpy as np
import pyarrow as pa
import pytest

from core.data.numbers import read_numbers
from core.numbers import plain
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from tests.core.data.files import column_csv
from tests.support.personality import read_customers


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
        ("58.138,-", 58138),
        ("58.138,\u2014 €", 58138),
        ("€ 58.138,--", 58138),
        ("CHF 58138.-", 58138),
        ("CHF 58'138.\u2013", 58138),
        ("Rs. 58,138/-", 58138),
        ("58.1k", 58100),
        ("58138*", 58138),
        ("58,138.50 †", 58138.5),
        ("~58138", 58138),
        ("≈ €58,138", 58138),
        ("58_138", 58138),
        ("58_138.5", 58138.5),
        ("€58,1k", 58100),
        ("58,1 Tsd. €", 58100),
        ("58.125k", 58125),
        ("53.494k", 53494),
        ("1.2M", 1_200_000),
        ("1,2 Mio. €", 1_200_000),
        ('="58138"', 58138),
        ("'58138", 58138),
        ("\u0665\u0668\u0661\u0663\u0668", 58138),
        ("\u0665\u0668\u066c\u0661\u0663\u0668\u066b\u0665", 58138.5),
        ("\uff15\uff18\uff0c\uff11\uff13\uff18\uff0e\uff15\uff10", 58138.5),
        ("\u096b\u096e\u0967\u0969\u096e", 58138),
        ("\uffe558,138.50", 58138.5),
        ("KWD 58,138.50", 58138.5),
        ("58 138,50 лв.", 58138.5),
        ("RM58,138.50", 58138.5),
        ("58138.50円", 58138.5),
        ("58,1 tys. zł", 58100),
        ("\u200e58,138.50\u200b", 58138.5),
        ("58,138원", 58138),
        ("58.138.500đ", 58138500),
        ("58,138.50 ر.س", 58138.5),
        ("R 58 138,50", 58138.5),
        ("R58,138.50", 58138.5),
        ("58138.50 rand", 58138.5),
        ("$(58,138.50)", -58138.5),
        ("\u201358.50", -58.5),
        ("58,138.50 DR", -58138.5),
    ],
)
def test_a_number_is_read_as_it_is_meant(text, value):
    values, notes = incomes(text, text)
    assert values == [value] * 2
    assert not notes.unreadable


@pytest.mark.parametrize(
    "text",
    [
        "12 34",
        "1.2.3",
        "5kg",
        "58\u00b2",
        "58-60",
        "12%",
        "(58",
        "--5",
        "1,2,3",
        "0x10",
        "R1001",
        "1.2 Cr",
        "38 S",
        "€",
        "1e999",
    ],
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


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [".", ","])
def test_three_digits_behind_every_sign_are_thousands_whatever_the_delimiter(mark, delimiter):
    values, notes = incomes(f"58{mark}138", f"1{mark}234", "666", "71234", delimiter=delimiter)
    assert values == [58138, 1234, 666, 71234]
    remark = next(one for one in notes.remarks if one.column == "Income")
    assert (remark.name, remark.count, remark.examples) == ("thousands", 2, (f"58{mark}138",))
    assert f"“58{mark}138” is read as 58138" in remark.sentence


def test_a_column_of_both_signs_with_three_digits_behind_each_is_of_thousands():
    assert incomes("58.138", "58,139")[0] == [58138, 58139]


def test_one_value_with_cents_does_not_turn_all_others_into_thousandths():
    grouped = [f"{thousands}.138" for thousands in range(40, 60)]
    values, notes = incomes(*grouped, "58138.50")
    assert values[:20] == [thousands * 1000 + 138 for thousands in range(40, 60)]
    assert notes.unreadable["Income"].examples == ("58138.50",)


def test_one_grouped_value_among_many_with_cents_is_told_and_not_read_as_a_thousandth():
    values, notes = incomes(*[f"{thousands}138.50" for thousands in range(40, 60)], "58.138")
    assert values[0] == 40138.5
    assert np.isnan(values[20])
    assert notes.unreadable["Income"].examples == ("58.138",)


def test_three_decimals_are_decimals_where_others_have_less():
    assert incomes("88.457", "12.345", "635.2", "7.125")[0] == [88.457, 12.345, 635.2, 7.125]


def test_counts_with_three_zeros_behind_the_point_are_whole_numbers_and_no_thousands():
    read = read_customers(column_csv("Recency", ["44.000", "7.000"]))
    assert read.frame["Recency"].tolist() == [44, 7]
    assert [one.name for one in read.notes.remarks] == ["decimals"]


def test_amounts_that_are_grouped_only_from_a_thousand_on_are_of_one_scale():
    read = read_customers(column_csv("MntWines", ["1.234", "567", "12", "2.001"]))
    assert read.frame["MntWines"].tolist() == [1234, 567, 12, 2001]


@pytest.mark.parametrize(
    ("huge", "shown"), [("1e155", "1e+155"), ("1e308", "1e+308"), ("2000000000001", "2e+12")]
)
def test_a_magnitude_past_any_belief_is_a_gap_whose_row_and_value_are_told(huge, shown):
    read = read_customers(column_csv("NumWebVisitsMonth", ["3", huge, "4"]))
    assert read.frame["NumWebVisitsMonth"].isna().tolist() == [False, True, False]
    remark = read.notes.remarks[0]
    assert (remark.name, remark.column, remark.count) == ("too_large", "NumWebVisitsMonth", 1)
    assert f"(data row 2: {shown})" in remark.sentence


def test_identifiers_lose_the_marks_that_make_a_spreadsheet_keep_them_as_text():
    assert read_customers(column_csv("ID", ['="0010"', "'+49", "'s-1"])).frame["ID"].tolist() == [
        "0010",
        "+49",
        "'s-1",
    ]


def test_yes_is_no_income():
    assert incomes("yes", "1")[1].unreadable["Income"].count == 1


def test_debits_are_below_zero_beside_credits_and_credits_beside_plain_amounts():
    assert incomes("1,234.50 CR", "20.25DR")[0] == [1234.5, -20.25]
    assert incomes("1.234,50 H", "20,25 S")[0] == [1234.5, -20.25]
    assert incomes("1,234.50 CR", "20.25", "7.5")[0] == [-1234.5, 20.25, 7.5]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("income (k EUR)", 46.147),
        ("Umsatz in Tsd", 46.147),
        ("spend in thousands", 46.147),
        ("TEUR", 46.147),
        ("income (EUR)", 46147),
        ("Kinder in Kita", 46147),
    ],
)
def test_three_digits_behind_a_sign_are_decimals_under_a_heading_of_thousands(heading, value):
    texts = {"f": pa.chunked_array([["46.147", "24.453", "116.799"]])}
    schema = Schema((Field("f", heading, Kind.AMOUNT, column=heading),), ())
    assert read_numbers(texts, schema).columns["f"][0] == value


@pytest.mark.parametrize(
    ("other", "pieces", "value"),
    [
        ("1.521,37 €", "2,500", 2.5),
        ("1,521.37", "2.500", 2.5),
        ("1.521,37 €", "2.500", 2500),
        ("1,521.37", "2,500", 2500),
        ("21,37", "2,500", 2500),
    ],
)
def test_a_sign_that_another_column_has_behind_thousands_is_the_decimal_one(other, pieces, value):
    texts = {"a": pa.chunked_array([[other, other]]), "b": pa.chunked_array([[pieces, pieces]])}
    schema = Schema((Field("a", "Price", Kind.AMOUNT), Field("b", "Pieces", Kind.RATIO)), ())
    assert read_numbers(texts, schema).columns["b"][0] == value


def test_numbers_with_a_mark_are_read_without_it_and_that_is_said():
    values, notes = incomes("51381", "~31167", "5*", "5*", "*", "31_16", "ca. 700 [a]", "8 (1)")
    assert [one for one in values if one == one] == [51381, 31167, 5, 5, 700, 8]
    assert notes.unreadable["Income"].examples == ("*", "31_16")
    [said] = [one for one in notes.remarks if one.name == "marked"]
    assert plain(said.sentence) == "Income: “~31167” is read as 31,167, without the mark (5 values)."


@pytest.mark.parametrize(
    ("texts", "rates", "said"),
    [
        (["44.2%", "31%", "12.5%", "26.5"], [0.442, 0.31, 0.125, 0.265], "“26.5” is read as 26.5 percent"),
        (["44.2%", "31%", "12.5%", "0.265"], [0.442, 0.31, 0.125, 0.265], "“0.265” is read as 26.5 percent"),
        (["44.2%", "31%", "0"], [0.442, 0.31, 0.0], ""),
        (["44", "31", "12", "26.5%"], [44, 31, 12, 0.265], "“44” is read as 4,400 percent"),
    ],
)
def test_a_number_without_a_percent_sign_among_others_with_one_is_on_their_scale(texts, rates, said):
    schema = Schema((Field("Rate", "Rate", Kind.RATIO),), basis=())
    read = read_numbers({"Rate": pa.chunked_array([texts])}, schema)
    assert read.columns["Rate"].tolist() == pytest.approx(rates)
    assert [plain(one.sentence)[: 6 + len(said)] for one in read.remarks] == (
        [f"Rate: {said}"] if said else []
    )


def test_a_percent_sign_among_amounts_is_a_gap_and_nothing_else():
    values, _ = incomes("26", "30", "5%", "7%", "8%")
    assert values[:2] == [26, 30]
    assert np.isnan(values[2:]).all()
