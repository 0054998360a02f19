"""Every derived field of the schema, by its definition there."""

from __future__ import annotations

import calendar
from collections.abc import Iterable

import numpy as np
import pandas as pd

from core.data.outliers import believed_days
from core.schema.fields import CAMPAIGNS, CHANNELS, EARLIER_CAMPAIGNS, FIELDS, PRODUCTS

_TWO_ADULTS = ("married", "together")
_MONTHS = tuple(calendar.month_name)[1:]
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")


def data_date(frame: pd.DataFrame) -> pd.Timestamp:
    """The data's own date: its latest enrolment that is believed. Ages and tenures are taken at it, not today.

    One mistyped date moves nobody's age; only a file without any date has to be taken as of today.
    """
    latest = believed_days(frame["Dt_Customer"]).last
    return latest if isinstance(latest, pd.Timestamp) else pd.Timestamp.now().normalize()


def ages(frame: pd.DataFrame) -> pd.Series:
    """Years, at the data's own date; as the file has them where it has no year of birth.

    Where it has no dates, its own ages tell the year that they are of.
    """
    if "Age" not in frame or frame["Year_Birth"].isna().all():
        return frame["Age"] if "Age" in frame else _aged(frame, data_date(frame).year)
    if frame["Dt_Customer"].notna().any():
        return _aged(frame, data_date(frame).year)
    year = (frame["Age"] + frame["Year_Birth"]).median()
    return _aged(frame, year).fillna(frame["Age"])


def _aged(frame: pd.DataFrame, year: float) -> pd.Series:
    return (year - frame["Year_Birth"]).astype("float64")


def engineer(frame: pd.DataFrame) -> pd.DataFrame:
    """The customers with every derived field of the schema.

    Parameters
    ----------
    frame : DataFrame
        Customers, one a row, with the columns that `read_customers` gives; unchanged.

    Returns
    -------
    DataFrame
        `frame`'s columns, then the derived ones, units as in the schema: as the file has them where it lacks
        what they are made of. NaN where a value that it is made from is missing or a ratio has nothing below
        the line.
    """
    derived = {**_person(frame), **_spending(frame), **_purchases(frame), **_enrolment(frame)}
    return frame.assign(**{name: derived[name] for name in FIELDS if FIELDS[name].derived})


def total_spending(frame: pd.DataFrame) -> pd.Series:
    """Sum of the six product amounts, or the file's own; NaN where one is missing."""
    return _or_own(frame, "Total_Spending", _total(frame, PRODUCTS.values()))


def _or_own(frame: pd.DataFrame, name: str, made: pd.Series) -> pd.Series:
    """What was made, unless that is nothing at all and the file has it itself."""
    return frame[name] if name in frame and made.isna().all() else made


def _person(frame: pd.DataFrame) -> dict[str, pd.Series]:
    latest = data_date(frame)
    children = _or_own(frame, "Children", frame["Kidhome"] + frame["Teenhome"])
    tenure = (latest.normalize() - frame["Dt_Customer"].dt.normalize()).dt.days.astype("float64")
    return {
        "Age": ages(frame),
        "Customer_Tenure": _or_own(frame, "Customer_Tenure", tenure),
        "Campaign_Acceptance": _or_own(frame, "Campaign_Acceptance", _total(frame, CAMPAIGNS)),
        "Earlier_Acceptance": _or_own(frame, "Earlier_Acceptance", _total(frame, EARLIER_CAMPAIGNS)),
        "Children": children,
        "Household_Size": children + _adults(frame["Marital_Status"]),
    }


def _adults(status: pd.Series) -> pd.Series:
    two = status.str.casefold().isin(_TWO_ADULTS)
    return (1.0 + two).where(status.notna())


def _spending(frame: pd.DataFrame) -> dict[str, pd.Series]:
    total = total_spending(frame)
    shares = {f"Share_{product}": _ratio(frame[column], total) for product, column in PRODUCTS.items()}
    basket = _ratio(total, _purchases_in_all(frame))
    return {"Total_Spending": total, "Average_Basket": basket, **shares}


def _purchases_in_all(frame: pd.DataFrame) -> pd.Series:
    return _or_own(frame, "Total_Purchases", _total(frame, CHANNELS.values()))


def _purchases(frame: pd.DataFrame) -> dict[str, pd.Series]:
    total = _purchases_in_all(frame)
    shares = {f"Share_{channel}": _ratio(frame[column], total) for channel, column in CHANNELS.items()}
    return {
        "Total_Purchases": total,
        **shares,
        "Main_Channel": _main_channel(frame[list(CHANNELS.values())]),
        "Deal_Rate": _ratio(frame["NumDealsPurchases"], total),
        "Web_Conversion": _ratio(frame["NumWebPurchases"], frame["NumWebVisitsMonth"]),
    }


def _main_channel(purchases: pd.DataFrame) -> pd.Series:
    numbers = purchases.to_numpy(dtype="float64")
    most = numbers.max(axis=1, initial=-np.inf)
    leaders = numbers == most[:, None]
    code = np.where(leaders.sum(axis=1) > 1, len(CHANNELS), leaders.argmax(axis=1))
    code = np.where(most == 0, len(CHANNELS) + 1, code)
    known = ~np.isnan(numbers).any(axis=1)
    return _ordered(pd.Series(code, index=purchases.index).where(known), (*CHANNELS, "Several", "None"))


def _enrolment(frame: pd.DataFrame) -> dict[str, pd.Series]:
    date = frame["Dt_Customer"].dt
    return {
        "Enrolment_Month": _ordered(date.month - 1, _MONTHS),
        "Enrolment_Quarter": _quarters(date.year, date.quarter),
        "Enrolment_Season": _ordered(date.month % 12 // 3, _SEASONS),
    }


def _quarters(year: pd.Series, quarter: pd.Series) -> pd.Series:
    number = 4 * year + quarter - 1
    if number.isna().all():
        return _ordered(number, ())
    first, last = int(number.min()), int(number.max())
    names = tuple(f"{one // 4} Q{one % 4 + 1}" for one in range(first, last + 1))
    return _ordered(number - first, names)


def _ordered(codes: pd.Series, names: tuple[str, ...]) -> pd.Series:
    """Names by number, in their own order rather than the alphabet's."""
    values = pd.Categorical.from_codes(
        codes.fillna(-1).astype("int64"), categories=pd.Index(names), ordered=True
    )
    return pd.Series(values, index=codes.index)


def _total(frame: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    return frame[list(columns)].sum(axis=1, skipna=False)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below != 0)
