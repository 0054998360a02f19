"""A million customers from the file that has come to a dataset with a live model; pandas and DuckDB do the same as far as features."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from bench import apart
from bench.rows import Row, table
from bench.scale import drawn
from core.data import cleaning, derive
from core.data.read import read_customers
from core.datasets.catalogue import Catalogue
from core.datasets.intake import propose
from core.datasets.templates import PERSONALITY, template_of
from core.datasets.workspace import Workspaces
from core.settings import load
from core.store.database import opened

CUSTOMERS = 1_000_000
LARGEST_MB = 1000
SPENT = ["MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts", "MntSweetProducts", "MntGoldProds"]
CHANNELS = ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
ANSWERS = ["AcceptedCmp1", "AcceptedCmp2", "AcceptedCmp3", "AcceptedCmp4", "AcceptedCmp5", "Response"]
_MEANT = {"Alone": "Single", "Absurd": "Other", "YOLO": "Other"}


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Reading, cleaning and features against each peer; all of it, with what the columns are, the dataset and its model."""
    features = apart.measured("bench.upload", [apart.OURS, "pandas", "duckdb"], customers)
    whole = apart.measured("bench.upload", ["whole"], customers, runs=1)
    last = Row(bench="upload", what="file to live model", n=customers, seconds=whole.seconds["whole"])
    return [
        *apart.rows("upload", "read, clean, features", customers, features),
        last | {"bytes": whole.peak["whole"]},
    ]


def made(customers: int) -> pd.DataFrame:
    """Customers like those of the sample, whole numbers written as such."""
    return drawn(customers).convert_dtypes()


def _features(file: Path) -> tuple[float, ...]:
    read = read_customers(file, PERSONALITY, template_of(PERSONALITY), max_mb=LARGEST_MB)
    return _sums(derive.engineer(cleaning.clean(read.frame, None, PERSONALITY).frame, PERSONALITY))


def _sums(frame: pd.DataFrame) -> tuple[float, ...]:
    names = ("Total_Spending", "Age", "Household_Size", "Customer_Tenure", "Share_Wines")
    return (len(frame), *(float(frame[name].sum()) for name in names))


def _whole(file: Path) -> tuple[float, ...]:
    with tempfile.TemporaryDirectory() as folder:
        settings = load(home=Path(folder), max_file_mb=LARGEST_MB)
        spaces = Workspaces(Catalogue(settings, opened(settings)))
        schema = propose(
            file, max_mb=LARGEST_MB
        ).schema  # what was read for it is let go, as between two jobs
        assert schema, "no segments can be made of it"
        with spaces.at(spaces.add(file, "Million", schema).slug):
            return (len(spaces.current.live.model.people),)


def _pandas(file: Path) -> tuple[float, ...]:
    frame = pd.read_csv(file, parse_dates=["Dt_Customer"])
    frame = frame[~frame.duplicated("ID")]
    dates, income, numbers = frame["Dt_Customer"], frame["Income"], [*SPENT, *CHANNELS, "Recency"]
    age = dates.max().year - frame["Year_Birth"]
    low, high = income.quantile([0.25, 0.75])
    frame = frame.assign(
        Education=frame["Education"].str.strip(),
        Marital_Status=frame["Marital_Status"].str.strip().replace(_MEANT),
        Age=age.where(age.between(0, 100)),
        Income=income.where((income >= 0) & (income <= high + 3 * (high - low))),
        **{name: frame[name].where(frame[name] >= 0) for name in numbers},
        **{name: frame[name].where(frame[name].isin([0, 1])) for name in ANSWERS},
    )
    spent, bought = frame[SPENT].sum(axis=1), frame[CHANNELS].sum(axis=1)
    children = frame["Kidhome"] + frame["Teenhome"]
    most = frame[CHANNELS].max(axis=1)
    first = frame[CHANNELS].idxmax(axis=1).where(frame[CHANNELS].eq(most, axis=0).sum(axis=1) == 1, "Several")
    return _sums(
        frame.assign(
            Total_Spending=spent,
            Customer_Tenure=(dates.max() - dates).dt.days,
            Campaign_Acceptance=frame[ANSWERS].sum(axis=1),
            Children=children,
            Household_Size=children + 1 + frame["Marital_Status"].isin(["Married", "Together"]),
            Total_Purchases=bought,
            Average_Basket=spent / bought.where(bought != 0),
            Share_Wines=frame["MntWines"] / spent.where(spent != 0),
            **{f"Share_{name}": frame[name] / spent.where(spent != 0) for name in SPENT[1:]},
            **{f"Share_{name}": frame[name] / bought.where(bought != 0) for name in CHANNELS},
            Main_Channel=first.mask(most == 0, "None"),
            Deal_Rate=frame["NumDealsPurchases"] / bought.where(bought != 0),
            Web_Conversion=frame["NumWebPurchases"] / frame["NumWebVisitsMonth"].replace(0, pd.NA),
            Month=dates.dt.month,
            Quarter=dates.dt.to_period("Q"),
        )
    )


def _duckdb(file: Path) -> tuple[float, ...]:
    shares = ", ".join(f"{name} / nullif(spent, 0) AS share_{name}" for name in SPENT)
    shares += "".join(f", {name} / nullif(bought, 0) AS share_{name}" for name in CHANNELS)
    positive = ", ".join(
        f"if({name} >= 0, {name}, NULL) AS {name}" for name in [*SPENT, *CHANNELS, "Recency"]
    )
    flags = ", ".join(f"if({name} IN (0, 1), {name}, NULL) AS {name}" for name in ANSWERS)
    most = f"greatest({', '.join(CHANNELS)})"
    first = " ".join(f"WHEN {name} = {most} THEN '{name}'" for name in CHANNELS)
    leaders = " + ".join(f"({name} = {most})::INT" for name in CHANNELS)
    connection = duckdb.connect()
    connection.execute("SET threads TO 1; SET enable_progress_bar = false")
    connection.execute(
        f"""
        CREATE TABLE known AS SELECT * FROM read_csv('{file}') QUALIFY row_number() OVER (PARTITION BY ID) = 1;
        CREATE TABLE bounds AS SELECT max(Dt_Customer) AS last,
            quantile_cont(Income, 0.75) + 3 * (quantile_cont(Income, 0.75) - quantile_cont(Income, 0.25)) AS high FROM known;
        CREATE TABLE cleaned AS SELECT known.* REPLACE (
            trim(Education) AS Education, {positive}, {flags},
            CASE trim(Marital_Status) WHEN 'Alone' THEN 'Single' WHEN 'Absurd' THEN 'Other' WHEN 'YOLO' THEN 'Other'
                ELSE trim(Marital_Status) END AS Marital_Status,
            if(Income BETWEEN 0 AND high, Income, NULL) AS Income
            ), if(year(last) - Year_Birth BETWEEN 0 AND 100, year(last) - Year_Birth, NULL) AS Age,
            date_diff('day', Dt_Customer, last) AS Customer_Tenure,
            {" + ".join(SPENT)} AS spent, {" + ".join(CHANNELS)} AS bought FROM known, bounds;
        CREATE TABLE customers AS SELECT *, Kidhome + Teenhome AS Children,
            Kidhome + Teenhome + 1 + (Marital_Status IN ('Married', 'Together'))::INT AS Household_Size,
            {" + ".join(ANSWERS)} AS Campaign_Acceptance, spent / nullif(bought, 0) AS Average_Basket, {shares},
            CASE WHEN {most} = 0 THEN 'None' WHEN {leaders} > 1 THEN 'Several' {first} END AS Main_Channel,
            NumDealsPurchases / nullif(bought, 0) AS Deal_Rate, NumWebPurchases / nullif(NumWebVisitsMonth, 0) AS Web_Conversion,
            month(Dt_Customer) AS Month, quarter(Dt_Customer) AS Quarter FROM cleaned;
        """
    )
    found = connection.execute(
        "SELECT count(*), sum(spent), sum(Age), sum(Household_Size), sum(Customer_Tenure), "
        "sum(share_MntWines) FROM customers"
    ).fetchone()
    assert found
    return tuple(map(float, found))


WORK: Mapping[str, Callable[[Path], tuple[float, ...]]] = {
    "ours": _features,
    "pandas": _pandas,
    "duckdb": _duckdb,
    "whole": _whole,
}

if __name__ == "__main__":
    print(table(rows()))
