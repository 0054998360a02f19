"""Derived fields follow the definitions of the schema and never divide by nothing."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.data.derive import data_date, made
from data.sample.customers import COLUMNS
from tests.core.data.files import as_csv, customers
from tests.support.personality import (
    CHANNELS,
    FIELDS,
    FILE_COLUMNS,
    PERSONALITY,
    PRODUCTS,
    engineer,
    read_customers,
)


def engineered(*changes):
    return engineer(read_customers(as_csv(customers(*changes))).frame)


def one(change, field):
    return engineered(change, {"Dt_Customer": dt.date(2014, 6, 29)})[field][0]


def test_every_derived_field_of_the_schema_is_there_in_its_order_behind_the_files():
    derived = [name for name in FIELDS if FIELDS[name].derived]
    assert list(engineered({})) == [*FILE_COLUMNS, *derived]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Age", 2014 - 1970),
        ("Total_Spending", 500),
        ("Customer_Tenure", 404),
        ("Campaign_Acceptance", 1),
        ("Earlier_Acceptance", 0),
        ("Children", 1),
        ("Household_Size", 3),
        ("Total_Purchases", 10),
        ("Average_Basket", 50),
        ("Share_Wines", 0.6),
        ("Share_Meat", 0.24),
        ("Share_Gold", 0.04),
        ("Share_Web", 0.4),
        ("Share_Catalog", 0.1),
        ("Share_Store", 0.5),
        ("Deal_Rate", 0.2),
        ("Web_Conversion", 0.5),
        ("Enrolment_Month", "May"),
        ("Enrolment_Quarter", "2013 Q2"),
        ("Enrolment_Season", "Spring"),
    ],
)
def test_a_derived_field_is_what_the_schema_says(field, value):
    assert one({}, field) == value


@pytest.mark.parametrize(
    ("status", "size"), [("Together", 3), ("MARRIED", 3), ("Single", 2), ("Other", 2), (None, np.nan)]
)
def test_two_adults_live_in_a_household_only_if_married_or_together(status, size):
    assert one({"Marital_Status": status}, "Household_Size") == pytest.approx(size, nan_ok=True)


@pytest.mark.parametrize(
    ("month", "season"),
    [(12, "Winter"), (2, "Winter"), (3, "Spring"), (6, "Summer"), (9, "Autumn"), (11, "Autumn")],
)
def test_december_begins_the_winter(month, season):
    assert one({"Dt_Customer": dt.date(2013, month, 1)}, "Enrolment_Season") == season


def test_months_quarters_and_seasons_keep_the_calendars_order():
    frame = engineered({"Dt_Customer": dt.date(2012, 12, 30)}, {"Dt_Customer": dt.date(2013, 8, 1)})
    assert frame["Enrolment_Month"].min() == "August"
    assert frame["Enrolment_Season"].min() == "Winter"
    assert frame["Enrolment_Quarter"].cat.categories.tolist() == ["2012 Q4", "2013 Q1", "2013 Q2", "2013 Q3"]


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (PRODUCTS.values(), [f"Share_{product}" for product in PRODUCTS]),
        (CHANNELS.values(), ["Average_Basket", "Deal_Rate", *(f"Share_{channel}" for channel in CHANNELS)]),
        (["NumWebVisitsMonth"], ["Web_Conversion"]),
    ],
)
def test_a_ratio_with_nothing_below_the_line_is_a_gap(columns, fields):
    frame = engineered(dict.fromkeys(columns, 0), {})
    assert frame.loc[0, fields].isna().all()
    assert frame.loc[1, fields].notna().all()
    assert not np.isinf(frame.select_dtypes("number")).any(axis=None)


@pytest.mark.parametrize(
    ("column", "fields"),
    [
        ("Year_Birth", ["Age"]),
        (
            "MntFish Products".replace(" ", ""),
            ["Total_Spending", "Average_Basket", "Share_Wines", "Share_Fish"],
        ),
        ("Kidhome", ["Children", "Household_Size"]),
        ("AcceptedCmp2", ["Campaign_Acceptance", "Earlier_Acceptance"]),
        ("Dt_Customer", ["Customer_Tenure", "Enrolment_Month", "Enrolment_Quarter", "Enrolment_Season"]),
    ],
)
def test_what_is_made_from_a_gap_is_a_gap(column, fields):
    frame = engineered({column: None}, {})
    derived = frame.loc[0, [name for name in FIELDS if FIELDS[name].derived]]
    assert set(fields) <= set(derived.index[derived.isna()])
    assert frame.loc[1].notna().all()


def test_the_argument_stays_as_it_was():
    frame = read_customers(as_csv(customers({}, {}))).frame
    before = frame.copy(deep=True)
    engineer(frame)
    assert frame.equals(before)


def test_a_files_own_column_of_a_derived_name_is_replaced():
    rows = [row | {"Age": 17} for row in customers({}, {})]
    frame = read_customers(as_csv(rows, columns=(*FILE_COLUMNS, "Age"))).frame
    assert engineer(frame)["Age"].tolist() == [43, 43]


def test_one_mistyped_date_moves_nobodys_age_even_without_cleaning():
    days = [{"Dt_Customer": dt.date(2012, 8, 1) + dt.timedelta(days=29 * step)} for step in range(24)]
    frame = read_customers(as_csv(customers(*days, {"Dt_Customer": dt.date(2033, 1, 1)}))).frame
    assert data_date(frame["Dt_Customer"]).year == 2014
    assert engineer(frame)["Age"].tolist() == [44] * 25


def test_the_datas_date_is_its_latest_enrolment():
    frame = read_customers(as_csv(customers({}, {"Dt_Customer": dt.date(2014, 2, 3)}))).frame
    assert data_date(frame["Dt_Customer"]) == pd.Timestamp(2014, 2, 3)


def test_ages_in_a_file_without_any_date_are_as_of_today():
    frame = read_customers(
        as_csv(customers({}), columns=[one for one in COLUMNS if one != "Dt_Customer"])
    ).frame
    assert made("Age", PERSONALITY, frame).tolist() == [pd.Timestamp.now().year - 1970]


def test_what_the_file_has_itself_stands_in_for_what_its_parts_would_make():
    rows = [row | {"Age": 51, "Total_Spending": 700.5, "Customer_Days": 90} for row in customers({}, {})]
    lacking = {"Year_Birth", "Dt_Customer", *PRODUCTS.values()}
    columns = [*(one for one in COLUMNS if one not in lacking), "Age", "Total_Spending", "Customer_Days"]
    made = engineer(read_customers(as_csv(rows, columns=columns)).frame)
    assert made["Age"].tolist() == [51, 51]
    assert made["Total_Spending"].tolist() == [700.5, 700.5]
    assert made["Customer_Tenure"].tolist() == [90, 90]
    assert made["Average_Basket"].tolist() == [70.05, 70.05]


def test_ages_of_a_file_without_dates_are_of_the_year_that_its_own_ages_tell():
    """Who has had no birthday yet this year is a year younger in the file; scoring does not know that day."""
    rows = [row | {"Age": age} for row, age in zip(customers({}, {}, {}), (45, 45, 44), strict=True)]
    columns = [*(one for one in COLUMNS if one != "Dt_Customer"), "Age"]
    frame = read_customers(as_csv(rows, columns=columns)).frame
    assert engineer(frame)["Age"].tolist() == [45, 45, 45]
