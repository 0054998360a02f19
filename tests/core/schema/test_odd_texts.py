"""A column that is left out says why, as its values show."""

from __future__ import annotations

import pytest

from core.datasets.intake import propose

PLACES = range(60)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (lambda place: f"{place // 9}:{place % 60:02d}:15", "Times, such as “0:00:15”, are no numbers: durations can build segments in minutes or hours."),
        (lambda place: f"{100 + place}-{place % 60:02d}-{8000 + place}", "Nearly every row has a text of its own: 60 different values in 60 rows."),
        (lambda place: f"{1 + place % 12}/{1 + place % 28}/20{place % 20:02d}" if place % 2 else f"{1 + place % 28}/{1 + place % 12}/20{place % 20:02d}", "Dates that no one order of day and month fits"),
        (lambda place: f"{place + 20},{place:03d}.51" if place % 2 else f"{place + 20}.{place:03d},51", "Numbers with a decimal point and with a comma"),
        (lambda place: f"{place * 7} {'kg' if place % 3 else 'lb'}", "Numbers in several units (lb, kg): write all in one to use them."),
        (lambda place: f"word {place * 2 % 41}", "Many texts: 41 different values in 60 rows."),
        (lambda place: f"word {place}", "Nearly every row has a text of its own: 60 different values in 60 rows."),
    ],
)  # fmt: skip
def test_why_a_column_is_left_out_is_true_of_its_values(value, reason, tmp_path):
    file = tmp_path / "shop.csv"
    rows = [f"{1000 + place};{place * 7 % 31};{place * 11 % 37};{value(place)}" for place in PLACES]
    file.write_text("\n".join(["customer_id;visits;orders;what", *rows]))
    [what] = [one for one in propose(file, max_mb=50).guessed.columns if one.column == "what"]
    assert what.reason.startswith(reason)


def test_yes_and_no_in_several_ways_are_yes_and_no(tmp_path):
    file = tmp_path / "shop.csv"
    ways = ["yes", "No", "TRUE", "0", "1", "n"]
    rows = [f"{1000 + place};{place * 7 % 31};{place * 11 % 37};{ways[place % 6]}" for place in PLACES]
    file.write_text("\n".join(["customer_id;visits;orders;vip", *rows]))
    assert propose(file, max_mb=50).read.frame["Vip"].sum() == 30


@pytest.mark.parametrize("different", [7, 40])
def test_ids_that_a_spreadsheet_has_rounded_make_no_orders(different, tmp_path):
    file = tmp_path / "shop.csv"
    rows = [
        f"1.{2300 + place % different}E+12;2024-01-{1 + place % 28:02d};{place * 11 % 37}.5"
        for place in PLACES
    ]
    file.write_text("\n".join(["customer_id;order date;amount", *rows]))
    assert (
        "found IDs in scientific notation in customer_id ('1.2300E+12')" in propose(file, max_mb=50).refused
    )


def test_incomes_of_zero_are_told_of_any_table(tmp_path):
    file = tmp_path / "shop.csv"
    rows = [
        f"{1000 + place};{place * 7 % 31};{0 if place % 9 == 0 else 20000 + place * 317}" for place in PLACES
    ]
    file.write_text("\n".join(["customer_id;visits;Einkommen", *rows]))
    said = [one.what for one in propose(file, max_mb=50).problems]
    assert "7 customers with einkommen of 0: was a gap filled with 0?" in said
