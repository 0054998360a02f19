"""Years of birth as people keep them: years, two digits of one, whole dates, or what a spreadsheet made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.dates import read_dates
from core.data.remarks import Remark, Unreadable
from core.data.words import Distinct

YOUNGEST = 10  # years; nobody younger enrols, which tells the century of two digits
_MOST = 0.9
_BUDDHIST = 543
_EPOCH = np.datetime64("1899-12-30")
_SHOWN_AS_DATES = (np.datetime64("1905-03-01"), np.datetime64("1905-08-01"))  # serial numbers 1887 to 2040

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Births:
    """Years with NaN gaps, what could not be read, and what is said of how they were read."""

    years: Floats
    unreadable: Unreadable | None
    remark: Remark | None = None


def read_births(
    name: str, column: pa.ChunkedArray, numbers: Floats, unreadable: Unreadable | None, *, newest: int
) -> Births:
    """Years of birth, decided on the whole column.

    `name`: of the column, for the remark. `column`: as in the file. `numbers`: the same, read as numbers. `unreadable`:
    what is no number. `newest`: year of the data's own date.
    """
    texts = Distinct.of(column)
    filled = int(texts.rows[texts.filled].sum())

    def most(where: NDArray[np.bool_], part: float = _MOST) -> bool:
        return bool(filled) and int(where.sum()) >= part * filled

    if not filled or most((numbers >= 1800) & (numbers <= 2200), 0.5):
        return Births(numbers, unreadable)
    if most((numbers >= 0) & (numbers <= 99)):
        recent = numbers <= newest - YOUNGEST - 2000
        read = np.where(numbers <= 99, numbers + np.where(recent, 2000, 1900), np.nan)
        return Births(read, unreadable, _remark(name, texts, read, "two digits of a year"))
    if most((numbers >= 2400) & (numbers <= 2700)):
        read = np.where(numbers >= 2400, numbers - _BUDDHIST, numbers)
        return Births(read, unreadable, _remark(name, texts, read, "a year of the Buddhist era"))
    return _from_dates(name, column, texts, Births(numbers, unreadable), newest)


def _from_dates(
    name: str, column: pa.ChunkedArray, texts: Distinct, as_numbers: Births, newest: int
) -> Births:
    dates = read_dates(column, about=name, newest=newest - YOUNGEST)
    days = dates.values.astype("datetime64[D]")
    known = ~np.isnat(days)
    if not known.sum() >= 0.5 * texts.rows[texts.filled].sum():
        return as_numbers
    shown = known & (days >= _SHOWN_AS_DATES[0]) & (days <= _SHOWN_AS_DATES[1])
    if shown.sum() >= _MOST * known.sum():
        years = np.where(shown, (days - _EPOCH).astype(float), np.nan)
        why = "a year that a spreadsheet shows as a date"
    else:
        years = np.where(known, days.astype("datetime64[Y]").astype(float) + 1970, np.nan)
        why = "a date of birth"
    return Births(years, dates.unreadable, _remark(name, texts, years, why))


def _remark(name: str, texts: Distinct, years: Floats, why: str) -> Remark:
    row = int((~np.isnan(years)).argmax())
    example = str(texts.values[int(texts.codes[row])])
    sentence = f"{name}: “{example}” is read as {years[row]:.0f}, {why}."
    return Remark("births", name, int((~np.isnan(years)).sum()), sentence, (example,))
