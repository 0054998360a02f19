from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.data.narrow import Narrow
from core.data.people import People
from core.data.pseudonyms import pseudonym
from tests.support.personality import PERSONALITY


@pytest.fixture
def people(tmp_path):
    table = pd.DataFrame({"Income": [3.0, np.nan, -1.0, 7.0], "Age": [40, 41, 42, 43], "Gone": [np.nan] * 4})
    People.write(table, tmp_path / "customers.arrow")
    return People.open(tmp_path / "customers.arrow", PERSONALITY)


def test_the_ends_of_a_column_are_those_of_the_known_numbers(people):
    assert people.ends("Income") == (-1.0, 7.0)
    assert people.ends("Age") == (40.0, 43.0)
    assert people.ends("Income") is people.ends("Income")


def test_a_mean_is_that_of_the_known_numbers(people):
    assert [people.mean(name) for name in ("Income", "Age")] == [3.0, 41.5]


def test_a_column_of_gaps_has_neither_ends_nor_a_mean(people):
    assert people.ends("Gone") is None
    assert people.mean("Gone") is None


def named(folder, ids):
    People.write(pd.DataFrame({"ID": ids}), folder / "named.arrow")
    found = People.open(folder / "named.arrow", PERSONALITY)
    return lambda text, most=9: [ids[place] for place in found.beginning(text, most)]


def test_numbers_are_found_by_their_first_digits_the_very_number_first(tmp_path):
    beginning = named(tmp_path, [1200, 912, 12, 129, 120, 13, 0])
    assert beginning(" 12 ") == [12, 129, 120, 1200]
    assert beginning("12", 2) == [12, 129]
    assert beginning("0") == [0]
    assert [beginning(one) for one in ("", "-1", "12.", "9" * 19, "\u0661")] == [[]] * 5


def test_texts_are_found_by_how_they_begin_capitals_or_not_and_an_address_by_itself_alone(tmp_path):
    mail = pseudonym("ada@example.org")
    beginning = named(tmp_path, ["AB-12", "AB-1", "ab-9", "B.*", mail])
    assert beginning("AB-1") == ["AB-1", "AB-12"]
    assert beginning("aB-1") == ["AB-12", "AB-1"]
    assert beginning("b.*") == ["B.*"]
    assert [beginning(one) for one in (".*", "%", "ada", "ada@example")] == [[]] * 4
    assert beginning("Ada@Example.org") == [mail]


def test_customers_are_kept_in_few_bytes_and_come_back_as_they_were(tmp_path):
    rows = 1_000
    spending = np.arange(rows) % 700.0
    table = pd.DataFrame(
        {
            "ID": np.arange(rows) + 70_000,
            "Income": np.where(np.arange(rows) % 9, spending * 100, np.nan),
            "Response": np.arange(rows) % 2.0,
            "MntWines": spending,
            "Share_Wines": spending / np.where(spending == 0, np.nan, spending * 3),
            "Total_Spending": spending * 3,
            "Cents": spending / 100,
            "Half": spending / 2,
            "Large": spending * 2.0**40,
            "Dt_Customer": pd.Timestamp("2014-06-29") - pd.to_timedelta(np.arange(rows), unit="D"),
            "Customer_Tenure": np.arange(rows) + 40.0,
            "Z_Revenue": 11.0,
            "Seen": pd.Timestamp("2014-06-29 12:30") + pd.to_timedelta(np.arange(rows), unit="s"),
            "Education": ["PhD", None] * (rows // 2),
            "Name": [f"customer {one}" for one in range(rows)],
            "Gone": np.nan,
            "Segment": np.ones(rows, dtype="int8"),
        }
    )
    path = tmp_path / "customers.arrow"
    People.write(table, path, PERSONALITY)
    people = People.open(path, PERSONALITY)
    pd.testing.assert_frame_equal(people.frame(), table)
    assert people.arrow.schema == pa.Table.from_pandas(table, preserve_index=False).schema
    places = np.array([700, 3, 3, 0])
    pd.testing.assert_frame_equal(people.rows(places), table.iloc[places].reset_index(drop=True))
    pd.testing.assert_frame_equal(people.rows(places, ["Share_Wines"]), people.rows(places)[["Share_Wines"]])
    bytes_ = {name: people.arrow.held[name].nbytes for name in people.arrow.held.column_names}
    assert {"Share_Wines", "Dt_Customer", "Z_Revenue"}.isdisjoint(bytes_)
    few = {
        "Response": 0.125,
        "MntWines": 2,
        "Education": 1.25,
        "Half": 4,
        "Cents": 8,
        "Customer_Tenure": 2,
        "Large": 4,
    }
    assert {name: bytes_[name] / rows for name in few} == pytest.approx(few, abs=0.13)


def test_spans_are_those_of_the_values_however_they_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.whole._AT_ONCE", 7)
    monkeypatch.setattr("core.data.narrow._AT_ONCE", 7)
    rows = np.arange(100)
    wines = np.where(rows % 9, rows % 40.0, np.nan)
    table = pd.DataFrame(
        {
            "MntWines": wines,
            "Total_Spending": wines * 3,
            "Share_Wines": wines / np.where(wines == 0, np.nan, wines * 3),
            "Dt_Customer": pd.Timestamp("2014-06-29") - pd.to_timedelta(rows % 80, unit="D"),
            "Customer_Tenure": rows % 80 + 40.0,
            "Z_Revenue": 11.0,
            "Seen": pd.Timestamp("2014-06-29 12:30") + pd.to_timedelta(rows, unit="h"),
        }
    )
    People.write(table, tmp_path / "customers.arrow", PERSONALITY)
    people = People.open(tmp_path / "customers.arrow", PERSONALITY)
    assert {"Share_Wines", "Dt_Customer", "Z_Revenue"} <= {*people.arrow.made}
    for name, values in table.items():
        if values.dtype.kind == "f":
            assert people.ends(name) == (values.min(), values.max())
            assert people.mean(name) == pytest.approx(values.mean(), rel=1e-14)
        else:
            days = (values - pd.Timestamp(0)).dt.days
            assert people.ends(name) == (days.min(), days.max())
        assert people.has_gaps(name) == values.isna().any()


def test_ends_are_kept_with_the_file_of_what_is_reckoned(tmp_path, monkeypatch):
    wines = pd.Series([3.0, 5.0, 0.0, 8.0])
    others = {
        f"Mnt{name}": wines
        for name in ("Fruits", "MeatProducts", "FishProducts", "SweetProducts", "GoldProds")
    }
    table = pd.DataFrame({"MntWines": wines, **others, "Total_Spending": 6 * wines})
    People.write(table, tmp_path / "customers.arrow", PERSONALITY)
    people = People.open(tmp_path / "customers.arrow", PERSONALITY)
    assert "Total_Spending" in people.arrow.made
    monkeypatch.setattr(Narrow, "_made", None)
    assert people.ends("Total_Spending") == (0.0, 48.0)


@pytest.mark.parametrize("ids", [[7, 90, 400], [0, 1], ["a", "b", "a-1"], [2**40, 3]])
def test_ids_are_found_however_narrow_they_are_kept(tmp_path, ids):
    People.write(pd.DataFrame({"ID": ids}), tmp_path / "people.arrow")
    people = People.open(tmp_path / "people.arrow", PERSONALITY)
    assert [people.place(str(one)) for one in ids] == [*range(len(ids))]
    assert [people.place(one) for one in ("70000", "-1", "c", str(2**50))] == [None] * 4


def test_what_a_file_derives_otherwise_is_kept_as_it_is(tmp_path):
    table = pd.DataFrame({"MntWines": [1.0, 2.0], "Total_Spending": [4.0, 4.0], "Share_Wines": [0.25, 0.75]})
    People.write(table, tmp_path / "customers.arrow", PERSONALITY)
    people = People.open(tmp_path / "customers.arrow", PERSONALITY)
    pd.testing.assert_frame_equal(people.frame(), table)
