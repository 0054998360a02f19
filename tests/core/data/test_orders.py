"""Order lines to customers: by hand on a small table, and against another folding on files that people have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.facts import facts_of
from core.data.orders import Folded, fold, with_categories
from core.data.raw import read_raw
from core.data.typed_lines import typed_lines
from core.datasets.intake import propose
from core.schema.order_lines import LEFT_OUT, Lines, Odd
from core.schema.order_parts import parts_of
from core.settings import ROOT

FILES = ROOT.parent / "shared" / "data" / "files"
elsewhere = pytest.mark.skipif(not FILES.is_dir(), reason="the public files are not here")

BY_HAND = """order_id,customer_id,order_date,category,quantity,unit_price,status,country
1,A,2024-01-10,Tea,2,5.00,complete,FR
1,A,2024-01-10,Pots,1,20.00,complete,FR
2,A,2024-01-10,Tea,1,5.00,complete,FR
3,A,2024-03-10,Tea,1,6.00,complete,FR
4,A,2024-03-30,Pots,1,20.00,complete,DE
5,B,2024-02-01,Tea,4,5.00,complete,DE
6,B,2024-02-20,Tea,-1,5.00,complete,DE
7,B,2024-05-01,Pots,1,20.00,cancelled,DE
8,C,2024-04-30,Pots,1,20.00,pending,DE
8,C,2024-04-30,Pots,1,20.00,pending,DE
9,,2024-04-01,Pots,1,20.00,complete,DE
10,C,2024-04-30,Tea,3,0.00,complete,DE
11,D,2024-04-02,Tea,-1,5.00,complete,DE
12,C,2099-12-31,Tea,1,5.00,complete,DE
13,C,,Tea,1,5.00,complete,DE
14,A,2024-03-30,Tea,1,4.00,refunded,FR
"""


def folded(source: str | Path, **changes) -> tuple[Folded, Lines]:
    content = source.encode() if isinstance(source, str) else source
    raw = read_raw(content, name="orders.csv", max_mb=50)
    found = parts_of(facts_of(raw.columns, raw.text.header))
    assert found.lines, found.refused
    lines = replace(found.lines, **changes)
    typed = typed_lines(raw.columns, lines)
    lines = with_categories(typed, lines)
    return fold(typed, lines, np.datetime64("2024-12-31")), lines


def by_customer(found: Folded) -> pd.DataFrame:
    return found.frame.set_index("ID")


def said(found: Folded) -> dict[str, int]:
    return {one.name.removeprefix("lines_"): one.count for one in found.remarks}


def test_lines_are_added_up_to_customers_as_by_hand():
    found, _ = folded(BY_HAND)
    frame = by_customer(found)
    assert list(frame.index) == ["A", "B", "C"]
    assert frame["First_Order"].astype(str).tolist() == ["2024-01-10", "2024-02-01", "2024-04-30"]
    assert frame["Last_Order"].astype(str).tolist() == ["2024-03-30", "2024-02-01", "2024-04-30"]
    assert frame["Recency_Days"].tolist() == [32, 90, 1], (
        "counted to 1 May, the data's last day, cancelled or not"
    )
    assert frame["Tenure"].tolist() == [112, 90, 1]
    assert frame["Frequency"].tolist() == [3, 1, 1], "orders of one day are one purchase"
    assert frame["Total_Spent"].tolist() == [61, 15, 20]
    assert frame["Rhythm"].fillna(-1).tolist() == [40, -1, -1], "the median of 60 and 20 days"
    assert frame["Share_Returned"].round(4).tolist() == [round(4 / 65, 4), 0.25, 0]
    assert frame["Pieces"].tolist() == [7, 4, 1]
    assert frame["Share_Pots"].round(4).tolist() == [round(40 / 65, 4), 0, 1]
    assert frame["Favourite_Category"].tolist() == ["Pots", "Tea", "Pots"]
    assert frame["Their_Country"].tolist() == ["FR", "DE", "DE"]
    tea, pots = map(found.baskets.names.index, ("Tea", "Pots"))
    assert found.baskets.customer.tolist() == [0, 0, 0, 1, 2]
    assert found.baskets.inside[:, tea].tolist() == [True, True, True, True, False], "one was sent back"
    assert found.baskets.inside[:, pots].tolist() == [True, False, True, False, True]
    assert found.purchases.until(found.purchases.last)[0].again.tolist() == [2, 0, 0]
    assert np.bincount(found.purchases.payer, found.purchases.paid).tolist() == [61, 15, 20]


def test_what_is_odd_is_told_once_with_its_count_and_examples():
    found, _ = folded(BY_HAND)
    assert said(found) == {
        "nobody": 1, "undated": 1, "future": 1, "repeated": 1, "cancelled": 1, "zero": 1, "open": 1, "returned": 3,
        "emptied": 1,
    }  # fmt: skip
    sentence = next(one.sentence for one in found.remarks if one.name == "lines_future")
    assert "2099-12-31" in sentence


@pytest.mark.parametrize(
    ("left_out", "customer", "field", "value"),
    [
        (LEFT_OUT, "C", "Total_Spent", 40),
        ((Odd.FUTURE,), "B", "Frequency", 2),
        ((*LEFT_OUT, Odd.OPEN), "C", None, None),
        ((*LEFT_OUT, Odd.RETURNED), "B", "Total_Spent", 20),
        ((*LEFT_OUT, Odd.RETURNED), "A", "Total_Spent", 61),
    ],
)
def test_each_kind_of_odd_lines_is_a_switch(left_out, customer, field, value):
    frame = by_customer(folded(BY_HAND, left_out=left_out)[0])
    if field is None:
        assert customer not in frame.index
    else:
        assert frame.loc[customer, field] == value


def test_the_order_of_lines_changes_nothing():
    header, *rows = BY_HAND.splitlines()
    turned = "\n".join([header, *reversed(rows)]) + "\n"
    first, second = (by_customer(folded(text)[0]).sort_index() for text in (BY_HAND, turned))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("alike", [True, False])
def test_money_of_a_whole_order_counts_once_whether_it_stands_on_each_of_its_lines_or_on_the_first(alike):
    rows = []
    for number in range(40):
        for line in range(3):
            total = f"{30 + number}.50" if alike or line == 0 else ""
            day = f"2024-{1 + number % 9:02d}-{1 + number % 28:02d}" if alike or line == 0 else ""
            rows.append(f"#{1000 + number},c{number % 8}@x.org,{day},{total},{line + 1},7.00,Mug {line}")
    text = (
        "Name,Email,Created at,Total,Lineitem quantity,Lineitem price,Lineitem name\n"
        + "\n".join(rows)
        + "\n"
    )
    found, lines = folded(text)
    assert (lines.order, lines.customer, lines.date, lines.whole) == ("Name", "Email", "Created at", True)
    assert by_customer(found)["Total_Spent"].sum() == sum(30.5 + number for number in range(40))
    assert "undated" not in said(found)
    share = by_customer(found).loc["c0@x.org", "Share_Mug_2"]
    assert share == pytest.approx(3 / 6), "of a category by pieces and price"


def test_addresses_in_other_letters_are_one_customer_and_words_for_nobody_are_none():
    mails = ["Ann@x.org", "ann@X.ORG", "bob@x.org", "guest", "Guest", "", "bob@x.org", "cy@x.org"]
    rows = "".join(f"{n},{mail},2024-01-{n + 1:02d},5\n" for n, mail in enumerate(mails * 3))
    found, _ = folded("order id,e-mail,date,amount\n" + rows)
    assert sorted(found.frame["ID"]) == ["ann@x.org", "bob@x.org", "cy@x.org"]
    assert said(found)["nobody"] == 9


def own_folding(lines: pd.DataFrame, last) -> pd.DataFrame:
    """Another folding, in plain pandas: of lines with customer, day, money, in which less than nothing came back."""
    bought = lines[lines["money"] >= 0]
    days = bought.groupby("customer")["day"]
    return pd.DataFrame(
        {
            "Recency_Days": (last - days.max()).dt.days.astype(float),
            "Tenure": (last - days.min()).dt.days.astype(float),
            "Frequency": days.nunique().astype(float),
            "Total_Spent": lines.groupby("customer")["money"].sum().reindex(days.size().index),
        }
    )


def same(found: Folded, expected: pd.DataFrame) -> None:
    ours = by_customer(found)[list(expected.columns)].sort_index()
    expected = expected.set_axis(expected.index.astype(str)).sort_index()
    pd.testing.assert_index_equal(ours.index, expected.index, check_names=False, exact=False)
    np.testing.assert_allclose(ours.to_numpy(), expected.to_numpy(), atol=1e-3)


@elsewhere
def test_a_public_file_of_lines_is_folded_as_pandas_folds_it():
    read = pd.read_csv(FILES / "retail_data_transactions.csv")
    day = pd.to_datetime(read["trans_date"], format="%d-%b-%y")
    lines = pd.DataFrame({"customer": read["customer_id"], "day": day, "money": read["tran_amount"]})
    same(folded(FILES / "retail_data_transactions.csv")[0], own_folding(lines, day.max()))


@elsewhere
def test_a_public_file_with_returns_and_missing_customers_is_folded_as_pandas_folds_it():
    read = pd.read_csv(
        FILES / "online_retail_sample.csv", dtype={"InvoiceNo": str}, parse_dates=["InvoiceDate"]
    )
    last = read["InvoiceDate"].max().normalize()
    read = read[read["CustomerID"].notna()].drop_duplicates()
    read = read[read["UnitPrice"] > 0]
    lines = pd.DataFrame(
        {
            "customer": read["CustomerID"].astype(int).astype(str),
            "day": read["InvoiceDate"].dt.normalize(),
            "money": read["Quantity"] * read["UnitPrice"],
        }
    )
    same(folded(FILES / "online_retail_sample.csv")[0], own_folding(lines, last))


def test_lines_whose_customer_only_their_order_names_are_counted_and_told(tmp_path):
    rows = [
        f"{place // 2};{'' if place % 8 in (1, 6, 7) else f'C{place // 2 % 30}'};2024-01-{1 + place % 28:02d};5"
        for place in range(240)
    ]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["order no;customer no;order date;amount", *rows]))
    found = propose(file, max_mb=50)
    assert "30 lines without a customer are of those that other lines of their orders name." in found.notes
    assert any("60 lines without a customer" in one and "left out" in one for one in found.notes)
    assert found.read.frame["Total_Spent"].sum() == 5 * (240 - 60)


def test_who_bought_is_called_in_words_of_their_own(tmp_path):
    rows = [f"{place};C{place % 40};2024-01-{1 + place % 28:02d};5" for place in range(240)]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["OrderNo;CustomerID;OrderDate;Amount", *rows]))
    assert propose(file, max_mb=50).schema.label("ID") == "Customer ID"
