"""Dates as people write them; the order of day and month is decided on the whole column, never row by row."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.customers.read_words import trimmed, unreadable_texts
from core.customers.remarks import Unreadable

_TIME = r"(?:(?:T|,?\s+)\d{1,2}[:.h]\d{2}.*)?$"
_NUMERIC = re.compile(r"^(\d{1,4})([-/. ])\s*(\d{1,2})\2\s*(\d{1,4})" + _TIME)
_DAY_NAME_YEAR = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})" + _TIME)
_NAME_DAY_YEAR = re.compile(r"^([A-Za-z]{3,9})\.?[-/ ]+(\d{1,2})(?:st|nd|rd|th)?[-/, ]+(\d{4}|\d{2})" + _TIME)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^([2-6]\d{4})(?:\.\d+)?$")
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_EARLIEST, _LATEST = 1900, 2199


@dataclass(frozen=True)
class _Written:
    """A date as written: `first` and `second` are day and month in an order still open, unless `settled`."""

    year: int
    first: int
    second: int
    settled: bool

    @property
    def open(self) -> bool:
        return not self.settled

    @property
    def ambiguous(self) -> bool:
        return self.open and self.first <= 12 and self.second <= 12


@dataclass(frozen=True)
class Dates:
    """A date column and how it was read.

    `order` is "day-first", "month-first" or "year-first"; `guessed` says that no value decided between day
    and month; `ambiguous` counts the rows that could be read either way.
    """

    values: NDArray[np.datetime64]
    order: str
    guessed: bool
    ambiguous: int
    unreadable: Unreadable | None


def read_dates(texts: pa.ChunkedArray) -> Dates:
    """Read a column of text as dates (days), NaT where there is none or it can't be read."""
    texts = trimmed(texts)
    coded = texts.combine_chunks().dictionary_encode()
    written = [_written(text) for text in coded.dictionary.to_pylist()]
    rows = np.bincount(_codes(coded) + 1, minlength=len(written) + 1)[1:]
    month_first, guessed = _order(written, rows)
    days = np.array([_day(one, month_first=month_first) for one in written] + ["NaT"], dtype="datetime64[D]")
    values = days[_codes(coded)]
    missed = pc.and_(pc.is_valid(texts), pa.chunked_array([pa.array(np.isnat(values))]))
    return Dates(
        values=values.astype("datetime64[us]"),
        order=_name(written, month_first=month_first),
        guessed=guessed,
        ambiguous=sum(int(count) for one, count in zip(written, rows, strict=True) if one and one.ambiguous),
        unreadable=unreadable_texts(texts, missed) if pc.any(missed).as_py() else None,
    )


def _codes(coded: pa.DictionaryArray) -> NDArray[np.int64]:
    """Index of each row's text among the distinct ones; -1 for a gap, which picks the NaT at the end."""
    codes: NDArray[np.int64] = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _order(written: list[_Written | None], rows: NDArray[np.int64]) -> tuple[bool, bool]:
    """Whether the column is month-first, and whether that was a guess for want of a day above 12."""
    pairs = [(one, int(count)) for one, count in zip(written, rows, strict=True) if one and one.open]
    day_first = sum(count for one, count in pairs if one.first > 12 >= one.second)
    month_first = sum(count for one, count in pairs if one.second > 12 >= one.first)
    return month_first > day_first, bool(pairs) and day_first == month_first == 0


def _name(written: list[_Written | None], *, month_first: bool) -> str:
    if not any(one and one.open for one in written):
        return "year-first"
    return "month-first" if month_first else "day-first"


def _written(text: str) -> _Written | None:
    if match := _NUMERIC.match(text):
        return _numeric(match[1], match[3], match[4])
    if match := _COMPACT.match(text):
        return _Written(int(match[1]), int(match[3]), int(match[2]), settled=True)
    if match := _DAY_NAME_YEAR.match(text):
        return _named(match[3], match[2], match[1])
    if match := _NAME_DAY_YEAR.match(text):
        return _named(match[3], match[1], match[2])
    if match := _SERIAL.match(text):
        day = _SPREADSHEET_EPOCH + timedelta(days=int(match[1]))
        return _Written(day.year, day.day, day.month, settled=True)
    return None


def _numeric(first: str, second: str, third: str) -> _Written | None:
    if len(first) == 4:
        return _Written(int(first), int(third), int(second), settled=True)
    if len(first) <= 2 and len(third) in (2, 4):
        return _Written(_year(third), int(first), int(second), settled=False)
    return None


def _named(year: str, month: str, day: str) -> _Written | None:
    number = _MONTHS.get(month[:3].casefold())
    return _Written(_year(year), int(day), number, settled=True) if number else None


def _year(text: str) -> int:
    """Years of two digits lie in 1970 to 2069, as in POSIX."""
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= 70 else 2000)


def _day(written: _Written | None, *, month_first: bool) -> str:
    if written is None or not _EARLIEST <= written.year <= _LATEST:
        return "NaT"
    day, month = written.first, written.second
    if written.open and month_first:
        day, month = month, day
    try:
        return date(written.year, month, day).isoformat()
    except ValueError:
        return "NaT"
