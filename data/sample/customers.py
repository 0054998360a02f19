"""Customers that don't exist: a seeded model with the real file's published figures and kinds of dirt.

Each customer belongs to a latent group; the group and a few traits give scores, and the ranks of the scores
take values of the published distributions. No real row goes in.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from core.schema.templates.personality import CHANNELS, PRODUCTS
from data.sample.marginals import published
from data.sample.model import part, people

COLUMNS = (
    "ID",
    "Year_Birth",
    "Education",
    "Marital_Status",
    "Income",
    "Kidhome",
    "Teenhome",
    "Dt_Customer",
    "Recency",
    *PRODUCTS.values(),
    "NumDealsPurchases",
    "NumWebPurchases",
    "NumCatalogPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
    "AcceptedCmp3",
    "AcceptedCmp4",
    "AcceptedCmp5",
    "AcceptedCmp1",
    "AcceptedCmp2",
    "Complain",
    "Z_CostContact",
    "Z_Revenue",
    "Response",
)


def make_sample(n: int = published.CUSTOMERS, *, seed: int = 2014) -> pd.DataFrame:
    """Customers from the model.

    Parameters
    ----------
    n : int, default=2240
        Number of customers; each kind of dirt keeps its share of them.
    seed : int, default=2014
        The same seed gives the same customers.

    Returns
    -------
    DataFrame
        `n` rows and the file's 29 columns in the file's order, typed as `read_customers` types them.

    Notes
    -----
    Every figure that goes in is in `marginals.toml`.
    """
    rng = np.random.default_rng(seed)
    repeated = part(published.REPEATED_ROWS, n)
    frame = people(n - repeated, rng)
    frame, dirty = _spoilt(frame, n, rng)
    frame = _with_repeated(frame, ~dirty, repeated, rng)
    frame = frame.assign(
        ID=rng.permutation(5 * n)[:n].astype(np.int64),
        Z_CostContact=float(published.COST_OF_CONTACT),
        Z_Revenue=float(published.REVENUE),
    )
    return frame[list(COLUMNS)]


def to_csv(frame: pd.DataFrame) -> bytes:
    """The file of these customers: commas, whole numbers, day-month-year dates, as the original."""
    whole = {str(column): frame[column].astype("Int64") for column in frame.select_dtypes("number")}
    text = io.StringIO()
    frame.assign(**whole).to_csv(text, index=False, date_format="%d-%m-%Y", lineterminator="\n")
    return text.getvalue().encode()


def _spoilt(frame: pd.DataFrame, n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Put in the dirt of `n` customers, one kind a row; also says which rows are not to be repeated."""
    frame = frame.copy()
    nothing = (frame[list(CHANNELS.values())] == 0).all(axis=1)
    clean = rng.permutation(np.flatnonzero(~nothing))
    used = 0
    for column, value, count in _dirt():
        rows = clean[used : used + part(count, n)]
        frame.loc[rows, column] = value
        used += len(rows)
    return frame, nothing | frame.index.isin(clean[:used])


def _dirt() -> list[tuple[str, str | float, int]]:
    """Every kind of dirt: the column, the value that is put there, and how often in the real file."""
    return [
        ("Income", np.nan, published.INCOME_GAPS),
        *(("Income", float(income), 1) for income in published.FAR_OUT_INCOMES),
        *(("Year_Birth", float(year), 1) for year in published.IMPOSSIBLE_BIRTHS),
        *(("Marital_Status", status, count) for status, count in published.ODD_STATUS.items()),
    ]


def _with_repeated(
    frame: pd.DataFrame, repeatable: pd.Series[bool], count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Append `count` rows that repeat others, and shuffle."""
    again = rng.permutation(np.flatnonzero(repeatable))[:count]
    rows = rng.permutation(np.concatenate([np.arange(len(frame)), again]))
    return frame.take(rows).reset_index(drop=True)
