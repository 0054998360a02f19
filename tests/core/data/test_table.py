"""A wrong file is told what it looks like."""

from __future__ import annotations

import pytest

from core.errors import SchemaError
from core.numbers import Numbers, plain
from tests.support.personality import read_customers

ORDERS = "InvoiceNo,CustomerID,Quantity,UnitPrice\n" + "".join(
    f"{number},{'' if number % 9 == 0 else number % 40},2,3.5\n" for number in range(200)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ORDERS, r"one row per order line: 40 customers in 200 rows \(by CustomerID\)"),
        (ORDERS.replace("CustomerID", "Customer type"), "one row per order line, 200 in all, and no column that names who bought"),
        ("customerID,tenure,Churn\n" + "".join(f"c{n},{n},No\n" for n in range(50)), "one row per customer, 50 in all"),
        ("MarketID,Week,Sales\n1,2,3\n1,3,4\n", "a table of something else"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_what_it_looks_like(text, words):
    with pytest.raises(SchemaError, match=words):
        read_customers(text.encode())


def test_numbers_of_that_are_those_of_who_reads():
    header, lines = ORDERS.split("\n", 1)
    with pytest.raises(SchemaError) as refused:
        read_customers(f"{header}\n{lines * 6}".encode())
    assert "40 customers in 1.200 rows" in Numbers("de_DE").told(str(refused.value))
    assert "40 customers in 1,200 rows" in plain(str(refused.value))


def test_where_only_little_is_missing_renaming_is_advised():
    text = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,Visits,Days\n1,2,3,4,5,6,7,8\n"
    with pytest.raises(SchemaError, match=r"no column for Recency\. .*Rename the columns"):
        read_customers(text.encode())
