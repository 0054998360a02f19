"""Every derived field of a schema, by its declaration there."""

from __future__ import annotations

import calendar
import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from core.data import piecewise
from core.data.outliers import Days, believed_days, span
from core.data.tight import Tight, added_up
from core.data.whole import in_pieces
from core.schema.derivations import (
    REPLACEABLE,
    Calendar,
    DaysTo,
    FromHistory,
    Household,
    Largest,
    Ratio,
    Sum,
    YearsAt,
)
from core.schema.schema import Schema

_MONTHS = tuple(calendar.month_name)[1:]
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_SEVERAL, _NONE = "Several", "None"


def engineer(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
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
    names = [one.name for one in schema.fields if one.derived is not None]
    known = piecewise.known_if_many(frame, schema)
    if known is None or not isinstance(frame, Tight):
        return _with_fields(frame, names, schema)
    pieces = piecewise.each(frame, lambda piece, _: _with_fields(piece, names, schema).forgetful(), known)
    return piecewise.with_columns(frame, pieces, names).reckoned(schema)


def _with_fields(frame: pd.DataFrame, names: Sequence[str], schema: Schema) -> pd.DataFrame:
    table = frame
    for place, name in enumerate(names):
        how = schema[name].derived
        if isinstance(table, Tight) and isinstance(how, Ratio) and {*how.parts} <= {*table}:
            table = table.assign_ratio(name, how)
        else:
            table = table.assign(**{name: made(name, schema, frame, _Among(table, names[:place]))})
    return table


@dataclass(frozen=True)
class _Among(Mapping[str, pd.Series]):
    """Some columns of a table."""

    table: pd.DataFrame
    names: Sequence[str]

    def __getitem__(self, name: str) -> pd.Series:
        if name not in self.names:
            raise KeyError(name)
        return self.table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def made(
    name: str, schema: Schema, frame: pd.DataFrame, derived: Mapping[str, pd.Series] | None = None
) -> pd.Series:
    """One derived field, of the columns of `frame` and what is derived already; or as the file has it."""
    how, derived = schema[name].derived, derived or {}
    if isinstance(how, Sum) and name not in frame and not any(part in derived for part in how.parts):
        added = added_up(frame, how.parts)
        if added is not None:
            return added
    if isinstance(how, FromHistory) and name not in frame:
        return pd.Series(np.nan, index=frame.index)
    if how is None or isinstance(how, FromHistory):
        return frame[name]
    known = {
        part: derived[part] if part in derived else made(part, schema, frame, derived) for part in how.parts
    }
    own = frame[name] if name in frame and isinstance(how, REPLACEABLE) else None
    if isinstance(how, YearsAt):
        return _years(known[how.born], known[how.date], own)
    values = _MAKERS[type(how)](how, known)
    return own if own is not None and values.isna().all() else values


def data_date(dates: pd.Series) -> pd.Timestamp:
    """The data's own date: its latest day that is believed. Ages and tenures are taken at it, not today.

    One mistyped date moves nobody's age; only a file without any date has to be taken as of today.
    """
    return date_of(believed_days(dates))


def date_of(days: Days) -> pd.Timestamp:
    """The same of the days that are believed."""
    return days.last if isinstance(days.last, pd.Timestamp) else pd.Timestamp.now().normalize()


def _years(born: pd.Series, dates: pd.Series, own: pd.Series | None) -> pd.Series:
    """Where there is no year of birth, as the file has them; where no date, its own tell the year they are of."""
    if own is None or born.isna().all():
        return _aged(born, data_date(dates).year) if own is None else own
    if dates.notna().any():
        return _aged(born, data_date(dates).year)
    return _aged(born, (own + born).median()).fillna(own)


def _aged(born: pd.Series, year: float) -> pd.Series:
    return (year - born).astype("float64")


Known = Mapping[str, pd.Series]


def _sum(how: Sum, known: Known) -> pd.Series:
    return reduce(operator.add, (known[part] for part in how.parts))


def _ratio(how: Ratio, known: Known) -> pd.Series:
    below = known[how.below]
    return known[how.above] / below.where(below != 0)


def _largest(how: Largest, known: Known) -> pd.Series:
    columns = [known[part] for part in how.parts]
    codes = np.empty(len(columns[0]), dtype=np.int16)
    for part in in_pieces(len(codes)):
        numbers = np.array([one.iloc[part].to_numpy(dtype="float64") for one in columns])
        most = numbers.max(axis=0)
        leaders = numbers == most
        code = np.where(leaders.sum(axis=0) > 1, len(how.names), leaders.argmax(axis=0))
        code = np.where(most == 0, len(how.names) + 1, code)
        codes[part] = np.where(np.isnan(most), -1, code)
    return _ordered(pd.Series(codes, index=columns[0].index), (*how.names, _SEVERAL, _NONE))


def _days(how: DaysTo, known: Known) -> pd.Series:
    dates = known[how.date]
    return (data_date(dates).normalize() - dates.dt.normalize()).dt.days.astype("float64")


def _calendar(how: Calendar, known: Known) -> pd.Series:
    date = known[how.date].dt
    if how.part == "quarter":
        return _quarters(known[how.date])
    names, codes = (_MONTHS, date.month - 1) if how.part == "month" else (_SEASONS, date.month % 12 // 3)
    return _ordered(codes, names)


def _quarters(dates: pd.Series) -> pd.Series:
    number = 4 * dates.dt.year + dates.dt.quarter - 1
    ends = span(dates)
    if not isinstance(ends.first, pd.Timestamp) or not isinstance(ends.last, pd.Timestamp):
        return _ordered(number, ())
    first, last = (4 * one.year + one.quarter - 1 for one in (ends.first, ends.last))
    names = tuple(f"{one // 4} Q{one % 4 + 1}" for one in range(first, last + 1))
    return _ordered(number - first, names)


def _ordered(codes: pd.Series, names: tuple[str, ...]) -> pd.Series:
    """Names by number, in their own order rather than the alphabet's."""
    values = pd.Categorical.from_codes(
        codes.fillna(-1).astype("int16"), categories=pd.Index(names), ordered=True
    )
    return pd.Series(values, index=codes.index)


def is_among(values: pd.Series, words: Collection[str]) -> pd.Series[bool]:
    """Which values are one of some words in small letters, however they are written; there are few different ones."""
    return values.isin(
        [text for text in values.unique() if isinstance(text, str) and text.casefold() in words]
    )


def _household(how: Household, known: Known) -> pd.Series:
    status = known[how.status]
    two = is_among(status, how.couples)
    return known[how.children] + (1.0 + two).where(status.notna())


_MAKERS: Mapping[type, Callable[[Any, Known], pd.Series]] = {
    Sum: _sum,
    Ratio: _ratio,
    Largest: _largest,
    DaysTo: _days,
    Calendar: _calendar,
    Household: _household,
}
