"""A million order lines to customers: ours, pandas and DuckDB doing the same folding, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from bench import apart
from bench.rows import Row, table
from core.data.facts import facts_of
from core.data.orders import fold, with_categories
from core.data.raw import read_raw
from core.data.typed_lines import typed_lines
from core.schema.order_parts import parts_of

LINES = 1_000_000


def rows(lines: int = LINES) -> list[Row]:
    """Against each peer, and the peaks of memory, from the file to customers; how many, and what they spent, has to agree."""
    return apart.rows("orders", "fold lines", lines, apart.measured("bench.orders", list(WORK), lines))


def made(lines: int) -> pd.DataFrame:
    """Lines of three to an order, six orders to a customer, some cancelled, some returned, over two years."""
    draw = np.random.default_rng(11)
    order = np.sort(draw.integers(0, lines // 3, lines))
    who, day = draw.integers(0, lines // 18, lines // 3), draw.integers(0, 730, lines // 3)
    return pd.DataFrame(
        {
            "line_id": np.arange(lines),
            "order_id": order + 500_000,
            "customer_id": who[order] + 10_000,
            "order_date": (np.datetime64("2023-01-01") + day[order]).astype(str),
            "category": draw.choice(["Tea", "Coffee", "Pots", "Mugs", "Sweets", "Cakes"], lines),
            "quantity": np.where(draw.random(lines) < 0.02, -1, draw.integers(1, 6, lines)),
            "unit_price": draw.lognormal(2, 0.6, lines).round(2),
            "status": draw.choice(["shipped", "cancelled"], lines, p=[0.97, 0.03]),
        }
    )


def _ours(file: Path) -> tuple[int, float]:
    raw = read_raw(file, name=file.name, max_mb=1000)
    lines = parts_of(facts_of({name: one.slice(0, 10_000) for name, one in raw.columns.items()})).lines
    assert lines
    typed = typed_lines(raw.columns, lines)
    frame = fold(typed, with_categories(typed, lines)).frame
    return len(frame), float(frame["Total_Spent"].sum())


def _pandas(file: Path) -> tuple[int, float]:
    lines = pd.read_csv(file, parse_dates=["order_date"])
    lines = lines[(lines["status"] != "cancelled") & ~lines.duplicated()]
    lines["money"] = lines["quantity"] * lines["unit_price"]
    last, bought = lines["order_date"].max(), lines[lines["quantity"] > 0]
    days = bought.groupby(["customer_id", "order_date"]).size().reset_index()
    gaps = days.groupby("customer_id")["order_date"].diff().dt.days
    groups = days.groupby("customer_id")["order_date"]
    parts = bought.pivot_table(
        index="customer_id", columns="category", values="money", aggfunc="sum", fill_value=0
    )
    customers = pd.DataFrame(
        {
            "recency": (last - groups.max()).dt.days,
            "tenure": (last - groups.min()).dt.days,
            "frequency": groups.size(),
            "rhythm": gaps.groupby(days["customer_id"]).median(),
            "spent": lines.groupby("customer_id")["money"].sum().reindex(groups.size().index),
            "returned": lines[lines["quantity"] < 0].groupby("customer_id")["money"].sum(),
        }
    ).dropna(subset=["frequency"])
    customers = customers.join(parts.div(parts.sum(axis=1), axis=0))
    return len(customers), float(customers["spent"].sum())


def _duckdb(file: Path) -> tuple[int, float]:
    connection = duckdb.connect()
    connection.execute("SET threads TO 1; SET enable_progress_bar = false")
    connection.execute(
        """
        CREATE TABLE lines AS SELECT DISTINCT *, quantity * unit_price AS money
            FROM read_csv($1) WHERE status <> 'cancelled';
        CREATE TABLE days AS SELECT customer_id, order_date,
            order_date - lag(order_date) OVER (PARTITION BY customer_id ORDER BY order_date) AS gap
            FROM (SELECT DISTINCT customer_id, order_date FROM lines WHERE quantity > 0);
        CREATE TABLE customers AS
            SELECT customer_id, count(*) AS frequency, median(gap) AS rhythm,
                (SELECT max(order_date) FROM lines) - max(order_date) AS recency,
                (SELECT max(order_date) FROM lines) - min(order_date) AS tenure FROM days GROUP BY ALL;
        CREATE TABLE money AS SELECT customer_id, sum(money) AS spent, sum(money) FILTER (quantity < 0) AS returned,
            sum(money) FILTER (category = 'Tea' AND quantity > 0) AS tea,
            sum(money) FILTER (category = 'Coffee' AND quantity > 0) AS coffee,
            sum(money) FILTER (category = 'Pots' AND quantity > 0) AS pots,
            sum(money) FILTER (category = 'Mugs' AND quantity > 0) AS mugs,
            sum(money) FILTER (category = 'Sweets' AND quantity > 0) AS sweets FROM lines GROUP BY ALL;
        """.replace("$1", f"'{file}'")
    )
    found = connection.execute(
        "SELECT count(*), sum(spent) FROM customers JOIN money USING (customer_id)"
    ).fetchone()
    assert found
    return int(found[0]), float(found[1])


WORK: Mapping[str, Callable[[Path], tuple[int, float]]] = {
    "ours": _ours,
    "pandas": _pandas,
    "duckdb": _duckdb,
}

if __name__ == "__main__":
    print(table(rows()))
