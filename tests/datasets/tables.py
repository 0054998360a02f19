"""Tables of shapes that the sample has not, each with the schema that a person would give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.schema.derivations import DaysTo, Sum
from core.schema.fields import IDENTIFIER, Field, Kind
from core.schema.schema import Schema


@dataclass(frozen=True)
class Foreign:
    """A table, and what its columns are."""

    frame: pd.DataFrame
    schema: Schema


def fields(kinds: Mapping[str, Kind], *, group: str, named: Mapping[str, str] | None = None) -> list[Field]:
    """Fields that are called as their columns, capitalised; `named` says otherwise, by column."""
    names = {column: (named or {}).get(column, column[:1].upper() + column[1:]) for column in kinds}
    return [
        Field(names[column], column.replace("_", " ").capitalize(), kind, group=group, column=column)
        for column, kind in kinds.items()
    ]


def cards() -> Foreign:
    """Credit-card customers: 17 numeric columns, heavy tails, gaps, no date and no answers."""
    draw, rows = np.random.default_rng(17), 400
    kind = draw.integers(0, 3, rows)
    balance = draw.lognormal(np.array([6.0, 7.6, 4.5])[kind], 0.8)
    bought = draw.lognormal(np.array([6.8, 4.0, 5.5])[kind], 0.9)
    oneoff = bought * draw.beta(2, 2, rows)
    advance = draw.lognormal(np.array([2.0, 7.0, 3.0])[kind], 1.0) * (draw.random(rows) < 0.6)
    frame = pd.DataFrame(
        {
            "CUST_ID": [f"C{number:05d}" for number in range(10001, 10001 + rows)],
            "BALANCE": balance.round(2),
            "BALANCE_FREQUENCY": draw.beta(8, 1, rows).round(3),
            "PURCHASES": bought.round(2),
            "ONEOFF_PURCHASES": oneoff.round(2),
            "INSTALLMENTS_PURCHASES": (bought - oneoff).round(2),
            "CASH_ADVANCE": advance.round(2),
            "PURCHASES_FREQUENCY": draw.beta(np.array([5.0, 1.0, 2.0])[kind], 2).round(3),
            "ONEOFF_PURCHASES_FREQUENCY": draw.beta(1, 3, rows).round(3),
            "PURCHASES_INSTALLMENTS_FREQUENCY": draw.beta(1, 2, rows).round(3),
            "CASH_ADVANCE_FREQUENCY": draw.beta(1, 6, rows).round(3),
            "CASH_ADVANCE_TRX": draw.poisson(np.array([1.0, 9.0, 2.0])[kind]),
            "PURCHASES_TRX": draw.poisson(np.array([24.0, 2.0, 9.0])[kind]),
            "CREDIT_LIMIT": draw.choice([1000, 1500, 3000, 6000, 9000], rows).astype(float),
            "PAYMENTS": (balance * draw.uniform(0.2, 1.5, rows)).round(2),
            "MINIMUM_PAYMENTS": (balance * 0.05).round(2),
            "PRC_FULL_PAYMENT": (draw.beta(1, 4, rows) * (draw.random(rows) < 0.4)).round(3),
            "TENURE": draw.choice([6, 8, 10, 11, 12], rows, p=[0.03, 0.03, 0.04, 0.05, 0.85]),
        }
    )
    frame.loc[draw.choice(rows, 14, replace=False), "MINIMUM_PAYMENTS"] = np.nan
    frame.loc[3, "CREDIT_LIMIT"] = np.nan
    kinds = {
        column: Kind.SHARE
        if "FREQUENCY" in column or column.startswith("PRC")
        else Kind.COUNT
        if column.endswith(("TRX", "TENURE"))
        else Kind.AMOUNT
        for column in frame.columns[1:]
    }
    schema = Schema(
        (Field(IDENTIFIER, "Customer", Kind.IDENTIFIER, column="CUST_ID"), *fields(kinds, group="Account")),
        basis=("BALANCE", "PURCHASES", "CASH_ADVANCE", "CREDIT_LIMIT", "PAYMENTS", "PURCHASES_TRX"),
        value="PURCHASES",
    )
    return Foreign(frame, schema)


def telecom() -> Foreign:
    """Telecom customers: mostly categories and yes or no, and one number as text with blanks."""
    draw, rows = np.random.default_rng(7043), 300
    contract = draw.choice(["Month-to-month", "One year", "Two year"], rows, p=[0.55, 0.21, 0.24])
    months = np.where(contract == "Month-to-month", draw.geometric(0.06, rows), draw.integers(12, 72, rows))
    internet = draw.choice(["DSL", "Fiber optic", "No"], rows, p=[0.34, 0.44, 0.22])
    monthly = np.select([internet == "No", internet == "DSL"], [20.0, 55.0], 85.0) + draw.normal(0, 8, rows)
    total = pd.Series((monthly * months).round(2).astype(str))
    total[draw.choice(rows, 4, replace=False)] = " "
    yes = {name: draw.choice(["Yes", "No"], rows) for name in ("Partner", "Dependents", "PaperlessBilling")}
    left = draw.random(rows) < np.where(contract == "Month-to-month", 0.42, 0.08)
    frame = pd.DataFrame(
        {
            "customerID": [f"{n:04d}-{draw.choice(list('ABCDEFGH'))}XQ" for n in range(1, rows + 1)],
            "gender": draw.choice(["Female", "Male"], rows),
            **yes,
            "tenure": months.clip(1, 72),
            "Contract": contract,
            "InternetService": internet,
            "PaymentMethod": draw.choice(["Electronic check", "Mailed check", "Bank transfer"], rows),
            "MonthlyCharges": monthly.clip(18).round(2),
            "TotalCharges": total.to_numpy(),
            "Churn": np.where(left, "Yes", "No"),
        }
    )
    kinds = {
        "gender": Kind.CATEGORY,
        **dict.fromkeys(yes, Kind.FLAG),
        "tenure": Kind.COUNT,
        **dict.fromkeys(("Contract", "InternetService", "PaymentMethod"), Kind.CATEGORY),
        "MonthlyCharges": Kind.AMOUNT,
        "TotalCharges": Kind.AMOUNT,
        "Churn": Kind.FLAG,
    }
    schema = Schema(
        (
            Field(IDENTIFIER, "Customer", Kind.IDENTIFIER, column="customerID"),
            *fields(kinds, group="Contract"),
        ),
        basis=("Tenure", "MonthlyCharges", "TotalCharges"),
        value="TotalCharges",
        events=("Churn",),
    )
    return Foreign(frame, schema)


def wholesale() -> Foreign:
    """Clients of a wholesaler: spending in six columns, no identifier."""
    draw, rows = np.random.default_rng(440), 220
    cafe = draw.random(rows) < 0.66
    columns = ("Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen")
    high, low = (9.3, 7.6, 7.9, 7.7, 6.2, 6.6), (8.4, 9.0, 9.6, 6.9, 8.6, 7.0)
    amounts = {
        column: draw.lognormal(np.where(cafe, one, other), 0.8).round().astype(int)
        for column, one, other in zip(columns, high, low, strict=True)
    }
    frame = pd.DataFrame(
        {
            "Channel": np.where(cafe, "Horeca", "Retail"),
            "Region": draw.integers(1, 4, rows).astype(str),
            **amounts,
        }
    )
    kinds = {"Channel": Kind.CATEGORY, "Region": Kind.CATEGORY, **dict.fromkeys(columns, Kind.AMOUNT)}
    total = Field("Total", "Total spending", Kind.AMOUNT, group="Spending", derived=Sum(columns), minimum=0.0)
    schema = Schema((*fields(kinds, group="Spending"), total), basis=columns, value="Total")
    return Foreign(frame, schema)


def business() -> Foreign:
    """Fifty companies, with accents in the headers and a date each."""
    draw, rows = np.random.default_rng(50), 50
    large = draw.random(rows) < 0.4
    frame = pd.DataFrame(
        {
            "Société": [f"Société n° {number}" for number in range(1, rows + 1)],
            "Chiffre d'affaires €": draw.lognormal(np.where(large, 13.5, 11.0), 0.5).round(),
            "Employés": draw.poisson(np.where(large, 180, 12)) + 1,
            "Délai de paiement (jours)": draw.poisson(np.where(large, 45, 25)),
            "Région": draw.choice(["Île-de-France", "Bretagne", "Provence"], rows),
            "Client depuis": pd.Timestamp(2024, 6, 30)
            - pd.to_timedelta(draw.integers(30, 2500, rows), unit="D"),
        }
    )
    frame["Client depuis"] = frame["Client depuis"].dt.strftime("%d/%m/%Y")
    named = {
        "Chiffre d'affaires €": "Chiffre_d_affaires",
        "Employés": "Employes",
        "Délai de paiement (jours)": "Delai",
        "Région": "Region",
        "Client depuis": "Client_depuis",
    }
    kinds = dict(zip(named, (Kind.AMOUNT, Kind.COUNT, Kind.DAYS, Kind.CATEGORY, Kind.DATE), strict=True))
    tenure = Field(
        "Anciennete", "Ancienneté", Kind.DAYS, "jours", group="Client", derived=DaysTo("Client_depuis")
    )
    schema = Schema(
        (
            Field(IDENTIFIER, "Société", Kind.IDENTIFIER, column="Société"),
            *fields(kinds, group="Client", named=named),
            tenure,
        ),
        basis=("Chiffre_d_affaires", "Employes", "Delai", "Anciennete"),
        value="Chiffre_d_affaires",
        anchor="Client_depuis",
    )
    return Foreign(frame, schema)


def orders() -> Foreign:
    """Order lines that were folded to recency, frequency and value."""
    draw, rows = np.random.default_rng(12), 350
    loyal = draw.random(rows) < 0.3
    often = draw.poisson(np.where(loyal, 12, 2)) + 1
    frame = pd.DataFrame(
        {
            "customer": draw.choice(np.arange(12000, 19000), rows, replace=False),
            "recency": draw.exponential(np.where(loyal, 25, 140)).round().astype(int),
            "frequency": often,
            "monetary": (often * draw.lognormal(5.2, 0.6, rows)).round(2),
            "returned": (draw.random(rows) < 0.15).astype(int),
            "country": draw.choice(
                ["United Kingdom", "Germany", "France", "EIRE"], rows, p=[0.8, 0.1, 0.06, 0.04]
            ),
        }
    )
    kinds = {
        "recency": Kind.DAYS,
        "frequency": Kind.COUNT,
        "monetary": Kind.AMOUNT,
        "returned": Kind.FLAG,
        "country": Kind.CATEGORY,
    }
    schema = Schema(
        (Field(IDENTIFIER, "Customer", Kind.IDENTIFIER, column="customer"), *fields(kinds, group="Orders")),
        basis=("Recency", "Frequency", "Monetary"),
        value="Monetary",
    )
    return Foreign(frame, schema)


def campaigns() -> Foreign:
    """Answers to fifteen campaigns, and no spending."""
    draw, rows = np.random.default_rng(15), 500
    keen = draw.beta(np.where(draw.random(rows) < 0.25, 4, 1), 9)
    answers = {f"offer_{n:02d}": (draw.random(rows) < keen).astype(int) for n in range(1, 16)}
    frame = pd.DataFrame(
        {
            "id": np.arange(1, rows + 1),
            "age": draw.integers(18, 80, rows),
            "visits": draw.poisson(1 + 20 * keen),
            "opened": draw.poisson(2 + 10 * keen),
            "region": draw.choice(["North", "South", "East", "West"], rows),
            **answers,
        }
    )
    kinds = {
        "age": Kind.YEARS,
        "visits": Kind.COUNT,
        "opened": Kind.COUNT,
        "region": Kind.CATEGORY,
        **dict.fromkeys(answers, Kind.FLAG),
    }
    schema = Schema(
        (Field(IDENTIFIER, "Customer", Kind.IDENTIFIER, column="id"), *fields(kinds, group="Customer")),
        basis=("Age", "Visits", "Opened"),
        outcomes=tuple(name.capitalize() for name in answers),
    )
    return Foreign(frame, schema)


TABLES: Mapping[str, Callable[[], Foreign]] = MappingProxyType(
    {one.__name__: one for one in (cards, telecom, wholesale, business, orders, campaigns)}
)
