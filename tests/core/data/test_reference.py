"""Read, quality, cleaning and features reproduce the real file's published figures, where there is one."""

import pytest

from core.data.derive import data_date
from core.numbers import to_tell
from tests.core.data.files import ORDERS
from tests.support.personality import (
    CAMPAIGNS,
    EARLIER_CAMPAIGNS,
    PRODUCTS,
    chosen,
    clean,
    engineer,
    inspect,
    read_customers,
)

pytestmark = pytest.mark.usefixtures("real_file")


@pytest.fixture(scope="module")
def read(real_file):
    return read_customers(real_file)


@pytest.fixture(scope="module")
def people(read):
    return engineer(clean(read.frame).frame)


@pytest.fixture(scope="module")
def findings(read):
    return {(one.name, one.column): one for one in inspect(read)}


def test_it_is_read_whole(read):
    assert read.frame.shape == (2240, 29)
    assert read.frame["ID"].is_unique
    assert read.frame.isna().sum().sum() == 24
    assert data_date(read.frame["Dt_Customer"]).date().isoformat() == "2014-06-29"
    assert read.frame["Dt_Customer"].min().date().isoformat() == "2012-07-30"
    assert not read.notes.unreadable


def test_its_findings_are_the_published_ones(findings):
    assert {about: one.count for about, one in findings.items()} == {
        ("gaps", "Income"): 24,
        ("impossible_age", "Year_Birth"): 3,
        ("outside", "Income"): 8,
        ("far_out", "Income"): 1,
        ("outside", "Total_Spending"): 3,
        ("far_out", "NumWebPurchases"): 4,
        ("far_out", "NumWebVisitsMonth"): 3,
        ("rare_category", "Marital_Status"): 7,
        ("constant", "Z_CostContact"): 2240,
        ("constant", "Z_Revenue"): 2240,
        ("ambiguous_dates", "Dt_Customer"): 916,
        ("repeated_rows", ""): 182,
        ("bought_nothing", ""): 6,
    }


def test_its_findings_say_what_was_found(findings):
    assert set(findings["impossible_age", "Year_Birth"].examples) == {"11004", "1150", "7829"}
    assert findings["rare_category", "Marital_Status"].sentence.endswith("Alone (3), Absurd (2), YOLO (2).")
    assert (
        f"above {to_tell(118_350.5, ',.1f')}; largest {to_tell(666_666)}"
        in findings["outside", "Income"].sentence
    )
    assert "is 3 for every customer" in findings["constant", "Z_CostContact"].sentence
    assert "is 11 for every customer" in findings["constant", "Z_Revenue"].sentence


def test_cleaning_touches_what_is_published(read):
    log = {one.rule: one.rows for one in clean(read.frame).log if one.rows}
    assert log == {"impossible_age": 3, "far_out_income": 1, "odd_marital_status": 7}
    only_rows = clean(read.frame, ["repeated_rows"])
    assert only_rows.log[0].rows == 182


def test_settling_odd_statuses_makes_one_more_pair_of_repeated_rows(read):
    assert clean(read.frame, chosen("+repeated_rows")).log[-1].rows == 183


def test_incomes_are_the_published_ones(read, people):
    assert read.frame["Income"].median() == 51_381.5
    assert read.frame["Income"].skew() == pytest.approx(6.76, abs=0.01)
    assert people["Income"].skew() == pytest.approx(0.35, abs=0.01)
    assert people["Income"].corr(people["Total_Spending"]) == pytest.approx(0.79, abs=0.005)


def test_ages_are_taken_at_the_datas_own_date(people):
    assert people["Age"].median() == 44
    assert people["Age"].max() == 74


def test_spending_is_the_published_one(people):
    spending = people["Total_Spending"]
    assert spending.sum() == 1_356_988
    assert (round(spending.mean(), 1), spending.median(), spending.min(), spending.max()) == (
        605.8,
        396,
        5,
        2525,
    )
    assert people[list(PRODUCTS.values())].sum().tolist() == [
        680_816,
        58_917,
        373_968,
        84_057,
        60_621,
        98_609,
    ]
    assert people["Recency"].corr(spending) == pytest.approx(0.02, abs=0.005)


def test_campaigns_are_the_published_ones(people):
    assert people[list(CAMPAIGNS)].sum().tolist() == [144, 30, 163, 167, 163, 334]
    assert people["Complain"].sum() == 21
    assert (people["Campaign_Acceptance"] == 0).sum() == 1631
    assert (people[list(EARLIER_CAMPAIGNS)].sum(axis=1) > 0).sum() == 463
    assert (people["Earlier_Acceptance"] > 0).sum() == 463


@pytest.mark.parametrize(
    ("delimiter", "encoding", "decimal", "order", "shift"),
    [
        ("\t", "utf-8", ".", "day-first", 0),
        (";", "utf-8-sig", ",", "day-first", 5),
        (";", "cp1252", ",", "month-first", 11),
        (",", "utf-16", ".", "year-first", 28),
    ],
)
def test_the_forms_it_circulates_in_are_the_same_data(read, delimiter, encoding, decimal, order, shift):
    columns = [*read.frame.columns[shift:], *read.frame.columns[:shift]]
    incomes = read.frame["Income"].map("{:,.2f} \u20ac".format, na_action="ignore")
    swapped = incomes.str.translate(str.maketrans(",.", ".,")) if decimal == "," else incomes
    whole = read.frame.select_dtypes("float64").astype("Int64")
    table = read.frame.assign(**whole).assign(Income=swapped)[columns].rename(columns=str.upper)
    text = table.to_csv(sep=delimiter, index=False, date_format=ORDERS[order].format("/"))
    again = read_customers(text.encode(encoding))
    assert again.frame.equals(read.frame)
    assert again.notes.date_order == order
    assert again.notes.decimal == decimal
