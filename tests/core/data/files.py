"""Small customer files, written the many ways people write them."""

from __future__ import annotations

import csv
import datetime as dt
import io

from core.schema.fields import Kind
from data.sample.customers import COLUMNS
from tests.support.personality import FIELDS

CUSTOMER = {
    "ID": 1,
    "Year_Birth": 1970,
    "Education": "Graduation",
    "Marital_Status": "Married",
    "Income": 50000.25,
    "Kidhome": 1,
    "Teenhome": 0,
    "Dt_Customer": dt.date(2013, 5, 21),
    "Recency": 10,
    "MntWines": 300,
    "MntFruits": 10,
    "MntMeatProducts": 120,
    "MntFishProducts": 30,
    "MntSweetProducts": 20,
    "MntGoldProds": 20,
    "NumDealsPurchases": 2,
    "NumWebPurchases": 4,
    "NumCatalogPurchases": 1,
    "NumStorePurchases": 5,
    "NumWebVisitsMonth": 8,
    **dict.fromkeys(("AcceptedCmp3", "AcceptedCmp4", "AcceptedCmp5", "AcceptedCmp1", "AcceptedCmp2"), 0),
    "Complain": 0,
    "Z_CostContact": 3,
    "Z_Revenue": 11,
    "Response": 1,
}
ORDERS = {"day-first": "%d{0}%m{0}%Y", "month-first": "%m{0}%d{0}%Y", "year-first": "%Y{0}%m{0}%d"}


def customers(*changes: dict) -> list[dict]:
    """One customer per change, numbered from 1."""
    return [CUSTOMER | {"ID": number} | change for number, change in enumerate(changes, start=1)]


def number(value, *, decimal=".", group="", sign="", places=2) -> str:
    """A number as text; empty for None."""
    if value is None:
        return ""
    text = f"{value:,.{places}f}" if isinstance(value, float) else str(value)
    return sign + text.replace(",", "\0").replace(".", decimal).replace("\0", group)


def as_csv(
    rows,
    *,
    columns=COLUMNS,
    delimiter=",",
    encoding="utf-8",
    decimal=".",
    group="",
    sign="",
    order="day-first",
    date_mark="-",
    heading=str,
    newline="\r\n",
    quoting=csv.QUOTE_MINIMAL,
) -> bytes:
    """The customers as a file, written in the given way."""
    amount = {"decimal": decimal, "group": group, "sign": sign}
    pattern = ORDERS[order].format(date_mark)

    def written(column, value):
        if isinstance(value, dt.date):
            return value.strftime(pattern)
        if column in FIELDS and FIELDS[column].kind is Kind.AMOUNT and isinstance(value, float):
            return number(value, **amount)
        return "" if value is None else str(value)

    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerow([heading(column) for column in columns])
    writer.writerows([written(column, row[column]) for column in columns] for row in rows)
    return text.getvalue().encode(encoding)


def column_csv(column, values, **writing) -> bytes:
    """A file whose customers differ in one column, whose texts are written as they are."""
    return as_csv(customers(*({column: value} for value in values)), **writing)
