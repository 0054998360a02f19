"""A file comes in: what is proposed is read as proposed, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from core.data.cleaning import clean
from core.data.read import read_customers
from core.datasets.intake import propose
from core.model.fit import Parameters, fit
from core.model.preparation import proposed
from core.schema.column_guess import Role
from core.schema.grain import Grain
from core.schema.schema import Template
from core.settings import ROOT
from tests.datasets.tables import TABLES
from tests.support.personality import PERSONALITY

SAMPLE = ROOT / "data" / "customers.csv"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def roles(file: Path) -> dict[str, Role]:
    found = propose(file, max_mb=50)
    assert not found.refused
    return {one.column: one.role for one in found.guessed.columns}


def test_the_sample_is_known_and_is_read_as_ever():
    found = propose(SAMPLE, max_mb=50)
    assert found.schema == PERSONALITY
    said = {one.column: one.role for one in found.guessed.columns}
    assert said["ID"] is Role.IDENTIFIER
    assert said["Response"] is Role.OUTCOME
    assert said["MntWines"] is Role.VALUE
    assert said["Year_Birth"] is Role.BASIS
    assert (said["Z_CostContact"], said["Z_Revenue"]) == (Role.COST, Role.REVENUE)
    assert any("with a gap in income" in one.what for one in found.problems)


@pytest.mark.parametrize("name", TABLES)
def test_a_foreign_table_is_read_as_proposed_and_no_answer_builds_it(name, tmp_path):
    table, file = TABLES[name](), tmp_path / f"{name} of customers.csv"
    table.frame.to_csv(file, index=False)
    found = propose(file, max_mb=50)
    assert found.refused == ""
    assert found.guessed.grain is Grain.CUSTOMERS
    assert set(found.schema.targets) == set(table.schema.targets)
    assert len(found.schema.basis) >= 2
    frame = read_customers(file, found.schema, Template()).frame
    assert len(frame) == len(table.frame)
    numbers = [name for name in found.schema.columns if found.schema[name].kind.is_number]
    assert frame[numbers].notna().mean().min() > 0.9


def test_a_table_below_a_title_in_another_tongue_is_read_where_it_is(tmp_path):
    rows = "".join(
        f"{n:06d};Kunde {n};{n % 50 + 20};{n},50 €;{n % 28 + 1:02d}.03.2024\n" for n in range(1, 80)
    )
    text = f"sep=;\nAuswertung;;;;\n\nKunden-Nr.;Name;Alter;Umsatz gesamt;Letzter Kauf\n{rows}"
    found = propose(written(tmp_path / "a.csv", text, "cp1252"), max_mb=5)
    assert (found.raw.text.header_row, found.raw.text.delimiter, found.raw.rows) == (4, ";", 79)
    assert [one.role for one in found.guessed.columns] == [
        Role.IDENTIFIER, Role.IGNORED, Role.BASIS, Role.VALUE, Role.DATE,
    ]  # fmt: skip


def test_numbers_under_a_heading_of_a_date_are_dates_and_under_any_other_are_not(tmp_path):
    rows = "".join(f"C{n},{44900 + n},{44900 + n},{1660000000 + 90000 * n},{20 + n}\n" for n in range(40))
    file = written(tmp_path / "customers.csv", f"customer,signup date,total spent,last login,age\n{rows}")
    kinds = {one.column: one.kind for one in propose(file, max_mb=5).guessed.columns}
    assert (kinds["signup date"], kinds["last login"]) == ("date", "date")
    assert kinds["total spent"] == "amount"


@pytest.mark.parametrize("form", ["{}.500", "{},25"])
@pytest.mark.parametrize("first", [45_000, 1_710_000_000])
def test_days_and_seconds_counted_with_fractions_are_dates_under_such_a_heading(form, first, tmp_path):
    rows = "".join(
        f"K{n};{form.format(first + 90_000 * n * (first > 1e6) + n)};{n * 13};{20 + n % 50}\n"
        for n in range(80)
    )
    file = written(tmp_path / "customers.csv", f"customer;last order;total spent;age\n{rows}")
    assert roles(file)["last order"] is Role.DATE


def test_versions_of_an_app_are_no_dates(tmp_path):
    rows = "".join(f"K{n};{1 + n % 3}.{n % 10}.{1 + n % 9};{n * 13};{20 + n % 50}\n" for n in range(80))
    file = written(tmp_path / "a.csv", f"customer;app version;total spent;age\n{rows}")
    assert roles(file)["app version"] is not Role.DATE


@pytest.mark.parametrize("form", ["%y%m%d", "%d%m%y", "%m%d%y"])
def test_six_digits_that_could_be_days_are_dates_under_such_a_heading_alone(form, tmp_path):
    days = pd.date_range("2023-01-05", periods=80, freq="5D").strftime(form)
    rows = "".join(f"K{n};{day};{day};{n * 13};{20 + n % 50}\n" for n, day in enumerate(days))
    file = written(tmp_path / "a.csv", f"customer;joined;points;total spent;age\n{rows}")
    assert roles(file)["joined"] is Role.DATE is not roles(file)["points"]
    assert propose(file, max_mb=5).read.frame["Joined"].max() == pd.Timestamp("2024-02-04")


@pytest.mark.parametrize("form", ["%d%m%Y", "%m%d%Y"])
def test_eight_digits_that_can_only_be_days_are_dates_with_the_year_at_either_end(form, tmp_path):
    days = pd.date_range("2023-01-05", periods=80, freq="5D").strftime(form)
    rows = "".join(f"K{n};{day};{n * 13};{20 + n % 50}\n" for n, day in enumerate(days))
    assert (
        roles(written(tmp_path / "a.csv", f"customer;joined;total spent;age\n{rows}"))["joined"] is Role.DATE
    )


def test_a_placeholder_for_no_date_is_told_once_and_as_the_gap_that_it_becomes(tmp_path):
    days = ["1900-01-01" if n % 6 == 0 else f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(80)]
    rows = "".join(f"K{n},{day},{n * 13},{20 + n % 50}\n" for n, day in enumerate(days))
    found = propose(written(tmp_path / "a.csv", f"customer,last order,total spent,age\n{rows}"), max_mb=5)
    assert [one.do for one in found.problems] == ["Read as gaps. Correct them in the file."]
    assert "14 customers with a date in Last order years away" in found.problems[0].what


def test_currencies_that_are_mixed_are_a_problem_of_customers_and_of_orders(tmp_path):
    people = "".join(f"K{n},{n * 13}.50 {('€', '$')[n % 2]},{20 + n % 50}\n" for n in range(80))
    lines = "".join(
        f"K{n % 40},A{n},2024-05-{1 + n % 28:02d},{n * 13 % 101},{('EUR', 'JPY')[n % 2]}\n"
        for n in range(160)
    )
    for text in (f"customer,spent,age\n{people}", f"customer,order id,order date,amount,currency\n{lines}"):
        found = propose(written(tmp_path / "a.csv", text), max_mb=5)
        assert any("taken as if all were in one" in one.what for one in found.problems)


def test_of_a_workbook_the_sheet_of_customers_is_taken(tmp_path):
    book = Workbook()
    orders = book.active
    orders.title = "Orders"
    orders.append(["order_id", "customer_id", "quantity", "price"])
    for number in range(300):
        orders.append([number, number % 60, 1 + number % 3, 5.5])
    people = book.create_sheet("People")
    people.append(["customer_id", "age", "income"])
    for number in range(60):
        people.append([number, 20 + number, 1000 + 37 * (number % 7)])
    book.save(tmp_path / "shop.xlsx")
    found = propose(tmp_path / "shop.xlsx", max_mb=5)
    assert (found.raw.text.sheet, found.raw.rows, found.refused) == ("People", 60, "")


def test_the_sheet_that_is_chosen_is_the_one_that_is_read_also_where_another_has_the_same_columns(tmp_path):
    file, table = tmp_path / "months.xlsx", TABLES["cards"]().frame
    with pd.ExcelWriter(file) as book:
        for title, rows in (("January", table), ("February", table.iloc[:90]), ("Notes", table.iloc[:0, :1])):
            rows.to_excel(book, sheet_name=title, index=False)
    for title, count in (("January", 400), ("February", 90)):
        found = propose(file, max_mb=5, choices={"": (f"sheet:{title}",)})
        assert (found.schema.sheet, found.raw.rows, len(found.read.frame)) == (title, count, count)
        assert len(read_customers(file, found.schema, Template()).frame) == count
        assert found.notes == (), "nobody chose by what has most of the data"
    assert propose(file, max_mb=5).schema.sheet == "January"
    assert dict(found.sheets) == {"January": 401, "February": 91, "Notes": 1}
    (said,) = (one.sentence for one in found.decisions if one.what == "sheet")
    assert said == "The sheet 'February' of 3 with data is read, not 'January', 'Notes'."
    refused = propose(file, max_mb=5, choices={"": ("sheet:March",)}).refused
    assert "found no sheet 'March' with data. Expected one of: January, February, Notes." in refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found an empty file"),
        ("\xd0\xcf\x11\xe0 and no workbook", "found a workbook that can't be opened"),
        ("%PDF-1.4", "found a PDF document"),
        ("name\nAda\n", "found one column"),
        ("customer_id,age,income\n", "found a header but no rows"),
        ("1,2,3\n4,5,6\n7,8,9\n", "found 3 customers"),
        ("customer_id,age,income\nA,1,2\nB,3,4\n", "found 2 customers"),
    ],
)
def test_what_makes_no_dataset_is_refused_in_a_sentence(text, said, tmp_path):
    found = propose(written(tmp_path / "odd.csv", text, "latin-1"), max_mb=5)
    assert found.schema is None
    assert found.refused.startswith("odd.csv: ")
    assert said in found.refused


def test_a_heading_that_is_there_twice_is_not_said_to_be_read_by_its_meaning(tmp_path):
    rows = [f"{100 + place},{place % 3},{place * 7 % 31},{'ab'[place % 2]}" for place in range(40)]
    file = written(tmp_path / "shop.csv", "\n".join(["customer_id,city,spend,city", *rows]))
    found = propose(file, max_mb=50)
    assert [one.column for one in found.guessed.columns][-1] == "city (2)"
    assert not any("by what the heading means" in one for one in found.notes)


def test_a_heading_that_is_there_twice_is_two_columns(tmp_path):
    draw = np.random.default_rng(1)
    frame = pd.DataFrame(draw.integers(0, 90, (50, 3)), columns=["age", "visits", "visits"])
    frame.insert(0, "customer_id", range(100, 150))
    frame.to_csv(tmp_path / "twice.csv", index=False)
    assert roles(tmp_path / "twice.csv")["visits (2)"] is Role.BASIS
    schema = propose(tmp_path / "twice.csv", max_mb=5).schema
    read = read_customers(tmp_path / "twice.csv", schema, Template()).frame
    assert read["Visits"].tolist() == frame.iloc[:, 2].tolist()


def test_answers_in_words_of_their_own_and_ages_that_are_none_are_read_as_they_are_meant(tmp_path):
    draw = np.random.default_rng(2)
    left = draw.random(200) < 0.4
    frame = pd.DataFrame(
        {
            "customer_id": range(500, 700),
            "age": np.where(draw.random(200) < 0.05, 118, draw.integers(18, 90, 200)),
            "visits": draw.poisson(9, 200),
            "status_left": np.where(left, "has left", "stays"),
        }
    ).rename(columns={"status_left": "churn"})
    frame.to_csv(tmp_path / "left.csv", index=False)
    found = propose(tmp_path / "left.csv", max_mb=5)
    read = read_customers(tmp_path / "left.csv", found.schema, Template())
    assert read.frame["Churn"].tolist() == left.astype(float).tolist()
    too_old = int((frame["age"] == 118).sum())
    assert (too_old, "Read as gaps. Correct them in the file.") in [
        (one.rows, one.do) for one in found.problems
    ]
    cleaned = clean(read.frame, None, found.schema).frame
    assert cleaned["Age"].isna().sum() == too_old


def test_what_was_done_to_read_a_file_is_a_note_and_what_is_odd_in_it_a_problem(tmp_path):
    rows = "".join(f"{n},{n % 50 + 20},{n % 9}\n" for n in range(1, 80))
    text = f"Customer report\n\ncustomer_id,age,visits\n{rows}Total,3000,300\n"
    found = propose(written(tmp_path / "a.csv", text), max_mb=5)
    assert any("above the header" in note for note in found.notes)
    assert [one.do for one in found.problems if "totals" in one.what] == ["Left out."]
    assert not any("above the header" in one.what for one in found.problems)


def _tails(tmp_path: Path) -> Path:
    rng, rows = np.random.default_rng(8), 400
    table = pd.DataFrame(
        {
            "customer_id": range(1000, 1000 + rows),
            "total_spent": rng.lognormal(5, 1.2, rows).round(2),
            "visits": rng.poisson(9, rows),
            "age": np.minimum(18 + rng.exponential(9, rows).round(), 90),
            "balance": (5000 + rng.exponential(20, rows)).round(2),
        }
    )
    table.to_csv(tmp_path / "shop.csv", index=False)
    return tmp_path / "shop.csv"


def test_long_tails_are_proposed_on_logarithms_unless_these_shorten_nothing_or_it_is_an_age(tmp_path):
    found = propose(_tails(tmp_path), max_mb=50)
    assert found.schema.logarithms == ("Total_spent",)
    told = "taken on a logarithm, since few have far more than most: well above one, twice as much counts the same wherever one starts."
    assert found.guessed.built_on.endswith(f"Total spent is {told}")
    assert [one.reason for one in found.guessed.columns if "logarithm" in one.reason] == [
        "Money that a customer brings: it ranks segments, and builds them. On a logarithm, since few have far more than most."
    ]
    [decision] = [one for one in found.decisions if one.what == "scale"]
    assert (decision.column, decision.chosen, decision.others) == (
        "total_spent",
        "on-logarithm",
        ("as-it-is",),
    )


@pytest.mark.parametrize("roles", [{}, {"visits": "descriptor"}], ids=["as proposed", "roles chosen"])
def test_a_click_takes_a_logarithm_back_and_another_puts_a_field_on_one(tmp_path, roles):
    choices = {"total_spent": ("as-it-is",), "balance": ("on-logarithm",)}
    found = propose(_tails(tmp_path), max_mb=50, choices=choices, roles=roles)
    assert found.schema.logarithms == ("Balance",)
    assert "Balance is taken on a logarithm" in found.guessed.built_on
    told = {one.column: one.chosen for one in found.decisions if one.what == "scale"}
    assert told == {"total_spent": "as-it-is", "balance": "on-logarithm"}


def test_orders_of_which_few_customers_make_most_become_segments_that_are_no_handful(tmp_path):
    rng = np.random.default_rng(9)
    buys = rng.geometric(0.35, 500)
    buys[:3] = 90
    who = np.repeat(np.arange(500), buys)
    money = (np.repeat(rng.lognormal(3, 1.3, 500), buys) * rng.lognormal(0, 0.3, len(who))).round(2)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, len(who)), "D")
    lines = pd.DataFrame(
        {"order_id": range(len(who)), "customer_id": who + 7000, "order_date": days, "amount": money}
    )
    lines.to_csv(tmp_path / "orders.csv", index=False)
    found = propose(tmp_path / "orders.csv", max_mb=50)
    assert set(found.schema.logarithms) >= {"Frequency", "Total_Spent"}
    assert "taken on logarithms" in found.guessed.built_on
    assert any("taken on logarithms" in one for one in found.notes)
    parameters = Parameters(4, found.schema.basis)
    sizes = [
        np.bincount(fit(found.read.frame, one, found.schema)["kmeans"].labels_).min()
        for one in (parameters, replace(parameters, preparation=proposed(found.schema)))
    ]
    assert sizes[0] < 10
    assert sizes[1] > 40
