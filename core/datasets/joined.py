"""Two files of a dataset as one: customers by their ID, those that the second does not have as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.headings import Headings
from core.data.read import Read, read_customers
from core.data.remarks import Remark, counted
from core.data.repeated import repeated
from core.datasets.catalogue import Dataset
from core.errors import DataError
from core.schema.fields import IDENTIFIER

SUFFIX = ".csv"
_WITH, _LONGEST = " with ", 60  # between the names of two files, and how much of each is kept


def by_key(before: Read, after: Read) -> pd.DataFrame:
    """The customers of both, as they were read: a row of the second counts, a column that only the first has stays.

    Raises DataError if no column names the customers.
    """
    if not (identified(before) and identified(after)):
        raise DataError(
            "Found no column that names customers, so that nobody can say who is who. Expected one in both files. "
            "Replace all customers instead."
        )
    old, new = (_rows(one.frame) for one in (before, after))
    lacking = [
        name for name in old if name not in new or (new[name].isna().all() and old[name].notna().any())
    ]
    known = new.index.intersection(old.index)
    for name in lacking:
        new[name] = old[name].reindex(new.index)
    whole = pd.concat(
        [old.drop(index=known), new.reindex(columns=[*old, *new.columns.difference(old.columns)])]
    )
    order = [*old.index, *new.index.difference(old.index, sort=False)]
    return whole.loc[order].reset_index(drop=True)


def called(before: Path, file: Path) -> str:
    """What the file of both is called: the first file of the dataset, and the one that came in last."""
    first = before.stem.partition(_WITH)[0]
    return f"{first[:_LONGEST]}{_WITH}{file.stem[:_LONGEST]}{SUFFIX}"


def identified(read: Read) -> bool:
    """Whether a column of the file names its customers."""
    return all(one.name != "no_id" for one in read.notes.remarks)


def write(frame: pd.DataFrame, path: Path, dataset: Dataset, *, max_mb: int) -> Read:
    """Write customers as a file that is read as the very same, and what was read of it.

    Raises DataError if it would be read otherwise.
    """
    headings = Headings(dataset.schema, dataset.template)
    names = [str(name) for name in frame]
    named = {name: headings.column(name) if name in dataset.schema else name for name in names}
    pd.DataFrame({named[name]: written(frame[name]) for name in names}).to_csv(path, index=False)
    path.chmod(0o600)
    again = read_customers(path, dataset.schema, dataset.template, max_mb=max_mb)
    for name in names:
        if name not in again.frame or not alike(frame[name], again.frame[name]):
            raise DataError.of(
                path.name,
                f"values of {name} that a joined file can't hold as they are",
                "values that are read the same again",
                "Join the files yourself, and replace all customers.",
            )
    return again


def told_of(whole: Read, file: Read) -> Read:
    """Customers of both with what is said of the file that came in: rows of it that were left out are in neither."""
    again = int(repeated(file.frame, [IDENTIFIER]).sum())
    left = (Remark("repeated_id", "", again, f"{counted(again, 'customer')} with the ID of an earlier row."),)
    return replace(whole, notes=replace(file.notes, remarks=(*file.notes.remarks, *left[:again])))


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Customers by what their ID is written as, the first row of each."""
    rows = frame.assign(**{IDENTIFIER: frame[IDENTIFIER].astype(str)}).drop_duplicates(IDENTIFIER)
    return rows.set_index(IDENTIFIER, drop=False)


def written(values: pd.Series) -> pd.Series:
    """Values as text that means one thing: three decimals could be thousands, so they get a fourth."""
    if pd.api.types.is_datetime64_any_dtype(values):
        has_time = (values.dropna() != values.dropna().dt.normalize()).any()
        days: pd.Series = values.dt.strftime("%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d")
        return days
    if not pd.api.types.is_float_dtype(values):
        return values
    written: pd.Series = values.map(_number, na_action="ignore")
    return written


def _number(value: float) -> str:
    text = np.format_float_positional(value, trim="-")
    decimals = text.partition(".")[2]
    return f"{text}0" if len(decimals) == 3 else text


def alike(one: pd.Series, other: pd.Series) -> bool:
    """Whether two columns hold the same."""
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other):
        return bool(np.array_equal(one.to_numpy("float64"), other.to_numpy("float64"), equal_nan=True))
    first, second = (part.astype("string").fillna("") for part in (one, other))
    return bool((first.to_numpy() == second.to_numpy()).all())
