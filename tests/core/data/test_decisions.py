"""How columns were read that could mean something else: told with an example, and read otherwise where somebody says so."""

from __future__ import annotations

import pytest

from core.data.read import read_customers
from core.datasets.intake import propose
from core.datasets.templates import template_of
from core.errors import DataError
from core.schema.decisions import choices_of


def table(tmp_path, joined, spent):
    """Thirty customers whose dates and money go round the given texts."""
    rows = "".join(
        f"K{n:03d};{joined[n % len(joined)]};{spent[n % len(spent)]};{n % 7};{20 + n}\n" for n in range(30)
    )
    file = tmp_path / "kunden.csv"
    file.write_text(f"Kunde;Joined;Spent;Visits;Age\n{rows}", encoding="utf-8")
    return file


def decided(found, column):
    return next(one for one in found.decisions if one.column == column)


def read_as(found, file, column):
    frame = read_customers(file, found.schema, template_of(found.schema)).frame
    return frame[column].iloc[0]


def test_dates_of_either_order_are_told_with_an_example_and_read_otherwise_if_chosen(tmp_path):
    file = table(tmp_path, ["04/05/25", "06/07/25", "01/09/25"], ["12,5", "7,25"])
    found = propose(file, max_mb=5)
    one = decided(found, "Joined")
    assert (one.chosen, one.others, one.example) == ("day-first", ("month-first",), "04/05/25")
    assert "“04/05/25” is read as 4 May 2025" in one.sentence
    assert "it would be 5 April 2025" in one.sentence
    assert str(read_as(found, file, "Joined"))[:10] == "2025-05-04"
    other = propose(file, max_mb=5, choices=choices_of(["Joined=month-first"]))
    assert decided(other, "Joined").chosen == "month-first"
    assert str(read_as(other, file, "Joined"))[:10] == "2025-04-05"
    assert not any("could be day-first" in one.what for one in other.problems)
    assert other.schema.identity != found.schema.identity


def test_a_day_above_twelve_is_shown_as_the_reason_and_leaves_no_choice(tmp_path):
    one = decided(propose(table(tmp_path, ["04/05/2025", "25/07/2025"], ["12,5"]), max_mb=5), "Joined")
    assert one.others == ()
    assert "since “25/07/2025” is no date otherwise" in one.sentence


def test_signs_between_thousands_are_told_and_read_as_decimals_if_chosen(tmp_path):
    file = table(tmp_path, ["2025-05-04"], ["18.500", "7.250", "3.125"])
    found = propose(file, max_mb=5)
    one = decided(found, "Spent")
    assert (one.chosen, one.others) == ("decimal-comma", ("decimal-point",))
    assert "“18.500” is read as 18500" in one.sentence
    assert read_as(found, file, "Spent") == 18500
    other = propose(file, max_mb=5, choices=choices_of(["Spent=decimal-point"]))
    assert read_as(other, file, "Spent") == 18.5


def test_what_only_one_sign_makes_a_number_leaves_no_choice(tmp_path):
    one = decided(propose(table(tmp_path, ["2025-05-04"], ["18.500,00", "7,25"]), max_mb=5), "Spent")
    assert (one.chosen, one.others, one.example) == ("decimal-comma", (), "18.500,00")


@pytest.mark.parametrize("said", ["Joined", "Joined=upside-down"])
def test_a_choice_that_is_none_is_refused(said):
    with pytest.raises(DataError, match="Expected a column and how to read it"):
        choices_of([said])


def test_a_choice_about_no_column_of_the_file_is_refused_with_its_columns(tmp_path):
    found = propose(
        table(tmp_path, ["04/05/25"], ["12,5"]), max_mb=5, choices=choices_of(["Nobody=day-first"])
    )
    assert found.refused.startswith("Found a choice for 'Nobody'. Expected one of the columns: Kunde, Joined")


def test_the_side_of_an_account_is_told_and_read_otherwise_if_chosen(tmp_path):
    file = table(tmp_path, ["2025-05-04"], ["18,50 CR", "7,25 DR"])
    found = propose(file, max_mb=5)
    (one,) = (one for one in found.decisions if one.what == "debit and credit")
    assert (one.chosen, one.others) == ("debits-below-zero", ("credits-below-zero",))
    assert "“7,25 DR” is read as below zero" in one.sentence
    assert read_as(found, file, "Spent") == 18.5
    other = propose(file, max_mb=5, choices=choices_of(["Spent=credits-below-zero"]))
    assert read_as(other, file, "Spent") == -18.5


def test_words_that_mean_the_same_are_told_and_kept_apart_if_chosen(tmp_path):
    file = table(tmp_path, ["Female", "Male", "F", "M"], ["18,50"])
    found = propose(file, max_mb=5)
    one = decided(found, "Joined")
    assert (one.chosen, one.others) == ("alike-as-one", ("as-written",))
    assert "“F” is read as “Female”, and 1 more alike" in one.sentence
    assert found.schema["Joined"].read_as
    other = propose(file, max_mb=5, choices=choices_of(["Joined=as-written"]))
    assert decided(other, "Joined").others == ("alike-as-one",)
    assert other.schema["Joined"].read_as == ()
    assert any("Kept apart, as chosen" in one.do for one in other.problems)
