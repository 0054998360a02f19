"""Customers of a table as a model sees them, in SQL: fields that it derives, and gaps for values that can't be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Subquery, TableClause
from sqlalchemy.sql.elements import quoted_name

from core.errors import SourceError
from core.numbers import listed
from core.runners.dialects import day_number
from core.runners.source import numbers_in
from core.runners.whole import believed
from core.schema.derivations import DaysTo, Household, Ratio, Sum, YearsAt
from core.schema.fields import IDENTIFIER, Kind
from core.schema.schema import Schema

Column = ColumnElement[Any]
Ends = Mapping[str, tuple[float, float]]
_DAY = "datetime64[D]"


@dataclass(frozen=True)
class Derived:
    """The fields of a schema over a table of customers."""

    table: TableClause
    schema: Schema
    source: str  # names the warehouse in errors
    today: Mapping[str, pd.Timestamp]  # by field of dates: when ages and tenures are taken
    ends: Ends = field(default_factory=dict)  # by field: the least and the most that is believed

    def customers(self, names: Sequence[str]) -> Subquery:
        """The identifier and fields of everybody, under their own names.

        Raises SourceError if the table has neither one of them nor what it is made of, or has it as no number.
        """
        for name in (IDENTIFIER, *names):
            self._refuse(name)
        columns = {IDENTIFIER: self._own(IDENTIFIER)} | {name: self._believed(name) for name in names}
        named = (one.label(quoted_name(name, True)) for name, one in columns.items() if one is not None)
        return sa.select(*named).select_from(self.table).subquery("seen")

    def lacking(self, name: str) -> tuple[str, ...]:
        """What the table lacks to tell a field: nothing where it has all that it is made of, or itself."""
        parts = self._parts(name)
        missing = tuple(lack for part in parts or () for lack in self.lacking(part))
        if (parts and not missing) or self._own(name) is not None:
            return ()
        return missing or (name,)

    def _parts(self, name: str) -> tuple[str, ...] | None:
        """What it is made of here; None where it can't be."""
        how = self.schema[name].derived if name in self.schema else None
        if how is None or type(how) not in _MAKERS:
            return None
        if isinstance(how, YearsAt | DaysTo) and how.date not in self.today:
            return None
        return (how.born,) if isinstance(how, YearsAt) else how.parts

    def _of(self, name: str) -> Column:
        parts = self._parts(name)
        if parts and not any(map(self.lacking, parts)):
            how: Any = self.schema[name].derived
            return _MAKERS[type(how)](self, how)
        own = self._own(name)
        assert own is not None  # noqa: S101
        if self._kind(name).is_text:
            return own
        value: Column = sa.cast(own, sa.Double())
        return sa.case((value >= 0, value)) if self.schema[name].is_never_negative else value

    def _believed(self, name: str) -> Column:
        value = self._of(name)
        return sa.case((value.between(*self.ends[name]), value)) if name in self.ends else value

    def _own(self, name: str) -> Column | None:
        """The column of that name, or of that in the file, if it holds what the field does."""
        found = (self.table.c[one] for one in self._places(name) if one in self.table.c)
        return next((one for one in found if _holds(one, self._kind(name))), None)

    def _places(self, name: str) -> tuple[str, ...]:
        return (name, (self.schema[name].column or name) if name in self.schema else name)

    def _kind(self, name: str) -> Kind:
        return self.schema[name].kind if name in self.schema else Kind.IDENTIFIER

    def _refuse(self, name: str) -> None:
        missing = self.lacking(name)
        if not missing:
            return
        for one in missing:
            if there := next((place for place in self._places(one) if place in self.table.c), None):
                numbers_in(self.table, {f"field {one}": there}, source=self.source)
        label = self._places(name)[-1]
        apart = listed([self._places(one)[-1] for one in missing])
        found = f"no column {label} in {self.table.name}" + (
            "" if missing == (name,) else f", nor {apart}, which it is made of"
        )
        hint = "Make a view that has it, under that name, and use that."
        raise SourceError.of(self.source, found, "what segments are built on", hint)

    def _sum(self, how: Sum) -> Column:
        return reduce(add, map(self._of, how.parts))

    def _ratio(self, how: Ratio) -> Column:
        above, below = self._of(how.above), self._of(how.below)
        # Of what is no double, what it divides becomes NUMERIC, which Snowflake rounds to whole numbers.
        return sa.case((below != 0, above / sa.type_coerce(below, sa.Double())))

    def _years(self, how: YearsAt) -> Column:
        return sa.literal(float(self.today[how.date].year), sa.Double()) - self._of(how.born)

    def _days(self, how: DaysTo) -> Column:
        today = (self.today[how.date].normalize() - pd.Timestamp(0)).days
        return sa.cast(today - day_number(self._of(how.date)), sa.Double())

    def _household(self, how: Household) -> Column:
        """Children, and who they live with; what is read as another status counts as that."""
        meant = {text for text, as_ in self.schema[how.status].read_as if as_.casefold() in how.couples}
        status = sa.func.lower(sa.func.trim(sa.cast(self._of(how.status), sa.String())))
        adults = sa.case((status.in_(sorted({*how.couples, *meant})), 2.0), (status.is_not(None), 1.0))
        return self._of(how.children) + sa.cast(adults, sa.Double())


_MAKERS: Mapping[type, Callable[[Derived, Any], Column]] = {
    Sum: Derived._sum,
    Ratio: Derived._ratio,
    YearsAt: Derived._years,
    DaysTo: Derived._days,
    Household: Derived._household,
}


def days_in(connection: Connection, table: TableClause, schema: Schema) -> dict[str, pd.Timestamp]:
    """By date that ages and tenures are counted from: the latest day in a table that is believed."""
    plain = Derived(table, schema, "", {})
    dates = {one.derived.date for one in schema.fields if isinstance(one.derived, YearsAt | DaysTo)}
    found: dict[str, pd.Timestamp] = {}
    for name in sorted(dates):
        if (column := plain._own(name)) is None:
            continue
        day = day_number(column)
        asked = sa.select(day, sa.func.count()).where(column.is_not(None)).group_by(day)
        counts = Counter({int(one): int(often) for one, often in connection.execute(asked)})
        if counts and isinstance(last := believed(counts).last, pd.Timestamp):
            found[name] = last
    return found


def _holds(column: Column, kind: Kind) -> bool:
    if kind is Kind.DATE:
        return isinstance(column.type, sa.Date | sa.DateTime)
    return kind.is_text or isinstance(column.type, sa.BigInteger | sa.Double)
