"""What is remarkable about a file is found, counted, said in words and shown by examples."""

import datetime as dt
from dataclasses import replace

import pytest

from core.data.remarks import Remark
from core.datasets.intake import propose
from core.numbers import to_tell
from data.sample.customers import COLUMNS
from tests.core.data.files import CUSTOMER, as_csv, customers
from tests.support.personality import FIELDS, inspect, read_customers

# Differs in every column that could be constant, so that only the unit economics are.
OTHER = {
    "Year_Birth": 1980,
    "Education": "PhD",
    "Marital_Status": "Single",
    "Dt_Customer": dt.date(2014, 5, 22),
    **{
        column: value + 1 if not isinstance(value, int) or value > 1 else 1 - value
        for column, value in CUSTOMER.items()
        if isinstance(value, int | float) and column not in ("ID", "Year_Birth", "Z_CostContact", "Z_Revenue")
    },
}
UNIT_ECONOMICS = {("constant", "Z_CostContact"), ("constant", "Z_Revenue")}


def findings_of(*changes, columns=COLUMNS, prefix=b""):
    read = read_customers(prefix + as_csv(customers(OTHER, *changes), columns=columns))
    return {(one.name, one.column): one for one in inspect(read)}


def test_ordinary_customers_are_not_remarkable():
    assert set(findings_of({})) == UNIT_ECONOMICS


@pytest.mark.parametrize(
    ("change", "name", "column", "examples", "words"),
    [
        ({"Income": None}, "gaps", "Income", ("3",), "One customer with a gap in income."),
        ({"Education": ""}, "gaps", "Education", ("3",), "with a gap in education"),
        ({"Year_Birth": 1899}, "impossible_age", "Year_Birth", ("3",), "over 100 years, or unborn, in 2014"),
        ({"Year_Birth": 2015}, "impossible_age", "Year_Birth", ("3",), "unborn"),
        ({"MntWines": -4}, "negative", "MntWines", ("3",), "wines spending below zero"),
        (
            {"Income": "lots"},
            "unreadable",
            "Income",
            ("lots",),
            "Income can't be read as a number, so it is a gap",
        ),
        (
            {"Dt_Customer": "soon"},
            "unreadable",
            "Dt_Customer",
            ("soon",),
            "can't be read as a date, so it is a gap",
        ),
        (
            {"Dt_Customer": dt.date(2013, 5, 1)},
            "ambiguous_dates",
            "Dt_Customer",
            ("3",),
            "the other dates decide",
        ),
        ({"ID": 2}, "repeated_id", "ID", ("2",), "One customer with the ID of an earlier row."),
        ({}, "repeated_rows", "", ("3",), "they may be different people"),
        (
            dict.fromkeys(("NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"), 0),
            "bought_nothing",
            "",
            ("3",),
            "bought nothing",
        ),
    ],
)
def test_one_remarkable_customer_is_found(change, name, column, examples, words):
    found = findings_of({}, change)[name, column]
    assert (found.count, found.share, found.examples) == (1, pytest.approx(1 / 3), examples)
    assert words in found.sentence


def test_incomes_beyond_the_fences_are_told_apart():
    ordinary = [{"Income": float(40_000 + 1_000 * step)} for step in range(20)]
    found = findings_of(*ordinary, {"Income": 80_000.0}, {"Income": 666_666.0})
    assert found["outside", "Income"].examples == ("22", "23")
    assert found["far_out", "Income"].examples == ("23",)
    assert f"largest {to_tell(666_666)}" in found["far_out", "Income"].sentence


def test_what_is_far_out_below_is_not_said_to_be_above():
    ordinary = [{"ID": number, "Income": 50_000 + 100 * number} for number in range(1, 40)]
    sentence = findings_of(*ordinary, {"Income": 12})["far_out", "Income"].sentence
    assert "least 12" in sentence
    assert "above" not in sentence


@pytest.mark.parametrize(
    ("column", "sentinel"), [("Recency", 9_999_999), ("NumWebVisitsMonth", 999), ("NumStorePurchases", 10**9)]
)
def test_codes_for_not_known_are_found_in_every_field_that_builds_segments(column, sentinel):
    ordinary = [{column: 1 + step % 9} for step in range(20)]
    found = findings_of(*ordinary, {column: sentinel})["far_out", column]
    assert found.examples == ("22",)
    assert f"largest {to_tell(sentinel)}" in found.sentence


def test_minus_one_for_not_known_is_found_too():
    assert findings_of({"Recency": -1})["negative", "Recency"].count == 1


def test_an_enrolment_years_after_all_others_is_told():
    days = [{"Dt_Customer": dt.date(2012, 8, 13) + dt.timedelta(days=29 * step)} for step in range(24)]
    found = findings_of(*days, {"Dt_Customer": dt.date(2033, 1, 14)})["far_out", "Dt_Customer"]
    assert found.examples == ("26",)
    assert "(2012-08-13 to 2014-06-11)" in found.sentence


def test_a_day_that_programs_write_for_none_is_far_out_however_often_it_is_there():
    days = [{"Dt_Customer": dt.date(2012, 8, 13) + dt.timedelta(days=29 * step)} for step in range(24)]
    found = findings_of(*days, *[{"Dt_Customer": dt.date(1970, 1, 1)}] * 5)["far_out", "Dt_Customer"]
    assert (found.count, "(2012-08-13 to 2014-06-11)" in found.sentence) == (5, True)


def test_incomes_of_zero_are_told_as_gaps_that_may_have_been_filled():
    found = findings_of({"Income": 0}, {"Income": 40_000})["zero", "Income"]
    assert (found.count, found.examples) == (1, ("2",))


def test_rare_categories_are_listed_with_their_counts():
    changes = [
        {"Marital_Status": status} for status in ["Married"] * 399 + ["YOLO", "YOLO", "Alone"] + ["Widow"] * 3
    ]
    found = findings_of(*changes)["rare_category", "Marital_Status"]
    assert found.count == 4
    assert found.examples == ("YOLO", "Single", "Alone")
    assert "YOLO (2), Single (1), Alone (1)" in found.sentence


def test_a_constant_is_told_and_the_unit_economics_are_explained():
    found = findings_of({"Complain": OTHER["Complain"]})
    assert found["constant", "Complain"].examples == ("1",)
    assert "unit economics" not in found["constant", "Complain"].sentence
    assert (
        "is 11 for every customer. It belongs to the unit economics"
        in found["constant", "Z_Revenue"].sentence
    )


def test_the_same_in_all_rows_that_say_something_is_not_told_of_every_customer():
    found = findings_of({"Education": ""}, {"Education": "PhD"})
    assert found["constant", "Education"].sentence == "Education is PhD for every customer with a value."


def test_a_row_that_repeats_another_with_its_id_is_told_once():
    found = findings_of({}, {"ID": 1, **OTHER})
    assert found["repeated_id", "ID"].count == 1
    assert ("repeated_rows", "") not in found


def test_one_customer_alone_is_not_constant():
    assert not inspect(read_customers(as_csv(customers({}))))


def test_lines_without_values_are_told():
    assert findings_of({}, prefix=b"\r\n\r\n")["blank_lines", ""].count == 2


def test_dates_that_nothing_decides_are_told_as_a_guess():
    changes = [{"Dt_Customer": dt.date(2014, 5, day)} for day in (1, 2)]
    found = {one.name: one for one in inspect(read_customers(as_csv(customers(*changes))))}
    assert "no date decides: read day-first" in found["ambiguous_dates"].sentence


def test_a_column_that_parterre_derives_itself_is_told():
    rows = [row | {"Age": 17, "Shoe size": 44} for row in customers({}, OTHER)]
    found = inspect(read_customers(as_csv(rows, columns=(*COLUMNS, "Age", "Shoe size"))))
    [apart] = [one.sentence for one in found if one.name == "kept_apart"]
    assert apart == "One column kept apart from others of the name: 'Age' as 'Age (file)'."


def test_what_the_reader_remarked_comes_first():
    read = read_customers(as_csv(customers({}, OTHER)))
    remark = Remark("left_out", "", 1, "One line of totals, left out.", ("Total",))
    found = inspect(replace(read, notes=replace(read.notes, remarks=(remark,))))[0]
    assert (found.name, found.count, found.share) == ("left_out", 1, 0.5)
    assert (found.sentence, found.examples) == (remark.sentence, remark.examples)


@pytest.mark.parametrize(
    ("column", "code"), [("Income", 9999), ("Income", 99999), ("MntWines", 999), ("Recency", 999)]
)
def test_nines_for_not_known_are_told(column, code):
    """A low code lies inside every fence of a skewed amount, and would be averaged without a word."""
    rows = customers(*({column: value} for value in (*range(1000, 60_000, 1000), code, code, code)))
    found = {one.name: one for one in inspect(read_customers(as_csv(rows))) if one.column == column}
    assert (
        found["code"].sentence
        == f"3 customers with {FIELDS[column].label.lower()} of exactly {to_tell(code)}: a code for not known?"
    )
    fewer = {one.name for one in inspect(read_customers(as_csv(rows[:-1])))}
    assert "code" not in fewer


def problems_of(tmp_path, head: str, row) -> list[str]:
    """What is told of sixty customers of a shop."""
    file = tmp_path / "shop.csv"
    rows = [row(place) for place in range(60)]
    file.write_text("\n".join([head, *(",".join(map(str, cells)) for cells in rows)]))
    return [one.what for one in propose(file, max_mb=50).problems]


def test_an_age_that_the_birth_contradicts_is_told_where_those_of_most_agree(tmp_path):
    def row(place):
        born = 1950 + place * 7 % 50
        return 100 + place, place * 11 % 37, 2024 - born + (20 if place in (3, 30) else place % 3 == 0), born

    said = problems_of(tmp_path, "customer_id,visits,age,birth_year", row)
    assert "2 customers with an age that birth year contradicts, as of 2024." in said
    mixed = problems_of(
        tmp_path,
        "customer_id,visits,age,birth_year",
        lambda place: (*row(place)[:2], 20 + place, 1990 - place % 9),
    )
    assert not any("contradicts" in one for one in mixed)


@pytest.mark.parametrize(("below", "told"), [(3, True), (30, False), (0, False)])
def test_money_below_zero_is_told_of_a_few(below, told, tmp_path):
    said = problems_of(
        tmp_path,
        "customer_id,visits,income",
        lambda place: (100 + place, place * 11 % 37, (-1 if place < below else 1) * (20_000.5 + 791 * place)),
    )
    assert any("with income below zero, unlike all others." in one for one in said) is told
