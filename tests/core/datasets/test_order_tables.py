"""Orders whose lines, products and buyers are in tables of their own become one row per customer, whatever the shop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.read import read_customers
from core.datasets.intake import Proposal
from core.datasets.templates import template_of
from core.datasets.together import propose_together
from core.schema.decisions import choices_of
from core.schema.grain import Grain

CUSTOMERS, EACH = 40, 4


@pytest.fixture
def asked(tmp_path):
    """What files of these tables would be, by name; `said` are choices."""

    def ask(said: tuple[str, ...] = (), **tables: pd.DataFrame) -> Proposal:
        files = []
        for name, table in tables.items():
            files.append(tmp_path / f"{name}.csv")
            table.to_csv(files[-1], index=False)
        (tmp_path / "into").mkdir(exist_ok=True)
        return propose_together(files, tmp_path / "into", max_mb=20, choices=choices_of(said))

    return ask


def days(count: int) -> list[str]:
    return list((pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(count), "D")).strftime("%Y-%m-%d"))


def headers() -> pd.DataFrame:
    """Four orders of each of 40 customers, a day after the other; the first one was cancelled."""
    count = CUSTOMERS * EACH
    return pd.DataFrame(
        {
            "order number": [f"{n:05}" for n in range(count)],
            "customer": [f"C{n % CUSTOMERS:03}" for n in range(count)],
            "date": days(count),
            "status": ["cancelled", *["paid"] * (count - 1)],
        }
    )


def lines() -> pd.DataFrame:
    """Two lines of each order: two pieces at 3, and one at 10."""
    numbers = headers()["order number"]
    return pd.DataFrame(
        {
            "order number": np.repeat(numbers, 2),
            "product": ["P1", "P2"] * len(numbers),
            "category": ["Toys", "Books"] * len(numbers),
            "quantity": [2, 1] * len(numbers),
            "price": ["3.00", "10.00"] * len(numbers),
        }
    )


def people() -> pd.DataFrame:
    draw = np.random.default_rng(1)
    known = [f"C{n:03}" for n in range(CUSTOMERS)]
    return pd.DataFrame({"customer": known, "Age": draw.integers(18, 80, CUSTOMERS), "City": draw.choice(["Rome", "Oslo"], CUSTOMERS)})  # fmt: skip


def read(found: Proposal) -> pd.DataFrame:
    assert found.refused == ""
    return read_customers(found.file, found.schema, template_of(found.schema)).frame.set_index("ID")


def whats(found: Proposal) -> str:
    return "\n".join(one.what for one in found.problems)


def test_headers_and_lines_are_orders_of_customers(asked):
    found = asked(orders=headers(), lines=lines())
    assert found.guessed.grain is Grain.LINES
    frame = read(found)
    assert len(frame) == CUSTOMERS
    assert frame.loc["C001", ["Frequency", "Total_Spent", "Different_Products"]].tolist() == [4, 64, 2]
    assert frame.loc["C000", ["Frequency", "Total_Spent"]].tolist() == [3, 48]
    assert frame.loc["C001", "Share_Toys"] == 6 / 16
    assert found.joined["key"] == {"left": "order number", "right": "order number", "spelling": True}


def test_numbers_of_orders_keep_their_zeros_and_differ_by_letters_only_with_a_word(asked):
    sold = lines()
    sold["order number"] = sold["order number"].str.lstrip("0").replace("", "0")
    found = asked(orders=headers(), lines=sold)
    assert read(found).loc["C001", "Total_Spent"] == 64
    assert [one.chosen for one in found.decisions if one.what == "spelling of keys"] == ["zeros-ignored"]
    assert (
        "found no order number that lines.csv and orders.csv have alike"
        in asked(("=zeros-count",), orders=headers(), lines=sold).refused
    )


@pytest.mark.parametrize("said", [(), ("=orders-without-lines-counted",)], ids=["left out", "counted"])
def test_orphans_are_counted_both_ways_and_are_switches(asked, said):
    stray = lines().head(3).assign(**{"order number": ["77777", "77777", "88888"]})
    sold = pd.concat([lines()[lines()["order number"] != "00001"], stray])
    found = asked(said, orders=headers(), lines=sold)
    assert (
        "3 rows of 321 in lines.csv have no order in orders.csv (such as 77777, 88888): left out."
        in whats(found)
    )
    assert "One row of 160 in orders.csv has no row in lines.csv (such as 00001)" in whats(found)
    assert read(found).loc["C001", ["Frequency", "Total_Spent"]].tolist() == ([4, 48] if said else [3, 48])
    told = [one.chosen for one in found.decisions if one.what == "orders without lines"]
    assert told == ["orders-without-lines-counted" if said else "orders-without-lines-left-out"]
    assert "lines without an order" not in [one.what for one in found.decisions]


def test_orders_that_say_what_they_cost_count_without_lines(asked):
    sold = lines()[lines()["order number"] != "00001"]
    found = asked(orders=headers().assign(total=[16.0 + n % 7 for n in range(160)]), lines=sold)
    assert read(found).loc["C001", "Frequency"] == 4


def test_customers_orders_and_lines_are_one_table_of_customers(asked):
    found = asked(lines=lines(), orders=headers(), customers=people())
    assert found.guessed.grain is Grain.CUSTOMERS
    assert found.joined["key"]["left"] == "customer"
    assert [one["key"]["left"] for one in found.joined["more"]] == ["order number"]
    columns = [one.column for one in found.guessed.columns]
    assert {"Age", "City", "Purchases", "Total spent", "Share of Toys"} <= {*columns}
    frame = read(found)
    assert len(frame) == CUSTOMERS


def test_two_keys_can_be_said_and_one_that_is_none_is_refused(asked):
    tables = {"customers": people(), "orders": headers(), "lines": lines()}
    said = ("=key:order number=order number", "=key:customer=customer")
    assert asked(said, **tables).refused == ""
    assert (
        "Found the key 'product=order number'"
        in asked((*said, "=key:product=order number"), **tables).refused
    )


def test_northwind_takes_discounts_off_and_categories_from_products(asked):
    head, rows = headers(), lines()
    orders = pd.DataFrame({"OrderID": 10248 + np.arange(len(head)), "CustomerID": head["customer"], "EmployeeID": 1, "OrderDate": head["date"], "ShippedDate": head["date"], "Freight": 32.38})  # fmt: skip
    details = pd.DataFrame({"OrderID": np.repeat(orders["OrderID"].to_numpy(), 2), "ProductID": rows["product"].str[1:].to_numpy(), "UnitPrice": rows["price"].to_numpy(), "Quantity": rows["quantity"].to_numpy(), "Discount": [0, 0.25] * len(head)})  # fmt: skip
    products = pd.DataFrame({"ProductID": [1, 2, 3], "ProductName": ["Chai", "Chang", "Tofu"], "CategoryID": [7, 8, 8], "UnitPrice": [9, 99, 9]})  # fmt: skip
    categories = pd.DataFrame({"CategoryID": [7, 8], "CategoryName": ["Produce", "Seafood"]})
    clients = people().rename(columns={"customer": "CustomerID"})
    found = asked(
        Customers=clients, Orders=orders, Order_Details=details, Products=products, Categories=categories
    )
    frame = read(found)
    told = {one.column for one in found.guessed.columns}
    assert {"Share of Seafood", "Share of Produce"} <= told
    assert frame.filter(like="otal").loc["C001"].tolist() == [4 * (6 + 7.5)]


def test_olist_names_customers_by_what_is_the_same_in_all_their_orders(asked):
    head, rows = headers(), lines()
    orders = pd.DataFrame({"order_id": [f"o{n}" for n in head["order number"]], "customer_id": [f"u{n}" for n in range(len(head))], "order_status": head["status"].replace("paid", "delivered"), "order_purchase_timestamp": head["date"] + " 10:00:00"})  # fmt: skip
    buyers = pd.DataFrame({"customer_id": orders["customer_id"], "customer_unique_id": head["customer"], "customer_state": "SP"})  # fmt: skip
    items = pd.DataFrame({"order_id": np.repeat(orders["order_id"], 2), "order_item_id": [1, 2] * len(head), "product_id": rows["product"].to_numpy(), "seller_id": "s1", "price": rows["price"].to_numpy(), "freight_value": 1.5})  # fmt: skip
    payments = pd.DataFrame({"order_id": [*orders["order_id"], "o00001"], "payment_sequential": 1, "payment_type": "credit_card", "payment_value": 16.0})  # fmt: skip
    goods = pd.DataFrame({"product_id": ["P1", "P2"], "product_category_name": ["brinquedos", "livros"], "product_weight_g": [20, 30]})  # fmt: skip
    found = asked(olist_customers=buyers, olist_orders=orders, olist_order_items=items, olist_order_payments=payments, olist_products=goods)  # fmt: skip
    frame = read(found)
    assert len(frame) == CUSTOMERS
    assert frame.loc["C001", ["Frequency", "Total_Spent"]].tolist() == [4, 4 * 13]
    assert "Share_Livros" in frame
    assert frame.loc["C001", "Different_Products"] == 2
    assert "Left out: olist_order_payments.csv" in whats(found)


def test_returns_by_number_tell_what_became_of_orders(asked):
    sold = headers().assign(amount=5.0)
    found = asked(
        orders=sold, returns=pd.DataFrame({"order number": sold["order number"][1:30], "returned": "Yes"})
    )
    assert read(found).loc["C001", "Share_Returned"] == 0.25
